/** What every page of one broadcast needs before it draws: the feed, the view, the state of the page. */
import 'server-only';
import { notFound } from 'next/navigation';
import { type BroadcastState, broadcastState, freshnessOf } from '../../lib/series/freshness.ts';
import { type PageState, pageState } from '../../lib/series/page-state.ts';
import { windowFacts } from '../../lib/series/span.ts';
import { idOfPage } from '../_ui/broadcast-path.ts';
import { admitPage } from './access.ts';
import type { Feed } from './feed.ts';
import { hub } from './hub.ts';
import { type SearchParams, type View, viewOf } from './view.ts';

export interface PageProps {
  params: Promise<{ id: string }>;
  searchParams: Promise<SearchParams>;
}

export interface BroadcastPageData {
  feed: Feed;
  view: View;
  query: SearchParams;
  badge: BroadcastState;
  state: PageState;
  /** the instant of the figures, epoch ms */
  asOf: number;
  /** server's wall clock, epoch ms */
  now: number;
}

/** For who may look. Null where no such broadcast has sent an event. */
export async function feedOf(params: PageProps['params']): Promise<Feed | null> {
  await admitPage();
  const broadcast = idOfPage((await params).id);
  return broadcast === null ? null : hub().feed(broadcast);
}

/** Answers 404 where no such broadcast has sent an event. */
export async function broadcastPage({ params, searchParams }: PageProps): Promise<BroadcastPageData> {
  const feed = await feedOf(params);
  if (feed === null) notFound();
  const query = await searchParams;
  const now = Date.now();
  const view = await viewOf(query, now);
  const asOf = (feed.view.headline?.second ?? Math.floor(feed.view.lastAt / 1000)) * 1000;
  return {
    feed,
    view,
    query,
    badge: broadcastState(feed.view, windowFacts(feed.view.windows), now),
    state: pageState({ silentMs: 0, tries: 0 }, freshnessOf(feed.view, now), asOf, view.zone),
    asOf,
    now,
  };
}
