/** The rows of the overview, and the health of the pipeline above them. */
import 'server-only';
import type { Known } from '../../lib/numbers/second.ts';
import type { Dated } from '../../lib/series/freshness.ts';
import type { WindowBrief } from '../../lib/series/window-brief.ts';
import type { BroadcastSummary, BroadcastsPage, PageQuery, PipelineHealth, ReadStore } from '../../lib/store/store.ts';

export interface OverviewRow extends Dated {
  broadcast: string;
  title: string | null;
  demo: boolean;
  kind: 'events' | 'curve';
  known: Known;
  firstAt: number;
  rev: number;
  connected: number;
  hearing: number | null;
  peak: number;
  peakSecond: number | null;
  peakHearing: number | null;
  averageMinuteAudience: number | null;
  change5m: number | null;
  windows: number;
  open: WindowBrief | null;
  last: WindowBrief | null;
  spark: number[];
}

/** Ended broadcasts on one page of the list. */
export const PAST_PER_PAGE = 50;
/** So many can run at once; nobody runs more. */
const ALL_THAT_RUN = 1_000_000;

/** Which page of the ended broadcasts is looked at; `page` counts from 1. */
export interface PastQuery extends Pick<PageQuery, 'crashed' | 'search' | 'ran' | 'sort' | 'descending'> {
  page: number;
}

export interface PastPage {
  rows: OverviewRow[];
  /** how many match, and on how many pages they are: at least one */
  total: number;
  pages: number;
  /** the page that this is: the last one where a later one was asked for */
  page: number;
}

export interface Overview {
  /** server's wall clock, epoch ms */
  now: number;
  /** every one that runs */
  running: OverviewRow[];
  past: PastPage;
  /** of all broadcasts */
  counts: BroadcastsPage['counts'];
  pipeline: PipelineHealth[];
}

/** What is the same for everybody who looks at the list. */
export type Running = Omit<Overview, 'past'>;

/** With `past` null the list is of running ones alone. */
export async function overview(store: ReadStore, past: PastQuery | null): Promise<Overview> {
  const [running, page] = await Promise.all([runningOf(store), pastOf(store, past)]);
  return { ...running, past: page };
}

export async function runningOf(store: ReadStore): Promise<Running> {
  const [{ rows, counts }, pipeline] = await Promise.all([
    store.broadcastsPage({
      ...{ group: 'running', crashed: false, search: '', sort: 'name', descending: false },
      ...{ limit: ALL_THAT_RUN, offset: 0 },
    }),
    store.pipeline(),
  ]);
  return { now: Date.now(), running: rows.map(rowOf), counts, pipeline };
}

export async function pastOf(store: ReadStore, query: PastQuery | null): Promise<PastPage> {
  if (query === null) return { rows: [], total: 0, pages: 1, page: 1 };
  const { page, ...order } = query;
  const read = (from: number): Promise<BroadcastsPage> =>
    store.broadcastsPage({ ...order, group: 'ended', limit: PAST_PER_PAGE, offset: (from - 1) * PAST_PER_PAGE });
  const found = await read(page);
  const pages = Math.max(1, Math.ceil(found.total / PAST_PER_PAGE));
  const { rows } = page <= pages ? found : await read(pages);
  return { rows: rows.map(rowOf), total: found.total, pages, page: Math.min(page, pages) };
}

/** The newest of all, running ones among them, `most` at the most. */
export async function newest(store: ReadStore, most: number): Promise<OverviewRow[]> {
  const { rows } = await store.broadcastsPage({
    ...{ group: null, crashed: false, search: '', sort: 'ended', descending: true },
    ...{ limit: most, offset: 0 },
  });
  return rows.map(rowOf);
}

export function rowOf(summary: BroadcastSummary): OverviewRow {
  const { watermark, longestTimeout: _, windowOpen: __, kept: ___, alarms, ...rest } = summary;
  return {
    ...rest,
    // only windows in which people were cut off; the end of a show is none of them
    windows: alarms.count,
    watermark: Number.isFinite(watermark) ? watermark : null,
    open: alarms.open,
    last: alarms.last,
  };
}
