/** A table of seconds to count into: levels at the instant, counters over (second - 1, second]. */
import type { Counts } from '../numbers/second.ts';
import type { Interval } from './interval.ts';

/** A row per second is kept in memory; a week of them is the most that a recount takes. */
const MOST_ROWS = 604_800;

const NO_LEVELS = {
  connected: 0,
  hearing: 0,
  connections: 0,
  suspect: 0,
  hosts: 0,
  speakers: 0,
  unmet: 0,
  unmetByJoin: 0,
} satisfies Partial<Counts>;

const NO_COUNTERS = {
  joins: 0,
  left: 0,
  error: 0,
  server: 0,
  kicked: 0,
  room_ended: 0,
  timeout: 0,
  replaced: 0,
  other: 0,
  errors: 0,
  comments: 0,
  attempts: 0,
  heard: 0,
  failed: 0,
  exited: 0,
  unresolved: 0,
  heardByJoin: 0,
  failedByJoin: 0,
  exitedByJoin: 0,
  unresolvedByJoin: 0,
  failures: 0,
  failuresByJoin: 0,
  began: 0,
  dropped: 0,
  ended: 0,
  timedOut: 0,
  newlySuspect: 0,
  newlyStalled: 0,
  handedOver: 0,
  newListeners: 0,
  newConnections: 0,
  orphanLeaves: 0,
  joinsLost: 0,
  started: 0,
  duplicates: 0,
} satisfies Partial<Counts>;

export type OracleLevel = keyof typeof NO_LEVELS;
export type OracleCounter = keyof typeof NO_COUNTERS | 'timeouts';

/** What a recount says of every second. Demand is per 10 s and has a list of its own. */
export interface OracleRow extends Record<OracleLevel | OracleCounter, number> {
  /** epoch seconds */
  second: number;
  /** endings of connections decided by silence; `timeout` has those that said so too */
  timeouts: number;
}

/** The row whose counters hold this instant (epoch ms), in epoch seconds. */
export function secondOf(at: number): number {
  return Math.ceil(at / 1000);
}

export class Rows {
  readonly rows: OracleRow[] = [];
  private readonly first: number;

  /** Rows from `first` to `last`, epoch seconds, both inside. Throws where these are too many to count one by one. */
  constructor(first: number, last: number) {
    this.first = first;
    if (last - first >= MOST_ROWS) {
      throw new RangeError(
        `A recount takes a broadcast of at most ${MOST_ROWS} seconds; this one spans ${last - first + 1}. Cut the log, or look for an event with a wrong clock.`,
      );
    }
    for (let second = first; second <= last; second++) {
      this.rows.push({ second, ...NO_LEVELS, ...NO_COUNTERS, timeouts: 0 });
    }
  }

  /** One more of `name` at an instant, epoch ms; outside the rows it is nowhere. */
  count(name: OracleCounter, at: number): void {
    const row = this.rows[secondOf(at) - this.first];
    if (row !== undefined) row[name]++;
  }

  /** One more of `name` in every second whose instant lies in the interval. */
  cover(name: OracleLevel, { from, to }: Interval): void {
    for (let i = Math.max(0, secondOf(from) - this.first); i < this.rows.length; i++) {
      const row = this.rows[i];
      if (row === undefined || row.second * 1000 >= to) return;
      row[name]++;
    }
  }
}
