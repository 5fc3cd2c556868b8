/** Newer points over older ones: what changed replaces, what is new is added, order stays by second. */
import type { Point } from './point.ts';

/**
 * Both ascend by second, and so does the result. A point of the same second is replaced.
 */
export function mergePoints(known: readonly Point[], changed: readonly Point[]): Point[] {
  const firstChanged = changed[0];
  if (firstChanged === undefined) return [...known];
  const keep = indexAfter(known, firstChanged.second - firstChanged.seconds);
  const head = known.slice(0, keep);
  const tail = new Map<number, Point>();
  for (const point of known.slice(keep)) tail.set(point.second, point);
  for (const point of changed) tail.set(point.second, point);
  return [...head, ...[...tail.values()].sort((a, b) => a.second - b.second)];
}

/** Index of the first point after `second`, or the length. Points ascend by second. */
export function indexAfter(points: readonly Point[], second: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.second ?? Number.POSITIVE_INFINITY) <= second) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last point at or before `second`, or null. */
export function pointAt(points: readonly Point[], second: number): Point | null {
  return points[indexAfter(points, second) - 1] ?? null;
}

/** Points with `from` <= second <= `to`. */
export function pointsBetween(points: readonly Point[], from: number, to: number): Point[] {
  return points.slice(indexAfter(points, from - 1), indexAfter(points, to));
}
