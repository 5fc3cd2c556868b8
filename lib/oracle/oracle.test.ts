import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, column, control, counted, event, read, stayTexts } from './hand-written-log.ts';
import { Oracle } from './oracle.ts';

describe('reading a log', () => {
  it('says nothing of a broadcast that was never met', () => {
    expect(new Oracle({ defaultHeartbeatMs: 0, breakdowns: [] }).finish('show')).toBeNull();
  });

  it('counts what the door refuses by reason, and blank lines not at all', () => {
    const { ledger } = counted(['{', '', '[]', event('join', 0, 'ann')]);
    expect(ledger).toEqual({ events: 1, duplicates: 0, late: 0, rejected: { json: 2 } });
  });

  it('leaves out an event 125 s behind the newest before it, and takes one a millisecond newer', () => {
    const { ledger, stays } = counted([
      event('join', 200, 'new'),
      event('join', 75, 'late'),
      event('join', 75.001, 'fits'),
    ]);
    expect([ledger.late, stays.map(({ listener }) => listener)]).toEqual([1, ['fits', 'new']]);
  });

  it('judges lateness by the log of the event’s own partition', () => {
    const oracle = new Oracle({ defaultHeartbeatMs: 0, breakdowns: [] });
    read(oracle, event('join', 200, 'ann'), 0);
    read(oracle, event('join', 0, 'ben'), 1);
    expect(oracle.finish('show')?.ledger.late).toBe(0);
  });

  it('takes a remark however old it is, and lets none move the watermark', () => {
    const { ledger } = counted([
      control('note', 900, { label: 'ahead' }),
      event('join', 200, 'ann'),
      control('note', 0, { label: 'behind' }),
    ]);
    expect(ledger).toMatchObject({ events: 3, late: 0 });
  });

  it('calls a late copy late', () => {
    const { ledger } = counted([event('join', 0, 'ann'), event('join', 200, 'ben'), event('join', 0, 'ann')]);
    expect(ledger).toMatchObject({ events: 2, duplicates: 0, late: 1 });
  });

  it('names the broadcasts it met', () => {
    const oracle = new Oracle({ defaultHeartbeatMs: 0, breakdowns: [] });
    read(oracle, event('join', 0, 'ann'), 0);
    read(oracle, { ...event('join', 0, 'ann'), broadcast: 'other' }, 0);
    expect(oracle.broadcasts()).toEqual(['show', 'other']);
  });
});

describe('ids', () => {
  it('counts one id once, the earliest, whatever the order of the log', () => {
    const { stays, ledger } = counted([event('join', 8, 'ann', { id: 'j' }), event('join', 3, 'ann', { id: 'j' })]);
    expect([stays[0]?.start, ledger.duplicates]).toEqual([at(3), 1]);
  });

  it('takes the same id more than 120 s later for another event', () => {
    const same = (seconds: number) => event('comment', seconds, 'ann', { id: 'c' });
    expect(counted([same(0), same(120)]).ledger.duplicates).toBe(1);
    expect(counted([same(0), same(120.001)]).ledger.duplicates).toBe(0);
  });

  it('takes the same id on another connection for another event', () => {
    const { ledger } = counted([
      event('join', 0, 'ann', { id: 'j' }),
      event('join', 0, 'ann', { id: 'j', connection: 'phone' }),
    ]);
    expect(ledger).toMatchObject({ events: 2, duplicates: 0 });
  });

  it('without ids, takes equal fields for the same event', () => {
    const { ledger } = counted([event('comment', 1, 'ann'), event('comment', 1, 'ann', { unknown: 7 })]);
    expect(ledger).toMatchObject({ events: 1, duplicates: 1 });
  });

  it('lets the order inside a millisecond say which of two with one id counts', () => {
    const both = [event('join', 5, 'ann', { id: 'x' }), event('leave', 5, 'ann', { id: 'x' })];
    expect(stayTexts(counted([...both, event('comment', 9, 'ann')]))).toEqual(['ann 5-']);
    expect(stayTexts(counted([event('join', 0, 'ann'), ...both]))).toEqual(['ann 0-5 left']);
  });
});

describe('presence of one connection', () => {
  it('is open from the join and stays to the end where nothing is said', () => {
    expect(stayTexts(counted([event('join', 1, 'ann')]))).toEqual(['ann 1-']);
  });

  it('takes a join while open as evidence', () => {
    const joins = [0, 25, 50].map((seconds) => event('join', seconds, 'ann', { heartbeatMs: 10_000 }));
    expect(stayTexts(counted(joins))).toEqual(['ann 0-55 timeout']);
  });

  it.each([
    ['in time at three periods', 30, ['ann 0-35 timeout']],
    ['timed out and back a millisecond later', 30.001, ['ann 0-5 timeout', 'ann 30.001-35.001 timeout']],
  ])('is %s', (_, beat, stays) => {
    const log = [event('join', 0, 'ann', { heartbeatMs: 10_000 }), event('heartbeat', beat, 'ann')];
    expect(stayTexts(counted(log))).toEqual(stays);
  });

  it('rounds half an odd period down', () => {
    expect(stayTexts(counted([event('join', 0, 'ann', { heartbeatMs: 5_001 })]))).toEqual(['ann 0-2.5 timeout']);
  });

  it('uses the configured period where the join names none', () => {
    expect(stayTexts(counted([event('join', 0, 'ann')], 4_000))).toEqual(['ann 0-2 timeout']);
  });

  it('after a leave opens by a join alone for an hour, then by anything', () => {
    const left = [event('join', 0, 'ann'), event('leave', 10, 'ann')];
    expect(stayTexts(counted([...left, event('heartbeat', 3_610, 'ann')]))).toEqual(['ann 0-10 left']);
    expect(stayTexts(counted([...left, event('heartbeat', 3_610.001, 'ann')]))).toHaveLength(2);
    expect(stayTexts(counted([...left, event('join', 11, 'ann')]))).toHaveLength(2);
  });

  it('after an orphan leave too', () => {
    const result = counted([event('leave', 0, 'ann'), event('heartbeat', 1, 'ann')]);
    expect([result.stays, result.report.quality.orphanLeaves]).toEqual([[], 1]);
  });

  it('times out by a leave that comes too late, which is no orphan', () => {
    const result = counted([event('join', 0, 'ann', { heartbeatMs: 1_000 }), event('leave', 60, 'ann')]);
    expect([stayTexts(result), result.report.quality.orphanLeaves]).toEqual([['ann 0-0.5 timeout'], 0]);
  });

  it('closes by a fatal error when open, and does nothing by one when closed', () => {
    const fatal = (seconds: number) => event('error', seconds, 'ann', { code: 'network', fatal: true });
    const result = counted([event('join', 0, 'ann'), fatal(5), fatal(6)]);
    expect([stayTexts(result), result.report.quality.orphanLeaves]).toEqual([['ann 0-5 error'], 0]);
  });

  it('stays open through a fatal error’s lesser kind, an attempt, and a drop and return dated alike', () => {
    const result = counted([
      event('join', 0, 'ann'),
      event('error', 2, 'ann', { code: 'media' }),
      event('attempt', 3, 'ann'),
      event('join', 4, 'ann', { id: 'a' }),
      event('leave', 4, 'ann', { id: 'b', reason: 'server' }),
    ]);
    expect(stayTexts(result)).toEqual(['ann 0-4 server', 'ann 4-']);
  });

  it('is closed by a bounce dated alike', () => {
    const result = counted([event('join', 4, 'ann'), event('leave', 4, 'ann'), event('comment', 9, 'ann')]);
    expect([result.stays, column(result, 'joins'), column(result, 'left')]).toEqual([
      [],
      [1, 0, 0, 0, 0, 0],
      [1, 0, 0, 0, 0, 0],
    ]);
  });

  it('counts as closed for that order where it has been silent too long', () => {
    const result = counted([
      event('join', 0, 'ann', { heartbeatMs: 1_000 }),
      event('join', 10, 'ann'),
      event('leave', 10, 'ann'),
    ]);
    expect([stayTexts(result), result.report.leaves]).toEqual([['ann 0-0.5 timeout'], { left: 1, timeout: 1 }]);
  });
});

describe('the end of a room', () => {
  it('closes who was heard of, and times out who was not', () => {
    const result = counted([
      event('join', 0, 'ann'),
      event('join', 0, 'ben', { heartbeatMs: 2_000 }),
      control('room_end', 10),
    ]);
    expect(stayTexts(result)).toEqual(['ann 0-10 room_ended', 'ben 0-1 timeout']);
  });

  it('holds at its first instant, and what comes from then on does nothing but exist', () => {
    const result = counted([
      event('join', 0, 'ann'),
      control('room_end', 10),
      control('room_end', 20),
      event('leave', 10, 'ann'),
      event('comment', 15, 'ann'),
    ]);
    expect(stayTexts(result)).toEqual(['ann 0-10 room_ended']);
    expect([result.known.comments, result.ledger.events, result.report.lastEventAt]).toEqual([false, 5, at(20)]);
  });

  it('ends no other room', () => {
    const result = counted([
      event('join', 0, 'ann', { room: 'hall' }),
      event('join', 0, 'ben', { room: 'foyer' }),
      control('room_end', 10, { room: 'hall' }),
    ]);
    expect(stayTexts(result)).toEqual(['ann 0-10 room_ended', 'ben 0-']);
  });
});

describe('what a stay is told of itself', () => {
  it('comes from the first join up to 120 s after its opening', () => {
    const opened = (join: number) =>
      counted([event('comment', 0, 'ann'), event('join', join, 'ann', { role: 'host' })]).stays[0]?.role;
    expect([opened(120), opened(120.001)]).toEqual(['host', 'listener']);
  });

  it('comes from a join in a later stay, whose period may end the earlier one', () => {
    const result = counted([event('comment', 0, 'ann'), event('join', 100, 'ann', { heartbeatMs: 10_000 })]);
    expect(stayTexts(result)).toEqual(['ann 0-5 timeout', 'ann 100-105 timeout']);
  });

  it('is not changed by a second join', () => {
    const result = counted([event('join', 0, 'ann', { role: 'host' }), event('join', 1, 'ann', { role: 'speaker' })]);
    expect(result.stays[0]?.role).toBe('host');
  });

  it('comes from the stay before where no join tells it', () => {
    const host = event('join', 0, 'ann', { role: 'host', heartbeatMs: 10_000, attrs: { client: 'web' } });
    const [, second] = counted([host, event('heartbeat', 500, 'ann')]).stays;
    expect(second).toMatchObject({ role: 'host', heartbeatMs: 10_000, attrs: { client: 'web' } });
  });

  it('is forgotten an hour after the stay before ended', () => {
    const host = event('join', 0, 'ann', { role: 'host', heartbeatMs: 10_000 });
    expect(counted([host, event('heartbeat', 3_606, 'ann')]).stays.at(-1)).toMatchObject({
      role: 'listener',
      heartbeatMs: 0,
    });
  });

  it('takes attributes of an attempt up to 120 s before where there is nothing else', () => {
    const attrs = { client: 'web' };
    const opened = (seconds: number) =>
      counted([event('attempt', 0, 'ann', { attrs }), event('playing', seconds, 'ann')]).stays[0]?.attrs;
    expect([opened(120), opened(120.001)]).toEqual([attrs, null]);
  });
});

describe('hearing', () => {
  it('is on from playing or resume, off by a stall and at the end', () => {
    const [stay] = counted([
      event('join', 0, 'ann'),
      event('playing', 2, 'ann'),
      event('stall', 5, 'ann'),
      event('resume', 7, 'ann'),
      event('leave', 9, 'ann'),
    ]).stays;
    expect(stay?.hearing).toEqual([
      [at(2), at(5)],
      [at(7), at(9)],
    ]);
  });

  it('does not survive a drop and return dated alike', () => {
    const stays = counted([
      event('join', 0, 'ann'),
      event('playing', 1, 'ann'),
      event('leave', 5, 'ann'),
      event('join', 5, 'ann'),
    ]).stays;
    expect(stays.map(({ hearing }) => hearing)).toEqual([[[at(1), at(5)]], []]);
  });

  it('lasts while the stay is open', () => {
    expect(counted([event('playing', 3, 'ann')]).stays[0]?.hearing).toEqual([[at(3), null]]);
  });
});

it('knows only the set: any order within 120 s and any copies give the same numbers', () => {
  const type = fc.constantFrom(
    'join',
    'join',
    'leave',
    'heartbeat',
    'comment',
    'attempt',
    'playing',
    'stall',
    'resume',
  );
  const record = fc
    .tuple(type, fc.integer({ min: 0, max: 110 }), fc.constantFrom('ann', 'ben'), fc.constantFrom('1', '2', '3'))
    .map(([name, seconds, listener, id]) => event(name, seconds, listener, { id, heartbeatMs: 8_000 }));
  const log = fc.array(record, { minLength: 1, maxLength: 25 });
  const shuffled = log.chain((records) =>
    fc.tuple(fc.constant(records), fc.shuffledSubarray([...records, ...records], { minLength: records.length * 2 })),
  );
  fc.assert(
    fc.property(shuffled, ([records, again]) => {
      const { rows, stays } = counted(records);
      const other = counted(again);
      const plain = (table: typeof rows) => table.map((row) => ({ ...row, duplicates: 0 }));
      expect(plain(other.rows)).toEqual(plain(rows));
      expect(other.stays).toEqual(stays);
    }),
    { numRuns: 200 },
  );
});
