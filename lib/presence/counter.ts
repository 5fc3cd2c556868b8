/**
 * The count of one broadcast in one partition. Events go in by `apply`, in any order; `advance` says how far event time
 * has come; `flush` hands out what changed since the last one. Final numbers depend on the set of events alone.
 *
 * An event is only written down when it comes; its listener is folded when event time advances. Until nothing can bear
 * on it any more it is kept, and what it adds to the rows is taken back and put in anew whenever that changes.
 */
import type { ListenerEvent } from '../event/event.ts';
import type { ScannedEvent } from '../event/scan.ts';
import { ByteWriter } from './bytes.ts';
import { TIP_IS_HEAD, TIP_OPEN, TIP_SUSPECT } from './connection-table.ts';
import { Contributor, type Groups, type ListenerBase, NEW_LISTENER, TOTAL, unmetSteps } from './contribution.ts';
import { ATTEMPT, HEARTBEAT, type Traits } from './details.ts';
import { writeFailures } from './failure-page.ts';
import { ConnectionFold, DECIDE_MS, FAILED, type FoldContext, type FoldedStay, SUSPECT_SLACK_MS } from './fold.ts';
import { Journal, type JournalPage } from './journal.ts';
import { JournalReading } from './journal-reading.ts';
import { DIRTY, STAYS_DIRTY, WHEEL_AHEAD } from './listener-table.ts';
import { RoomFacts } from './room-facts.ts';
import { Roster } from './roster.ts';
import { RowChanges } from './row-changes.ts';
import type { Stay } from './stay.ts';
import { StepList } from './step-list.ts';
import { type CounterSummary, emptySummary, type GroupName } from './summary.ts';

/** W trails the newest event by 5 s, the live second by 1 s: silence is suspect that much sooner than it is decided, ms. */
const LIVE_AHEAD_MS = 4_000;
/** A final instant can still be described by an event this much later: an attempt finds a stay, that stay a join, ms. */
const LOOK_AHEAD_MS = 180_000;
/** What a connection's events may still look back at, ms. */
const LOOK_BACK_MS = 120_000;
/** How often a listener's past is folded for good, ms of event time. */
const SETTLE_EVERY_MS = 120_000;
/** row sets of a listener that are looked through one by one */
const FEW = 16;
/** over so many seconds the folding of what is due at one instant is spread */
const SPREAD = 61;
/** Undecided events from which on a counter that shows only what is final looks for what is. */
const SWEEP_ABOVE = 1_000_000;

/** What a row gained since the last flush. */
export interface RowChange {
  group: GroupName;
  /** epoch s; 0 for distributions that have no second */
  second: number;
  counts: Int32Array;
}

export interface Flushed {
  rows: RowChange[];
  /** pages of failed attempts by listener */
  failures: Uint8Array[];
  finalStays: Stay[];
  /** listeners whose not yet final stays are these now */
  openStays: { listener: string; stays: Stay[] }[];
  /** to go on from; null where nothing came, or no state is kept */
  journal: JournalPage | null;
}

export interface CounterOptions {
  /** for connections that do not say, ms; 0 = none */
  defaultHeartbeatMs: number;
  breakdowns: readonly string[];
  /**
   * Nobody looks before the log has been read to its end: only what is final is told, neither provisional numbers nor
   * open stays, and no state is kept. Absent: everything is told as it stands.
   */
  finalOnly?: boolean;
  /** keep a journal to go on from after a restart */
  keepState?: boolean;
  /** with `finalOnly`: undecided events from which on what is final is looked for */
  sweepAbove?: number;
}

const SEPARATOR = '\u0000';

type WritableBase = { -readonly [K in keyof ListenerBase]: ListenerBase[K] };

export class BroadcastCounter implements Groups {
  readonly breakdowns: readonly string[];
  readonly summary: CounterSummary;
  readonly #finalOnly: boolean;
  readonly #sweepAbove: number;
  #sweepAt: number;
  readonly #roster: Roster;
  readonly #groupIds = new Map<string, number>();
  readonly #startupGroups = new Map<number, readonly number[]>();
  readonly #singles = new Map<number, readonly number[]>();
  readonly #codeGroups = new Map<string, readonly number[]>();
  readonly #roomEnds: number[] = [];
  readonly #facts: RoomFacts;
  readonly #rows = new RowChanges();
  readonly #contributor: Contributor;
  readonly #journal: Journal | null;
  readonly #out = new ByteWriter();
  /** while pages are read */
  #reading: JournalReading | null = null;
  #pages: { first: number; last: number } | null = null;
  readonly #folds: ConnectionFold[] = [];
  readonly #foldRows: number[] = [];
  readonly #context: FoldContext;
  readonly #steps = new StepList();
  /** steps that stand in the rows and may still be taken back, by listener */
  readonly #applied = new Map<number, readonly number[]>();
  readonly #base: WritableBase = { ...NEW_LISTENER };
  #dirty: number[] = [];
  #staysDirty: number[] = [];
  #finalStays: Stay[] = [];
  readonly #wheel = new Map<number, number[]>();
  #wheelAt = Number.NEGATIVE_INFINITY;
  #asOf = Number.NEGATIVE_INFINITY;
  #settled = Number.NEGATIVE_INFINITY;
  #open = 0;

  constructor(options: CounterOptions, summary?: CounterSummary) {
    this.breakdowns = options.breakdowns;
    this.#finalOnly = options.finalOnly ?? false;
    this.#sweepAbove = options.sweepAbove ?? SWEEP_ABOVE;
    this.#sweepAt = this.#sweepAbove;
    this.summary = summary ?? emptySummary();
    const { sources } = this.summary;
    const known = new Set(sources);
    this.#roster = new Roster(options.defaultHeartbeatMs, (source) => {
      if (known.has(source)) return;
      known.add(source);
      sources.push(source);
    });
    this.#facts = new RoomFacts(this.summary, this.#roster.rooms);
    this.#context = {
      defaults: this.#roster.details.defaults,
      roomEnd: Number.POSITIVE_INFINITY,
      asOf: Number.NEGATIVE_INFINITY,
      liveAt: Number.NEGATIVE_INFINITY,
      upTo: Number.POSITIVE_INFINITY,
    };
    this.#contributor = new Contributor(this, this.#steps);
    this.#journal = options.keepState && !this.#finalOnly ? new Journal(this.#roster, this.#context) : null;
    const names = this.summary.groups.splice(0);
    if (names.length === 0) names.push({ room: '', attribute: '', value: '' });
    for (const name of names) this.#group(name);
    for (const [room, at] of Object.entries(this.summary.roomEnds)) this.#roomEnds[this.#roster.room(room)] = at;
    if (this.summary.asOf !== null) this.#asOf = this.summary.asOf;
  }

  /** connections open as last folded */
  get openConnections(): number {
    return this.#open;
  }

  /** events that something still to come may bear on */
  get undecidedEvents(): number {
    return this.#roster.undecided.used;
  }

  of(traits: Traits, room: number): readonly number[] {
    return traits.groups[room] ?? this.#groupsOf(traits, room);
  }

  #groupsOf(traits: Traits, room: number): readonly number[] {
    const groups = [0, this.#group({ room: this.#roster.rooms[room] ?? '', attribute: '', value: '' })];
    for (const attribute of this.breakdowns) {
      const value = traits.attrs?.[attribute];
      if (value !== undefined) groups.push(this.#group({ room: '', attribute, value }));
    }
    while (traits.groups.length < room) traits.groups.push(undefined);
    traits.groups[room] = groups;
    return groups;
  }

  ofStartup(bucket: number): readonly number[] {
    let group = this.#startupGroups.get(bucket);
    if (group === undefined) {
      group = this.one(this.#group({ room: '', attribute: 'startup', value: String(bucket) }));
      this.#startupGroups.set(bucket, group);
    }
    return group;
  }

  readonly one = (group: number): readonly number[] => {
    if (group === 0) return TOTAL;
    let one = this.#singles.get(group);
    if (one === undefined) {
      one = [group];
      this.#singles.set(group, one);
    }
    return one;
  };

  ofCode(code: string): readonly number[] {
    let group = this.#codeGroups.get(code);
    if (group === undefined) {
      group = this.one(this.#group({ room: '', attribute: 'code', value: code }));
      this.#codeGroups.set(code, group);
    }
    return group;
  }

  #group(name: GroupName): number {
    const key = `${name.room}${SEPARATOR}${name.attribute}${SEPARATOR}${name.value}`;
    const known = this.#groupIds.get(key);
    if (known !== undefined) return known;
    const id = this.summary.groups.push(name) - 1;
    this.#groupIds.set(key, id);
    return id;
  }

  /** Takes one event that is not late. Duplicates and disorder are its business. */
  apply(event: ListenerEvent): void {
    if (this.#roster.broadcast === '') this.#roster.broadcast = event.broadcast;
    const connection = this.#roster.write(event);
    this.#journal?.event(event, this.#roster.detail, this.#roster.connections.room(connection));
    this.#taken(connection, event.ts);
  }

  /** The same for the record in [start, end) of `bytes`, scanned, of a listener and of `broadcast`. */
  applyScanned(bytes: Uint8Array, _start: number, _end: number, scanned: ScannedEvent, broadcast: string): void {
    if (this.#roster.broadcast === '') this.#roster.broadcast = broadcast;
    const roster = this.#roster;
    const connection = roster.writeScanned(bytes, scanned);
    this.#journal?.scanned(bytes, scanned, roster.startup, roster.detail, roster.connections.room(connection));
    this.#taken(connection, scanned.ts);
  }

  #taken(connection: number, ts: number): void {
    const s = this.summary;
    s.records++;
    if (s.firstAt === null || ts < s.firstAt) s.firstAt = ts;
    if (s.lastAt === null || ts > s.lastAt) s.lastAt = ts;
    const detail = this.#roster.details.get(this.#roster.detail);
    this.#facts.came(this.#roster.connections.room(connection), ts, detail.type);
    const timeout = 3 * detail.traits.heartbeatMs;
    if (timeout > s.longestTimeout) s.longestTimeout = timeout;
    if (this.#finalOnly) return;
    const listener = this.#roster.connections.listener(connection);
    if (detail.type === HEARTBEAT && this.#plainHeartbeat(listener, connection, ts)) return;
    const flags = this.#roster.connections.flags(connection);
    if ((flags & TIP_IS_HEAD) !== 0) this.#roster.connections.setFlags(connection, flags & ~TIP_IS_HEAD);
    this.#touch(listener);
  }

  /** A heartbeat in time and in order on an open connection changes nothing but the moment silence begins. */
  #plainHeartbeat(listener: number, connection: number, ts: number): boolean {
    const { connections, listeners, undecided } = this.#roster;
    const flags = connections.flags(connection);
    if ((flags & (TIP_IS_HEAD | TIP_SUSPECT)) !== TIP_IS_HEAD || listeners.has(listener, DIRTY)) return false;
    if (ts >= (this.#roomEnds[connections.room(connection)] ?? Number.POSITIVE_INFINITY)) return false;
    const head = connections.head(connection);
    const before = undecided.olderOf(head);
    const last = undecided.headTs(before);
    if (ts <= last) return false;
    const period = connections.period(connection);
    if (period === 0) this.summary.periodMissing = true;
    else if (ts - last >= Math.min(period + SUSPECT_SLACK_MS, 3 * period)) return false;
    return !undecided.mayHaveId(before, undecided.idAt(head), ts - DECIDE_MS);
  }

  /** The room's first room_end is at `at`, epoch ms. */
  endRoom(room: string, at: number): void {
    const number = this.#roster.room(room);
    if (at >= (this.#roomEnds[number] ?? Number.POSITIVE_INFINITY)) return;
    this.#setRoomEnd(number, at);
    this.summary.roomEnds[room] = at;
    if (this.#finalOnly) return;
    const { connections, made } = this.#roster;
    for (let row = 1; row < made; row++) {
      if (connections.isOne(row) && connections.room(row) === number) this.#touch(connections.listener(row));
    }
  }

  #setRoomEnd(room: number, at: number): void {
    while (this.#roomEnds.length < room) this.#roomEnds.push(Number.POSITIVE_INFINITY);
    this.#roomEnds[room] = at;
  }

  #touch(listener: number): void {
    if (this.#roster.listeners.has(listener, DIRTY)) return;
    this.#roster.listeners.mark(listener, DIRTY);
    this.#dirty.push(listener);
  }

  /**
   * Event time has come to `asOf` (the common watermark W; Infinity: the log is complete). `own` is this partition's
   * W_p: no event at or before own - 120 s can come any more.
   */
  advance(asOf: number, own: number): void {
    // by whole seconds: how a listener stands then follows from its events and `asOf` alone, whenever it was folded
    const second = Math.floor(asOf / 1000) * 1000;
    if (second > this.#asOf) this.#asOf = second;
    this.summary.asOf = Number.isFinite(this.#asOf) ? this.#asOf : null;
    this.#settled = Math.min(asOf, own);
    this.#advance(asOf);
    if (asOf === Number.POSITIVE_INFINITY || this.undecidedEvents === 0) this.#facts.knowForGood();
  }

  #advance(asOf: number): void {
    const complete = asOf === Number.POSITIVE_INFINITY;
    if (this.#finalOnly) {
      if (complete || this.undecidedEvents >= this.#sweepAt) this.#sweep();
      return;
    }
    const dirty = this.#dirty;
    this.#dirty = [];
    if (complete) {
      this.#wheel.clear();
      const { listeners, made } = this.#roster;
      for (let row = 1; row < made; row++) {
        if (!listeners.isOne(row)) continue;
        if (listeners.has(row, DIRTY) || listeners.cut(row) !== Number.POSITIVE_INFINITY) this.#refold(row);
      }
      return;
    }
    for (let i = 0; i < dirty.length; i++) this.#refold(dirty[i] ?? 0);
    const to = this.#asOf / 1000;
    if (!Number.isFinite(this.#wheelAt) || to - this.#wheelAt > this.#wheel.size + 16) {
      for (const second of [...this.#wheel.keys()].sort((a, b) => a - b)) if (second <= to) this.#fire(second);
    } else for (let second = this.#wheelAt + 1; second <= to; second++) this.#fire(second);
    this.#wheelAt = Math.max(this.#wheelAt, to);
  }

  /** Folds every listener for good as far as nothing can bear on it any more. */
  #sweep(): void {
    const { listeners, made } = this.#roster;
    const cut = this.#cutNow();
    for (let row = 1; row < made; row++) {
      if (!listeners.isOne(row) || this.#roster.firstConnection(row) === 0 || cut <= listeners.cut(row)) continue;
      const count = this.#view(row);
      listeners.loadBase(row, this.#base);
      this.#rows.listener = row;
      this.#contributor.contribute(this.#folds, count, this.#base, listeners.cut(row), cut, this.#rows);
      this.#settle(row, count, cut);
    }
    this.#sweepAt = Math.max(this.#sweepAbove, 2 * this.undecidedEvents);
  }

  #fire(second: number): void {
    const due = this.#wheel.get(second);
    if (!due) return;
    this.#wheel.delete(second);
    const { listeners } = this.#roster;
    for (let i = 0; i < due.length; i++) {
      const listener = due[i] ?? 0;
      if (!listeners.isOnWheelAt(listener, second)) continue;
      listeners.takeOffWheel(listener);
      if (this.#dueAt(listener) > this.#asOf || this.#settleQuiet(listener)) this.#schedule(listener);
      else this.#refold(listener);
    }
  }

  /**
   * Folds for good a listener that has done nothing but send its heartbeats in time since it was last folded, without
   * folding: only the moment of its last evidence moves. False where there is more to it.
   */
  #settleQuiet(listener: number): boolean {
    const { connections, listeners } = this.#roster;
    const cut = this.#cutNow();
    if (this.#settled < listeners.due(listener) || cut <= listeners.cut(listener)) return false;
    if (this.#applied.has(listener) || listeners.hasFailures(listener)) return false;
    const upTo = cut - LOOK_BACK_MS;
    let oldest = Number.POSITIVE_INFINITY;
    for (let c = this.#roster.firstConnection(listener); c !== 0; c = this.#roster.connectionAfter(c)) {
      if (this.#roomEnds[connections.room(c)] !== undefined) return false;
      const next = this.#roster.oldestIfQuiet(c, upTo);
      if (next < 0) return false;
      oldest = Math.min(oldest, next);
    }
    // silence may have begun
    if (oldest === Number.POSITIVE_INFINITY || this.#silentAt(listener) <= this.#asOf) return false;
    for (let c = this.#roster.firstConnection(listener); c !== 0; c = this.#roster.connectionAfter(c)) {
      this.#roster.moveQuiet(c, upTo);
      this.#facts.hasCounted(connections.lastEvidence(c));
    }
    listeners.setCut(listener, cut);
    this.#setDue(listener, oldest);
    return true;
  }

  /** W from which on the listener's numbers can change without a new event. */
  #dueAt(listener: number): number {
    return Math.min(this.#roster.listeners.due(listener), this.#silentAt(listener));
  }

  /** W at which silence next makes the listener suspect, or is decided, or its room has ended. */
  #silentAt(listener: number): number {
    const { connections, undecided } = this.#roster;
    let due = Number.POSITIVE_INFINITY;
    for (let c = this.#roster.firstConnection(listener); c !== 0; c = this.#roster.connectionAfter(c)) {
      const flags = connections.flags(c);
      if ((flags & TIP_OPEN) === 0) continue;
      due = Math.min(due, this.#roomEnds[connections.room(c)] ?? Number.POSITIVE_INFINITY);
      const period = connections.period(c);
      if (period === 0) continue;
      const last = (flags & TIP_IS_HEAD) !== 0 ? undecided.headTs(connections.head(c)) : this.#lastOf(c);
      const suspectFrom = last + period + SUSPECT_SLACK_MS - LIVE_AHEAD_MS;
      const decided = last + 3 * period + 1;
      due = Math.min(due, decided, (flags & TIP_SUSPECT) !== 0 ? decided : suspectFrom);
    }
    return due;
  }

  /** Last evidence of a connection that is open, its newest event being none. */
  #lastOf(connection: number): number {
    const fold = this.#foldAt(0);
    this.#roster.load(connection, fold);
    fold.run(this.#contextOf(fold.room, this.#asOf, this.#asOf + LIVE_AHEAD_MS, Number.POSITIVE_INFINITY));
    return fold.openStay?.last ?? Number.NEGATIVE_INFINITY;
  }

  #schedule(listener: number): void {
    const { listeners } = this.#roster;
    const due = this.#dueAt(listener);
    if (due === Number.POSITIVE_INFINITY) return;
    const now = this.#asOf / 1000;
    // before W is known the first advance looks; what lies far ahead is looked at again on the way
    const second = Number.isFinite(now) ? Math.min(Math.max(Math.ceil(due / 1000), now + 1), now + WHEEL_AHEAD) : 0;
    if (listeners.isOnWheelBy(listener, second)) return;
    listeners.putOnWheel(listener, second);
    const list = this.#wheel.get(second);
    if (list) list.push(listener);
    else this.#wheel.set(second, [listener]);
  }

  #contextOf(room: number, asOf: number, liveAt: number, upTo: number): FoldContext {
    const context = this.#context;
    context.roomEnd = this.#roomEnds[room] ?? Number.POSITIVE_INFINITY;
    context.asOf = asOf;
    context.liveAt = liveAt;
    context.upTo = upTo;
    return context;
  }

  #foldAt(place: number): ConnectionFold {
    let fold = this.#folds[place];
    if (fold === undefined) {
      fold = new ConnectionFold(this.#roster, this.#context);
      this.#folds.push(fold);
    }
    return fold;
  }

  /** Folds the connections of a listener as of now, into the first of `#folds`; how many these are. */
  #view(listener: number): number {
    let count = 0;
    for (let c = this.#roster.firstConnection(listener); c !== 0; c = this.#roster.connectionAfter(c)) {
      const fold = this.#foldAt(count);
      this.summary.copies += this.#roster.load(c, fold);
      fold.run(this.#contextOf(fold.room, this.#asOf, this.#asOf + LIVE_AHEAD_MS, Number.POSITIVE_INFINITY));
      if (fold.periodMissing) {
        this.summary.periodMissing = true;
        fold.periodMissing = false;
      }
      this.#foldRows[count] = c;
      count++;
    }
    return count;
  }

  #refold(listener: number): void {
    const { listeners } = this.#roster;
    listeners.unmark(listener, DIRTY);
    const count = this.#view(listener);
    listeners.loadBase(listener, this.#base);
    const steps = this.#told(count, listeners.cut(listener));
    const before = this.#applied.get(listener) ?? NONE;
    this.#rows.listener = listener;
    if (this.#replace(before, steps)) {
      this.#keepApplied(listener, steps);
      this.#markStays(listener);
    }
    this.#setTips(count);
    const cut = this.#cutNow();
    const isDue =
      cut > listeners.cut(listener) && (this.#settled >= listeners.due(listener) || cut === Number.POSITIVE_INFINITY);
    if (isDue) {
      this.#keepApplied(listener, this.#told(count, cut));
      this.#markStays(listener);
    }
    const oldest = this.#oldest(count, isDue ? cut - LOOK_BACK_MS : Number.NEGATIVE_INFINITY);
    if (isDue) this.#settle(listener, count, cut);
    this.#setDue(listener, oldest);
    this.#schedule(listener);
  }

  /** What the listener adds after `after`, as steps. */
  #told(count: number, after: number): readonly number[] {
    this.#contributor.contribute(this.#folds, count, this.#base, after, Number.POSITIVE_INFINITY, this.#steps);
    return this.#steps.take();
  }

  #keepApplied(listener: number, steps: readonly number[]): void {
    if (steps.length > 0) this.#applied.set(listener, steps);
    else this.#applied.delete(listener);
  }

  #markStays(listener: number): void {
    if (this.#roster.listeners.has(listener, STAYS_DIRTY)) return;
    this.#roster.listeners.mark(listener, STAYS_DIRTY);
    this.#staysDirty.push(listener);
  }

  /** Takes back what stood and puts in what holds; whether anything differed. */
  #replace(before: readonly number[], after: readonly number[]): boolean {
    if (before === after) return false;
    let from = 0;
    while (from < before.length && from < after.length && before[from] === after[from]) from++;
    from -= from % 2;
    if (from === before.length && from === after.length) return false;
    this.#steps.replay(before, from, -1, this.#rows);
    this.#steps.replay(after, from, 1, this.#rows);
    return true;
  }

  /** How each connection stands, for heartbeats to come and for the wheel. */
  #setTips(count: number): void {
    const { connections } = this.#roster;
    for (let v = 0; v < count; v++) {
      const fold = this.#folds[v];
      const row = this.#foldRows[v] ?? 0;
      if (fold === undefined) continue;
      const open = fold.openStay;
      const before = connections.flags(row);
      let flags = before & ~(TIP_OPEN | TIP_IS_HEAD | TIP_SUSPECT);
      if (open !== null) {
        flags |= TIP_OPEN;
        const { events } = fold;
        const newest = events.length > 0 ? events.ts[events.length - 1] : null;
        if (newest === open.last && events.inOrder && !fold.mayRepeat) flags |= TIP_IS_HEAD;
        if (open.silent.at(-1) === Number.POSITIVE_INFINITY) flags |= TIP_SUSPECT;
        connections.setPeriod(row, open.traits.heartbeatMs);
      }
      if ((flags & TIP_OPEN) !== (before & TIP_OPEN)) this.#open += open !== null ? 1 : -1;
      connections.setFlags(row, flags);
    }
  }

  /** What happened up to here is final in this partition: whole seconds, epoch ms. */
  #cutNow(): number {
    const lag = Math.max(this.summary.longestTimeout, LOOK_AHEAD_MS) + DECIDE_MS;
    const cut = this.#settled - lag;
    return Number.isFinite(cut) ? Math.floor(cut / 1000) * 1000 : cut;
  }

  /** Oldest instant after `upTo` at which something still has to be folded for good, epoch ms. */
  #oldest(count: number, upTo: number): number {
    let oldest = Number.POSITIVE_INFINITY;
    for (let v = 0; v < count; v++) {
      const fold = this.#folds[v];
      if (fold === undefined) continue;
      const { ts, length } = fold.events;
      let first = 0;
      while (first < length && (ts[first] ?? 0) <= upTo) first++;
      if (first < length) oldest = Math.min(oldest, ts[first] ?? 0);
      // silence, or the room, closed it in what is not yet final
      for (let i = 0; i < fold.stayCount; i++) {
        const stay = fold.stays[i];
        if (stay === undefined || stay.end === Number.POSITIVE_INFINITY) continue;
        const decidedAt = stay.silenced ? stay.last + 3 * stay.traits.heartbeatMs + 1 : stay.end;
        if (decidedAt > upTo) oldest = Math.min(oldest, decidedAt);
      }
    }
    return oldest;
  }

  #setDue(listener: number, oldest: number): void {
    const lag = Math.max(this.summary.longestTimeout, LOOK_AHEAD_MS) + DECIDE_MS;
    this.#roster.listeners.setDue(
      listener,
      oldest === Number.POSITIVE_INFINITY
        ? oldest
        : // listeners that came together are not all folded at one instant
          Math.max(oldest + LOOK_BACK_MS + lag + SETTLE_EVERY_MS, this.#settled + SETTLE_EVERY_MS / 2) +
            (listener % SPREAD) * 1_000,
    );
  }

  /** Folds for good what no event can reach any more: the folds of the listener are as of now, and used up by it. */
  #settle(listener: number, count: number, cut: number): void {
    const { listeners, connections } = this.#roster;
    const upTo = cut - LOOK_BACK_MS;
    const complete = cut === Number.POSITIVE_INFINITY;
    listeners.setCut(listener, cut);
    if (!complete) {
      this.#settleBase(count, upTo);
      listeners.saveBase(listener, this.#base);
    }
    let id: string | null = null;
    let before = 0;
    for (let v = 0; v < count; v++) {
      const row = this.#foldRows[v] ?? 0;
      const fold = this.#folds[v];
      if (fold === undefined) continue;
      if (!complete) {
        this.#roster.reload(row, fold);
        fold.run(this.#contextOf(fold.room, upTo, Number.NEGATIVE_INFINITY, upTo));
      }
      this.#facts.haveCounted(fold, upTo);
      for (let i = 0; i < fold.stayCount; i++) {
        const stay = fold.stays[i];
        if (stay === undefined) continue;
        if (stay.end === Number.POSITIVE_INFINITY ? !complete : stay.end <= stay.start) continue;
        id ??= this.#roster.listenerId(listener);
        this.#finalStays.push(this.#stayOf(id, row, stay));
      }
      // nothing comes after the end of the log
      if (complete) continue;
      const remembered = connections.save(row, fold, upTo);
      this.#roster.drop(row, upTo);
      const flags = connections.flags(row);
      if (connections.head(row) === 0) {
        if ((flags & TIP_IS_HEAD) !== 0) connections.setFlags(row, flags & ~TIP_IS_HEAD);
        if (!remembered && (flags & TIP_OPEN) === 0) {
          this.#roster.removeConnection(row, before);
          continue;
        }
      }
      before = row;
    }
  }

  /** Moves `#base` on to `upTo`. */
  #settleBase(count: number, upTo: number): void {
    const base = this.#base;
    const folds = this.#folds;
    const before = base.seen.length > FEW ? new Set(base.seen) : null;
    let seen: Set<number> | null = null;
    let failed = false;
    for (let v = 0; v < count; v++) {
      const fold = folds[v];
      if (fold === undefined) continue;
      for (let i = 0; i < fold.stayCount; i++) {
        const stay = fold.stays[i];
        if (stay === undefined || stay.start > upTo || !stay.isPresence) continue;
        for (const group of this.of(stay.traits, fold.room)) {
          if (seen === null && (before?.has(group) ?? base.seen.includes(group))) continue;
          seen ??= new Set(base.seen);
          seen.add(group);
        }
      }
      for (let i = 0; i < fold.countedCount; i++) {
        if (fold.counted[i]?.detail.type === ATTEMPT) failed = true;
      }
    }
    if (seen !== null) base.seen = [...seen];
    if (failed || base.unmet || base.failures.length > 0) this.#settleUnmet(count, upTo, false);
    if (failed || base.unmetByJoin || base.failuresByJoin.length > 0) this.#settleUnmet(count, upTo, true);
  }

  #settleUnmet(count: number, upTo: number, byJoin: boolean): void {
    const base = this.#base;
    let unmet = byJoin ? base.unmetByJoin : base.unmet;
    for (const step of unmetSteps(this.#folds, count, base, byJoin)) if (step.at <= upTo) unmet = step.on;
    const failures = (byJoin ? base.failuresByJoin : base.failures).filter((at) => at > upTo);
    for (let v = 0; v < count; v++) {
      const fold = this.#folds[v];
      for (let i = 0; fold !== undefined && i < fold.countedCount; i++) {
        const c = fold.counted[i];
        if (c === undefined || c.detail.type !== ATTEMPT || c.traits.role !== 'listener' || c.at > upTo) continue;
        const at = byJoin ? c.outcomeByJoinAt : c.outcomeAt;
        if ((byJoin ? c.outcomeByJoin : c.outcome) === FAILED && at > upTo) failures.push(at);
      }
    }
    if (byJoin) {
      base.unmetByJoin = unmet;
      base.failuresByJoin = failures;
    } else {
      base.unmet = unmet;
      base.failures = failures;
    }
  }

  #stayOf(listener: string, connection: number, s: FoldedStay): Stay {
    const hearing: [number, number | null][] = [];
    for (let i = 0; i < s.hearing.length; i += 2) hearing.push([s.hearing[i] ?? 0, s.hearing[i + 1] ?? null]);
    const isOpen = s.end === Number.POSITIVE_INFINITY;
    return {
      listener,
      connection: this.#roster.connectionId(connection),
      room: this.#roster.roomName(connection),
      start: s.start,
      end: isOpen ? null : s.end,
      reason: isOpen ? null : s.reason,
      role: s.traits.role,
      hearing,
      attrs: s.traits.attrs,
      source: s.source,
      lastEvidence: s.last,
      heartbeatMs: s.traits.heartbeatMs,
      joined: s.joined,
    };
  }

  /** What changed since the last flush. To be stored in one transaction, with the offset it holds for. */
  flush(): Flushed {
    const { groups } = this.summary;
    const rows: RowChange[] = [];
    for (const { group, second, counts } of this.#rows.take()) {
      const name = groups[group];
      if (name !== undefined) rows.push({ group: name, second, counts });
    }
    const finalStays = this.#finalStays;
    this.#finalStays = [];
    return {
      rows,
      failures: this.#failures(),
      finalStays,
      openStays: this.#openStays(),
      journal: this.#journal?.page() ?? null,
    };
  }

  #failures(): Uint8Array[] {
    const page = writeFailures(this.#rows.takeFailures(), this.#roster, this.#out);
    return page === null ? [] : [page];
  }

  #openStays(): Flushed['openStays'] {
    const { listeners } = this.#roster;
    const changed = this.#staysDirty;
    this.#staysDirty = [];
    return changed.map((listener) => {
      listeners.unmark(listener, STAYS_DIRTY);
      const id = this.#roster.listenerId(listener);
      const stays: Stay[] = [];
      const count = this.#asOf === Number.POSITIVE_INFINITY ? 0 : this.#view(listener);
      for (let v = 0; v < count; v++) {
        const fold = this.#folds[v];
        for (let i = 0; fold !== undefined && i < fold.stayCount; i++) {
          const s = fold.stays[i];
          if (s !== undefined && s.end > s.start) stays.push(this.#stayOf(id, this.#foldRows[v] ?? 0, s));
        }
      }
      return { listener: id, stays };
    });
  }

  /** Reads a page that `flush` gave, in the order in which they were given; then `resume`. */
  restore(number: number, bytes: Uint8Array): void {
    this.#reading ??= new JournalReading(this.#roster, this.#foldAt(0));
    this.#reading.page(bytes);
    this.#pages = { first: this.#pages?.first ?? number, last: number };
  }

  /** Stands where it stood when the last page was written: all that its listeners add stands in the rows. */
  resume(): void {
    this.#reading = null;
    if (this.#pages !== null) this.#journal?.goOn(this.#pages.first, this.#pages.last);
    const { listeners, made } = this.#roster;
    // copies among what was read have been counted
    const { copies } = this.summary;
    for (let row = 1; row < made; row++) {
      if (!listeners.isOne(row)) continue;
      const count = this.#view(row);
      listeners.loadBase(row, this.#base);
      this.#keepApplied(row, this.#told(count, listeners.cut(row)));
      this.#setTips(count);
      this.#setDue(row, this.#oldest(count, Number.NEGATIVE_INFINITY));
      this.#schedule(row);
    }
    this.summary.copies = copies;
    this.#wheelAt = this.#asOf / 1000;
  }
}

const NONE: readonly number[] = [];
