/**
 * What rows say of connections. What an ordinary connection has decided for good (it is open since, it left at) stands in
 * its row; whatever is more than that, in an object beside.
 */
import type { Traits } from './details.ts';
import { CLOSED_MS, type ConnectionFold, DECIDE_MS, SUSPECT_SLACK_MS } from './fold.ts';
import { type Kinds, PERIOD, ROOM, SOURCE, TRAITS } from './kinds.ts';
import { FIRST, FLAGS, HEAD, IS_CONNECTION, IS_LISTENER, KIND, LISTENER, type Rows, SECOND, THIRD } from './rows.ts';

/** flags of a row */
const OPEN = 1;
const HEARING = 2;
const JOINED = 4;
const JOIN_LOST = 8;
const OPENED = 16;
const PRESENT = 32;
const TIMED_OUT = 64;
const PREVIOUS = 128;
const LEFT = 256;
const BESIDE = 512;
const BASE = 1023;
/** as last folded it is open, and its last evidence is the newest undecided event, none being out of order or twice there */
export const TIP_OPEN = 1024;
export const TIP_IS_HEAD = 2048;
/** as last folded its silence is suspect */
export const TIP_SUSPECT = 4096;
/** all that a row says of a connection */
const OF_CONNECTION = 8191 | IS_CONNECTION;

const ERA_MS = 2 ** 32;

/** What is decided for good of one connection, in full. */
interface ConnectionBase {
  open: {
    start: number;
    last: number;
    joined: boolean;
    joinLost: boolean;
    traits: Traits;
    source: string | null;
    hearing: readonly number[];
  } | null;
  previous: { traits: Traits; end: number } | null;
  timedOut: boolean;
  attempt: { at: number; traits: Traits } | null;
  leftAt: number | null;
  opened: boolean;
  present: boolean;
  recent: readonly (readonly [string, number])[];
}

export class ConnectionTable {
  readonly #rows: Rows;
  readonly #kinds: Kinds;
  readonly #beside = new Map<number, ConnectionBase>();
  readonly #traits: readonly Traits[];
  readonly #sources: string[] = [];
  readonly #sourceNumbers = new Map<string, number>();
  #era = Number.NaN;

  constructor(rows: Rows, kinds: Kinds, traits: readonly Traits[]) {
    this.#rows = rows;
    this.#kinds = kinds;
    this.#traits = traits;
  }

  isOne(row: number): boolean {
    return this.#rows.has(row, IS_CONNECTION);
  }

  flags(row: number): number {
    return this.#rows.get(row, FLAGS);
  }

  setFlags(row: number, flags: number): void {
    this.#rows.set(row, FLAGS, flags);
  }

  /** newest undecided event; 0: none */
  head(row: number): number {
    return this.#rows.get(row, HEAD);
  }

  setHead(row: number, head: number): void {
    this.#rows.set(row, HEAD, head);
  }

  room(row: number): number {
    return this.#kinds.get(this.#rows.get(row, KIND), ROOM);
  }

  listener(row: number): number {
    return this.#rows.has(row, IS_LISTENER) ? row : this.#rows.get(row, LISTENER);
  }

  /** heartbeat period of the stay that is open as last folded, ms */
  period(row: number): number {
    return this.#kinds.get(this.#rows.get(row, KIND), PERIOD);
  }

  setPeriod(row: number, ms: number): void {
    this.#setKind(row, PERIOD, ms);
  }

  #setKind(row: number, field: number, value: number): void {
    const kind = this.#rows.get(row, KIND);
    const changed = this.#kinds.changed(kind, field, value);
    if (changed !== kind) this.#rows.set(row, KIND, changed);
  }

  /** Makes the row that of a connection in a room. */
  begin(row: number, room: number): void {
    this.#rows.mark(row, IS_CONNECTION);
    this.#setKind(row, ROOM, room);
  }

  /** Forgets all that the row says of a connection. */
  end(row: number): void {
    this.#beside.delete(row);
    const rows = this.#rows;
    rows.set(row, FLAGS, rows.get(row, FLAGS) & ~OF_CONNECTION);
    rows.set(row, HEAD, 0);
    for (const field of [ROOM, TRAITS, SOURCE, PERIOD]) this.#setKind(row, field, 0);
  }

  /** Loads what is decided of a connection into `fold`. */
  load(row: number, fold: ConnectionFold): void {
    fold.clear();
    const chunk = this.#rows.chunk(row);
    const at = this.#rows.at(row);
    const flags = chunk[at + FLAGS] ?? 0;
    if ((flags & BASE) === 0) return;
    const kind = chunk[at + KIND] ?? 0;
    if ((flags & BESIDE) !== 0) {
      const base = this.#beside.get(row);
      if (base !== undefined) loadBase(base, fold);
      return;
    }
    fold.opened = (flags & OPENED) !== 0;
    fold.present = (flags & PRESENT) !== 0;
    fold.timedOut = (flags & TIMED_OUT) !== 0;
    if ((flags & OPEN) !== 0) {
      const traits = this.#traits[this.#kinds.get(kind, TRAITS)];
      if (traits === undefined) return;
      const stay = fold.baseStay(this.#time(chunk[at + FIRST] ?? 0), traits);
      stay.last = this.#time(chunk[at + SECOND] ?? 0);
      if ((flags & HEARING) !== 0) stay.hearing.push(this.#time(chunk[at + THIRD] ?? 0));
      stay.joined = (flags & JOINED) !== 0;
      stay.joinLost = (flags & JOIN_LOST) !== 0;
      stay.source = this.#sources[this.#kinds.get(kind, SOURCE) - 1] ?? null;
      return;
    }
    if ((flags & PREVIOUS) !== 0) {
      fold.prevTraits = this.#traits[this.#kinds.get(kind, TRAITS)] ?? null;
      fold.prevEnd = this.#time(chunk[at + FIRST] ?? 0);
    }
    if ((flags & LEFT) !== 0) fold.leftAt = this.#time(chunk[at + SECOND] ?? 0);
  }

  /** Keeps what `fold` has decided up to `upTo` (epoch ms); false where there is nothing to remember. */
  save(row: number, fold: ConnectionFold, upTo: number): boolean {
    this.#forget(fold, upTo);
    const chunk = this.#rows.chunk(row);
    const at = this.#rows.at(row);
    const kept = (chunk[at + FLAGS] ?? 0) & ~BASE;
    if (((chunk[at + FLAGS] ?? 0) & BESIDE) !== 0) this.#beside.delete(row);
    let flags = 0;
    if (fold.opened) flags |= OPENED;
    if (fold.present) flags |= PRESENT;
    if (fold.timedOut) flags |= TIMED_OUT;
    const open = fold.openStay;
    if (fold.recent !== null || fold.attemptTraits !== null || (open !== null && open.hearing.length > 1)) {
      return this.#saveBeside(row, fold, kept);
    }
    if (open !== null) {
      if (!this.fits(open.start) || !this.fits(open.last)) return this.#saveBeside(row, fold, kept);
      flags |= OPEN | (open.joined ? JOINED : 0) | (open.joinLost ? JOIN_LOST : 0);
      chunk[at + FIRST] = open.start - this.#era;
      chunk[at + SECOND] = open.last - this.#era;
      const since = open.hearing[0];
      if (since !== undefined) {
        flags |= HEARING;
        chunk[at + THIRD] = since - this.#era;
      }
      this.#setKind(row, TRAITS, open.traits.number);
      this.#setKind(row, SOURCE, open.source === null ? 0 : this.#sourceNumber(open.source) + 1);
    } else {
      if (fold.prevTraits !== null) {
        if (!this.fits(fold.prevEnd)) return this.#saveBeside(row, fold, kept);
        flags |= PREVIOUS;
        this.#setKind(row, TRAITS, fold.prevTraits.number);
        chunk[at + FIRST] = fold.prevEnd - this.#era;
      }
      if (fold.leftAt !== Number.NEGATIVE_INFINITY) {
        if (!this.fits(fold.leftAt)) return this.#saveBeside(row, fold, kept);
        flags |= LEFT;
        chunk[at + SECOND] = fold.leftAt - this.#era;
      }
    }
    chunk[at + FLAGS] = kept | flags;
    return flags !== 0;
  }

  /** What no event after `upTo` asks for any more. */
  #forget(fold: ConnectionFold, upTo: number): void {
    if (fold.attemptTraits !== null && fold.attemptAt < upTo - DECIDE_MS) fold.attemptTraits = null;
    if (fold.open >= 0) {
      fold.prevTraits = null;
      return;
    }
    const gone = upTo - CLOSED_MS;
    if (fold.prevTraits !== null && Math.max(fold.prevEnd, fold.leftAt) < gone) fold.prevTraits = null;
    if (fold.leftAt < gone) fold.leftAt = Number.NEGATIVE_INFINITY;
  }

  #saveBeside(row: number, fold: ConnectionFold, kept: number): boolean {
    this.#beside.set(row, baseOf(fold));
    this.#rows.set(row, FLAGS, kept | BESIDE);
    return true;
  }

  /** Its base is an open stay that stands in the row, and where it is open as last folded it is that one. */
  isPlainlyOpen(row: number): boolean {
    const flags = this.#rows.get(row, FLAGS);
    return (flags & (OPEN | BESIDE)) === OPEN && (flags & TIP_OPEN) !== 0;
  }

  /** of a plainly open connection, epoch ms */
  lastEvidence(row: number): number {
    return this.#time(this.#rows.get(row, SECOND));
  }

  /** A plainly open connection silent for less than this is neither suspect nor timed out, ms. */
  quietFor(row: number): number {
    const period = this.#traits[this.#kinds.get(this.#rows.get(row, KIND), TRAITS)]?.heartbeatMs ?? 0;
    return period === 0 ? Number.POSITIVE_INFINITY : Math.min(period + SUSPECT_SLACK_MS, 3 * period);
  }

  /** Moves the last evidence of a plainly open connection, epoch ms; no source told leaves it. */
  moveEvidence(row: number, ts: number, source: string | null): void {
    if (this.fits(ts)) this.#rows.set(row, SECOND, ts - this.#era);
    if (source !== null) this.#setKind(row, SOURCE, this.#sourceNumber(source) + 1);
  }

  /** Whether an instant can stand in a row. */
  fits(ms: number): boolean {
    if (Number.isNaN(this.#era)) this.#era = ms - ERA_MS / 4;
    const since = ms - this.#era;
    return since >= 0 && since < ERA_MS;
  }

  #time(word: number): number {
    return this.#era + (word >>> 0);
  }

  #sourceNumber(source: string): number {
    let number = this.#sourceNumbers.get(source);
    if (number === undefined) {
      number = this.#sources.push(source) - 1;
      this.#sourceNumbers.set(source, number);
    }
    return number;
  }
}

/** What `fold` has decided, as plain data. */
function baseOf(fold: ConnectionFold): ConnectionBase {
  const open = fold.openStay;
  return {
    open: open && {
      start: open.start,
      last: open.last,
      joined: open.joined,
      joinLost: open.joinLost,
      traits: open.traits,
      source: open.source,
      hearing: [...open.hearing],
    },
    previous: fold.prevTraits && { traits: fold.prevTraits, end: fold.prevEnd },
    timedOut: fold.timedOut,
    attempt: fold.attemptTraits && { at: fold.attemptAt, traits: fold.attemptTraits },
    leftAt: fold.leftAt === Number.NEGATIVE_INFINITY ? null : fold.leftAt,
    opened: fold.opened,
    present: fold.present,
    recent: fold.recent === null ? [] : [...fold.recent],
  };
}

function loadBase(base: ConnectionBase, fold: ConnectionFold): void {
  if (base.open !== null) {
    const stay = fold.baseStay(base.open.start, base.open.traits);
    stay.last = base.open.last;
    stay.joined = base.open.joined;
    stay.joinLost = base.open.joinLost;
    stay.source = base.open.source;
    for (const at of base.open.hearing) stay.hearing.push(at);
  }
  fold.prevTraits = base.previous?.traits ?? null;
  fold.prevEnd = base.previous?.end ?? 0;
  fold.timedOut = base.timedOut;
  fold.attemptTraits = base.attempt?.traits ?? null;
  fold.attemptAt = base.attempt?.at ?? 0;
  fold.leftAt = base.leftAt ?? Number.NEGATIVE_INFINITY;
  fold.opened = base.opened;
  fold.present = base.present;
  fold.recent = base.recent.length > 0 ? new Map(base.recent) : null;
}
