/** How fast records are read, from what a page was told of them. */
import type { PipelineHealth } from '../../lib/store/store.ts';

/** How many had been read when; `at` in epoch ms. */
export interface ReadSoFar {
  at: number;
  records: number;
}

/** A rate is over so long, and over no less than the other, ms. */
const OVER_MS = 10_000;
const LEAST_MS = 3_000;

/** With what is known now; the oldest is the last one that is older than a rate looks back. */
export function withRead(
  known: readonly ReadSoFar[],
  pipeline: readonly PipelineHealth[],
  at: number,
): readonly ReadSoFar[] {
  const records = pipeline.reduce((sum, source) => sum + source.records, 0);
  const last = known.at(-1);
  // a source that is gone, or a clock that was set back, begins anew
  const before = last !== undefined && (last.records > records || last.at > at) ? [] : known;
  const within = before.findLastIndex((one) => one.at <= at - OVER_MS);
  return [...before.slice(Math.max(0, within)), { at, records }];
}

/** Records a second; null where it was not watched for long enough. `now` as the server's clock has it, epoch ms. */
export function recordRate(known: readonly ReadSoFar[], now: number): number | null {
  const last = known.at(-1);
  const from = known.findLast((one) => one.at <= now - OVER_MS) ?? known[0];
  if (last === undefined || from === undefined || now - from.at < LEAST_MS) return null;
  return ((last.records - from.records) * 1000) / (now - from.at);
}
