import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill, runs } from '../numbers/rows.ts';
import { Timeline } from './timeline.ts';

const [nothing] = fill([], 0, 1);

describe('a timeline', () => {
  it('gives what a row every second would', () => {
    const change = fc.record({
      second: fc.integer({ min: 100, max: 160 }),
      connected: fc.integer({ min: -5, max: 9 }),
      newlySuspect: fc.integer({ min: 0, max: 4 }),
      suspect: fc.integer({ min: -3, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(change, { selector: (c) => c.second }),
        fc.integer({ min: 90, max: 170 }),
        (changes, a) => {
          if (!nothing) return;
          const stored = changes.map((c) => ({ ...nothing, ...c })).sort((x, y) => x.second - y.second);
          const rows = [...fill(stored, 100, 161)];
          const timeline = new Timeline([...runs(stored, 100, 161)]);
          expect([timeline.first, timeline.last]).toEqual([100, 160]);
          expect(timeline.suspectNow).toBe(rows.at(-1)?.suspect);
          expect([...timeline.connected(105, 150)]).toEqual(rows.slice(5, 51).map((r) => r.connected));
          expect(timeline.connectedAt(a)).toBe(rows[a - 100]?.connected ?? 0);
          const within = rows.filter((r) => r.second >= a && r.second <= a + 20);
          expect(timeline.sums(a, a + 20)).toEqual({
            newlySuspect: within.reduce((sum, r) => sum + r.newlySuspect, 0),
            connected: within.reduce((sum, r) => sum + r.connected, 0),
          });
        },
      ),
      { numRuns: 100 },
    );
  });
});
