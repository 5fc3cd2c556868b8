/** The audience there would have been, its band, how far the real one fell short, and when it was back (SEMANTICS 7). */
import type { Drops } from './drops.ts';
import type { Hazard } from './hazard.ts';

/** Back: this share of the expected audience … */
const RECOVERED_SHARE = 0.95;
/** … for so many seconds. */
const RECOVERED_SECONDS = 20;

export interface ExpectedAudience {
  /** epoch s of the first value; one a second from there on */
  from: number;
  expected: Float64Array;
  /** its 95 % band, from that of the natural leaving hazard */
  lower: Float64Array;
  upper: Float64Array;
}

/**
 * `connected[i]` is the audience at second `from + i`. Each of the dropped who is not back counts with the chance that
 * they would still be there, and with `weight`.
 */
export function expectedAudience(
  connected: ArrayLike<number>,
  from: number,
  drops: Drops,
  hazard: Hazard,
  weight: number,
): ExpectedAudience {
  return {
    from,
    expected: withMissing(connected, from, drops, hazard.perSecond, weight),
    lower: withMissing(connected, from, drops, hazard.upper, weight),
    upper: withMissing(connected, from, drops, hazard.lower, weight),
  };
}

function withMissing(
  connected: ArrayLike<number>,
  from: number,
  { absentFrom, absentTo }: Drops,
  hazard: number,
  weight: number,
): Float64Array {
  const length = connected.length;
  // what comes in and goes out at each second; between them all decays alike
  const change = new Float64Array(length + 1);
  for (let i = 0; i < absentFrom.length; i++) {
    const gone = (absentFrom[i] ?? 0) / 1000;
    const back = (absentTo[i] ?? 0) / 1000;
    const begin = Math.max(0, Math.ceil(gone) - from);
    const end = Math.min(length, Math.ceil(back) - from);
    if (begin >= end) continue;
    change[begin] = (change[begin] ?? 0) + Math.exp(-hazard * (from + begin - gone));
    if (end < length) change[end] = (change[end] ?? 0) - Math.exp(-hazard * (from + end - gone));
  }
  const out = new Float64Array(length);
  const decay = Math.exp(-hazard);
  let missing = 0;
  for (let i = 0; i < length; i++) {
    missing = missing * decay + (change[i] ?? 0);
    out[i] = (connected[i] ?? 0) + weight * Math.max(0, missing);
  }
  return out;
}

/** Largest share of the expected audience that was missing in seconds [from, to]; null: nobody was expected. */
export function depthOf(
  audience: ExpectedAudience,
  connected: ArrayLike<number>,
  from: number,
  to: number,
): { depth: number; at: number } | null {
  let found: { depth: number; at: number } | null = null;
  const last = Math.min(to, audience.from + audience.expected.length - 1);
  for (let second = Math.max(from, audience.from); second <= last; second++) {
    const expected = audience.expected[second - audience.from] ?? 0;
    if (expected <= 0) continue;
    const depth = (expected - (connected[second - audience.from] ?? 0)) / expected;
    if (found === null || depth > found.depth) found = { depth, at: second };
  }
  return found;
}

/** First second, from `after` on, of 20 in which the audience is what it would have been but for 5 %; null: not (yet). */
export function recoveredSecond(
  audience: ExpectedAudience,
  connected: ArrayLike<number>,
  after: number,
): number | null {
  let held = 0;
  for (let i = Math.max(0, after - audience.from); i < audience.expected.length; i++) {
    const there = connected[i] ?? 0;
    held = there > 0 && there >= RECOVERED_SHARE * (audience.expected[i] ?? 0) ? held + 1 : 0;
    if (held === RECOVERED_SECONDS) return audience.from + i - RECOVERED_SECONDS + 1;
  }
  return null;
}
