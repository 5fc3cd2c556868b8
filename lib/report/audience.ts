/** Headline numbers from rows: peaks, listener-minutes, average-minute audience. Sums are kept and divided last. */
import type { StoredRow } from '../numbers/rows.ts';

export interface Peak {
  value: number;
  /** epoch ms of the first second it was reached; null without rows */
  at: number | null;
  /** largest mean of an epoch minute: sum / 60, seconds without a row are 0 */
  minuteMean: number;
  minuteMeanAt: number | null;
}

export function peakOf(rows: readonly StoredRow[], name: 'connected' | 'hearing'): Peak {
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
    if (peak.at === null || row[name] > peak.value) {
      peak.value = row[name];
      peak.at = row.second * 1000;
    }
    const m = Math.floor(row.second / 60);
    if (m !== minute) {
      close();
      minute = m;
      sum = 0;
    }
    sum += row[name];
  }
  close();
  return peak;
}

/** Sum over rows, in [from, to) epoch ms where given. */
export function sumOf(rows: readonly StoredRow[], name: keyof StoredRow, from?: number, to?: number): number {
  let sum = 0;
  for (const row of rows) {
    const at = row.second * 1000;
    if ((from === undefined || at >= from) && (to === undefined || at < to)) sum += row[name];
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
