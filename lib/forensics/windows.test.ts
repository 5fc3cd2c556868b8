import { describe, expect, it } from 'vitest';
import type { DetectedWindow } from '../crash/detected.ts';
import type { CrashWindow } from '../numbers/report.ts';
import type { Stay } from '../presence/stay.ts';
import { detected, known, type Made, stay } from './made-broadcast.ts';
import { windowsOf } from './windows.ts';

const MADE: Made = { from: 1000, to: 3000 };

function windows(stays: Stay[], found: DetectedWindow[], made: Partial<Made> = {}): CrashWindow[] {
  return windowsOf({ detected: found, known: known(stays, { ...MADE, ...made }), stateOf: () => 'final' });
}

function only(stays: Stay[], change: Partial<DetectedWindow> = {}, made: Partial<Made> = {}): CrashWindow {
  const [window, ...more] = windows(stays, [detected(2000, 2010, change)], made);
  expect(more).toEqual([]);
  if (!window) throw new Error('a window was expected, and none came');
  return window;
}

function crowd(count: number, make: (i: number) => Stay[]): Stay[] {
  return Array.from({ length: count }, (_, i) => make(i)).flat();
}

/** They drop at 2,001 and, half of them, come back a minute later. */
const DROPPED = crowd(40, (i) => [
  stay(`d${i}`, 1000, 2001, { reason: 'server' }),
  ...(i % 2 === 0 ? [stay(`d${i}`, 2061, 3000)] : []),
]);
const STEADY = crowd(60, (i) => [stay(`s${i}`, 1000, 3000)]);
const HOST = stay('host', 1000, 3000, { role: 'host' });

/** Silent from 1,998 on the source, and so for 3 × 10 s; heard of again at `back` on the same connection. */
function silent(count: number, source: string, back: number | null, joined = false): Stay[] {
  return crowd(count, (i) => {
    const one = { connection: 'c', source, heartbeatMs: 10_000 };
    return [
      stay(`${source}-${i}`, 1000, 2003, { ...one, reason: 'timeout', lastEvidence: 1_998_000 }),
      ...(back === null ? [] : [stay(`${source}-${i}`, back, 3000, { ...one, joined })]),
    ];
  });
}

function steadyOn(source: string, count = 60): Stay[] {
  return crowd(count, (i) => [stay(`on-${source}-${i}`, 1000, 3000, { source, heartbeatMs: 10_000 })]);
}

describe('a crash window', () => {
  it('says what was lost', () => {
    const window = only([HOST, ...DROPPED, ...STEADY]);
    expect(window).toMatchObject({
      id: 'w-1980',
      type: 'crash',
      state: 'final',
      source: 'events',
      platformWide: false,
      onsetAt: 2_000_000,
      detectedAt: 2_003_000,
      serviceEndAt: 2_010_000,
      closedAt: 2_070_000,
      recoveredAt: null,
      connectedBefore: 100,
      connectedLowest: 60,
      dropped: 40,
      blocked: null,
      medianReturnSeconds: 60,
      carryOver: null,
      rev: 1,
    });
    expect(window.depth).toBeCloseTo(0.4, 3);
    expect(window.returnRate).toEqual({ '30': 0, '120': 0.5, '300': 0.5, '600': 0.5, end: 0.5 });
    expect(window.lostListenerMinutes.during).toBeGreaterThan(5.9);
    expect(window.lostListenerMinutes.during).toBeLessThan(6);
  });

  it('leaves unknown what has not passed', () => {
    const window = only(
      [HOST, ...DROPPED, ...STEADY],
      { serviceEnd: null, closedAt: null },
      { to: 2040, complete: false },
    );
    expect(window.returnRate).toEqual({ '30': 0, '120': null, '300': null, '600': null, end: null });
    expect(window).toMatchObject({ serviceEndAt: null, closedAt: null, recoveredAt: null, medianReturnSeconds: null });
  });
});

describe('the type, from stays and rows', () => {
  it('is a partial outage where one value explains it', () => {
    const hit = crowd(40, (i) => [stay(`d${i}`, 1000, 2001, { reason: 'error', attrs: { edge: 'fra' } })]);
    const spared = crowd(60, (i) => [stay(`s${i}`, 1000, 3000, { attrs: { edge: 'iad' } })]);
    expect(only([HOST, ...hit, ...spared]).type).toBe('partial_outage');
  });

  it('is a crash where people fall silent on every source', () => {
    const stays = [
      ...silent(30, 'gw-1', null),
      ...silent(30, 'gw-2', null),
      ...steadyOn('gw-1', 20),
      ...steadyOn('gw-2', 20),
    ];
    expect(only([HOST, ...stays], { silent: true })).toMatchObject({ type: 'crash', state: 'final', dropped: 60 });
  });

  it('is a telemetry gap where one source fell silent and the others did not', () => {
    const stays = [...silent(30, 'gw-1', null), ...steadyOn('gw-2')];
    expect(only([HOST, ...stays], { silent: true })).toMatchObject({ type: 'telemetry_gap', state: 'final' });
  });

  it('is no silent source where others join through it all the while', () => {
    const came = stay('new', 2002, 3000, { source: 'gw-1', heartbeatMs: 10_000 });
    expect(only([HOST, ...silent(30, 'gw-1', null), came, ...steadyOn('gw-2')]).type).toBe('crash');
  });

  it('is withdrawn, and nothing lost, where they were there all the time', () => {
    const window = only([HOST, ...silent(30, 'gw-1', 2050), ...steadyOn('gw-2')], { silent: true });
    expect(window).toMatchObject({ type: 'telemetry_gap', state: 'withdrawn', dropped: null, depth: null, causes: [] });
    expect(window.lostListenerMinutes).toEqual({ during: null, total: null });
  });

  it('is not withdrawn where they had to join again', () => {
    expect(
      only([HOST, ...silent(30, 'gw-1', 2050, true), ...silent(30, 'gw-2', null), ...steadyOn('gw-2')]).state,
    ).toBe('final');
  });

  it('is withdrawn where the silence ended before anyone timed out', () => {
    const rows = { 2004: { newlySuspect: 25 }, 2005: { newlySuspect: 25 } };
    expect(only([HOST, ...steadyOn('gw-1')], { silent: true }, { rows })).toMatchObject({
      type: 'telemetry_gap',
      state: 'withdrawn',
    });
  });

  it('is not withdrawn for silence as there always is', () => {
    const rows = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [1650 + i, { newlySuspect: 4 }]));
    expect(only([HOST, ...DROPPED, ...STEADY], {}, { rows })).toMatchObject({ type: 'crash', state: 'final' });
  });

  it('is not withdrawn while they are still silent', () => {
    const rows = { 2004: { newlySuspect: 50 }, 2008: { suspect: 50 } };
    const window = only(steadyOn('gw-1'), { serviceEnd: null, closedAt: null }, { rows, to: 2008, complete: false });
    expect(window.state).toBe('final');
  });

  it('is a planned end where the room ends with it', () => {
    const stays = crowd(60, (i) => [stay(`s${i}`, 1000, 2004, { reason: 'room_ended' })]);
    const window = only([HOST, ...stays], { evidence: 'endings' }, { roomEnds: { main: 2004 } });
    expect(window.type).toBe('planned_end');
  });

  it('is a planned end where the room, just opened, ends with it', () => {
    const stays = crowd(60, (i) => [stay(`s${i}`, 1960, 2004, { reason: 'room_ended' })]);
    const window = only([HOST, ...stays], { evidence: 'endings' }, { roomEnds: { main: 2004 } });
    expect(window.type).toBe('planned_end');
  });

  it.each([
    [899, 'crash'],
    [901, 'planned_end'],
  ])('is no planned end where another room opens within 15 min: after %i s a %s', (after, type) => {
    const stays = crowd(60, (i) => [stay(`s${i}`, 1000, 2004, { reason: 'room_ended' })]);
    const next = stay('s1', 1999 + after, 3000, { room: 'second' });
    expect(only([HOST, ...stays, next], { evidence: 'endings' }, { roomEnds: { main: 2004 } }).type).toBe(type);
  });

  it('is a planned end where the last host left for good by onset + 10 s', () => {
    const host = (end: number) => stay('host', 1000, end, { role: 'host' });
    expect(only([host(2010), ...DROPPED, ...STEADY]).type).toBe('planned_end');
    expect(only([host(2010.001), ...DROPPED, ...STEADY]).type).toBe('crash');
  });

  it('is a host drop where the host goes first, and comes back', () => {
    const host = [stay('host', 1000, 1980, { role: 'host' }), stay('host', 2090, 3000, { role: 'host' })];
    expect(only([...host, ...DROPPED, ...STEADY]).type).toBe('host_drop');
  });

  it('is a handover where all were moved', () => {
    const moved = crowd(60, (i) => [
      stay(`m${i}`, 1000, 2001, { reason: 'replaced' }),
      stay(`m${i}`, 2004, 3000, { room: 'second' }),
    ]);
    const window = only(moved, { evidence: 'endings' });
    expect(window).toMatchObject({ type: 'handover', carryOver: { room: 'second', share: 1, deadAirSeconds: 3 } });
  });
});

describe('a replacement room', () => {
  const first = crowd(40, (i) => [
    stay(`d${i}`, 1000, 2001, { reason: 'server' }),
    ...(i < 10 ? [stay(`d${i}`, 2150 + i, 3000, { room: 'second' })] : []),
  ]);

  it.each<[string, Stay[], Record<string, number>, number]>([
    ['opens after the old one ended', [], { main: 2109 }, 41],
    ['opens while the old one goes on', [], {}, 0],
    [
      'has its host before the old one ends',
      [stay('h', 1000, 2100, { role: 'host' }), stay('h', 2090, 3000, { role: 'host', room: 'second' })],
      { main: 2109 },
      0,
    ],
    [
      'has its host later than its first listener',
      [stay('h', 1000, 2100, { role: 'host' }), stay('h', 2170, 3000, { role: 'host', room: 'second' })],
      { main: 2109 },
      70,
    ],
  ])('%s', (_, hosts, roomEnds, deadAirSeconds) => {
    const window = only([...hosts, ...first, ...STEADY], {}, { roomEnds });
    expect(window.carryOver).toEqual({ room: 'second', share: 0.25, deadAirSeconds });
  });

  it('is none that was open before', () => {
    const before = stay('early', 1500, 3000, { room: 'second' });
    expect(only([...first, before]).carryOver).toBeNull();
  });
});

describe('several windows', () => {
  it('are in order, and sound lost inside a crash is part of it', () => {
    const audio = (onset: number): DetectedWindow => detected(onset, onset + 20, { kind: 'audio' });
    const found = windows([HOST, ...DROPPED, ...STEADY], [audio(2500), detected(2000, 2010), audio(1995), audio(2030)]);
    expect(found.map((w) => [w.id, w.type])).toEqual([
      ['w-1980', 'crash'],
      ['audio-2460', 'audio_dropout'],
    ]);
  });

  it('claim nothing of people where there is only a curve', () => {
    const rows = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [2000 + i, { connected: 30 }]));
    const [window] = windows(STEADY, [detected(2000, 2050, { kind: 'curve' })], { rows });
    expect(window).toMatchObject({
      id: 'curve-1980',
      type: 'crash',
      source: 'curve',
      connectedBefore: 60,
      connectedLowest: 30,
      depth: 0.5,
      dropped: null,
      causes: [],
      recoveredAt: 2_100_000,
    });
  });
});
