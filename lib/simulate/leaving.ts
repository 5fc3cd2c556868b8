/** When a listener leaves of their own accord, had nothing gone wrong. */
import { exponential, type Random } from './random.ts';

/** Mean of the short look that a bouncer takes, ms; none is longer than a minute. */
const LOOK_MS = 16_000;
const SHORTEST_LOOK_MS = 2_000;
const LONGEST_LOOK_MS = 58_000;

export function bounceAfterMs(random: Random): number {
  return Math.min(SHORTEST_LOOK_MS + exponential(random, LOOK_MS), LONGEST_LOOK_MS);
}

/** Share of bouncers still there `seconds` after they came. */
export function bouncersLeft(seconds: number): number {
  if (seconds * 1000 <= SHORTEST_LOOK_MS) return 1;
  return seconds * 1000 >= LONGEST_LOOK_MS ? 0 : Math.exp(-(seconds * 1000 - SHORTEST_LOOK_MS) / LOOK_MS);
}

/** The hazard summed up: value i is the hazard spent from the start to second i. One value longer than `hazard`. */
export function spentHazard(hazard: Float64Array): Float64Array {
  const spent = new Float64Array(hazard.length + 1);
  for (let second = 0; second < hazard.length; second++) {
    spent[second + 1] = (spent[second] ?? 0) + (hazard[second] ?? 0);
  }
  return spent;
}

/**
 * When someone who comes `fromSeconds` after the start leaves, in seconds after the start: a draw from the survival
 * curve exp(-hazard spent). Infinity: stays to the end.
 */
export function drawEnd(spent: Float64Array, fromSeconds: number, random: Random): number {
  const last = spent.length - 1;
  const from = Math.min(Math.floor(fromSeconds), last);
  const begun = (spent[Math.min(from + 1, last)] ?? 0) - (spent[from] ?? 0);
  const target = (spent[from] ?? 0) + begun * (fromSeconds - from) + exponential(random, 1);
  if (target >= (spent[last] ?? 0)) return Number.POSITIVE_INFINITY;
  let low = from;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((spent[middle] ?? 0) <= target) low = middle;
    else high = middle;
  }
  const start = spent[low] ?? 0;
  const width = (spent[high] ?? 0) - start;
  return low + (width > 0 ? (target - start) / width : 0);
}
