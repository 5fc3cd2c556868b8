import { describe, expect, it } from 'vitest';
import { seriesCsv, staysCsv } from './csv.ts';
import { at, control, counted, event, read } from './hand-written-log.ts';
import { Oracle } from './oracle.ts';

describe('what is known', () => {
  it('is nothing but presence where only joins and leaves came', () => {
    const { known, report } = counted([event('join', 0, 'ann'), event('leave', 1, 'ann')]);
    expect(Object.values(known)).toEqual([false, false, false, false, false]);
    expect([report.peakHearing, report.reach, report.errors, report.attempts, report.comments]).toEqual(
      Array(5).fill(null),
    );
    expect(report.quality.timeouts).toBeNull();
  });

  it('is switched on by one event of its kind, of whatever role', () => {
    const { report } = counted([
      event('join', 0, 'hana', { role: 'host' }),
      event('error', 1, 'hana', { code: 'media' }),
    ]);
    expect(report.errors).toEqual({});
  });
});

describe('runtime', () => {
  it('runs from the first join event to the last event where no room says its start and end', () => {
    const { report } = counted([event('comment', 0, 'ann'), event('join', 1, 'ben'), event('leave', 3, 'ben')]);
    expect([report.startedAt, report.endedAt, report.runtimeSeconds]).toEqual([at(1), at(3), 2]);
  });

  it('runs from the first room’s start to the last room’s end', () => {
    const { report } = counted([
      control('room_start', 0, { room: 'hall' }),
      event('join', 5, 'ann', { room: 'hall' }),
      control('room_end', 10, { room: 'hall' }),
      event('join', 12, 'ann', { room: 'foyer' }),
      control('room_end', 30, { room: 'foyer' }),
      event('comment', 40, 'ann', { room: 'foyer' }),
    ]);
    expect([report.startedAt, report.endedAt, report.lastEventAt]).toEqual([at(0), at(30), at(40)]);
  });

  it('runs on to the last event where a room with presence has no end', () => {
    const { report } = counted([
      event('join', 0, 'ann', { room: 'hall' }),
      control('room_end', 10, { room: 'hall' }),
      event('join', 12, 'ann', { room: 'foyer' }),
      event('comment', 40, 'ann', { room: 'foyer' }),
    ]);
    expect(report.endedAt).toBe(at(40));
  });

  it('divides listener-minutes into an average audience', () => {
    const { report } = counted([event('join', 0, 'ann'), event('join', 5, 'ben'), event('leave', 10, 'ben')]);
    // ann in rows 0..10, ben in rows 5..9
    expect(report.listenerMinutes.connected).toBeCloseTo(16 / 60, 12);
    expect(report.averageMinuteAudience.connected).toBeCloseTo(1.6, 12);
  });
});

describe('uniques and shares', () => {
  it('reach is a minute of hearing in all, over devices that overlap', () => {
    const listen = (listener: string, second: number) => [
      event('playing', 0, listener, { connection: 'phone' }),
      event('leave', 40, listener, { connection: 'phone' }),
      event('playing', 30, listener, { connection: 'tv' }),
      event('leave', second, listener, { connection: 'tv' }),
    ];
    expect(counted([...listen('ann', 60), ...listen('ben', 59.999)]).report.reach).toBe(1);
  });

  it('count who only bounced as nobody', () => {
    const { report } = counted([event('join', 0, 'ann'), event('leave', 0, 'ann')]);
    expect([report.unique, report.connections, report.joins]).toEqual([0, 0, 1]);
  });

  it('give the peak its first second and the best minute of the epoch', () => {
    const { report } = counted([
      event('join', 58, 'ann'),
      event('join', 58, 'ben'),
      event('leave', 61, 'ben'),
      event('leave', 120, 'ann'),
    ]);
    expect(report.peak).toEqual({ connected: 2, at: at(58), minuteMean: 61 / 60, minuteMeanAt: at(60) });
  });

  it('take percentiles of the time to first audio by rank, in seconds', () => {
    const log = Array.from({ length: 100 }, (_, i) => event('playing', i, `l${i}`, { startupMs: (i + 1) * 10 }));
    expect(counted(log).report.timeToFirstAudio).toEqual({ count: 100, p50: 0.5, p95: 0.95, p99: 0.99 });
  });

  it('name hosts with the union of their stays', () => {
    const host = (type: string, second: number, connection: string) =>
      event(type, second, 'hana', { connection, role: 'host' });
    const { report } = counted([host('join', 0, 'a'), host('join', 3, 'b'), host('leave', 5, 'a')]);
    expect(report.hosts).toEqual([{ listener: 'hana', role: 'host', intervals: [[at(0), null]] }]);
  });

  it('notice a listener in two partitions', () => {
    const oracle = new Oracle({ defaultHeartbeatMs: 0, breakdowns: [] });
    read(oracle, event('join', 0, 'ann'), 0);
    read(oracle, event('leave', 5, 'ann'), 3);
    expect(oracle.finish('show')?.report.quality.splitListeners).toBe(1);
  });
});

describe('remarks', () => {
  const listen = [event('playing', 0, 'ann'), event('playing', 55, 'ben'), event('leave', 100, 'ann')];

  it('make a segment with shares by exact milliseconds', () => {
    const { segments } = counted([
      ...listen,
      control('segment_start', 50, { label: 'speech' }),
      control('segment_end', 60),
    ]);
    expect(segments).toEqual([
      { label: 'speech', from: at(50), to: at(60), any: 2, half: 2, most: 1, averageMinuteAudience: 1.5 },
    ]);
  });

  it('end the latest open segment, or the latest of a label, the end going first in a millisecond', () => {
    const { segments } = counted([
      ...listen,
      control('segment_start', 10, { label: 'a' }),
      control('segment_start', 20, { label: 'b' }),
      control('segment_end', 30, { label: 'a' }),
      control('segment_end', 40),
      control('segment_start', 40, { label: 'c' }),
    ]);
    expect(segments.map(({ label, to }) => [label, to])).toEqual([
      ['a', at(30)],
      ['b', at(40)],
      ['c', at(100)],
    ]);
  });

  it('stand in for an earlier one, or take it back with an empty label', () => {
    const { title, notes, controls, ledger } = counted([
      ...listen,
      control('title', 0, { id: 't', label: 'Lunch' }),
      control('title', 0, { id: 'u', label: 'Launch', replaces: 't' }),
      control('note', 5, { id: 'n', label: 'wrong' }),
      control('note', 6, { label: '', replaces: 'n' }),
      control('note', 8, { label: 'right', author: 'kim' }),
    ]);
    expect(title).toBe('Launch');
    expect(notes).toEqual([{ at: at(8), label: 'right', author: 'kim' }]);
    expect([controls.length, ledger.events]).toEqual([2, 8]);
  });

  it('cannot replace the end of a room', () => {
    const { report } = counted([
      event('join', 0, 'ann'),
      control('room_end', 10, { id: 'e' }),
      control('note', 12, { label: '', replaces: 'e' }),
    ]);
    expect(report.endedAt).toBe(at(10));
  });

  it('count once an id of the broadcast', () => {
    const note = control('note', 0, { id: 'n', label: 'once' });
    expect(counted([note, { ...note, room: 'hall' }]).ledger).toMatchObject({ events: 1, duplicates: 1 });
  });
});

describe('files', () => {
  it('write a row a second, unknown cells empty', () => {
    const csv = seriesCsv(counted([event('join', 0, 'ann'), event('leave', 1, 'ann')]));
    expect(csv.split('\n').slice(1)).toEqual([
      '2024-03-01T20:00:00Z,1,,1,,1,0,,,,,final,1',
      '2024-03-01T20:00:01Z,0,,0,,0,1,,,,,final,1',
      '',
    ]);
  });

  it('write a stay a line, open ones without an end, hearing with as few digits as say it', () => {
    const csv = staysCsv(
      counted([
        event('playing', 0, 'a,b', { connection: 'x"y' }),
        event('leave', 1.5, 'a,b', { connection: 'x"y' }),
        event('playing', 2, 'ben'),
        event('comment', 4, 'ben'),
      ]),
    );
    expect(csv.split('\n').slice(1)).toEqual([
      `"a,b","x""y",show,${at(0)},${at(1.5)},left,listener,1.5`,
      `ben,,show,${at(2)},,,listener,2.0`,
      '',
    ]);
  });

  it('keep error codes as sent, the thousand first', () => {
    const code = (i: number) => `e${String(i).padStart(4, '0')}`;
    const log = Array.from({ length: 1_002 }, (_, i) => event('error', 0, 'ann', { code: code(i) }));
    const { errors } = counted(log).report;
    expect([Object.keys(errors ?? {}).length, errors?.other, errors?.e0999]).toEqual([1_001, 2, 1]);
  });
});
