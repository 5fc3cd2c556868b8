/** Where an axis writes something. */

const TIME_STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800,
];

/** Even steps from 0 up to `max`: at least three above 0, each 1, 2, 2.5 or 5 times a power of ten, whole from 1 on. */
export function valueTicks(max: number): number[] {
  if (!(max > 0)) return [0];
  const power = 10 ** Math.floor(Math.log10(max));
  const factor = [2.5, 2, 1, 0.5, 0.25].find((candidate) => Math.floor(max / (candidate * power)) >= 3) ?? 0.25;
  const step = Math.max(1, factor * power);
  const ticks: number[] = [];
  for (let tick = 0; tick <= max; tick += step) ticks.push(Math.round(tick));
  return ticks;
}

/** The top of a y axis that starts at 0: room above the highest value for words. */
export function valueCeiling(max: number): number {
  return max > 0 ? max * 1.22 : 1;
}

/**
 * Instants (epoch ms) on round wall-clock times, at most `most` of them.
 * `offset` is what a zone adds to an instant to read its wall clock, ms.
 */
export function timeTicks(from: number, to: number, most: number, offset: number): number[] {
  const span = Math.max(1, (to - from) / 1000);
  const seconds = TIME_STEPS.find((step) => span / step <= most) ?? 604_800;
  const step = seconds * 1000;
  const ticks: number[] = [];
  for (let wall = Math.ceil((from + offset) / step) * step; wall - offset <= to; wall += step)
    ticks.push(wall - offset);
  return ticks;
}
