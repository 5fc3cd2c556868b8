/** The closed sets that metric labels are from, and how a broadcast's id becomes a label value. */

/** what stands for every error code that is not configured */
export const OTHER_CODE = 'other';

/** Upper ends, included, of the buckets of the time to first audio, ms. */
export const STARTUP_BUCKETS_MS = [
  100, 250, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 7_500, 10_000, 15_000, 30_000, 60_000,
] as const;

/**
 * The id as it can stand between the quotes of a label. Half a surrogate pair has no UTF-8 and is spelt out as `\uXXXX`, so
 * that two ids stay two; quotes, backslashes and line ends are the printer's to escape.
 */
export function labelText(id: string): string {
  return id.replace(HALF_PAIR, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

// with the flag `u` a surrogate in its pair is no match
const HALF_PAIR = /\p{Surrogate}/gu;
