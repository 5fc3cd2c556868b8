/**
 * One point a chart draws: a second's levels, and the counters of the seconds since the point before.
 * A thinned series is again a series: its counters still add up.
 */
import type { SecondRow, ValueState } from '../numbers/second.ts';

export interface Point {
  /** epoch seconds; levels are at this instant */
  second: number;
  /** how many seconds its counters cover: (second - seconds, second] */
  seconds: number;
  connected: number;
  hearing: number | null;
  suspect: number | null;
  joins: number;
  /** endings with reason error, server or timeout */
  dropped: number;
  /** every other ending */
  left: number;
  errors: number | null;
  attempts: number | null;
  failures: number | null;
  comments: number | null;
  hosts: number;
  speakers: number;
  state: ValueState;
}

/** A point on the wire: fifteen numbers in the order of `Point`, the state by its place in `STATES`. */
export type WirePoint = readonly (number | null)[];

const STATES: readonly ValueState[] = ['live', 'provisional', 'settled', 'final'];

export function pointOf(row: SecondRow): Point {
  const { error, server, timeout } = row.leavesByReason;
  const dropped = error + server + timeout;
  return {
    // counters of a point cover the seconds up to it
    second: row.rolled === undefined ? row.second : row.second + row.rolled.seconds - 1,
    seconds: row.rolled?.seconds ?? 1,
    connected: row.connected,
    hearing: row.hearing,
    suspect: row.suspect,
    joins: row.joins,
    dropped,
    left: row.leaves - dropped,
    errors: row.errors,
    attempts: row.attempts,
    failures: row.failures,
    comments: row.comments,
    hosts: row.hosts,
    speakers: row.speakers,
    state: row.state,
  };
}

export function toWire(point: Point): WirePoint {
  return [
    point.second,
    point.seconds,
    point.connected,
    point.hearing,
    point.suspect,
    point.joins,
    point.dropped,
    point.left,
    point.errors,
    point.attempts,
    point.failures,
    point.comments,
    point.hosts,
    point.speakers,
    STATES.indexOf(point.state),
  ];
}

/** Null where the wire carried something else than a point. */
export function fromWire(wire: WirePoint): Point | null {
  const [second, seconds, connected, hearing, suspect, joins, dropped, left, errors, attempts] = wire;
  const [failures, comments, hosts, speakers, stateIndex] = wire.slice(10);
  const state = STATES[stateIndex ?? -1];
  if (!isNumber(second) || !isNumber(seconds) || !isNumber(connected) || state === undefined) return null;
  if (!isNumber(joins) || !isNumber(dropped) || !isNumber(left) || !isNumber(hosts) || !isNumber(speakers)) return null;
  return {
    second,
    seconds,
    connected,
    hearing: hearing ?? null,
    suspect: suspect ?? null,
    joins,
    dropped,
    left,
    errors: errors ?? null,
    attempts: attempts ?? null,
    failures: failures ?? null,
    comments: comments ?? null,
    hosts,
    speakers,
    state,
  };
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number';
}
