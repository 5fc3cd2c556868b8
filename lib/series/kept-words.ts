/** What is said where rows stand for seconds that are no longer kept, and how coarse they are. */
import type { KeptRows } from '../store/store.ts';

/** Steps (s) in which rows from `from` on can be had (epoch s; null: all of them), where `asked` is wanted: a multiple of what is kept. */
export function stepKept(kept: KeptRows | null, from: number | null, asked: number): number {
  if (kept === null) return asked;
  const first = Math.max(from ?? kept.from, kept.from);
  const coarsest = first >= kept.secondsFrom ? 1 : first >= kept.tensFrom ? 10 : 60;
  return Math.ceil(asked / coarsest) * coarsest;
}

/** Null where every second is there. */
export function keptWords(kept: KeptRows | null): string | null {
  if (kept === null) return null;
  const rows = kept.step === 60 ? 'minutes' : '10 s';
  return `Seconds of this broadcast are no longer kept: rows of ${rows} stand for them, with mean, least and most`;
}
