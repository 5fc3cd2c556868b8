/**
 * Listeners whose join failed in a window: reported beside the dropped, not mixed in (SEMANTICS 7). Who was dropped and
 * then refused is both.
 */
import type { ListenerFailures } from '../presence/failure-page.ts';
import type { StayTable } from './stay-table.ts';

/** Failed attempts by listener number; those who never got in have numbers after those of the stays. */
export interface FailureTable {
  /** listeners in all */
  listeners: number;
  who: Int32Array;
  at: Float64Array;
}

export interface Blocked {
  /** distinct listeners with a failed attempt in the window */
  listeners: number;
  /** of those: an opening after the failure, whenever */
  gotIn: number;
}

export function failuresOf(failures: readonly ListenerFailures[], stays: StayTable): FailureTable {
  const { listenerIds, listeners } = stays;
  let count = 0;
  for (const { seconds } of failures) count += seconds.length;
  const who = new Int32Array(count);
  const at = new Float64Array(count);
  let neverIn = 0;
  let next = 0;
  for (const { listener, seconds } of failures) {
    const id = listenerIds.get(listener) ?? listeners.length + neverIn++;
    for (const second of seconds) {
      who[next] = id;
      at[next++] = second * 1000;
    }
  }
  return { listeners: listeners.length + neverIn, who, at };
}

/** The window is (from, to], epoch ms. */
export function blockedIn(failures: FailureTable, stays: StayTable, from: number, to: number): Blocked {
  const first = new Float64Array(failures.listeners).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < failures.who.length; i++) {
    const at = failures.at[i] ?? 0;
    const who = failures.who[i] ?? 0;
    if (at > from && at <= to && at < (first[who] ?? 0)) first[who] = at;
  }
  let listeners = 0;
  let gotIn = 0;
  for (let who = 0; who < first.length; who++) {
    const failedAt = first[who] ?? 0;
    if (failedAt === Number.POSITIVE_INFINITY) continue;
    listeners++;
    // the last stay opened is the last in order
    const last = who < stays.listeners.length ? (stays.offsets[who + 1] ?? 0) - 1 : -1;
    if (last >= 0 && (stays.start[last] ?? 0) >= failedAt) gotIn++;
  }
  return { listeners, gotIn };
}
