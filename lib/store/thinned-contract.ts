/** What the database chooses of a long stretch keeps its picture, whichever store it is. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill, NOTHING_COUNTED, type StoredRow } from '../numbers/rows.ts';
import { openTables } from './open.ts';
import { rowsOfChart } from './rows-of-chart.ts';

const START = 1_700_000_000;
const LENGTH = 4_000;

const change = fc.record({
  second: fc.integer({ min: START - 50, max: START + LENGTH - 1 }),
  connected: fc.integer({ min: 0, max: 3_000_000 }),
  hearing: fc.nat(9),
  joins: fc.nat(3),
  hosts: fc.constantFrom(0, 0, 0, 0, 1, -1),
});

/** `empty` makes a store and gives its URL. */
export function thinnedContract(empty: () => Promise<string>): void {
  describe('points chosen by the database', () => {
    it('are of the series, add up to it, and keep its highest and lowest second', async () => {
      const tables = await openTables(await empty());
      let group = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(change, { maxLength: 120, size: 'max' }),
          fc.integer({ min: 1, max: 3 }),
          async (made, step) => {
            group++;
            const stored = merged(made);
            for (const [at, row] of stored.entries()) {
              const table = at % 3 === 0 ? 'rows_live' : 'rows_final';
              const values = { ...row, group_id: group };
              await tables
                .insertInto(table)
                .values({ ...values, part: 0 })
                .execute();
              // a second partition whose counts cancel out
              if (at % 4 === 0) {
                await tables
                  .insertInto('rows_live')
                  .values({ ...values, ...NOTHING_COUNTED, connected: 1, part: 1 })
                  .execute();
                await tables
                  .insertInto('rows_final')
                  .values({ ...values, ...NOTHING_COUNTED, connected: -1, part: 2 })
                  .execute();
              }
            }
            const [from, to] = [START + step * 100, START + LENGTH];
            const series = [...fill(stored, from, to)];
            const points = await rowsOfChart(tables, { id: group, broadcastId: 0 }, from, to, 160);
            expect(points.length).toBeLessThanOrEqual(330);
            expect([points[0]?.row.second, points.at(-1)?.row.second]).toEqual([from, to - 1]);
            let covered = from - 1;
            for (const { row, seconds } of points) {
              const here = series[row.second - from];
              expect([row.connected, row.hearing, row.hosts]).toEqual([here?.connected, here?.hearing, here?.hosts]);
              covered += seconds;
              expect(row.second).toBe(covered);
            }
            const joins = (rows: readonly { joins: number }[]): number => rows.reduce((sum, row) => sum + row.joins, 0);
            expect(joins(points.map(({ row }) => row))).toBe(joins(series));
            for (const name of ['connected', 'hearing'] as const) {
              const extremes = (rows: readonly StoredRow[]) => [
                Math.max(...rows.map((row) => row[name])),
                Math.min(...rows.map((row) => row[name])),
              ];
              expect(extremes(points.map(({ row }) => row))).toEqual(extremes(series));
            }
          },
        ),
        { numRuns: 25 },
      );
      await tables.destroy();
    });
  });
}

/** A stored row a second, levels as their change; the two lines given as they are then. */
function merged(
  changes: readonly { second: number; connected: number; hearing: number; joins: number; hosts: number }[],
): StoredRow[] {
  const bySecond = new Map(changes.map((one) => [one.second, one]));
  let before = { connected: 0, hearing: 0 };
  return [...bySecond.values()]
    .sort((a, b) => a.second - b.second)
    .map((one) => {
      const { connected, hearing } = before;
      before = one;
      return {
        ...NOTHING_COUNTED,
        ...one,
        connected: one.connected - connected,
        hearing: one.hearing - hearing,
      };
    });
}
