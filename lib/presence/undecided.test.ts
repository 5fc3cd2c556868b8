import { describe, expect, it } from 'vitest';
import { Details } from './details.ts';
import { EventIds } from './event-ids.ts';
import { EventList, NO_STARTUP, Undecided } from './undecided.ts';

const START = Date.UTC(2026, 0, 1, 20);
const EVENTS = 100_000;

describe('undecided events', () => {
  it('come back as they were written down, while others are let go of and their cells used again', () => {
    const details = new Details(0, () => undefined);
    const undecided = new Undecided(new EventIds());
    const detail = details.number(2, {
      type: 'heartbeat',
      roomSent: false,
      source: null,
      role: null,
      heartbeatMs: null,
      code: '',
      fatal: null,
      reason: null,
      attrs: null,
    });
    const heads: number[] = [];
    const write = (of: number, ts: number): void => {
      heads[of] = undecided.add(heads[of] ?? 0, START + ts, detail, 0, ts % 5 === 0 ? ts : NO_STARTUP);
    };
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < EVENTS; i++) write(i % 1_000, round * EVENTS + i);
      // a few chains keep all they have
      for (let of = 0; of < 1_000; of++) {
        if (of % 100 !== 7) heads[of] = undecided.drop(heads[of] ?? 0, START + round * EVENTS + EVENTS - 2_001);
      }
    }
    const list = new EventList();
    for (let of = 0; of < 1_000; of++) {
      undecided.read(heads[of] ?? 0, details, list);
      const kept = of % 100 === 7 ? 3 * (EVENTS / 1_000) : 2;
      expect(list.length).toBe(kept);
      const last = 3 * EVENTS - 1_000 + of;
      expect(list.ts[kept - 1]).toBe(START + last);
      expect(list.startup[kept - 1]).toBe(last % 5 === 0 ? last : NO_STARTUP);
    }
    for (let of = 0; of < 1_000; of++) undecided.drop(heads[of] ?? 0, Number.POSITIVE_INFINITY);
    expect(undecided.used).toBe(0);
  });
});
