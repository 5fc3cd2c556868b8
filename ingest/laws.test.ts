/** The three laws of the numbers: live and replayed are the same, order and accidents do not show, parts add up. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isControl } from '../lib/event/event.ts';
import { COUNT_NAMES } from '../lib/numbers/second.ts';
import { type Case, countedBy, logs, MINUTE, positions } from './agreement-contract.ts';
import type { MemoryStore } from './memory-store.ts';

const RUNS = { numRuns: Number(process.env.PROPERTY_RUNS ?? 100) };
const NONE: ReadonlySet<number> = new Set();
const OPTIONS = { windowMs: 6 * MINUTE, listeners: ['ann', 'bob', 'cy'], connections: ['', 'c1'] };
/** a copy is met, or is late, here or there: the ledger tells of the log, not of the audience */
const LEDGER = new Set(['duplicates']);

/** What is stored in the end, zeros left out, in an order of its own. */
function stored(store: MemoryStore): string[] {
  const cells: string[] = [];
  for (const [group, seconds] of store.rows) {
    for (const [second, row] of seconds) {
      for (const name of COUNT_NAMES) {
        const value = row[name] ?? 0;
        if (value !== 0 && !LEDGER.has(name)) cells.push(`${group} ${second} ${name} ${value}`);
      }
    }
  }
  for (const stay of store.stays.values()) cells.push(JSON.stringify(stay));
  return cells.sort();
}

const once = { partitions: 1, slices: 1, checkpoints: NONE, restarts: NONE };

describe('the laws', () => {
  it('1: a log replayed gives what it gave live', async () => {
    await fc.assert(
      fc.asyncProperty(logs(OPTIONS), positions, positions, async (log, checkpoints, restarts) => {
        const live = stored(await countedBy({ ...once, log, checkpoints, restarts }));
        expect(stored(await countedBy({ ...once, log, sweepAbove: 0, checkpoints }))).toEqual(live);
        expect(stored(await countedBy({ ...once, log }))).toEqual(live);
      }),
      RUNS,
    );
  });

  it('2: order within 120 s, copies, batches, restarts and partitions do not show', async () => {
    const shaken = logs({ ...OPTIONS, windowMs: MINUTE }).chain((log) =>
      fc.tuple(fc.constant(log), fc.shuffledSubarray([...log, ...log.slice(0, 6)], { minLength: log.length })),
    );
    await fc.assert(
      fc.asyncProperty(shaken, positions, fc.constantFrom(1, 3, 12), async ([log, order], restarts, partitions) => {
        // what an edge put far after the others would be late in one order and not in another
        const near = (of: Case['log']): Case['log'] => {
          const from = Math.min(...log.map(({ event }) => event.ts));
          return of.filter(({ event }) => event.ts < from + 115_000);
        };
        const expected = stored(await countedBy({ ...once, log: near(log) }));
        const all = near([...order, ...log]);
        const run = { log: all, partitions, slices: 1, checkpoints: restarts, restarts };
        expect(stored(await countedBy(run))).toEqual(expected);
      }),
      RUNS,
    );
  });

  it('3: partitions add up to the whole, and rows to their levels', async () => {
    await fc.assert(
      fc.asyncProperty(logs(OPTIONS), async (log) => {
        // by time, so that nothing is late in the whole that is not in a part
        const events = log.filter(({ event }) => !isControl(event)).sort((a, b) => a.event.ts - b.event.ts);
        const whole = await countedBy({ ...once, log: events });
        const sums: string[] = [];
        for (const [group, seconds] of whole.rows) {
          for (const [second, row] of seconds) {
            for (const name of COUNT_NAMES)
              if ((row[name] ?? 0) !== 0) sums.push(`${group} ${second} ${name} ${row[name]}`);
          }
        }
        const parts = new Map<string, number>();
        for (const listener of OPTIONS.listeners) {
          const own = events.filter(({ event }) => !isControl(event) && event.listener === listener);
          for (const [group, seconds] of (await countedBy({ ...once, log: own })).rows) {
            for (const [second, row] of seconds) {
              for (const name of COUNT_NAMES) {
                const key = `${group} ${second} ${name}`;
                parts.set(key, (parts.get(key) ?? 0) + (row[name] ?? 0));
              }
            }
          }
        }
        expect(
          [...parts]
            .filter(([, sum]) => sum !== 0)
            .map(([key, sum]) => `${key} ${sum}`)
            .sort(),
        ).toEqual(sums.sort());
        let connected = 0;
        let hearing = 0;
        let connections = 0;
        const rows = [...(whole.rows.get('demo|||') ?? [])].sort(([a], [b]) => a - b);
        for (const [, row] of rows) {
          connected += row.connected ?? 0;
          hearing += row.hearing ?? 0;
          connections += row.connections ?? 0;
          const leaves = (['left', 'error', 'server', 'kicked', 'room_ended', 'timeout', 'replaced', 'other'] as const)
            .map((reason) => row[reason] ?? 0)
            .reduce((a, b) => a + b, 0);
          expect((row.joins ?? 0) - leaves).toBe(row.connections ?? 0);
          expect(connected).toBeLessThanOrEqual(connections);
          expect(hearing).toBeLessThanOrEqual(connected);
        }
      }),
      RUNS,
    );
  });
});
