/** How many want in at this moment, how many of them get in, and where the ceiling is (SEMANTICS 4, demand). */
import type { SecondRow } from '../numbers/second.ts';
import { BUCKET_SECONDS, type Bucket, ceilingOf } from '../report/demand.ts';

export interface DemandBucket extends Bucket {
  /** epoch s, a multiple of 10: of the 10 s that begin here */
  second: number;
}

export interface DemandNow {
  /** of the last 10 s that are over; null where nobody attempted in them, or the run is over */
  last: { askedPerSecond: number; metPerSecond: number } | null;
  /** the most that wanted in, a second */
  highestPerSecond: number;
  /** the most that got in while over 5 % failed, a second; null: that never was */
  ceilingPerSecond: number | null;
  /** listeners with a failed attempt and no opening since; null: the run is over */
  unmet: number | null;
  /** epoch s: looked at from here on */
  from: number;
}

/** `at` is the second of the headline numbers. Null where nobody ever attempted. */
export function demandNow(
  buckets: readonly DemandBucket[],
  rows: readonly SecondRow[],
  at: number,
  complete: boolean,
): DemandNow | null {
  const over = buckets.filter(({ second }) => second + BUCKET_SECONDS <= at);
  const first = over[0];
  if (first === undefined) return null;
  const lastFrom = Math.floor(at / BUCKET_SECONDS) * BUCKET_SECONDS - BUCKET_SECONDS;
  const last = complete ? undefined : over.findLast(({ second }) => second === lastFrom);
  const row = complete ? undefined : rows.findLast(({ second }) => second <= at);
  return {
    last:
      last === undefined
        ? null
        : { askedPerSecond: last.asked / BUCKET_SECONDS, metPerSecond: last.met / BUCKET_SECONDS },
    highestPerSecond: over.reduce((most, { asked }) => Math.max(most, asked), 0) / BUCKET_SECONDS,
    ceilingPerSecond: ceilingOf(over),
    unmet: row?.unmet ?? null,
    from: first.second,
  };
}

/** What rows say of it, in place of what was known from `since` on (epoch s). */
export function mergeDemand(known: readonly DemandBucket[], rows: readonly SecondRow[], since: number): DemandBucket[] {
  const read = rows.flatMap(({ second, demand }) => (demand == null ? [] : [{ second, ...demand }]));
  return [...known.filter(({ second }) => second < since), ...read];
}
