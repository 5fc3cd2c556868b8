/** Which attribute value the dropped had in common: risk ratios among those present at the onset (SEMANTICS 7). */
import { compare } from '../numbers/controls.ts';
import type { Cause } from '../numbers/report.ts';
import type { Drops } from './drops.ts';
import { CAUSE_ATTRIBUTES, type StayTable } from './stay-table.ts';

const LEAST_DROPS = 5;
const LEAST_SHARE = 0.05;
const LIKELY_LOWER = 3;
/** two-sided 95 % of the normal distribution */
const Z = 1.959963984540054;

/** `present`: by listener number the stay they were on before the onset, or −1. Ranked by the lower bound. */
export function causesOf(stays: StayTable, present: Int32Array, drops: Drops): Cause[] {
  const isDropped = new Uint8Array(present.length);
  for (const listener of drops.listeners) isDropped[listener] = 1;
  let there = 0;
  let dropped = 0;
  for (let listener = 0; listener < present.length; listener++) {
    if (present[listener] === -1) continue;
    there++;
    dropped += isDropped[listener] ?? 0;
  }
  const causes: Cause[] = [];
  for (const attribute of CAUSE_ATTRIBUTES) {
    const { values, of } = stays.attributes[attribute];
    const presentWith = new Int32Array(values.length + 1);
    const droppedWith = new Int32Array(values.length + 1);
    for (let listener = 0; listener < present.length; listener++) {
      const stay = present[listener] ?? -1;
      if (stay === -1) continue;
      const value = of[stay] ?? 0;
      presentWith[value] = (presentWith[value] ?? 0) + 1;
      if (isDropped[listener] === 1) droppedWith[value] = (droppedWith[value] ?? 0) + 1;
    }
    for (const [i, value] of values.entries()) {
      const hit = droppedWith[i + 1] ?? 0;
      const had = presentWith[i + 1] ?? 0;
      if (hit < LEAST_DROPS || hit < LEAST_SHARE * dropped) continue;
      const ratio = riskRatio(hit, had, dropped - hit, there - had);
      if (ratio === null) continue;
      causes.push({ attribute, value, dropped: hit, present: had, ...ratio, likely: ratio.lower >= LIKELY_LOWER });
    }
  }
  return causes.sort((a, b) => b.lower - a.lower || compare(a.attribute, b.attribute) || compare(a.value, b.value));
}

/**
 * Risk of `hit` of `had` against `hitElse` of `hadElse`, with 95 % bounds on the logarithm (Katz et al. 1978). Where
 * nobody else was hit, half a listener is added to each cell. Null: there is nobody to compare with.
 */
export function riskRatio(
  hit: number,
  had: number,
  hitElse: number,
  hadElse: number,
): { riskRatio: number; lower: number; upper: number } | null {
  if (had === 0 || hadElse === 0 || hit === 0) return null;
  const add = hitElse === 0 ? 0.5 : 0;
  const a = hit + add;
  const n = had + 2 * add;
  const b = hitElse + add;
  const m = hadElse + 2 * add;
  const ratio = a / n / (b / m);
  const width = Z * Math.sqrt(Math.max(0, 1 / a - 1 / n + 1 / b - 1 / m));
  return { riskRatio: ratio, lower: ratio * Math.exp(-width), upper: ratio * Math.exp(width) };
}
