/** The state of a second's values (SEMANTICS 5). */
import type { ValueState } from './second.ts';

/** Nothing not late can come behind the watermark by more than this, ms. */
const LATE_MS = 120_000;

export interface Progress {
  /** common watermark W, epoch ms; Infinity where the log is complete */
  watermark: number;
  /** largest T of the broadcast's connections that have a period, ms; 0 where none has */
  longestTimeout: number;
}

export function stateOf(second: number, progress: Progress): ValueState {
  const t = second * 1000;
  const { watermark: w, longestTimeout: timeout } = progress;
  if (t > w) return 'live';
  if (t <= w - Math.max(timeout, LATE_MS) - LATE_MS) return 'final';
  return t <= w - timeout ? 'settled' : 'provisional';
}

/** The last second that is final, or null. */
export function finalSecond(progress: Progress): number | null {
  const { watermark: w, longestTimeout: timeout } = progress;
  if (w === Number.POSITIVE_INFINITY) return w;
  const second = Math.floor((w - Math.max(timeout, LATE_MS) - LATE_MS) / 1000);
  return Number.isFinite(second) ? second : null;
}
