/** How fast listeners leave by nature, from the five minutes before a window (SEMANTICS 7). */
import { poissonInterval } from './poisson.ts';
import { LASTS, type Presences } from './presence.ts';

/** Rows before the onset that are looked at. */
export const ROWS_BEFORE = 300;
/** Who has been there this long is past looking in, ms. */
const TENURE_MS = 60_000;
/** Who is back this soon has not left, ms. */
const BACK_MS = 60_000;
/** Added to the leavings, and to the time at risk, s, so that little evidence claims little. */
const PRIOR_LEAVINGS = 0.5;
const PRIOR_SECONDS = 600;

export interface Hazard {
  /** leavings counted, k */
  leavings: number;
  /** time at risk, P, s */
  seconds: number;
  /** leaving hazard λ per second, and the same of the ends of the 95 % interval of k */
  perSecond: number;
  lower: number;
  upper: number;
}

/** `isDrop`: presences whose end is one of the window's drops. */
export function hazardBefore(presences: Presences, onset: number, isDrop: Uint8Array): Hazard {
  const to = (onset - 1) * 1000;
  const from = to - ROWS_BEFORE * 1000;
  let leavings = 0;
  let atRiskMs = 0;
  const count = presences.offsets.length - 1;
  for (let listener = 0; listener < count; listener++) {
    const stop = presences.offsets[listener + 1] ?? 0;
    for (let i = presences.offsets[listener] ?? 0; i < stop; i++) {
      const since = (presences.from[i] ?? 0) + TENURE_MS;
      if (since > to) break;
      const end = presences.to[i] ?? 0;
      if (end <= from) continue;
      atRiskMs += Math.max(0, Math.min(end, to) - Math.max(since, from));
      if (end > to || end < since || presences.kind[i] === LASTS || isDrop[i] === 1) continue;
      const next = i + 1 < stop ? (presences.from[i + 1] ?? 0) : Number.POSITIVE_INFINITY;
      if (next - end > BACK_MS) leavings++;
    }
  }
  const seconds = atRiskMs / 1000;
  const interval = poissonInterval(leavings);
  const perSecond = (k: number): number => (k + PRIOR_LEAVINGS) / (seconds + PRIOR_SECONDS);
  return {
    leavings,
    seconds,
    perSecond: perSecond(leavings),
    lower: perSecond(interval.lower),
    upper: perSecond(interval.upper),
  };
}
