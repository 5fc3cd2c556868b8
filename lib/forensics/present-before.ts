/** Who was there just before a window, and on which stay. */
import type { StayTable } from './stay-table.ts';

/**
 * By listener number: the stay they were on at the instant onset − 1 s, of several the one opened last; −1: not there.
 * As in `connected` of that second: whose time-out is dated back to before it was not there.
 */
export function presentBefore(stays: StayTable, onset: number): Int32Array {
  const at = (onset - 1) * 1000;
  const present = new Int32Array(stays.listeners.length).fill(-1);
  for (let listener = 0; listener < present.length; listener++) {
    const stop = stays.offsets[listener + 1] ?? 0;
    for (let s = stays.offsets[listener] ?? 0; s < stop; s++) {
      if ((stays.start[s] ?? 0) > at) break;
      if ((stays.end[s] ?? 0) > at) present[listener] = s;
    }
  }
  return present;
}
