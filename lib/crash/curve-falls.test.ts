import { describe, expect, it } from 'vitest';
import { curveLevels } from '../numbers/curve.ts';
import { curveFalls } from './curve-falls.ts';

const MINUTE = 60;

/** One sample a minute; `null` is missing. */
function falls(values: readonly (number | null)[], stepSeconds = MINUTE) {
  const samples = values.map((value, i) => ({ at: i * stepSeconds * 1000, value }));
  return curveFalls(curveLevels(samples)).map(({ onset, serviceEnd }) => [onset / MINUTE, (serviceEnd ?? 0) / MINUTE]);
}

const calm = (minutes: number, level = 10_000): number[] =>
  Array.from({ length: minutes }, (_, i) => level + ((i * 7919) % 13) * 20 - 120);

describe('falls of a curve', () => {
  it('finds one in the sample that shows it', () => {
    const found = falls([...calm(60), 5_000, 5_100, 5_200, ...calm(60, 9_000)]);
    expect(found).toEqual([[59 + 1 / 60, 60]]);
  });

  it('adds up what falls over several samples', () => {
    expect(falls([...calm(60), 8_900, 7_900, 7_000, 6_200, ...calm(60, 6_200)])).toHaveLength(1);
  });

  it.each([
    ['a crowd that stays', calm(300)],
    ['people who leave little by little', Array.from({ length: 200 }, (_, i) => Math.round(20_000 * 0.97 ** i))],
    ['a small crowd that halves', [...Array(60).fill(24), 12, ...Array(60).fill(13)]],
    ['a rise', [...calm(60), ...calm(60, 30_000)]],
    ['a missing sample', [...calm(60), null, null, ...calm(60)]],
    ['a gap after which fewer are there', [...calm(60), null, null, ...calm(60, 4_000)]],
    ['the end of the show', [...calm(60), 4_000, 1_500, 600, 200]],
  ])('sees none in %s', (_, values) => {
    expect(falls(values)).toEqual([]);
  });

  it('sees two that are far enough apart as two', () => {
    expect(falls([...calm(60), 5_000, ...calm(30), 5_000, ...calm(60)])).toHaveLength(2);
  });

  it('reads a curve of a sample a second too', () => {
    expect(falls([...calm(300), ...calm(3, 9_400), ...calm(300, 6_000)], 1)).toHaveLength(1);
  });
});
