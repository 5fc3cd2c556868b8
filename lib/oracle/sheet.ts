/** The fact sheet's fields that a recount decides: all but crash windows, claims and the moment of making. */
import type { ControlEvent, Role } from '../event/event.ts';
import type { Report } from '../numbers/report.ts';
import { type Known, LEAVE_COLUMNS } from '../numbers/second.ts';
import type { ConnectionLife } from './connection.ts';
import { roleOf } from './connection.ts';
import { segmentSpans } from './controls.ts';
import { isStay } from './count-connection.ts';
import type { Demand } from './demand.ts';
import { compareText, type Identified } from './distinct-events.ts';
import { type Interval, lengthWithin, union } from './interval.ts';
import { hearingOf, presentOf, spanOf } from './listener.ts';
import type { SecondAudience, Span } from './recount.ts';
import type { OracleCounter, OracleRow } from './rows.ts';

/** hearing this long in total is reach, ms */
const REACHED_AFTER = 60_000;
/** hearing this long inside a segment is `any` of it, ms */
const ANY_AFTER = 1_000;
/** error codes kept as sent; the rest is `other` */
const CODES_KEPT = 1_000;

export interface OracleReport extends Omit<Report, 'asOfAt' | 'crashWindows' | 'claims' | 'averageMinuteAudience'> {
  averageMinuteAudience: { connected: number | null; hearing: number | null };
}

export interface Counted {
  broadcast: string;
  rows: readonly OracleRow[];
  perRoom: ReadonlyMap<string, readonly SecondAudience[]>;
  lives: readonly ConnectionLife[];
  demand: readonly Demand[];
  listeners: ReadonlyMap<string, readonly ConnectionLife[]>;
  standing: readonly Identified<ControlEvent>[];
  roomEnds: ReadonlyMap<string, number>;
  span: Span | null;
  known: Known;
  errors: readonly { code: string; count: number }[];
  ledger: { events: number; duplicates: number; late: number; rejected: Record<string, number> };
  splitListeners: number;
  sources: number;
}

export function reportOf(counted: Counted): OracleReport {
  const { rows, known, lives, standing, span, ledger } = counted;
  const total = (name: OracleCounter) => rows.reduce((sum, row) => sum + row[name], 0);
  const startedAt = startOf(standing, lives);
  const endedAt = endOf(counted);
  const runtimeMs = startedAt === null || endedAt === null ? null : Math.max(0, endedAt - startedAt);
  const connectedSum = rows.reduce((sum, row) => sum + row.connected, 0);
  const hearingSum = rows.reduce((sum, row) => sum + row.hearing, 0);
  const perMinute = (sum: number) => (runtimeMs === null || runtimeMs <= 0 ? null : sum / (runtimeMs / 1000));
  const audience = people(counted);
  const peak = peakOf(rows.map(({ second, connected }) => ({ second, level: connected })));
  const peakHearing = peakOf(rows.map(({ second, hearing }) => ({ second, level: hearing })));
  return {
    broadcast: counted.broadcast,
    title: standing.findLast(({ event }) => event.type === 'title')?.event.label ?? null,
    schema: 1,
    state: 'final',
    rev: 1,
    firstEventAt: span?.firstEventAt ?? null,
    lastEventAt: span?.lastEventAt ?? null,
    startedAt,
    endedAt,
    runtimeSeconds: runtimeMs === null ? null : runtimeMs / 1000,
    rooms: roomsOf(counted),
    peak: { connected: peak.level, at: peak.at, minuteMean: peak.minuteMean, minuteMeanAt: peak.minuteMeanAt },
    peakHearing: known.hearing
      ? {
          hearing: peakHearing.level,
          at: peakHearing.at,
          minuteMean: peakHearing.minuteMean,
          minuteMeanAt: peakHearing.minuteMeanAt,
        }
      : null,
    listenerMinutes: { connected: connectedSum / 60, hearing: known.hearing ? hearingSum / 60 : null },
    averageMinuteAudience: {
      connected: perMinute(connectedSum),
      hearing: known.hearing ? perMinute(hearingSum) : null,
    },
    unique: audience.filter(({ present }) => present.length > 0).length,
    reach: known.hearing
      ? audience.filter(({ hearing }) => lengthWithin(hearing, 0, lastInstant(rows)) >= REACHED_AFTER).length
      : null,
    connections: lives.filter((life) => life.presences.some((one) => one.role === 'listener' && isStay(one))).length,
    joins: total('joins'),
    leaves: Object.fromEntries(
      LEAVE_COLUMNS.map((reason): [string, number] => [reason, total(reason)]).filter(([, count]) => count > 0),
    ),
    errors: known.errors ? errorsOf(counted.errors) : null,
    attempts: known.attempts ? attemptsOf(total, known.hearing) : null,
    comments: known.comments ? total('comments') : null,
    demand: known.attempts ? demandSheet(counted) : null,
    timeToFirstAudio: timeToFirstAudio(lives),
    segments: segmentsOf(counted, audience, endedAt),
    notes: standing
      .filter(({ event }) => event.type === 'note')
      .map(({ event }) => ({ at: event.ts, label: event.label ?? '', author: event.author }))
      .sort((a, b) => a.at - b.at || compareText(a.label, b.label)),
    hosts: hostsOf(lives),
    quality: {
      ...ledger,
      orphanLeaves: total('orphanLeaves'),
      joinsLost: total('joinsLost'),
      timeouts: known.silence ? total('timeouts') : null,
      splitListeners: counted.splitListeners,
      sources: counted.sources,
    },
  };
}

/** The most of any 10 s: listeners who asked, openings; the 99th percentile of those heard while over 5 % were not. */
function demandSheet({ demand, rows, known }: Counted): NonNullable<Report['demand']> {
  const joins = new Map<number, number>();
  for (const row of rows) {
    const tenSeconds = Math.ceil(row.second / 10);
    joins.set(tenSeconds, (joins.get(tenSeconds) ?? 0) + row.joins);
  }
  const spans = demand.map(({ listeners, met, metByJoin }) => ({ listeners, met: known.hearing ? met : metByJoin }));
  const carried = spans
    .filter(({ listeners, met }) => listeners - met > 0.05 * listeners)
    .map(({ met }) => met)
    .sort((a, b) => a - b);
  return {
    attemptsPerSecondMax: most(spans.map(({ listeners }) => listeners)) / 10,
    joinsPerSecondMax: most([...joins.values()]) / 10,
    ceilingPerSecond: carried.length === 0 ? null : (carried[Math.ceil(0.99 * carried.length) - 1] ?? 0) / 10,
    unmetMax: most(rows.map((row) => (known.hearing ? row.unmet : row.unmetByJoin))),
  };
}

function most(counts: readonly number[]): number {
  return counts.reduce((so, count) => Math.max(so, count), 0);
}

/** The first `room_start`, else the first `join` of any role. */
function startOf(standing: readonly Identified<ControlEvent>[], lives: readonly ConnectionLife[]): number | null {
  const started = standing.find(({ event }) => event.type === 'room_start');
  return started?.event.ts ?? firstJoinOf(lives);
}

function firstJoinOf(lives: readonly ConnectionLife[]): number | null {
  let first: number | null = null;
  for (const { event } of lives.flatMap(({ steps }) => steps)) {
    if (event.type === 'join' && (first === null || event.ts < first)) first = event.ts;
  }
  return first;
}

/** The last room's end, or the last event or ending where a room with presence has none. */
function endOf({ lives, roomEnds, span }: Counted): number | null {
  if (span === null) return null;
  const isEndless = lives.some((life) => life.presences.some(isStay) && !roomEnds.has(life.room));
  return isEndless || roomEnds.size === 0 ? span.last : Math.max(...roomEnds.values());
}

function lastInstant(rows: readonly OracleRow[]): number {
  return (rows.at(-1)?.second ?? 0) * 1000;
}

/** Every listener's presence and hearing in the lane of listeners. */
function people({ listeners }: Counted): { present: Interval[]; hearing: Interval[] }[] {
  return [...listeners.values()].map((lives) => {
    const presences = lives.flatMap((life) => life.presences.filter(({ role }) => role === 'listener'));
    return { present: presentOf(presences), hearing: hearingOf(presences) };
  });
}

function roomsOf({ perRoom, lives, roomEnds }: Counted): Report['rooms'] {
  const rooms = [...perRoom].map(([room, seconds]) => {
    const inside = lives.filter((life) => life.room === room);
    const present = inside.filter((life) => life.presences.some((one) => one.role === 'listener' && isStay(one)));
    return {
      room,
      firstJoinAt: firstJoinOf(inside),
      endedAt: roomEnds.get(room) ?? null,
      peakConnected: seconds.reduce((peak, { connected }) => Math.max(peak, connected), 0),
      unique: new Set(present.map(({ listener }) => listener)).size,
    };
  });
  const when = (at: number | null) => at ?? Number.MAX_SAFE_INTEGER;
  return rooms.sort((a, b) => when(a.firstJoinAt) - when(b.firstJoinAt) || compareText(a.room, b.room));
}

interface Peak {
  level: number;
  at: number | null;
  minuteMean: number;
  minuteMeanAt: number | null;
}

/** The largest level with its first second, and the largest mean of an epoch minute (Σ/60) with the minute's start. */
function peakOf(seconds: readonly { second: number; level: number }[]): Peak {
  const peak: Peak = { level: 0, at: null, minuteMean: 0, minuteMeanAt: null };
  const minutes = new Map<number, number>();
  for (const { second, level } of seconds) {
    if (peak.at === null || level > peak.level) Object.assign(peak, { level, at: second * 1000 });
    const minute = Math.floor(second / 60) * 60;
    minutes.set(minute, (minutes.get(minute) ?? 0) + level);
  }
  for (const [minute, sum] of minutes) {
    if (peak.minuteMeanAt !== null && sum / 60 <= peak.minuteMean) continue;
    Object.assign(peak, { minuteMean: sum / 60, minuteMeanAt: minute * 1000 });
  }
  return peak;
}

function errorsOf(errors: readonly { code: string; count: number }[]): Record<string, number> {
  const codes = new Map<string, number>();
  for (const { code, count } of errors) codes.set(code, (codes.get(code) ?? 0) + count);
  const ordered = [...codes].sort(([a], [b]) => compareText(a, b));
  const kept = new Map(ordered.slice(0, CODES_KEPT));
  const rest = ordered.slice(CODES_KEPT).reduce((sum, [, count]) => sum + count, 0);
  if (rest > 0) kept.set('other', (kept.get('other') ?? 0) + rest);
  return Object.fromEntries(kept);
}

function attemptsOf(total: (name: OracleCounter) => number, audioIsPlaying: boolean): NonNullable<Report['attempts']> {
  return audioIsPlaying
    ? {
        total: total('attempts'),
        heard: total('heard'),
        failed: total('failed'),
        exited: total('exited'),
        unresolved: total('unresolved'),
      }
    : {
        total: total('attempts'),
        heard: total('heardByJoin'),
        failed: total('failedByJoin'),
        exited: total('exitedByJoin'),
        unresolved: total('unresolvedByJoin'),
      };
}

/** Exact percentiles by nearest rank, in seconds. */
function timeToFirstAudio(lives: readonly ConnectionLife[]): Report['timeToFirstAudio'] {
  const times = lives
    .flatMap((life) => life.steps.filter((step) => roleOf(step, life) === 'listener'))
    .flatMap(({ event }) => (event.startupMs === null ? [] : [event.startupMs]))
    .sort((a, b) => a - b);
  if (times.length === 0) return null;
  const percentile = (percent: number) => (times[Math.ceil((percent * times.length) / 100) - 1] ?? 0) / 1000;
  return { count: times.length, p50: percentile(50), p95: percentile(95), p99: percentile(99) };
}

function segmentsOf(
  { standing, rows, known }: Counted,
  audience: readonly { present: Interval[]; hearing: Interval[] }[],
  runtimeEnd: number | null,
): Report['segments'] {
  const until = lastInstant(rows);
  return segmentSpans(standing, runtimeEnd).map(({ label, from, to }) => {
    const length = to - from;
    const heardFor = audience.map(({ present, hearing }) =>
      lengthWithin(known.hearing ? hearing : present, from, Math.min(to, until)),
    );
    const inside = rows.filter(({ second }) => second * 1000 >= from && second * 1000 < to);
    const sum = inside.reduce((level, row) => level + (known.hearing ? row.hearing : row.connected), 0);
    return {
      label,
      from,
      to,
      any: heardFor.filter((ms) => ms >= ANY_AFTER).length,
      half: heardFor.filter((ms) => ms > 0 && ms * 2 >= length).length,
      most: heardFor.filter((ms) => ms > 0 && ms * 10 >= length * 9).length,
      averageMinuteAudience: length > 0 ? sum / (length / 1000) : null,
    };
  });
}

/** Hosts and speakers with the unions of their stays; open ones end with null. */
function hostsOf(lives: readonly ConnectionLife[]): Report['hosts'] {
  const spans = new Map<string, { listener: string; role: Exclude<Role, 'listener'>; stays: Interval[] }>();
  for (const life of lives) {
    for (const presence of life.presences.filter(isStay)) {
      if (presence.role === 'listener') continue;
      const key = `${presence.role} ${life.listener}`;
      const host = spans.get(key) ?? { listener: life.listener, role: presence.role, stays: [] };
      host.stays.push(spanOf(presence));
      spans.set(key, host);
    }
  }
  return [...spans.values()]
    .map(({ listener, role, stays }) => ({ listener, role, stays: union(stays) }))
    .sort(
      (a, b) =>
        (a.stays[0]?.from ?? 0) - (b.stays[0]?.from ?? 0) ||
        compareText(a.listener, b.listener) ||
        compareText(a.role, b.role),
    )
    .map(({ listener, role, stays }) => ({
      listener,
      role,
      intervals: stays.map(({ from, to }): [number, number | null] => [from, Number.isFinite(to) ? to : null]),
    }));
}
