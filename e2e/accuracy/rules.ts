/** Simple rules that people use, run on the same rows, to be printed beside the detector. */
import type { StoredRow } from '../../lib/numbers/rows.ts';

/** A rule's window, epoch s. */
export interface RuleWindow {
  onset: number;
  detectedAt: number;
  closedAt: number;
}

export type Rule = (rows: readonly StoredRow[]) => RuleWindow[];

/** A rule's windows close after this long without its alarm, s. */
const QUIET_S = 60;
/** Rules know nothing in their first seconds, s. */
const WARM_UP_S = 20;

export const RULES: Readonly<Record<string, Rule>> = {
  '-20 % in 60 s': (rows) => windowsWhere(rows, (i) => isFall(rows, i)),
  'burn rate 14.4': burnRate,
  'MAD z > 6': madZ,
};

function isFall(rows: readonly StoredRow[], i: number): boolean {
  const before = rows[i - 60]?.connected ?? 0;
  return before >= 20 && (rows[i]?.connected ?? 0) <= 0.8 * before;
}

/** Bad events per event, against 14.4 times a budget of 1 %, over one and over five minutes. */
function burnRate(rows: readonly StoredRow[]): RuleWindow[] {
  const bad = sumsOf(rows, (r) => r.dropped + r.newlySuspect + r.failuresByJoin);
  const all = sumsOf(rows, (r) => r.began + r.ended + r.newlySuspect + r.failuresByJoin);
  const burns = (i: number, seconds: number): boolean => {
    const from = Math.max(0, i + 1 - seconds);
    const events = (all[i + 1] ?? 0) - (all[from] ?? 0);
    return events >= 20 && ((bad[i + 1] ?? 0) - (bad[from] ?? 0)) / events > 14.4 * 0.01;
  };
  return windowsWhere(rows, (i) => burns(i, 60) && burns(i, 300));
}

/** Endings of five seconds more than 6 deviations above the median of the last ten minutes. */
function madZ(rows: readonly StoredRow[]): RuleWindow[] {
  const sums = sumsOf(rows, (r) => r.ended + r.newlySuspect);
  const five = (i: number): number => (sums[i + 1] ?? 0) - (sums[Math.max(0, i - 4)] ?? 0);
  let median = 0;
  let spread = 1;
  return windowsWhere(rows, (i) => {
    if (i % 10 === 0) {
      const past: number[] = [];
      for (let back = Math.max(4, i - 600); back < i; back += 5) past.push(five(back));
      median = middle(past);
      spread = Math.max(1, 1.4826 * middle(past.map((x) => Math.abs(x - median))));
    }
    return (five(i) - median) / spread > 6;
  });
}

function middle(values: number[]): number {
  values.sort((a, b) => a - b);
  return values[values.length >> 1] ?? 0;
}

function sumsOf(rows: readonly StoredRow[], of: (row: StoredRow) => number): Float64Array {
  const sums = new Float64Array(rows.length + 1);
  for (const [i, row] of rows.entries()) sums[i + 1] = (sums[i] ?? 0) + of(row);
  return sums;
}

function windowsWhere(rows: readonly StoredRow[], alarms: (index: number) => boolean): RuleWindow[] {
  const windows: RuleWindow[] = [];
  let open: RuleWindow | null = null;
  for (const [i, row] of rows.entries()) {
    const alarm = i >= WARM_UP_S && alarms(i);
    if (alarm && open) open.closedAt = row.second;
    else if (alarm) {
      open = { onset: row.second, detectedAt: row.second, closedAt: row.second };
      windows.push(open);
    } else if (open && row.second - open.closedAt >= QUIET_S) open = null;
  }
  return windows;
}
