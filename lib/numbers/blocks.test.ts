import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Block, NO_LEVELS, piecesOfBlocks, piecesOfSeconds, rollUp, runsOfPieces } from './blocks.ts';
import { fill, NOTHING_COUNTED, type StoredRow } from './rows.ts';

const FROM = 1_000_007;
const LENGTH = 400;

/** Changes of connected and joins, by seconds after the first. */
const logs = fc.array(fc.tuple(fc.nat({ max: LENGTH - 1 }), fc.integer({ min: -3, max: 9 })), { maxLength: 40 });

function rowsOf(log: readonly (readonly [number, number])[]): StoredRow[] {
  const rows = new Map<number, StoredRow>();
  for (const [after, change] of log) {
    const second = FROM + after;
    const row = rows.get(second) ?? { ...NOTHING_COUNTED, second };
    rows.set(second, row);
    row.connected += change;
    row.joins += 1;
  }
  return [...rows.values()].filter((row) => row.connected !== 0).sort((a, b) => a.second - b.second);
}

function tensOf(rows: readonly StoredRow[]): Block[] {
  return [...rollUp(piecesOfSeconds(rows, FROM, FROM + LENGTH, NO_LEVELS), 10)];
}

describe('seconds rolled up', () => {
  it('say of each block what its seconds said: sum, least, most and when, and what was counted', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const rows = rowsOf(log);
        const seconds = [...fill(rows, FROM, FROM + LENGTH)];
        for (const block of tensOf(rows)) {
          const own = seconds.filter(({ second }) => Math.floor(second / 10) * 10 === block.second);
          const connected = own.map((row) => row.connected);
          const high = Math.max(...connected);
          expect(block.levels.connected).toEqual({
            sum: connected.reduce((a, b) => a + b, 0),
            low: Math.min(...connected),
            high,
            highAt: own.find((row) => row.connected === high)?.second,
          });
          expect([block.seconds, block.counts.joins]).toEqual([own.length, own.reduce((n, row) => n + row.joins, 0)]);
        }
      }),
    );
  });

  it('twice, to 10 s and then to minutes, is once to minutes', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const rows = rowsOf(log);
        const twice = [...rollUp(piecesOfBlocks(tensOf(rows), FROM, FROM + LENGTH, NO_LEVELS), 60)];
        const once = [...rollUp(piecesOfSeconds(rows, FROM, FROM + LENGTH, NO_LEVELS), 60)];
        expect(twice).toEqual(once);
      }),
    );
  });

  it('cover every second once, and no listener-second is lost', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const rows = rowsOf(log);
        const runs = [...runsOfPieces(piecesOfBlocks(tensOf(rows), FROM, FROM + LENGTH, NO_LEVELS), 10)];
        let at = FROM;
        for (const run of runs) {
          expect(run.second).toBe(at);
          at += run.span;
        }
        expect(at).toBe(FROM + LENGTH);
        const sum = [...fill(rows, FROM, FROM + LENGTH)].reduce((n, row) => n + row.connected, 0);
        expect(runs.reduce((n, run) => n + run.connected * run.span, 0)).toBeCloseTo(sum, 6);
      }),
    );
  });
});
