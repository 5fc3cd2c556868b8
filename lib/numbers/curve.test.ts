import { describe, expect, it } from 'vitest';
import { curveLevels, type Sample } from './curve.ts';

/** One sample a minute; `_` is a missing one, `.` none at all. */
function samples(text: string): Sample[] {
  return text
    .split(' ')
    .map((word, minute) => ({ at: minute * 60_000, value: word === '_' ? null : Number(word), none: word === '.' }))
    .filter(({ none }) => !none)
    .map(({ at, value }) => ({ at, value }));
}

describe('the levels of a curve', () => {
  it.each([
    ['10 12 11', [0, 60, 120], []],
    ['10 _ 11', [0, 120], [{ from: 60, to: 119 }]],
    ['10 _ _ 11 12', [0, 180, 240], [{ from: 60, to: 179 }]],
    // one or two samples that never came are no gap, four are
    ['10 . . 11 12 13', [0, 180, 240, 300], []],
    ['10 11 12 . . . . 13', [0, 60, 120, 420], [{ from: 180, to: 419 }]],
    ['_ 10 11 _', [60, 120], []],
    ['_', [], []],
    ['0 0', [0, 60], []],
  ])('of %s', (text, seconds, gaps) => {
    const levels = curveLevels(samples(text));
    expect(levels.levels.map(({ second }) => second)).toEqual(seconds);
    expect(levels.gaps).toEqual(gaps);
  });

  it('keeps the last known of several samples in one second', () => {
    const levels = curveLevels([
      { at: 1_000, value: 5 },
      { at: 1_200, value: 7 },
      { at: 1_300, value: null },
      { at: 2_000, value: 8 },
    ]);
    expect(levels.levels).toEqual([
      { second: 1, value: 7 },
      { second: 2, value: 8 },
    ]);
  });
});
