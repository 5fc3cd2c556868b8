import type { Metadata } from 'next';
import { broadcastState } from '../../../lib/series/freshness.ts';
import { toWire } from '../../../lib/series/point.ts';
import { parseRange } from '../../../lib/series/range.ts';
import { windowFacts } from '../../../lib/series/span.ts';
import { thin } from '../../../lib/series/thin.ts';
import { broadcastPage, feedOf, type PageProps } from '../../_data/broadcast-page.ts';
import { one } from '../../_data/view.ts';
import { LiveBoard } from '../../_live/live-board.tsx';
import { WallBoard } from '../../_live/wall-board.tsx';
import { PageFrame } from '../../_ui/page-frame.tsx';

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const feed = await feedOf(params);
  if (feed === null) return { title: 'Unknown broadcast' };
  const state = broadcastState(feed.view, windowFacts(feed.view.windows), Date.now());
  return { title: `${state === 'crashing' ? '▼ ' : ''}${feed.view.title ?? feed.view.broadcast}` };
}

export default async function LivePage(props: PageProps) {
  const { feed, view, query, state, now } = await broadcastPage(props);
  const start = { view: feed.view, points: thin(feed.points).map(toWire), now };
  if (one(query.wall) === '1') return <WallBoard start={start} zone={view.zone} />;
  const range = parseRange(one(query.range), state.kind === 'ended' ? 'all' : '15m');
  return (
    <PageFrame view={view} section="broadcasts" state={state}>
      <LiveBoard start={start} range={range} zone={view.zone} zoneLabel={view.zoneLabel} />
    </PageFrame>
  );
}
