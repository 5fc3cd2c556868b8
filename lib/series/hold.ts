/** A broadcast in which nothing happens keeps its levels: rows end at its last event, the picture at the live second. */
import type { Point } from './point.ts';

/** The points, and one more at `second` with the last levels and empty counters where they end before it. */
export function holdTo(points: readonly Point[], second: number): Point[] {
  const last = points[points.length - 1];
  if (last === undefined || last.second >= second) return [...points];
  const none = (counter: number | null): number | null => (counter === null ? null : 0);
  return [
    ...points,
    {
      ...last,
      second,
      seconds: second - last.second,
      joins: 0,
      dropped: 0,
      left: 0,
      errors: none(last.errors),
      attempts: none(last.attempts),
      failures: none(last.failures),
      comments: none(last.comments),
      state: 'live',
    },
  ];
}
