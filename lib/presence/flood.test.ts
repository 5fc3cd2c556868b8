/** One connection that sends more than a whole audience: what it costs grows with its events, not with their square. */
import { describe, expect, it } from 'vitest';
import type { ListenerEvent, ListenerEventType } from '../event/event.ts';
import { BroadcastCounter } from './counter.ts';

const START = Date.UTC(2026, 0, 1, 20);
const EVENTS = 20_000;
/** of one core; what grows with the square takes more at this size */
const LIMIT_MS = 5_000;

type Flood = (i: number) => Partial<ListenerEvent> & { type: ListenerEventType };

const FLOODS: [string, Flood][] = [
  [
    'heartbeats in order',
    (i) => ({ type: i === 0 ? 'join' : 'heartbeat', ts: i, heartbeatMs: i === 0 ? 10_000 : null }),
  ],
  ['heartbeats in no order', (i) => ({ type: 'heartbeat', ts: (i * 7_919) % EVENTS })],
  ['heartbeats backwards, each with an id', (i) => ({ type: 'heartbeat', ts: EVENTS - i, id: `event-${i}` })],
  ['copies of one event', () => ({ type: 'comment' })],
  ['comments of one millisecond', (i) => ({ type: 'comment', id: `event-${i}` })],
  ['comments of one millisecond without ids', (i) => ({ type: 'comment', source: `gateway-${i % 300}`, ts: i >> 8 })],
  ['one id again and again', (i) => ({ type: 'comment', ts: i, id: 'same' })],
  ['leaves and joins', (i) => ({ type: i % 2 === 0 ? 'join' : 'leave', ts: i })],
  [
    'leaves, joins and what comes in between',
    (i) => ({ type: (['join', 'leave', 'comment'] as const)[i % 3] ?? 'join', ts: i * 3 }),
  ],
  ['a stall after every audio', (i) => ({ type: (['playing', 'stall'] as const)[i % 2] ?? 'playing', ts: i * 3 })],
  [
    'stays cut by silence',
    (i) => ({ type: i === 0 ? 'join' : 'heartbeat', heartbeatMs: i === 0 ? 1 : null, ts: i * 4 }),
  ],
  ['attempts', (i) => ({ type: 'attempt', ts: i })],
  ['attempts and joins', (i) => ({ type: i % 2 === 0 ? 'attempt' : 'join', ts: i })],
  ['attempts and joins of one millisecond', (i) => ({ type: i % 2 === 0 ? 'attempt' : 'join', id: `event-${i}` })],
  ['attempts and audio of one millisecond', (i) => ({ type: i % 2 === 0 ? 'attempt' : 'playing', id: `event-${i}` })],
  ['attempts of one id, not copies', (i) => ({ type: 'attempt', id: `event-${i >> 1}`, attrs: { client: `${i}` } })],
  ['errors of as many codes', (i) => ({ type: 'error', code: `code-${i}`, ts: i })],
  ['fatal errors and joins', (i) => ({ type: i % 2 === 0 ? 'join' : 'error', code: 'x', fatal: true, ts: i })],
  ['joins from as many sources', (i) => ({ type: 'join', source: `gateway-${i}`, ts: i })],
  [
    'joins with as many attributes',
    (i) => ({ type: i % 2 === 0 ? 'join' : 'leave', attrs: i % 2 === 0 ? { client: `${i}` } : null, ts: i * 10 }),
  ],
  ['as many connections', (i) => ({ type: 'join', connection: `c${i}`, ts: i })],
  [
    'as many connections that come and go',
    (i) => ({ type: i % 2 === 0 ? 'join' : 'leave', connection: `c${i >> 1}`, ts: i }),
  ],
  [
    'as many connections that hear and stall',
    (i) => ({ type: (['playing', 'stall'] as const)[i % 2] ?? 'stall', connection: `c${i >> 1}`, ts: i * 7 }),
  ],
  ['as many rooms', (i) => ({ type: 'join', room: `room-${i}`, roomSent: true, ts: i })],
];

function event(of: ReturnType<Flood>): ListenerEvent {
  return {
    broadcast: 'demo',
    room: 'demo',
    roomSent: false,
    id: null,
    source: null,
    listener: 'ann',
    connection: 'c1',
    role: null,
    heartbeatMs: null,
    startupMs: null,
    code: '',
    fatal: null,
    reason: null,
    attrs: null,
    ...of,
    ts: START + (of.ts ?? 0),
  };
}

describe('a flood of one listener', () => {
  it.each(FLOODS)('%s', { timeout: 120_000 }, (_, flood) => {
    const counter = new BroadcastCounter({ defaultHeartbeatMs: 0, breakdowns: ['client'] });
    const before = process.cpuUsage();
    let newest = 0;
    for (let i = 0; i < EVENTS; i++) {
      const { ts = 0 } = flood(i);
      newest = Math.max(newest, ts);
      counter.apply(event(flood(i)));
      if (i % (EVENTS / 4) !== EVENTS / 4 - 1) continue;
      counter.advance(START + newest, START + newest);
      counter.flush();
    }
    // long after: everything is folded for good
    counter.apply(event({ type: 'comment', listener: 'bob', ts: newest + 2 * 3_600_000 }));
    counter.advance(START + newest + 2 * 3_600_000, START + newest + 2 * 3_600_000);
    counter.flush();
    counter.advance(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    counter.flush();
    expect(counter.summary.records).toBe(EVENTS + 1);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(LIMIT_MS);
  });
});
