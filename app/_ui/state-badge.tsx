import type { BroadcastState } from '../../lib/series/freshness.ts';
import { StateShape } from './marks.tsx';

const WORDS: Readonly<Record<BroadcastState, string>> = {
  live: 'Live',
  crashing: 'Crashing',
  recovered: 'Recovered',
  ended: 'Ended',
  no_data: 'No data',
  planned: 'Planned',
};

export function StateBadge({ state }: { state: BroadcastState }) {
  return (
    <span className={`badge ${state}`}>
      <StateShape state={state} />
      {WORDS[state]}
    </span>
  );
}

/** Said on every page and row of the built-in demo. */
export function DemoChip() {
  return <span className="chip dash">Demo: simulated broadcast</span>;
}
