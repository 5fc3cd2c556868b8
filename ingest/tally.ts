/**
 * What the metrics say of each broadcast: the levels at the newest second up to W, and counters of what passed W since this
 * process took its partitions over. Fed with the changes of rows as they are stored; changes of seconds after W wait
 * until W has passed them.
 *
 * The order of changes between two advances does not show. A counter is the most it ever was: a correction behind
 * W (a time-out taken back, say) lowers the sum, and the counter stands still until the sum has caught up.
 */
import { LEAVE_REASONS, type LeaveReason } from '../lib/event/event.ts';
import { type CountName, OUTCOME_COLUMNS } from '../lib/numbers/second.ts';
import { COLUMN } from '../lib/presence/columns.ts';
import type { KnownByEvent } from './evidence.ts';
import { OTHER_CODE, STARTUP_BUCKETS_MS } from './metric-labels.ts';

/** A change of one row; `RowChange` of the counter fits, and so does a stored row. */
export interface TallyRow {
  group: { room: string; attribute: string; value: string };
  /** epoch s; 0 for distributions that have no second */
  second: number;
  /** by the columns of lib/presence/columns.ts */
  counts: ArrayLike<number>;
}

/** How far a broadcast has come, over the partitions of this process. */
export interface TallyStanding {
  /** W, epoch ms; Infinity: the log is complete */
  watermark: number;
  /** newest event time, epoch ms */
  newestAt: number;
  /** the last room_end, where every room with presence has one, epoch ms; null: it goes on */
  endedAt: number | null;
  known: KnownByEvent;
}

export type Outcomes = Readonly<Record<'heard' | 'failed' | 'exited' | 'unresolved', number>>;

export interface StartupTimes {
  /** per bucket of STARTUP_BUCKETS_MS, and above the last one; not cumulative */
  counts: readonly number[];
  sumSeconds: number;
}

/** One broadcast at one scrape; null is not measured. */
export interface BroadcastTally {
  broadcast: string;
  connected: number;
  hearing: number | null;
  suspect: number | null;
  connections: number;
  hosts: number;
  joins: number;
  leaves: Readonly<Record<LeaveReason, number>>;
  /** by the codes configured, the rest as `other` */
  errors: ReadonlyMap<string, number> | null;
  attempts: Outcomes | null;
  startup: StartupTimes | null;
  /** from the second these levels are of to now */
  dataAgeSeconds: number;
}

/** A broadcast's series go so long after its last room_end, or after its last event, ms of W. */
const AFTER_END_MS = 120_000;
const AFTER_EVENT_MS = 600_000;
/** An attempt is unresolved only when its 60 s are over; before, it is undecided. */
const UNDECIDED_SECONDS = 61;

const LEVEL_NAMES = ['connected', 'hearing', 'suspect', 'connections', 'hosts'] as const satisfies readonly CountName[];
const COUNTER_NAMES = ['joins', ...LEAVE_REASONS, ...OUTCOME_COLUMNS] as const satisfies readonly CountName[];

type LevelName = (typeof LEVEL_NAMES)[number];
type CounterName = (typeof COUNTER_NAMES)[number];

/** Changes of one second that have not passed W. */
interface Change {
  levels: Float64Array;
  counters: Float64Array;
}

interface Part {
  levels: Float64Array;
  /** by epoch s */
  waiting: Map<number, Change>;
}

interface Broadcast {
  /** by partition */
  parts: Map<number, Part>;
  /** what passed W, corrections included */
  sums: Float64Array;
  /** the most each sum ever was */
  shown: Float64Array;
  /** the newest second whose changes are in, epoch s */
  second: number;
  /** openings of connections that have a heartbeat period: with one of them silence is known */
  watched: number;
  standing: TallyStanding | null;
}

export class Tally {
  readonly #codes: readonly string[];
  /** cells of the counters: names, then a code each, then the start-up buckets, then their sum in ms */
  readonly #codeCell: ReadonlyMap<string, number>;
  readonly #startupCell: number;
  readonly #cells: number;
  readonly #broadcasts = new Map<string, Broadcast>();

  /** `errorCodes`: those that are labels; every other code counts as `other`. */
  constructor(errorCodes: readonly string[]) {
    this.#codes = [...new Set([...errorCodes, OTHER_CODE])];
    this.#codeCell = new Map(this.#codes.map((code, i) => [code, COUNTER_NAMES.length + i]));
    this.#startupCell = COUNTER_NAMES.length + this.#codes.length;
    this.#cells = this.#startupCell + STARTUP_BUCKETS_MS.length + 2;
  }

  /**
   * Takes over what is stored of a partition already. What W had passed (`asOf`, epoch ms; null: nothing) counts in the levels
   * alone: others counted it. To be called before `add`. Rows older than `asOf` by over a minute may come summed up in one.
   */
  adopt(partition: number, broadcast: string, rows: Iterable<TallyRow>, asOf: number | null): void {
    const passed = asOf === null ? Number.NEGATIVE_INFINITY : Math.floor(asOf / 1000);
    const b = this.#of(broadcast);
    b.parts.delete(partition);
    const part = partOf(b, partition);
    for (const row of rows) {
      if (row.second > passed) this.#wait(b, part, row);
      else if (isTotal(row)) {
        b.watched += row.counts[COLUMN.watched] ?? 0;
        for (const [i, name] of LEVEL_NAMES.entries()) bump(part.levels, i, row.counts[COLUMN[name]]);
        if (row.second + UNDECIDED_SECONDS > passed) this.#waitUndecided(part, row);
      }
    }
  }

  /** Changes of a partition that the store has taken. */
  add(partition: number, broadcast: string, rows: Iterable<TallyRow>): void {
    const b = this.#of(broadcast);
    const part = partOf(b, partition);
    for (const row of rows) this.#wait(b, part, row);
  }

  /** W has come to `standing.watermark`; what it passed is shown from now on. It never goes back. */
  advance(broadcast: string, standing: TallyStanding): void {
    const b = this.#of(broadcast);
    b.standing = standing;
    b.second = Math.max(b.second, Math.floor(standing.watermark / 1000));
    for (const part of b.parts.values()) {
      for (const [second, change] of part.waiting) {
        if (second > b.second) continue;
        part.waiting.delete(second);
        addTo(part.levels, change.levels);
        addTo(b.sums, change.counters);
      }
    }
    for (const [i, sum] of b.sums.entries()) if (sum > (b.shown[i] ?? 0)) b.shown[i] = sum;
  }

  /** The partition is another process's now: its levels and what waits go with it, what was counted stays counted. */
  release(partition: number): void {
    for (const b of this.#broadcasts.values()) b.parts.delete(partition);
  }

  forget(broadcast: string): void {
    this.#broadcasts.delete(broadcast);
  }

  /** Lets go of those whose series have gone and that no partition of this process counts any more; says which. */
  forgetOver(counted: ReadonlySet<string>): string[] {
    const over = [...this.#broadcasts]
      .filter(([broadcast, { standing }]) => standing !== null && isOver(standing) && !counted.has(broadcast))
      .map(([broadcast]) => broadcast);
    for (const broadcast of over) this.forget(broadcast);
    return over;
  }

  /** Those whose series are there. `now`: wall clock, epoch ms. */
  broadcasts(now: number): BroadcastTally[] {
    const tallies: BroadcastTally[] = [];
    for (const [broadcast, b] of this.#broadcasts) {
      if (b.standing && b.parts.size > 0 && !isOver(b.standing))
        tallies.push(this.#tally(broadcast, b, b.standing, now));
    }
    return tallies;
  }

  #tally(broadcast: string, b: Broadcast, { known }: TallyStanding, now: number): BroadcastTally {
    const level = (name: LevelName): number => {
      let sum = 0;
      for (const part of b.parts.values()) sum += part.levels[LEVEL_NAMES.indexOf(name)] ?? 0;
      return sum;
    };
    const count = (name: CounterName): number => b.shown[COUNTER_NAMES.indexOf(name)] ?? 0;
    const leaves: Record<LeaveReason, number> = { ...NO_LEAVES };
    for (const reason of LEAVE_REASONS) leaves[reason] = count(reason);
    return {
      broadcast,
      connected: level('connected'),
      hearing: known.hearing ? level('hearing') : null,
      suspect: b.watched > 0 ? level('suspect') : null,
      connections: level('connections'),
      hosts: level('hosts'),
      joins: count('joins'),
      leaves,
      errors: known.errors ? this.#errors(b) : null,
      attempts: known.attempts ? outcomes(count, known.hearing) : null,
      startup: this.#startup(b),
      dataAgeSeconds: Math.max(0, now / 1000 - b.second),
    };
  }

  #errors(b: Broadcast): ReadonlyMap<string, number> {
    return new Map(this.#codes.map((code) => [code, b.shown[this.#codeCell.get(code) ?? -1] ?? 0]));
  }

  #startup(b: Broadcast): StartupTimes | null {
    const sumCell = this.#cells - 1;
    const counts = [...b.shown.subarray(this.#startupCell, sumCell)];
    return counts.some((n) => n > 0) ? { counts, sumSeconds: (b.shown[sumCell] ?? 0) / 1000 } : null;
  }

  #wait(b: Broadcast, part: Part, row: TallyRow): void {
    const { counts } = row;
    if (isTotal(row)) {
      b.watched += counts[COLUMN.watched] ?? 0;
      const { levels, counters } = this.#change(part, row.second);
      for (const [i, name] of LEVEL_NAMES.entries()) bump(levels, i, counts[COLUMN[name]]);
      for (const [i, name] of COUNTER_NAMES.entries()) {
        if (name !== 'unresolved' && name !== 'unresolvedByJoin') bump(counters, i, counts[COLUMN[name]]);
      }
      this.#waitUndecided(part, row);
    } else if (row.group.attribute === 'code') {
      const cell = this.#codeCell.get(row.group.value) ?? this.#codeCell.get(OTHER_CODE) ?? -1;
      bump(this.#change(part, row.second).counters, cell, counts[COLUMN.errors]);
    } else if (row.group.attribute === 'startup') {
      const ms = Number(row.group.value);
      const n = counts[COLUMN.started] ?? 0;
      const { counters } = this.#change(part, row.second);
      bump(counters, this.#startupCell + bucketOf(ms), n);
      bump(counters, this.#cells - 1, n * ms);
    }
  }

  #waitUndecided(part: Part, row: TallyRow): void {
    for (const name of ['unresolved', 'unresolvedByJoin'] as const) {
      const n = row.counts[COLUMN[name]] ?? 0;
      if (n === 0) continue;
      bump(this.#change(part, row.second + UNDECIDED_SECONDS).counters, COUNTER_NAMES.indexOf(name), n);
    }
  }

  #change(part: Part, second: number): Change {
    let change = part.waiting.get(second);
    if (!change) {
      change = { levels: new Float64Array(LEVEL_NAMES.length), counters: new Float64Array(this.#cells) };
      part.waiting.set(second, change);
    }
    return change;
  }

  #of(broadcast: string): Broadcast {
    let b = this.#broadcasts.get(broadcast);
    if (!b) {
      b = {
        parts: new Map(),
        sums: new Float64Array(this.#cells),
        shown: new Float64Array(this.#cells),
        second: Number.NEGATIVE_INFINITY,
        watched: 0,
        standing: null,
      };
      this.#broadcasts.set(broadcast, b);
    }
    return b;
  }
}

function partOf({ parts }: Broadcast, partition: number): Part {
  let part = parts.get(partition);
  if (!part) {
    part = { levels: new Float64Array(LEVEL_NAMES.length), waiting: new Map() };
    parts.set(partition, part);
  }
  return part;
}

const NO_LEAVES: Readonly<Record<LeaveReason, number>> = {
  left: 0,
  error: 0,
  server: 0,
  kicked: 0,
  room_ended: 0,
  timeout: 0,
  replaced: 0,
  other: 0,
};

/** By W, not by the clock: it moves with the events, and with the clock once nothing comes. */
function isOver({ watermark, newestAt, endedAt }: TallyStanding): boolean {
  if (endedAt !== null && watermark >= endedAt + AFTER_END_MS) return true;
  return watermark >= newestAt + AFTER_EVENT_MS;
}

function outcomes(count: (name: CounterName) => number, byAudio: boolean): Outcomes {
  return byAudio
    ? { heard: count('heard'), failed: count('failed'), exited: count('exited'), unresolved: count('unresolved') }
    : {
        heard: count('heardByJoin'),
        failed: count('failedByJoin'),
        exited: count('exitedByJoin'),
        unresolved: count('unresolvedByJoin'),
      };
}

/** The bucket whose bound, included, is the first not below. */
function bucketOf(ms: number): number {
  const at = STARTUP_BUCKETS_MS.findIndex((bound) => ms <= bound);
  return at < 0 ? STARTUP_BUCKETS_MS.length : at;
}

function isTotal({ group }: TallyRow): boolean {
  return group.room === '' && group.attribute === '';
}

function bump(cells: Float64Array, cell: number, by: number | undefined): void {
  cells[cell] = (cells[cell] ?? 0) + (by ?? 0);
}

function addTo(cells: Float64Array, more: Float64Array): void {
  for (const [i, n] of more.entries()) bump(cells, i, n);
}
