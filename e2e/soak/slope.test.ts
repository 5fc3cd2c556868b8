import { describe, expect, it } from 'vitest';
import { afterWarmUp, lowest, slope } from './slope.ts';

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

  it('is no growth where what is collected now and then comes back', () => {
    const saw = Array.from({ length: 100 }, (_, at) => ({ at, value: 500 + 7 * ((at + 6) % 13) }));
    expect(lowest(saw, 5).map(({ value }) => value)).toEqual([500, 500, 500, 500, 500]);
    expect(lowest(line(3), 5).map(({ at }) => at)).toEqual([0, 10, 20, 30, 40]);
  });
});
