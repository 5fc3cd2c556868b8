/** The title bar that every page of one broadcast shares. */
import Link from 'next/link';
import type { BroadcastState } from '../../lib/series/freshness.ts';
import { broadcastPath } from './broadcast-path.ts';
import { DemoChip, StateBadge } from './state-badge.tsx';

export type BroadcastPage = 'live' | 'replay' | 'compare' | 'claims';

export interface HeadProps {
  broadcast: string;
  title: string | null;
  demo: boolean;
  kind: 'events' | 'curve';
  state: BroadcastState;
  page: BroadcastPage;
  /** what stands at the right */
  children?: React.ReactNode;
}

export function BroadcastHead(props: HeadProps) {
  const { broadcast, page } = props;
  const tabs: readonly [BroadcastPage, string, string][] = [
    ['live', 'Live', broadcastPath(broadcast)],
    ['replay', 'Replay', broadcastPath(broadcast, 'replay')],
    ['compare', 'Compare', `/compare?${new URLSearchParams({ b: broadcast })}`],
    ['claims', 'Claims', broadcastPath(broadcast, 'claims')],
  ];
  return (
    <div className="head">
      <h1>{props.title ?? broadcast}</h1>
      <StateBadge state={props.state} />
      {props.demo ? <DemoChip /> : null}
      {props.kind === 'curve' ? <span className="chip dash">from a curve</span> : null}
      <nav className="tabs" aria-label="Broadcast">
        {tabs.map(([name, words, path]) => (
          <Link key={name} href={path} aria-current={name === page ? 'page' : undefined} prefetch={false}>
            {words}
          </Link>
        ))}
      </nav>
      <div className="right">{props.children}</div>
    </div>
  );
}
