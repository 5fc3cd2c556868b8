/** Counters as bars of one width: the mean per second in each, from integers divided last. */
import type { Point } from './point.ts';

export interface Bar {
  /** epoch seconds, aligned to the width */
  from: number;
  /** mean per second over the part of the bar that has data */
  perSecond: number;
}

export type BarCounter = 'joins' | 'dropped' | 'left' | 'errors' | 'comments';

/** A bar width in seconds that gives at most `most` bars over `span` seconds. */
export function barWidth(span: number, most: number): number {
  const steps = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 40, 60, 90, 120, 300, 600, 900, 1800, 3600, 7200];
  return steps.find((step) => span / step <= most) ?? Math.ceil(span / most);
}

/** Null where the counter is not measured. A point that covers several bars is spread evenly over its seconds. */
export function bars(points: readonly Point[], counter: BarCounter, width: number): Bar[] | null {
  const sums = new Map<number, { count: number; seconds: number }>();
  for (const point of points) {
    const count = point[counter];
    if (count === null) return null;
    // the counters cover the seconds (second - seconds, second]: whole seconds second - seconds + 1 .. second
    let from = point.second - point.seconds + 1;
    while (from <= point.second) {
      const bar = Math.floor(from / width) * width;
      const until = Math.min(bar + width, point.second + 1);
      const sum = sums.get(bar) ?? { count: 0, seconds: 0 };
      sum.count += (count * (until - from)) / point.seconds;
      sum.seconds += until - from;
      sums.set(bar, sum);
      from = until;
    }
  }
  return [...sums.entries()]
    .sort((a, b) => a[0] - b[0])
    .map(([from, sum]) => ({ from, perSecond: sum.count / sum.seconds }));
}

export function highest(list: readonly Bar[]): number {
  return list.reduce((most, bar) => Math.max(most, bar.perSecond), 0);
}
