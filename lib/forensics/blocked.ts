/**
 * Listeners whose join failed in a window: reported beside the dropped, not mixed in (SEMANTICS 7). Who was dropped and
 * then refused is both.
 */
import type { StayTable } from './stay-table.ts';

/** One failed attempt of a listener; `at` is the instant of the error, epoch ms. */
export interface FailedAttempt {
  listener: string;
  at: number;
}

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

export async function readFailures(
  failures: AsyncIterable<FailedAttempt> | Iterable<FailedAttempt>,
  stays: StayTable,
): Promise<FailureTable> {
  const neverIn = new Map<string, number>();
  const who: number[] = [];
  const at: number[] = [];
  for await (const failure of failures) {
    let id = stays.listenerIds.get(failure.listener) ?? neverIn.get(failure.listener);
    if (id === undefined) {
      id = stays.listeners.length + neverIn.size;
      neverIn.set(failure.listener, id);
    }
    who.push(id);
    at.push(failure.at);
  }
  return {
    listeners: stays.listeners.length + neverIn.size,
    who: Int32Array.from(who),
    at: Float64Array.from(at),
  };
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
