import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, column, control, counted, event } from './hand-written-log.ts';

const fatal = (seconds: number, listener: string, more = {}) =>
  event('error', seconds, listener, { code: 'capacity', fatal: true, ...more });

describe('rows', () => {
  it('run from the first event to the last event or ending, whole seconds up', () => {
    const { rows } = counted([event('join', 0.2, 'ann', { heartbeatMs: 9_000 }), event('attempt', 1, 'ben')]);
    expect(rows.map(({ second }) => second * 1000)).toEqual([1, 2, 3, 4, 5].map(at));
  });

  it('are moved by room events and by no remark', () => {
    const { rows } = counted([
      control('room_start', 2),
      event('join', 4, 'ann'),
      control('note', 90, { label: 'later' }),
      control('title', 0, { label: 'earlier' }),
    ]);
    expect(rows).toHaveLength(3);
  });

  it('are none where only remarks came', () => {
    expect(counted([control('note', 0, { label: 'alone' })]).rows).toEqual([]);
  });

  it('refuse a broadcast of more than a week in one sentence', () => {
    expect(() => counted([event('join', 0, 'ann'), event('leave', 700_000, 'ann')])).toThrow(/at most 604800 seconds/);
  });

  it('hold levels at the instant, half-open, and counters of the second before it', () => {
    const result = counted([
      event('join', 0, 'ann'),
      event('join', 0.001, 'ben'),
      event('leave', 2, 'ann'),
      event('leave', 2.001, 'ben'),
    ]);
    expect([column(result, 'connected'), column(result, 'joins'), column(result, 'left')]).toEqual([
      [1, 2, 1, 0],
      [1, 1, 0, 0],
      [0, 0, 1, 1],
    ]);
  });

  it('count a listener once over connections and rooms', () => {
    const result = counted([
      event('join', 0, 'ann', { connection: 'phone', room: 'hall' }),
      event('join', 1, 'ann', { connection: 'tv', room: 'foyer' }),
      event('leave', 2, 'ann', { connection: 'phone', room: 'hall' }),
    ]);
    expect([column(result, 'connected'), column(result, 'connections')]).toEqual([
      [1, 1, 1],
      [1, 2, 1],
    ]);
    expect(result.perRoom.get('hall')?.map(({ connected }) => connected)).toEqual([1, 1, 0]);
    expect(result.perRoom.get('foyer')?.map(({ connected }) => connected)).toEqual([0, 1, 1]);
  });

  it('keep hosts and speakers in their own lane', () => {
    const result = counted([
      event('join', 0, 'hana', { role: 'host' }),
      event('join', 0, 'sam', { role: 'speaker' }),
      event('comment', 1, 'hana'),
      event('leave', 1, 'sam'),
    ]);
    const cells = (['hosts', 'speakers', 'connected', 'joins', 'left', 'comments'] as const).map((name) =>
      column(result, name),
    );
    expect(cells).toEqual([
      [1, 1],
      [1, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  it('give each value of an attribute its own listeners', () => {
    const { perAttribute } = counted([
      event('join', 0, 'ann', { attrs: { client: 'web' } }),
      event('join', 1, 'ben', { attrs: { client: 'ios' } }),
    ]);
    expect(
      perAttribute
        .get('client')
        ?.get('web')
        ?.map(({ connected }) => connected),
    ).toEqual([1, 1]);
    expect(
      perAttribute
        .get('client')
        ?.get('ios')
        ?.map(({ connected }) => connected),
    ).toEqual([0, 1]);
  });

  it('tell time-outs by silence from those that say so', () => {
    const result = counted([
      event('join', 0, 'ann', { heartbeatMs: 2_000 }),
      event('join', 0, 'ben'),
      event('leave', 1, 'ben', { reason: 'timeout' }),
    ]);
    expect([column(result, 'timeout'), column(result, 'timeouts')]).toEqual([
      [0, 2],
      [0, 1],
    ]);
  });

  it('put a reason nobody knows under other', () => {
    const result = counted([event('join', 0, 'ann'), event('leave', 0.5, 'ann', { reason: 'tired' })]);
    expect(column(result, 'other')).toEqual([0, 1]);
  });

  it('count a lost join once a connection, in the second of its first opening', () => {
    const result = counted([
      event('heartbeat', 0, 'ann'),
      event('leave', 1, 'ann'),
      event('join', 2, 'ann'),
      event('leave', 3, 'ben'),
    ]);
    expect([column(result, 'joinsLost'), column(result, 'orphanLeaves')]).toEqual([
      [1, 0, 0, 0],
      [0, 0, 0, 1],
    ]);
  });
});

describe('events outside any stay', () => {
  it('belong to the stay that opens within 60 s, its instant inside', () => {
    const comments = (join: number) =>
      counted([event('leave', 0, 'hana'), event('comment', 1, 'hana'), event('join', join, 'hana', { role: 'host' })])
        .report.comments;
    expect([comments(61), comments(61.001)]).toEqual([0, 1]);
  });

  it('belong to the stay before where none opens', () => {
    const { report } = counted([
      event('join', 0, 'hana', { role: 'host' }),
      event('leave', 5, 'hana'),
      event('comment', 100, 'hana'),
    ]);
    expect(report.comments).toBe(0);
  });

  it('belong to the stay that ended at their instant', () => {
    const { report } = counted([
      event('join', 0, 'hana', { role: 'host' }),
      event('leave', 5, 'hana'),
      event('comment', 5, 'hana'),
      event('join', 20, 'hana'),
    ]);
    expect(report.comments).toBe(0);
  });
});

describe('attempts', () => {
  const outcome = (...records: ReturnType<typeof event>[]) => {
    const { report } = counted([...records, event('playing', 400, 'someone else')]);
    return report.attempts;
  };

  it.each([
    ['heard by audio within 60 s', 60, { heard: 1, unresolved: 0 }],
    ['unresolved a millisecond later', 60.001, { heard: 0, unresolved: 1 }],
  ])('are %s', (_, seconds, wanted) => {
    const records = [event('attempt', 0, 'ann'), event('join', 0, 'ann'), event('playing', seconds, 'ann')];
    expect(outcome(...records)).toMatchObject(wanted);
  });

  it('fail by a fatal error, counted again in its own second', () => {
    const result = counted([event('attempt', 0, 'ann'), fatal(2, 'ann')]);
    expect([column(result, 'failed'), column(result, 'failures')]).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });

  it.each([
    [1, { exited: 1, unresolved: 0 }],
    [0.999, { exited: 0, unresolved: 1 }],
  ])('end as exited by an ending %s s after, or not', (seconds, wanted) => {
    expect(outcome(event('join', 0, 'ann'), event('attempt', 0, 'ann'), event('leave', seconds, 'ann'))).toMatchObject(
      wanted,
    );
  });

  it('end before a later attempt by an ending that silence dates back', () => {
    const attempts = outcome(
      event('attempt', 0, 'ann'),
      event('join', 0.1, 'ann', { heartbeatMs: 4_000 }),
      event('attempt', 3, 'ann'),
    );
    expect(attempts).toMatchObject({ total: 2, exited: 1, unresolved: 1 });
  });

  it('end with the next one at the latest', () => {
    const attempts = outcome(event('attempt', 0, 'ann'), event('attempt', 5, 'ann'), event('playing', 6, 'ann'));
    expect(attempts).toMatchObject({ total: 2, heard: 1, unresolved: 1 });
  });

  it('are heard by the join where nothing ever plays', () => {
    const { report } = counted([event('attempt', 0, 'ann'), event('join', 2, 'ann'), fatal(4, 'ann')]);
    expect(report.attempts).toMatchObject({ total: 1, heard: 1, failed: 0 });
  });

  it('leave a listener unmet from the failure to the next opening on any connection', () => {
    const result = counted([
      event('attempt', 0, 'ann', { connection: 'phone' }),
      fatal(1, 'ann', { connection: 'phone' }),
      event('join', 3, 'ann', { connection: 'tv' }),
      event('attempt', 4, 'ben'),
      fatal(4, 'ben'),
      event('comment', 5, 'ann', { connection: 'tv' }),
    ]);
    expect(column(result, 'unmet')).toEqual([0, 1, 1, 0, 1, 1]);
  });

  it('are asked for by distinct listeners in ten seconds of the epoch', () => {
    const { demand } = counted([
      event('attempt', 0, 'ann'),
      event('attempt', 9.999, 'ann'),
      event('playing', 10, 'ann'),
      event('attempt', 10, 'ben'),
    ]);
    expect(demand).toEqual([
      { second: at(0) / 1000, listeners: 1, met: 1, metByJoin: 0 },
      { second: at(10) / 1000, listeners: 1, met: 0, metByJoin: 0 },
    ]);
  });
});

describe('losses of listeners', () => {
  it('are endings of the last connection, by its reason', () => {
    const result = counted([
      event('join', 0, 'ann', { connection: 'phone' }),
      event('join', 0, 'ann', { connection: 'tv' }),
      event('leave', 1, 'ann', { connection: 'phone', reason: 'server' }),
      event('leave', 2, 'ann', { connection: 'tv' }),
    ]);
    expect([column(result, 'ended'), column(result, 'dropped')]).toEqual([
      [0, 0, 1],
      [0, 0, 0],
    ]);
  });

  it('are involuntary where one of two endings at an instant is', () => {
    const result = counted([
      event('join', 0, 'ann', { connection: 'phone' }),
      event('join', 0, 'ann', { connection: 'tv' }),
      event('leave', 1, 'ann', { connection: 'phone', reason: 'error' }),
      event('leave', 1, 'ann', { connection: 'tv' }),
    ]);
    expect(column(result, 'dropped')).toEqual([0, 1]);
  });

  it('are none where another connection opens at the very instant', () => {
    const result = counted([
      event('join', 0, 'ann', { connection: 'phone' }),
      event('leave', 1, 'ann', { connection: 'phone', reason: 'replaced' }),
      event('join', 1, 'ann', { connection: 'tv' }),
    ]);
    expect([column(result, 'began'), column(result, 'ended'), column(result, 'handedOver')]).toEqual([
      [1, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  it('by silence are suspected a period and 3 s after the last evidence, and dated back', () => {
    const result = counted([event('join', 0, 'ann', { heartbeatMs: 2_000 }), event('comment', 6, 'ben')]);
    expect([column(result, 'timedOut'), column(result, 'newlySuspect')]).toEqual([
      [0, 1, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 1, 0],
    ]);
  });

  it('are not suspected while another connection is heard of', () => {
    const result = counted([
      event('join', 0, 'ann', { connection: 'phone', heartbeatMs: 5_000 }),
      event('join', 0, 'ann', { connection: 'tv' }),
      event('comment', 20, 'ann', { connection: 'tv' }),
    ]);
    expect(Math.max(...column(result, 'newlySuspect'))).toBe(0);
  });

  it('are not suspected where evidence comes at the very instant', () => {
    const result = counted([
      event('join', 0, 'ann', { heartbeatMs: 2_000 }),
      event('heartbeat', 5, 'ann'),
      event('leave', 6, 'ann'),
    ]);
    expect(Math.max(...column(result, 'newlySuspect'))).toBe(0);
  });

  it('of hearing are stalls of who stays', () => {
    const result = counted([
      event('playing', 0, 'ann'),
      event('stall', 1, 'ann'),
      event('playing', 0, 'ben'),
      event('leave', 1, 'ben'),
    ]);
    expect(column(result, 'newlyStalled')).toEqual([0, 1]);
  });
});

it('adds up in every row, whatever the log', () => {
  const record = fc
    .record({
      type: fc.constantFrom('join', 'join', 'leave', 'heartbeat', 'attempt', 'playing', 'stall', 'resume', 'error'),
      ms: fc.integer({ min: 0, max: 60_000 }),
      listener: fc.constantFrom('ann', 'ben'),
      connection: fc.constantFrom('phone', 'tv'),
      heartbeatMs: fc.constantFrom(0, 1, 1_000, 5_000),
      reason: fc.constantFrom('left', 'server', 'timeout', 'replaced'),
      fatal: fc.boolean(),
    })
    .map(({ type, ms, listener, ...more }) => event(type, ms / 1000, listener, { ...more, code: 'network' }));
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), (records) => {
      const { rows } = counted(records);
      let before = { connections: 0, connected: 0 };
      for (const row of rows) {
        const leaves =
          row.left + row.error + row.server + row.kicked + row.room_ended + row.timeout + row.replaced + row.other;
        expect(row.connections).toBe(before.connections + row.joins - leaves);
        expect(row.connected).toBe(before.connected + row.began - row.ended - row.timedOut);
        expect(row.connected).toBeLessThanOrEqual(row.connections);
        expect(row.hearing).toBeLessThanOrEqual(row.connected);
        expect(row.heard + row.failed + row.exited + row.unresolved).toBe(row.attempts);
        before = row;
      }
    }),
    { numRuns: 200 },
  );
});
