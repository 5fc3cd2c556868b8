/** Who was there just before a window, and on which stay. */
import type { Drops } from './drops.ts';
import type { Presences } from './presence.ts';
import type { StayTable } from './stay-table.ts';

/**
 * By listener number: the stay they were on at the instant onset − 1 s, of several the one opened last; −1: not there.
 * Those whose time-out, being dated back, ended just before that instant were there too.
 */
export function presentBefore(stays: StayTable, presences: Presences, drops: Drops, onset: number): Int32Array {
  const at = (onset - 1) * 1000;
  const present = new Int32Array(stays.listeners.length).fill(-1);
  for (let listener = 0; listener < present.length; listener++) {
    const stop = stays.offsets[listener + 1] ?? 0;
    for (let s = stays.offsets[listener] ?? 0; s < stop; s++) {
      if ((stays.start[s] ?? 0) > at) break;
      if ((stays.end[s] ?? 0) > at) present[listener] = s;
    }
    if (present[listener] !== -1) continue;
    const last = presences.offsets[listener + 1] ?? 0;
    for (let i = presences.offsets[listener] ?? 0; i < last; i++) {
      if ((presences.from[i] ?? 0) > at) break;
      if (drops.isDrop[i] === 1 && (presences.datedBack[i] ?? 0) > 0) present[listener] = presences.lastStay[i] ?? -1;
    }
  }
  return present;
}
