import { describe, expect, it } from 'vitest';
import { demandNow, mergeDemand } from './demand-now.ts';
import { row } from './test-points.ts';

const BUCKETS = [
  { second: 100, asked: 50, met: 50 },
  { second: 110, asked: 200, met: 60 },
  { second: 120, asked: 80, met: 40 },
];

describe('demand', () => {
  it('is of the last ten seconds that are over, not of those under way', () => {
    expect(demandNow(BUCKETS, [], 129, false)?.last).toEqual({ askedPerSecond: 20, metPerSecond: 6 });
    expect(demandNow(BUCKETS, [], 130, false)?.last).toEqual({ askedPerSecond: 8, metPerSecond: 4 });
  });

  it('has a ceiling only where people were refused', () => {
    expect(demandNow(BUCKETS, [], 110, false)?.ceilingPerSecond).toBeNull();
    expect(demandNow(BUCKETS, [], 130, false)?.ceilingPerSecond).toBe(6);
  });

  it('of ten seconds in which nobody attempted is null, and so is that of a run that is over', () => {
    expect(demandNow(BUCKETS, [], 150, false)?.last).toBeNull();
    expect(demandNow(BUCKETS, [row({ second: 130, unmet: 7 })], 130, true)).toMatchObject({ last: null, unmet: null });
  });

  it('knows who is still outside', () =>
    expect(demandNow(BUCKETS, [row({ second: 130, unmet: 7 })], 130, false)?.unmet).toBe(7));

  it('where nobody ever attempted is nothing', () => expect(demandNow([], [], 130, false)).toBeNull());

  it('takes what is read anew in place of what was known', () => {
    const rows = [row({ second: 110, demand: { asked: 210, met: 90 } }), row({ second: 111, demand: null })];
    expect(mergeDemand(BUCKETS, rows, 110)).toEqual([BUCKETS[0], { second: 110, asked: 210, met: 90 }]);
  });
});
