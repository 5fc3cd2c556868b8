/** Listeners who wanted in during a window and whose join failed: reported beside the dropped, not mixed in (SEMANTICS 7). */
import type { Drops } from './drops.ts';
import type { StayTable } from './stay-table.ts';

/** One failed attempt of a listener; `at` is the instant of the error, epoch ms. */
export interface FailedAttempt {
  listener: string;
  at: number;
}

export interface Blocked {
  /** distinct listeners with a failed attempt in the window, neither there before it nor dropped in it */
  listeners: number;
  /** of those: present at any time after the failure */
  gotIn: number;
}

/** `present`: as of presentBefore. The window is (from, to], epoch ms. */
export function blockedIn(
  failures: readonly FailedAttempt[],
  stays: StayTable,
  present: Int32Array,
  drops: Drops,
  from: number,
  to: number,
): Blocked {
  const firstFailure = new Map<string, number>();
  for (const { listener, at } of failures) {
    if (at <= from || at > to) continue;
    firstFailure.set(listener, Math.min(at, firstFailure.get(listener) ?? at));
  }
  const dropped = new Set(drops.listeners);
  let listeners = 0;
  let gotIn = 0;
  for (const [listener, at] of firstFailure) {
    const id = stays.listenerIds.get(listener);
    if (id !== undefined && (dropped.has(id) || present[id] !== -1)) continue;
    listeners++;
    if (id === undefined) continue;
    const stop = stays.offsets[id + 1] ?? 0;
    for (let s = stays.offsets[id] ?? 0; s < stop; s++) {
      if ((stays.start[s] ?? 0) < at) continue;
      gotIn++;
      break;
    }
  }
  return { listeners, gotIn };
}
