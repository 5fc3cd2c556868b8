import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs, type StoredRow } from '../numbers/rows.ts';
import { COUNT_NAMES } from '../numbers/second.ts';
import { SummarySoFar } from './summary-so-far.ts';

const FROM = 1_000_000;

function stored(changes: readonly (readonly [number, number])[]): StoredRow[] {
  const zeros = Object.fromEntries(COUNT_NAMES.map((n) => [n, 0])) as Omit<StoredRow, 'second'>;
  const by = new Map<number, number>();
  for (const [second, change] of changes) by.set(FROM + second, (by.get(FROM + second) ?? 0) + change);
  return [...by]
    .sort((a, b) => a[0] - b[0])
    .map(([second, connected]) => ({ ...zeros, second, connected, hearing: connected }));
}

const curves = fc.array(fc.tuple(fc.nat({ max: 2_000 }), fc.integer({ min: 1, max: 50 })), {
  minLength: 1,
  maxLength: 40,
});

describe('a curve in short', () => {
  it('is the same taken at once or piece by piece', () => {
    fc.assert(
      fc.property(curves, fc.array(fc.nat({ max: 2_100 }), { maxLength: 6 }), (changes, cuts) => {
        const rows = stored(changes);
        const whole = new SummarySoFar(FROM);
        whole.take(runs(rows, FROM, FROM + 2_100));
        const pieces = new SummarySoFar(FROM);
        for (const cut of [...cuts.sort((a, b) => a - b), 2_100]) {
          if (FROM + cut > pieces.next) pieces.take(runs(rows, pieces.next, FROM + cut));
        }
        expect(pieces.brief(60)).toEqual(whole.brief(60));
      }),
    );
  });

  it('knows the peak, the last level and the one of five minutes before', () => {
    const so = new SummarySoFar(FROM);
    so.take(
      runs(
        stored([
          [0, 5],
          [100, 20],
          [500, -15],
        ]),
        FROM,
        FROM + 601,
      ),
    );
    expect(so.brief(60)).toMatchObject({ connected: 10, peak: 25, before: 25 });
    expect(so.brief(60).spark.length).toBeLessThanOrEqual(60);
    expect(Math.max(...so.brief(60).spark)).toBe(25);
  });

  it('has no five minutes before where it did not run that long', () => {
    const so = new SummarySoFar(FROM);
    so.take(runs(stored([[0, 5]]), FROM, FROM + 100));
    expect(so.brief(60).before).toBeNull();
  });
});
