/** How many wanted in, how many got in, and where the ceiling was (SEMANTICS 4, demand). */
import type { Report } from '../numbers/report.ts';
import type { LevelRun } from './audience.ts';

/** A bucket of demand, s. */
export const BUCKET_SECONDS = 10;
/** The ceiling is read from buckets in which more than this share of listeners fails. */
const FAILING_SHARE = 0.05;

/** Distinct listeners who attempted in 10 s, and of them those who got in. */
export interface Bucket {
  asked: number;
  met: number;
}

/** The most that got in while over 5 % failed, a second; null where that never was. */
export function ceilingOf(buckets: readonly Bucket[]): number | null {
  const carried = buckets.filter(({ asked, met }) => (asked - met) / asked > FAILING_SHARE).map(({ met }) => met);
  carried.sort((a, b) => a - b);
  const at = carried[Math.max(0, Math.ceil(0.99 * carried.length) - 1)];
  return at === undefined ? null : at / BUCKET_SECONDS;
}

export function demandOf(
  rows: readonly LevelRun[],
  buckets: readonly Bucket[],
  hearingKnown: boolean,
): NonNullable<Report['demand']> {
  let joins = 0;
  let inBucket = 0;
  let bucket = Number.NaN;
  let unmetMax = 0;
  for (const row of rows) {
    const unmet = hearingKnown ? 'unmet' : 'unmetByJoin';
    unmetMax = Math.max(unmetMax, row.over?.[unmet].high ?? row[unmet]);
    const of = Math.floor((row.second - 1) / BUCKET_SECONDS);
    if (of !== bucket) inBucket = 0;
    bucket = of;
    inBucket += row.joins;
    joins = Math.max(joins, inBucket);
  }
  return {
    attemptsPerSecondMax: buckets.reduce((most, { asked }) => Math.max(most, asked), 0) / BUCKET_SECONDS,
    joinsPerSecondMax: joins / BUCKET_SECONDS,
    ceilingPerSecond: ceilingOf(buckets),
    unmetMax,
  };
}
