/** Whether a window is one of many broken at once: at least three broadcasts with an onset within ten seconds (SEMANTICS 6). */

export const WITHIN_MS = 10_000;
const BROADCASTS = 3;

export interface Onset {
  broadcast: string;
  /** epoch ms */
  onsetAt: number;
}

/** `onsets`: of all broadcasts, this one's among them, in any order. */
export function isPlatformWide(onsetAt: number, onsets: readonly Onset[]): boolean {
  return onsets.some(({ onsetAt: first }) => {
    if (first > onsetAt || onsetAt > first + WITHIN_MS) return false;
    const within = onsets.filter((o) => o.onsetAt >= first && o.onsetAt <= first + WITHIN_MS);
    return new Set(within.map((o) => o.broadcast)).size >= BROADCASTS;
  });
}
