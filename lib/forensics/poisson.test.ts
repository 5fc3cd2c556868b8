import { describe, expect, it } from 'vitest';
import { lowerGamma, poissonInterval } from './poisson.ts';

describe('the exact interval of a count', () => {
  // Garwood's published limits, to three digits
  it.each([
    [0, 0, 3.689],
    [1, 0.0253, 5.572],
    [2, 0.242, 7.225],
    [5, 1.623, 11.668],
    [10, 4.795, 18.39],
    [30, 20.24, 42.83],
    [100, 81.36, 121.63],
  ])('of %i', (count, lower, upper) => {
    const interval = poissonInterval(count);
    expect(interval.lower).toBeCloseTo(lower, count < 5 ? 3 : 2);
    expect(interval.upper).toBeCloseTo(upper, 2);
  });

  it('leaves 2.5 % out on each side, of any count', () => {
    for (const count of [1, 3, 17, 250, 12_345, 400_000]) {
      const { lower, upper } = poissonInterval(count);
      expect(atLeast(count, lower)).toBeCloseTo(0.025, 6);
      expect(1 - atLeast(count + 1, upper)).toBeCloseTo(0.025, 6);
    }
  });

  it('knows the chance of at least one', () => {
    expect(lowerGamma(1, 2)).toBeCloseTo(1 - Math.exp(-2), 14);
  });
});

/** Sum of the probabilities, term by term. */
function atLeast(count: number, mean: number): number {
  let below = 0;
  let log = -mean;
  for (let i = 0; i < count; i++) {
    below += Math.exp(log);
    log += Math.log(mean) - Math.log(i + 1);
  }
  return 1 - below;
}
