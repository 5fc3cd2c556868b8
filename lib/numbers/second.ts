/**
 * The numbers of one second of a broadcast (or of one room or attribute value of it), merged over partitions.
 * Levels are at the instant `second`; counters cover (second - 1, second]. Null = not measured, 0 = measured, none.
 */

import type { BlockStep } from './blocks.ts';

export type ValueState = 'live' | 'provisional' | 'settled' | 'final';

export const LEAVE_COLUMNS = [
  'left',
  'error',
  'server',
  'kicked',
  'room_ended',
  'timeout',
  'replaced',
  'other',
] as const;

/** How attempts ended: where audio is `playing`, and where it is the join. */
export const OUTCOME_COLUMNS = [
  'heard',
  'failed',
  'exited',
  'unresolved',
  'heardByJoin',
  'failedByJoin',
  'exitedByJoin',
  'unresolvedByJoin',
] as const;

/** Integers as counted, before "known or not" is decided. Everything here adds up over partitions. */
export interface Counts {
  // levels
  connected: number;
  hearing: number;
  connections: number;
  suspect: number;
  /** hosts present: persons, each once however many connections */
  hosts: number;
  /** speakers present, likewise */
  speakers: number;
  // counters, connections and events
  joins: number;
  left: number;
  error: number;
  server: number;
  kicked: number;
  room_ended: number;
  timeout: number;
  replaced: number;
  other: number;
  errors: number;
  comments: number;
  attempts: number;
  /** outcomes, counted in the attempt's second; audio is `playing` */
  heard: number;
  failed: number;
  exited: number;
  unresolved: number;
  /** the same where audio is the join (broadcast without `playing`) */
  heardByJoin: number;
  failedByJoin: number;
  exitedByJoin: number;
  unresolvedByJoin: number;
  /** failed attempts, in the second of the error */
  failures: number;
  failuresByJoin: number;
  // counters, listeners (SEMANTICS 6)
  /** listeners whose presence began */
  began: number;
  /** listeners whose presence ended with reason error or server */
  dropped: number;
  /** listeners whose presence ended, time-outs excluded */
  ended: number;
  /** listeners whose presence ended by time-out, in the back-dated second */
  timedOut: number;
  /** listeners who became suspect in this second */
  newlySuspect: number;
  /** listeners who stopped hearing by a stall in this second while staying connected */
  newlyStalled: number;
  /** presence that ended with reason `replaced`, listeners */
  handedOver: number;
  /** listeners present for the first time */
  newListeners: number;
  /** connections present for the first time */
  newConnections: number;
  orphanLeaves: number;
  joinsLost: number;
  /** level: listeners with a failed attempt and no opening since */
  unmet: number;
  unmetByJoin: number;
  /** distinct listeners attempting in the 10 s that begin here (only at multiples of 10) */
  demand: number;
  /** of those, listeners with an attempt in it that was heard */
  demandMet: number;
  demandMetByJoin: number;
  /** endings of connections decided by silence (in `timeout` with those that say so) */
  silenced: number;
  /** openings of connections with a heartbeat period, any role */
  watched: number;
  /** audio starts that told their start-up time */
  started: number;
  /** events that were a second copy of a counted one */
  duplicates: number;
}

export type CountName = keyof Counts;

export const LEVELS = [
  'connected',
  'hearing',
  'connections',
  'suspect',
  'hosts',
  'speakers',
  'unmet',
  'unmetByJoin',
] as const satisfies readonly CountName[];

export const COUNTERS = [
  'joins',
  ...LEAVE_COLUMNS,
  'errors',
  'comments',
  'attempts',
  ...OUTCOME_COLUMNS,
  'failures',
  'failuresByJoin',
  'began',
  'dropped',
  'ended',
  'timedOut',
  'newlySuspect',
  'newlyStalled',
  'handedOver',
  'newListeners',
  'newConnections',
  'orphanLeaves',
  'joinsLost',
  'demand',
  'demandMet',
  'demandMetByJoin',
  'silenced',
  'watched',
  'started',
  'duplicates',
] as const satisfies readonly CountName[];

export const COUNT_NAMES: readonly CountName[] = [...LEVELS, ...COUNTERS];

/** Which numbers the broadcast has evidence for (SEMANTICS 2: from the first such event on, for all of it). */
export interface Known {
  hearing: boolean;
  errors: boolean;
  attempts: boolean;
  comments: boolean;
  /** a connection has a heartbeat period: time-outs and suspects */
  silence: boolean;
}

/** One row as published: `export series`, the API, the chart. */
export interface SecondRow {
  /** epoch seconds */
  second: number;
  connected: number;
  hearing: number | null;
  connections: number;
  suspect: number | null;
  joins: number;
  /** every ending of a connection */
  leaves: number;
  leavesByReason: Readonly<Record<(typeof LEAVE_COLUMNS)[number], number>>;
  timeouts: number | null;
  errors: number | null;
  attempts: number | null;
  failures: number | null;
  /** how the attempts of this second ended, so far; null = not measured, absent = not read */
  outcomes?: { heard: number; failed: number; exited: number; unresolved: number } | null;
  /** listeners attempting in the 10 s that begin here, and those heard, so far; null = none, or not measured; absent = not read */
  demand?: { asked: number; met: number } | null;
  comments: number | null;
  hosts: number;
  speakers: number;
  unmet: number | null;
  /** of an imported viewer count: connections, joins and leaves are not measured, whatever they say here */
  curve?: true;
  /** the row stands for `seconds` rolled-up seconds from `second` on: levels are their means, counters their sums */
  rolled?: RolledSeconds;
  state: ValueState;
  /** null before the row is final */
  rev: number | null;
}

export interface RolledSeconds {
  step: BlockStep;
  seconds: number;
  connected: Between;
  hearing: Between;
}

/** A level at its least and its most, and the first second (epoch s) of the most. */
export interface Between {
  low: number;
  high: number;
  highAt: number;
}
