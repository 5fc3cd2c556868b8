import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Roster } from './roster.ts';

const LISTENERS = ['ann', 'ann-1', 'ünï', 'x'.repeat(256)];

const arbitraryListener = fc.constantFrom(...LISTENERS);
/** often beginning with the listener's id, or being it; '' where none was sent */
const arbitraryEnding = fc.oneof(
  fc.integer({ min: 0, max: 30 }).map(String),
  fc.constantFrom('', '-1', 'é', 'y'.repeat(90)),
);
const arbitraryMove = fc.record({
  listener: arbitraryListener,
  room: fc.constantFrom('main', 'second'),
  begins: fc.boolean(),
  ending: arbitraryEnding,
  /** forget one of the listener's connections instead */
  forgets: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(20) }),
});

describe('a roster', () => {
  it('finds every connection under its own row, however many come and are forgotten', () => {
    fc.assert(
      fc.property(fc.array(arbitraryMove, { maxLength: 200, size: 'max' }), (moves) => {
        const roster = new Roster(0, () => undefined);
        const rows = new Map<string, number>();
        const keyOf = (row: number): string =>
          [roster.listenerId(roster.connections.listener(row)), roster.roomName(row), roster.connectionId(row)].join(
            ' / ',
          );
        for (const { listener, room, begins, ending, forgets } of moves) {
          if (forgets === null) {
            const connection = begins ? (listener + ending).slice(0, 256) : ending;
            const row = roster.connectionOf(listener, room, connection);
            const key = [listener, room, connection].join(' / ');
            expect(keyOf(row)).toBe(key);
            expect(rows.get(key) ?? row).toBe(row);
            rows.set(key, row);
            continue;
          }
          const of = roster.listenerOf(listener);
          let before = 0;
          let row = roster.firstConnection(of);
          for (let i = 0; i < forgets && row !== 0; i++) {
            before = row;
            row = roster.connectionAfter(row);
          }
          if (row === 0) continue;
          rows.delete(keyOf(row));
          roster.removeConnection(row, before);
        }
        const found: [string, number][] = [];
        for (const listener of LISTENERS) {
          const of = roster.listenerOf(listener);
          for (let row = roster.firstConnection(of); row !== 0; row = roster.connectionAfter(row)) {
            found.push([keyOf(row), row]);
          }
        }
        expect(found.sort()).toEqual([...rows].sort());
      }),
    );
  });

  it('finds a hundred thousand listeners again', () => {
    const roster = new Roster(0, () => undefined);
    const rows: number[] = [];
    for (let i = 0; i < 100_000; i++) rows.push(roster.connectionOf(`u${i}`, 'main', `u${i}-${i % 3}`));
    expect(new Set(rows).size).toBe(100_000);
    for (let i = 0; i < 100_000; i += 7) {
      expect(roster.connectionOf(`u${i}`, 'main', `u${i}-${i % 3}`)).toBe(rows[i]);
      expect(roster.listenerId(rows[i] ?? 0)).toBe(`u${i}`);
    }
  });
});
