/** Whether what is measured again and again stays where it is. */

export interface Measured {
  /** s */
  at: number;
  value: number;
}

/** The line of least squares: how much `value` grows in a second; 0 where there are too few to say. */
export function slope(samples: readonly Measured[]): number {
  const mean = (read: (each: Measured) => number): number =>
    samples.reduce((sum, each) => sum + read(each), 0) / samples.length;
  const [at, value] = [mean((each) => each.at), mean((each) => each.value)];
  let [over, under] = [0, 0];
  for (const each of samples) {
    over += (each.at - at) * (each.value - value);
    under += (each.at - at) ** 2;
  }
  return under === 0 ? 0 : over / under;
}

/** Without the first `share` of the time: what begins takes what it needs. */
export function afterWarmUp(samples: readonly Measured[], share: number): Measured[] {
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0];
  return samples.filter(({ at }) => at >= first + (last - first) * share);
}

/** The lowest of each of so many equal stretches of time: what is held when what nobody holds has just been collected. */
export function lowest(samples: readonly Measured[], stretches: number): Measured[] {
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0];
  const found: Measured[] = [];
  for (const each of samples) {
    const i = Math.min(stretches - 1, Math.floor((stretches * (each.at - first)) / Math.max(1, last - first)));
    if (each.value < (found[i]?.value ?? Number.POSITIVE_INFINITY)) found[i] = each;
  }
  return found.flatMap((each) => each ?? []);
}
