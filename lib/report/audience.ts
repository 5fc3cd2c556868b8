/** Headline numbers from rows: peaks, listener-minutes, average-minute audience. Sums are kept and divided last. */
import { NOTHING_COUNTED, type Run } from '../numbers/rows.ts';
import { COUNTERS, type Counts } from '../numbers/second.ts';

/** What numbers ask of a run beside its sums. */
export type LevelRun = Pick<
  Run,
  'second' | 'span' | 'over' | 'connected' | 'hearing' | 'joins' | 'unmet' | 'unmetByJoin'
>;

/** All rows of a broadcast or a room: the counters summed up, the levels as runs. */
export interface CountedRows {
  rows: LevelRun[];
  sums: Counts;
}

/** A week of seconds is read an hour at a time, and of each only what is needed is kept. */
export async function countRows(pages: AsyncIterable<readonly Run[]>): Promise<CountedRows> {
  const counted: CountedRows = { rows: [], sums: { ...NOTHING_COUNTED } };
  for await (const page of pages) {
    for (const run of page) {
      for (const name of COUNTERS) counted.sums[name] += run[name];
      const { second, span, connected, hearing, joins, unmet, unmetByJoin, over } = run;
      const row = { second, span, connected, hearing, joins, unmet, unmetByJoin };
      counted.rows.push(over === undefined ? row : { ...row, over });
    }
  }
  return counted;
}

export interface Peak {
  value: number;
  /** epoch ms of the first second it was reached; null without rows */
  at: number | null;
  /** largest mean of an epoch minute: sum / 60, seconds without a row are 0 */
  minuteMean: number;
  minuteMeanAt: number | null;
}

export function peakOf(rows: readonly LevelRun[], name: 'connected' | 'hearing'): Peak {
  const peak: Peak = { value: 0, at: null, minuteMean: 0, minuteMeanAt: null };
  let minute = Number.NaN;
  let sum = 0;
  const close = (): void => {
    if (Number.isNaN(minute)) return;
    const mean = sum / 60;
    if (peak.minuteMeanAt === null || mean > peak.minuteMean) {
      peak.minuteMean = mean;
      peak.minuteMeanAt = minute * 60_000;
    }
  };
  for (const row of rows) {
    const over = row.over?.[name];
    const most = over?.high ?? row[name];
    if (peak.at === null || most > peak.value) {
      peak.value = most;
      peak.at = (over?.highAt ?? row.second) * 1000;
    }
    const end = row.second + row.span;
    for (let second = row.second; second < end; ) {
      const m = Math.floor(second / 60);
      if (m !== minute) {
        close();
        minute = m;
        sum = 0;
      }
      const to = Math.min(end, (m + 1) * 60);
      sum += row[name] * (to - second);
      second = to;
      // of whole minutes that are all alike the first is enough
      if (sum === row[name] * 60 && end - second > 120) second += Math.floor((end - second) / 60 - 1) * 60;
    }
  }
  close();
  return peak;
}

/** Level-seconds over seconds, in [from, to) epoch ms where given. */
export function sumOf(rows: readonly LevelRun[], name: 'connected' | 'hearing', from?: number, to?: number): number {
  const first = from === undefined ? Number.NEGATIVE_INFINITY : Math.ceil(from / 1000);
  const end = to === undefined ? Number.POSITIVE_INFINITY : Math.ceil(to / 1000);
  let sum = 0;
  for (const row of rows) {
    const seconds = Math.min(end, row.second + row.span) - Math.max(first, row.second);
    if (seconds > 0) sum += row[name] * seconds;
  }
  return sum;
}

/** Nearest rank among values counted as [value, times], ascending; null where there are none. */
export function percentile(counted: readonly (readonly [number, number])[], share: number): number | null {
  const total = counted.reduce((sum, [, times]) => sum + times, 0);
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (const [value, times] of counted) {
    seen += times;
    if (seen >= rank) return value;
  }
  return null;
}
