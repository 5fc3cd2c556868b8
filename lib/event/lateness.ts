/** How far behind its partition an event may come and still count (SEMANTICS 5). Epoch ms and ms. */

/** A partition's watermark trails its newest event by this, ms. */
export const WATERMARK_LAG_MS = 5_000;
/** At or before the watermark by this an event is late, ms. */
const LATE_MS = 120_000;

/** By the newest event of the broadcast seen before in the same partition; -Infinity where there was none. */
export function isLate(ts: number, newest: number): boolean {
  return ts <= newest - WATERMARK_LAG_MS - LATE_MS;
}
