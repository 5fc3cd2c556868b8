/**
 * Fewer points, the same picture (M4: Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation",
 * VLDB 2014). Of every time bucket the first, the last and the extremes of both lines stay, so a one-second dip
 * survives; counters of the points left out are carried into the next one that stays.
 */
import type { Point } from './point.ts';

/** No more than this many points a series. */
export const MOST_POINTS = 600;

const BUCKETS = [300, 240, 200, 150, 120, 100];

/** At most `most` points (least 6); buckets are aligned to the epoch, so a sliding window does not flicker. */
export function thin(points: readonly Point[], most = MOST_POINTS): Point[] {
  const first = points[0];
  const last = points[points.length - 1];
  if (first === undefined || last === undefined || points.length <= most) return [...points];
  const span = last.second - first.second + 1;
  for (const buckets of BUCKETS) {
    const scaled = Math.max(1, Math.floor((buckets * most) / MOST_POINTS) - 1);
    const kept = pick(points, Math.ceil(span / scaled));
    if (kept.length <= most) return carry(points, kept);
  }
  return carry(points, pick(points, Math.ceil(span / Math.max(1, Math.floor(most / 6) - 1))));
}

/** Indices of the points that stay, ascending. */
function pick(points: readonly Point[], width: number): number[] {
  const kept: number[] = [];
  let bucket = Number.NaN;
  let chosen = new Set<number>();
  let low = 0;
  let high = 0;
  let hearingLow = -1;
  let hearingHigh = -1;
  let latest = 0;
  const close = (): void => {
    if (Number.isNaN(bucket)) return;
    for (const index of [low, high, latest]) chosen.add(index);
    if (hearingLow >= 0) chosen.add(hearingLow).add(hearingHigh);
    kept.push(...[...chosen].sort((a, b) => a - b));
  };
  for (const [index, point] of points.entries()) {
    const own = Math.floor(point.second / width);
    if (own !== bucket) {
      close();
      bucket = own;
      chosen = new Set([index]);
      low = index;
      high = index;
      hearingLow = point.hearing === null ? -1 : index;
      hearingHigh = hearingLow;
    } else {
      if (point.connected < value(points, low)) low = index;
      if (point.connected > value(points, high)) high = index;
      if (point.hearing !== null) {
        if (hearingLow < 0 || point.hearing < hearing(points, hearingLow)) hearingLow = index;
        if (hearingHigh < 0 || point.hearing > hearing(points, hearingHigh)) hearingHigh = index;
      }
    }
    latest = index;
  }
  close();
  return kept;
}

function carry(points: readonly Point[], kept: readonly number[]): Point[] {
  const result: Point[] = [];
  let from = 0;
  for (const index of kept) {
    const stays = points[index];
    if (stays === undefined) continue;
    result.push(index === from ? { ...stays } : points.slice(from, index).reduce(withCounters, { ...stays }));
    from = index + 1;
  }
  return result;
}

function withCounters(sum: Point, left: Point): Point {
  sum.seconds += left.seconds;
  sum.joins += left.joins;
  sum.dropped += left.dropped;
  sum.left += left.left;
  sum.errors = add(sum.errors, left.errors);
  sum.attempts = add(sum.attempts, left.attempts);
  sum.failures = add(sum.failures, left.failures);
  sum.comments = add(sum.comments, left.comments);
  return sum;
}

function add(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function value(points: readonly Point[], index: number): number {
  return points[index]?.connected ?? Number.NaN;
}

function hearing(points: readonly Point[], index: number): number {
  return points[index]?.hearing ?? Number.NaN;
}
