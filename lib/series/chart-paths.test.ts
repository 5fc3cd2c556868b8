import { describe, expect, it } from 'vitest';
import { bandPath, linePath } from './chart-paths.ts';

const ROWS = [
  { at: 0, value: 1 },
  { at: 10, value: 2 },
  { at: 20, value: null },
  { at: 30, value: 3 },
];
const same = (value: number): number => value;

describe('a path', () => {
  it('of a line breaks where a value is missing', () =>
    expect(linePath(ROWS, ({ value }) => value, same, same)).toBe('M0 1L10 2M30 3'));

  it('of a band goes along the upper edge and back along the lower one, for each stretch', () =>
    expect(bandPath(ROWS, ({ value }) => (value === null ? null : [0, value]), same, same)).toBe(
      'M0 1L10 2L10 0L0 0ZM30 3L30 0Z',
    ));

  it('of nothing is empty', () => {
    expect(linePath([], () => 1, same, same)).toBe('');
    expect(bandPath(ROWS, () => null, same, same)).toBe('');
  });

  it('is as fine as a tenth of a pixel', () =>
    expect(linePath([{ at: 0.123, value: 1 }], ({ value }) => value, same, same)).toBe('M0.1 1'));
});
