import { describe, expect, it } from 'vitest';
import { createRandom, lognormal, poisson, weighted } from './random.ts';

function draws(count: number, draw: () => number): number[] {
  return Array.from({ length: count }, draw);
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('chance', () => {
  it('repeats itself with the same seed and stream, and differs with another', () => {
    const first = draws(5, createRandom(7, 1));
    expect(draws(5, createRandom(7, 1))).toEqual(first);
    expect(draws(5, createRandom(8, 1))).not.toEqual(first);
    expect(draws(5, createRandom(7, 2))).not.toEqual(first);
  });

  it('is the same for ever: these numbers may not change, or every recorded simulation does', () => {
    const random = createRandom(1, 0);
    expect(draws(4, () => Math.floor(random() * 1e6))).toMatchInlineSnapshot(`
      [
        412562,
        593026,
        798267,
        930533,
      ]
    `);
  });

  it('is even over [0, 1)', () => {
    const values = draws(20_000, createRandom(3, 0));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(0.5, 1);
    for (let tenth = 0; tenth < 10; tenth++) {
      const share = values.filter((value) => Math.floor(value * 10) === tenth).length / values.length;
      expect(share).toBeGreaterThan(0.09);
      expect(share).toBeLessThan(0.11);
    }
  });

  it.each([0, 0.3, 4, 500])('counts %s on average where so many are expected', (expected) => {
    const random = createRandom(5, 0);
    const average = mean(draws(4_000, () => poisson(random, expected)));
    expect(Math.abs(average - expected)).toBeLessThanOrEqual(0.1 * expected);
  });

  it('has the median asked for', () => {
    const random = createRandom(9, 0);
    const sorted = draws(4_001, () => lognormal(random, 100, 0.7)).sort((a, b) => a - b);
    expect(sorted[2_000]).toBeGreaterThan(95);
    expect(sorted[2_000]).toBeLessThan(105);
  });

  it('chooses by weight', () => {
    const random = createRandom(4, 0);
    const choices = [
      ['often', 3],
      ['seldom', 1],
      ['never', 0],
    ] as const;
    const chosen = Array.from({ length: 4_000 }, () => weighted(random, choices));
    expect(chosen.filter((choice) => choice === 'often').length / 4_000).toBeCloseTo(0.75, 1);
    expect(chosen).not.toContain('never');
  });
});
