import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cusum } from './cusum.ts';

/** `counts` one a second, 1 expected and 1 allowed in each. */
function fed(counts: readonly number[]): Cusum {
  const cusum = new Cusum();
  for (const count of counts) cusum.step(count, 1, 1);
  return cusum;
}

describe('a CUSUM', () => {
  it.each<[string, number[], { sum: number; excess: number; seconds: number }]>([
    ['stays at zero while counts are as expected', [1, 2, 0, 2], { sum: 0, excess: 0, seconds: 0 }],
    ['gathers what is above expectation and slack', [1, 5, 6], { sum: 7, excess: 9, seconds: 2 }],
    ['falls back when it is over', [9, 0, 0], { sum: 3, excess: 6, seconds: 3 }],
    ['begins anew from zero', [9, 0, 0, 0, 0, 7], { sum: 5, excess: 6, seconds: 1 }],
  ])('%s', (_, counts, expected) => {
    const { sum, excess, seconds } = fed(counts);
    expect({ sum, excess, seconds }).toEqual(expected);
  });

  it.each<[string, number[], number]>([
    ['a burst in this second', [1, 1, 1, 20], 0],
    ['a burst three seconds ago', [1, 1, 20, 20, 20, 1], 3],
    ['one too many before the burst is no beginning', [1, 3, 1, 3, 20, 20, 20], 2],
  ])('dates %s', (_, counts, ago) => {
    expect(fed(counts).beganAgo()).toBe(ago);
  });

  it('holds the last seconds against the half minute before them', () => {
    const cusum = new Cusum();
    for (let i = 0; i < 60; i++) cusum.step(4, 1, 1);
    for (let i = 0; i < 5; i++) cusum.step(10, 1, 1);
    expect(cusum.jump(5)).toEqual({ recent: 50, expected: 20, excess: 30 });
  });

  it('is never below zero, and never above all that came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { maxLength: 200 }), (counts) => {
        const cusum = fed(counts);
        expect(cusum.sum).toBeGreaterThanOrEqual(0);
        expect(cusum.excess).toBeLessThanOrEqual(counts.reduce((a, b) => a + b, 0));
      }),
    );
  });
});
