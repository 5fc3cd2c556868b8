/** A fall of an imported viewer count: what a curve alone can say, and nothing of people (SEMANTICS 6). */
import type { DetectedWindow } from '../crash/detected.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { recoveredSecond } from './expected.ts';

type CurveFacts = Pick<CrashWindow, 'connectedBefore' | 'connectedLowest' | 'depth' | 'recoveredAt'>;

/** The level before stands in for the expected audience; `rows` are every second, in order. */
export function curveFacts(rows: readonly { second: number; connected: number }[], window: DetectedWindow): CurveFacts {
  const first = rows[0]?.second ?? 0;
  const last = rows.at(-1)?.second ?? 0;
  const before = rows[window.onset - 1 - first]?.connected ?? 0;
  const upTo = Math.min(window.closedAt ?? last, last);
  let lowest = before;
  for (let second = window.onset; second <= upTo; second++) {
    lowest = Math.min(lowest, rows[second - first]?.connected ?? lowest);
  }
  const connected = Float64Array.from(rows, (row) => row.connected);
  const level = new Float64Array(connected.length).fill(before);
  const recovered =
    window.serviceEnd === null
      ? null
      : recoveredSecond({ from: first, expected: level, lower: level, upper: level }, connected, window.serviceEnd);
  return {
    connectedBefore: before,
    connectedLowest: lowest,
    depth: before === 0 ? null : (before - lowest) / before,
    recoveredAt: recovered === null ? null : recovered * 1000,
  };
}
