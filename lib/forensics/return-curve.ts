/** Who came back, and when: Kaplan–Meier over the dropped (SEMANTICS 7). Times in seconds after a listener's first drop. */
import type { Drops } from './drops.ts';

export interface ReturnCurve {
  /** a step at each time at which somebody came back */
  steps: { seconds: number; share: number; atRisk: number }[];
  /** how long the first of them could be watched, s; NaN where nobody was dropped */
  watchedFor: number;
}

/** Those not back are watched up to `until`, epoch ms. */
export function returnCurve(drops: Drops, until: number): ReturnCurve {
  const returns: number[] = [];
  const watched: number[] = [];
  let first = Number.NaN;
  for (let i = 0; i < drops.listeners.length; i++) {
    const dropped = drops.first[i] ?? 0;
    if (!(first <= dropped)) first = dropped;
    const back = drops.backAt[i] ?? Number.POSITIVE_INFINITY;
    if (back <= until) returns.push((back - dropped) / 1000);
    else watched.push(Math.max(0, until - dropped) / 1000);
  }
  const returned = Float64Array.from(returns).sort();
  const censored = Float64Array.from(watched).sort();
  const steps: ReturnCurve['steps'] = [];
  let still = 1;
  let gone = 0;
  for (let i = 0; i < returned.length; ) {
    const seconds = returned[i] ?? 0;
    let j = i;
    while (j < returned.length && returned[j] === seconds) j++;
    // who is watched for just so long was still at risk
    while (gone < censored.length && (censored[gone] ?? 0) < seconds) gone++;
    const atRisk = returned.length - i + censored.length - gone;
    still *= 1 - (j - i) / atRisk;
    steps.push({ seconds, share: 1 - still, atRisk });
    i = j;
  }
  return { steps, watchedFor: (until - first) / 1000 };
}

/** Share back within `seconds`; null until that has passed. */
export function returnedWithin(curve: ReturnCurve, seconds: number): number | null {
  if (!(curve.watchedFor >= seconds)) return null;
  return shareAt(curve, seconds);
}

/** Share back in the end; null where nobody was dropped. */
export function returnedInTheEnd(curve: ReturnCurve): number | null {
  return Number.isNaN(curve.watchedFor) ? null : shareAt(curve, Number.POSITIVE_INFINITY);
}

/** When half of the dropped were back; null: not reached. */
export function medianReturn(curve: ReturnCurve): number | null {
  return curve.steps.find((s) => s.share >= 0.5)?.seconds ?? null;
}

function shareAt({ steps }: ReturnCurve, seconds: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.seconds ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1]?.share ?? 0;
}
