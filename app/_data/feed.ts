/** One broadcast as the pages hold it in memory: its points and its view, brought up to date by what changed. */
import 'server-only';
import { bounded, GROWTH_SECONDS, HISTORY_POINTS, RAW_SECONDS } from '../../lib/series/bounded.ts';
import { type DemandBucket, mergeDemand } from '../../lib/series/demand-now.ts';
import { codesFrom, type LiveView, liveView } from '../../lib/series/live-view.ts';
import { indexAfter, mergePoints } from '../../lib/series/merge.ts';
import { type Point, pointOf, toWire } from '../../lib/series/point.ts';
import type { BroadcastStatus, ReadStore } from '../../lib/store/store.ts';

export interface Feed {
  /** ascending; second by second from `rawFrom` on */
  points: Point[];
  rawFrom: number;
  /** of what was read second by second, ascending */
  demand: DemandBucket[];
  view: LiveView;
}

export interface FeedChange {
  feed: Feed;
  /** everything is to be read anew: history itself changed */
  reset: boolean;
  /** ascending */
  changed: Point[];
}

/** Null where the store does not know the broadcast. */
export async function loadFeed(store: ReadStore, broadcast: string): Promise<Feed | null> {
  const status = await store.status(broadcast);
  return status === null ? null : build(store, status, null);
}

/** Reads what is not yet final again, and everything where the revision or the beginning moved. */
export async function refreshFeed(store: ReadStore, feed: Feed): Promise<FeedChange | null> {
  const status = await store.status(feed.view.broadcast);
  if (status === null) return null;
  if (status.rev !== feed.view.rev || status.firstAt !== feed.view.firstAt || !sameKnown(status, feed.view)) {
    return { feed: await build(store, status, null), reset: true, changed: [] };
  }
  const next = await build(store, status, feed);
  return { feed: next, reset: false, changed: changedPoints(feed.points, next.points, finalBoundary(feed.points)) };
}

/** The last second up to which every point is final: nothing at or before it moves without a new revision. */
export function finalBoundary(points: readonly Point[]): number {
  const open = points.findIndex((point) => point.state !== 'final');
  const last = open < 0 ? points[points.length - 1] : points[open - 1];
  return last?.second ?? 0;
}

async function build(store: ReadStore, status: BroadcastStatus, old: Feed | null): Promise<Feed> {
  const { broadcast } = status;
  const boundary = old === null ? null : finalBoundary(old.points);
  // of a long run only the last hour is read second by second
  const split = old === null ? splitOf(status) : null;
  const [rows, history, windows, controls, startups, pipeline] = await Promise.all([
    boundary === null
      ? store.series(broadcast, split === null ? {} : { from: split })
      : store.series(broadcast, { from: boundary + 1 }),
    split === null ? [] : store.points(broadcast, { to: split }, HISTORY_POINTS),
    store.windows(broadcast),
    store.controls(broadcast),
    store.startups(broadcast),
    store.pipeline(),
  ]);
  const merged = old === null ? [...history, ...rows.map(pointOf)] : mergePoints(old.points, rows.map(pointOf));
  const points = bounded(merged);
  const rawFrom =
    points === merged
      ? (old?.rawFrom ?? split ?? merged[0]?.second ?? 0)
      : (points[points.length - 1]?.second ?? 0) - RAW_SECONDS;
  const second = status.complete ? (points[points.length - 1]?.second ?? 0) : status.liveSecond;
  const codes = status.known.errors
    ? await store.errorsByCode(broadcast, {
        from: Math.floor(codesFrom(status, windows, second) / 1000),
        to: second + 1,
      })
    : [];
  const lastRows = status.complete
    ? await store.attemptsOfAll(broadcast)
    : (lastMinute(rows, second) ?? (await store.series(broadcast, { from: second - 59, to: second + 1 })));
  const demand =
    boundary === null && split === null
      ? await store.demand(broadcast)
      : mergeDemand(old?.demand ?? [], rows, boundary === null ? 0 : boundary + 1);
  const view = liveView({ status, points, lastRows, windows, controls, codes, demand, startups, pipeline });
  return { points, rawFrom, demand, view };
}

/** Where the last hour begins, epoch s; null where all of it is little more. */
function splitOf(status: BroadcastStatus): number | null {
  const [first, last] = [Math.ceil(status.firstAt / 1000), Math.ceil(status.lastAt / 1000)];
  return last - first < RAW_SECONDS + GROWTH_SECONDS ? null : last - RAW_SECONDS;
}

/** Null where the rows read do not reach back a minute. */
function lastMinute<Row extends { second: number }>(rows: readonly Row[], second: number): Row[] | null {
  const first = rows[0];
  if (first === undefined || first.second > second - 59) return null;
  return rows.filter((row) => row.second > second - 60 && row.second <= second);
}

function changedPoints(before: readonly Point[], after: readonly Point[], boundary: number): Point[] {
  const known = new Map<number, string>();
  for (const point of before.slice(indexAfter(before, boundary))) known.set(point.second, wireText(point));
  return after.slice(indexAfter(after, boundary)).filter((point) => known.get(point.second) !== wireText(point));
}

function sameKnown(status: BroadcastStatus, view: LiveView): boolean {
  return JSON.stringify(status.known) === JSON.stringify(view.known);
}

function wireText(point: Point): string {
  return JSON.stringify(toWire(point));
}
