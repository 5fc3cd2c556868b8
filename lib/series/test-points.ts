/** Points and views with defaults, for tests. */
import type { CrashWindow } from '../numbers/report.ts';
import type { SecondRow } from '../numbers/second.ts';
import type { BroadcastStatus } from '../store/store.ts';
import type { Point } from './point.ts';

export function point(over: Partial<Point> & { second: number }): Point {
  return {
    seconds: 1,
    connected: 100,
    hearing: 90,
    suspect: 0,
    joins: 0,
    dropped: 0,
    left: 0,
    errors: 0,
    attempts: 0,
    failures: 0,
    comments: 0,
    hosts: 1,
    speakers: 0,
    state: 'final',
    ...over,
  };
}

export function row(over: Partial<SecondRow> & { second: number }): SecondRow {
  return {
    connected: 100,
    hearing: 90,
    connections: 100,
    suspect: 0,
    joins: 0,
    leaves: 0,
    leavesByReason: { left: 0, error: 0, server: 0, kicked: 0, room_ended: 0, timeout: 0, replaced: 0, other: 0 },
    timeouts: 0,
    errors: 0,
    attempts: 0,
    failures: 0,
    comments: 0,
    hosts: 1,
    speakers: 0,
    unmet: 0,
    state: 'final',
    rev: 1,
    ...over,
  };
}

export function crash(over: Partial<CrashWindow> = {}): CrashWindow {
  return {
    id: 'w1',
    type: 'crash',
    platformWide: false,
    source: 'events',
    onsetAt: 1_000_000,
    detectedAt: 1_004_000,
    serviceEndAt: null,
    closedAt: null,
    recoveredAt: null,
    connectedBefore: 1000,
    connectedLowest: 400,
    depth: 0.6,
    dropped: 500,
    blocked: null,
    lostListenerMinutes: { during: null, total: null },
    returnRate: { '30': null, '120': null, '300': null, '600': null, end: null },
    medianReturnSeconds: null,
    causes: [],
    carryOver: null,
    state: 'provisional',
    rev: 1,
    ...over,
  };
}

export function status(over: Partial<BroadcastStatus> = {}): BroadcastStatus {
  return {
    broadcast: 'b',
    title: null,
    demo: false,
    kind: 'events',
    known: { hearing: true, errors: true, attempts: true, comments: false, silence: true },
    firstAt: 900_000,
    lastAt: 1_100_000,
    watermark: 1_096_000,
    liveSecond: 1100,
    longestTimeout: 30_000,
    storedAt: 1_101_000,
    complete: false,
    catchingUp: false,
    state: 'live',
    rev: 1,
    kept: null,
    ...over,
  };
}
