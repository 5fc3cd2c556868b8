import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../lib/event/parse.ts';
import { Oracle } from '../../lib/oracle/oracle.ts';
import { Crowd } from './crowd.ts';

const START_AT = Date.UTC(2024, 2, 1, 20);

describe('a crowd that keeps books of itself', () => {
  it('counts what a recount by brute force counts', () => {
    const crowd = new Crowd({ broadcast: 'show', listeners: 400, startAt: START_AT, seed: 5 });
    const oracle = new Oracle({ defaultHeartbeatMs: 0, breakdowns: [] });
    const endAt = START_AT + 20 * 60_000;
    for (const lines of [crowd.until(endAt), crowd.end(endAt), crowd.latecomer(endAt + 1_200_000)]) {
      for (const line of lines) oracle.add(parseRecord(Buffer.from(line), null), 0);
    }
    const result = oracle.finish('show');
    const { truth } = crowd;
    const { error, left, timeout } = truth.leaves;
    expect(Math.min(error, left, timeout, truth.duplicates, crowd.broken, truth.comments)).toBeGreaterThan(0);
    expect(result?.report).toMatchObject({
      ...{ joins: truth.joins, leaves: truth.leaves, comments: truth.comments },
      ...{ connections: truth.connections, unique: truth.unique },
      quality: { events: truth.events, duplicates: truth.duplicates, late: 0 },
    });
    const counted = new Map(result?.rows.map(({ second, connected }) => [second, connected]));
    expect(crowd.curve().filter(([second, connected]) => counted.get(second) !== connected)).toEqual([]);
    expect(crowd.curve().length).toBeGreaterThan(1_200);
  });

  it('speaks at the same rate all the time', () => {
    const crowd = new Crowd({ broadcast: 'show', listeners: 1_000, startAt: START_AT, seed: 5 });
    const inMinutes = Array.from({ length: 10 }, (_, i) => [...crowd.until(START_AT + (i + 1) * 60_000)].length);
    for (const records of inMinutes) expect(Math.abs(records / 6_000 - 1)).toBeLessThan(0.02);
  });
});
