/** Listener-minutes that a window cost (SEMANTICS 7). */
import type { Drops } from './drops.ts';

/**
 * Σ (1 − e^(−λg))/λ / 60 over the absences, g = missing seconds up to return or `until` (epoch ms); each counts with
 * `weight`. `hazard` λ > 0, per second.
 */
export function lostMinutes(drops: Drops, hazard: number, weight: number, until: number): number {
  let seconds = 0;
  for (let i = 0; i < drops.absentFrom.length; i++) {
    const missing = (Math.min(drops.absentTo[i] ?? 0, until) - (drops.absentFrom[i] ?? 0)) / 1000;
    if (missing > 0) seconds += -Math.expm1(-hazard * missing) / hazard;
  }
  return (weight * seconds) / 60;
}
