import { describe, expect, it } from 'vitest';
import { afterWarmUp, slope } from './slope.ts';

const line = (perSecond: number, from = 100) =>
  Array.from({ length: 50 }, (_, at) => ({ at, value: from + perSecond * at + (at % 2) }));

describe('growth', () => {
  it('is what a line through the samples gains in a second', () => {
    expect(slope(line(3))).toBeCloseTo(3, 1);
    expect(slope(line(0))).toBeCloseTo(0, 1);
    expect(slope(line(-2))).toBeCloseTo(-2, 1);
  });

  it('is nothing where there is nothing to draw a line through', () => {
    expect(slope([])).toBe(0);
    expect(slope([{ at: 3, value: 7 }])).toBe(0);
  });

  it('does not begin before what begins has what it needs', () => {
    const grown = [...line(10).slice(0, 10), ...Array.from({ length: 41 }, (_, i) => ({ at: 10 + i, value: 200 }))];
    expect(slope(grown)).toBeGreaterThan(1);
    expect(slope(afterWarmUp(grown, 0.25))).toBe(0);
  });
});
