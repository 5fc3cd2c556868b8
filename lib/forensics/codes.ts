/** Error codes of a window against the ten minutes before it: counts, no ratio (SEMANTICS 7). */
import { compare } from '../numbers/controls.ts';

export const SECONDS_BEFORE = 600;

export interface CodeCount {
  code: string;
  /** errors in the rows onset … end */
  during: number;
  /** errors in the 600 rows before the onset */
  before: number;
}

/** Most frequent in the window first. Seconds are rows, epoch s. */
export function codesAround(
  errors: Iterable<{ second: number; code: string; count: number }>,
  onset: number,
  end: number,
): CodeCount[] {
  const codes = new Map<string, CodeCount>();
  for (const { second, code, count } of errors) {
    if (second < onset - SECONDS_BEFORE || second > end) continue;
    const found = codes.get(code) ?? { code, during: 0, before: 0 };
    if (second >= onset) found.during += count;
    else found.before += count;
    codes.set(code, found);
  }
  return [...codes.values()].sort((a, b) => b.during - a.during || b.before - a.before || compare(a.code, b.code));
}
