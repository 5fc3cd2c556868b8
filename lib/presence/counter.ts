/**
 * The count of one broadcast in one partition. Events go in by `apply`, in any order; `advance` says how far event time
 * has come; `flush` hands out what changed since the last one. Final numbers depend on the set of events alone.
 */
import type { ListenerEvent } from '../event/event.ts';
import { canonicalOf, idOf } from '../event/id.ts';
import { COLUMNS } from './columns.ts';
import {
  type ConnectionView,
  type Contribution,
  columnOfCode,
  contribute,
  type Groups,
  groupOfCode,
  type ListenerBase,
  NEW_LISTENER,
  signOfCode,
  unmetSteps,
} from './contribution.ts';
import {
  type ConnectionBase,
  DECIDE_MS,
  type FoldContext,
  type FoldedStay,
  foldConnection,
  isPresence,
  NEW_CONNECTION,
} from './fold.ts';
import type { Stay } from './stay.ts';

/** W trails the newest event by 5 s, the live second by 1 s: silence is suspect that much sooner than it is decided, ms. */
const LIVE_AHEAD_MS = 4_000;
/** A final instant can still be described by an event this much later: an attempt finds a stay, that stay a join, ms. */
const LOOK_AHEAD_MS = 180_000;
/** What a connection's events may still look back at, ms. */
const LOOK_BACK_MS = 120_000;
/** How often a listener's past is folded for good, ms of event time. */
const SETTLE_EVERY_MS = 60_000;

interface Connection {
  room: string;
  connection: string;
  base: ConnectionBase;
  /** after the base, in order of ts */
  events: ListenerEvent[];
  /** an id occurs twice among them */
  mayRepeat: boolean;
  /** as of the last fold, and moved by plain heartbeats since */
  tip: { open: boolean; last: number; period: number };
}

interface Listener {
  id: string;
  connections: Connection[];
  base: ListenerBase;
  /** what happened up to here stands in the rows for good, epoch ms */
  cut: number;
  applied: Contribution;
  dirty: boolean;
  stateDirty: boolean;
  staysDirty: boolean;
  /** W at which it must be looked at again, and whether an entry of the wheel says so */
  settleDue: number;
  wheelAt: number;
}

/** One row set: the whole broadcast, a room of it, or an attribute's value. */
export interface GroupName {
  room: string;
  attribute: string;
  value: string;
}

/** What a row gained since the last flush. */
export interface RowChange {
  group: GroupName;
  /** epoch s; 0 for distributions that have no second */
  second: number;
  counts: Int32Array;
}

export interface Flushed {
  rows: RowChange[];
  finalStays: Stay[];
  /** listeners whose not yet final stays are these now */
  openStays: { listener: string; stays: Stay[] }[];
  states: { listener: string; state: string }[];
}

/** Earliest `ts` of each, epoch ms; absent: none came. */
export interface Evidence {
  join?: number;
  playing?: number;
  error?: number;
  attempt?: number;
  comment?: number;
}

/** What a broadcast's partition knows of itself besides rows and listeners; saved as JSON. */
export interface CounterSummary {
  /** accepted listener events, exact copies included */
  records: number;
  /** exact copies, dropped on arrival */
  copies: number;
  firstAt: number | null;
  lastAt: number | null;
  longestTimeout: number;
  /** per room the earliest event of each kind that switches numbers on, epoch ms */
  rooms: Record<string, Evidence>;
  /** heartbeats came on a connection without a period */
  periodMissing: boolean;
  sources: string[];
  roomEnds: Record<string, number>;
  groups: GroupName[];
  /** W as of the last advance; null before, or where complete */
  asOf: number | null;
}

export interface CounterOptions {
  /** for connections that do not say, ms; 0 = none */
  defaultHeartbeatMs: number;
  breakdowns: readonly string[];
}

const SEPARATOR = '\u0000';

export class BroadcastCounter implements Groups {
  readonly breakdowns: readonly string[];
  readonly summary: CounterSummary;
  #defaultHeartbeatMs: number;
  #listeners = new Map<string, Listener>();
  #groupIds = new Map<string, number>();
  #roomIds = new Map<string, number>();
  #roomEnds = new Map<string, number>();
  #sources: Set<string>;
  #rows: Map<number, Int32Array>[] = [];
  #dirty: Listener[] = [];
  #stateDirty: Listener[] = [];
  #staysDirty: Listener[] = [];
  #finalStays: Stay[] = [];
  #wheel = new Map<number, Listener[]>();
  #wheelAt = Number.NEGATIVE_INFINITY;
  #asOf = Number.NEGATIVE_INFINITY;
  #settled = Number.NEGATIVE_INFINITY;
  #open = 0;
  /** the room last heard of, and what is known of it */
  #room: string | null = null;
  #evidence: Evidence = {};

  constructor(options: CounterOptions, summary?: CounterSummary) {
    this.breakdowns = options.breakdowns;
    this.#defaultHeartbeatMs = options.defaultHeartbeatMs;
    this.summary = summary ?? emptySummary();
    this.#sources = new Set(this.summary.sources);
    const names = this.summary.groups.splice(0);
    if (names.length === 0) names.push({ room: '', attribute: '', value: '' });
    for (const name of names) this.#group(name);
    for (const [room, at] of Object.entries(this.summary.roomEnds)) this.#roomEnds.set(room, at);
    if (this.summary.asOf !== null) this.#asOf = this.summary.asOf;
  }

  /** connections open as last folded */
  get openConnections(): number {
    return this.#open;
  }

  room(room: string): number {
    let id = this.#roomIds.get(room);
    if (id === undefined) {
      id = this.#group({ room, attribute: '', value: '' });
      this.#roomIds.set(room, id);
    }
    return id;
  }

  attribute(attribute: string, value: string): number {
    return (
      this.#groupIds.get(`${SEPARATOR}${attribute}${SEPARATOR}${value}`) ?? this.#group({ room: '', attribute, value })
    );
  }

  #group(name: GroupName): number {
    const key = `${name.room}${SEPARATOR}${name.attribute}${SEPARATOR}${name.value}`;
    const known = this.#groupIds.get(key);
    if (known !== undefined) return known;
    const id = this.summary.groups.push(name) - 1;
    this.#groupIds.set(key, id);
    this.#rows.push(new Map());
    return id;
  }

  /** Takes one event that is not late. Duplicates and disorder are its business. */
  apply(event: ListenerEvent): void {
    const s = this.summary;
    s.records++;
    if (s.firstAt === null || event.ts < s.firstAt) s.firstAt = event.ts;
    if (s.lastAt === null || event.ts > s.lastAt) s.lastAt = event.ts;
    if (event.source !== null && !this.#sources.has(event.source)) {
      this.#sources.add(event.source);
      s.sources.push(event.source);
    }
    let listener = this.#listeners.get(event.listener);
    if (listener === undefined) {
      listener = newListener(event.listener);
      this.#listeners.set(event.listener, listener);
    }
    const connection = connectionOf(listener, event);
    if (event.type === 'heartbeat' && this.#plainHeartbeat(listener, connection, event)) return;
    this.#know(event);
    if (!this.#insert(connection, event)) {
      s.copies++;
      return;
    }
    this.#touch(listener);
  }

  /** A heartbeat in time and in order on an open connection changes nothing but the moment silence begins. */
  #plainHeartbeat(listener: Listener, connection: Connection, event: ListenerEvent): boolean {
    const { tip, events } = connection;
    if (listener.dirty || !tip.open || connection.mayRepeat) return false;
    if (event.ts <= tip.last || event.ts <= (events.at(-1)?.ts ?? tip.last)) return false;
    if (event.ts >= (this.#roomEnds.get(connection.room) ?? Number.POSITIVE_INFINITY)) return false;
    if (tip.period === 0) this.summary.periodMissing = true;
    else if (event.ts - tip.last >= Math.min(tip.period + 3_000, 3 * tip.period)) return false;
    if (event.id !== null && hasId(events, event.id)) return false;
    events.push(event);
    tip.last = event.ts;
    this.#markState(listener);
    if (events.length > 64 && listener.settleDue <= this.#settled) this.#touch(listener);
    return true;
  }

  #know(event: ListenerEvent): void {
    const s = this.summary;
    if (event.room !== this.#room) {
      this.#room = event.room;
      if (!Object.hasOwn(s.rooms, event.room)) s.rooms[event.room] = {};
      this.#evidence = s.rooms[event.room] ?? {};
    }
    const { type, ts } = event;
    if (type === 'join' || type === 'playing' || type === 'error' || type === 'attempt' || type === 'comment') {
      const first = this.#evidence[type];
      if (first === undefined || ts < first) this.#evidence[type] = ts;
    }
    const period = (type === 'join' ? event.heartbeatMs : null) ?? this.#defaultHeartbeatMs;
    if (3 * period > s.longestTimeout) s.longestTimeout = 3 * period;
  }

  /** In order of ts; an exact copy is dropped (false). */
  #insert(connection: Connection, event: ListenerEvent): boolean {
    const { events } = connection;
    let at = events.length;
    while (at > 0 && (events[at - 1]?.ts ?? 0) > event.ts) at--;
    for (let i = at - 1; i >= 0 && events[i]?.ts === event.ts; i--) {
      const other = events[i];
      if (other && other.type === event.type && other.id === event.id && canonicalOf(other) === canonicalOf(event))
        return false;
    }
    if (!connection.mayRepeat) {
      if (event.id !== null ? hasId(events, event.id) || hasDefaultId(events, event.id) : hasDefault(events, event)) {
        connection.mayRepeat = true;
      }
    }
    if (at === events.length) events.push(event);
    else events.splice(at, 0, event);
    return true;
  }

  /** The room's first room_end is at `at`, epoch ms. */
  endRoom(room: string, at: number): void {
    if (at >= (this.#roomEnds.get(room) ?? Number.POSITIVE_INFINITY)) return;
    this.#roomEnds.set(room, at);
    this.summary.roomEnds[room] = at;
    for (const listener of this.#listeners.values()) {
      if (listener.connections.some((c) => c.room === room)) this.#touch(listener);
    }
  }

  #touch(listener: Listener): void {
    this.#markState(listener);
    if (listener.dirty) return;
    listener.dirty = true;
    this.#dirty.push(listener);
  }

  #markState(listener: Listener): void {
    if (listener.stateDirty) return;
    listener.stateDirty = true;
    this.#stateDirty.push(listener);
  }

  /**
   * Event time has come to `asOf` (the common watermark W; Infinity: the log is complete). `own` is this partition's
   * W_p: no event at or before own - 120 s can come any more.
   */
  advance(asOf: number, own: number): void {
    if (asOf > this.#asOf) this.#asOf = asOf;
    this.summary.asOf = Number.isFinite(this.#asOf) ? this.#asOf : null;
    this.#settled = Math.min(asOf, own);
    const dirty = this.#dirty;
    this.#dirty = [];
    if (asOf === Number.POSITIVE_INFINITY) {
      this.#wheel.clear();
      for (const listener of this.#listeners.values()) {
        if (listener.dirty || listener.cut !== Number.POSITIVE_INFINITY) this.#refold(listener);
      }
      return;
    }
    for (const listener of dirty) this.#refold(listener);
    const to = Math.floor(asOf / 1000);
    if (!Number.isFinite(this.#wheelAt) || to - this.#wheelAt > this.#wheel.size + 16) {
      for (const second of [...this.#wheel.keys()].sort((a, b) => a - b)) if (second <= to) this.#fire(second);
    } else for (let second = this.#wheelAt + 1; second <= to; second++) this.#fire(second);
    this.#wheelAt = Math.max(this.#wheelAt, to);
  }

  #fire(second: number): void {
    const due = this.#wheel.get(second);
    if (!due) return;
    this.#wheel.delete(second);
    for (const listener of due) {
      if (listener.wheelAt !== second) continue;
      listener.wheelAt = Number.POSITIVE_INFINITY;
      if (this.#dueAt(listener) <= this.#asOf) this.#refold(listener);
      else this.#schedule(listener);
    }
  }

  /** W from which on the listener's numbers can change without a new event. */
  #dueAt(listener: Listener): number {
    let due = listener.settleDue;
    for (const { tip } of listener.connections) {
      if (!tip.open || tip.period === 0) continue;
      const suspectFrom = tip.last + Math.min(tip.period + 3_000, 3 * tip.period) - LIVE_AHEAD_MS;
      const decided = tip.last + 3 * tip.period + 1;
      due = Math.min(due, suspectFrom > this.#asOf ? suspectFrom : decided);
    }
    return due;
  }

  #schedule(listener: Listener): void {
    const due = this.#dueAt(listener);
    if (due === Number.POSITIVE_INFINITY) return;
    const second = Math.max(Math.ceil(due / 1000), Math.floor(this.#asOf / 1000) + 1);
    if (listener.wheelAt <= second) return;
    listener.wheelAt = second;
    const list = this.#wheel.get(second);
    if (list) list.push(listener);
    else this.#wheel.set(second, [listener]);
  }

  #context(room: string, asOf: number): FoldContext {
    return {
      defaultHeartbeatMs: this.#defaultHeartbeatMs,
      roomEnd: this.#roomEnds.get(room) ?? Number.POSITIVE_INFINITY,
      asOf,
      liveAt: asOf + LIVE_AHEAD_MS,
      upTo: Number.POSITIVE_INFINITY,
    };
  }

  #view(listener: Listener): ConnectionView[] {
    return listener.connections.map((c) => ({
      room: c.room,
      wasPresent: c.base.present,
      folded: foldConnection(c.base, c.events, c.mayRepeat, this.#context(c.room, this.#asOf)),
    }));
  }

  #refold(listener: Listener): void {
    listener.dirty = false;
    const views = this.#view(listener);
    const next = contribute(views, listener.base, this, listener.cut);
    if (this.#replace(listener.applied, next)) {
      listener.applied = next;
      this.#markState(listener);
      this.#markStays(listener);
    }
    this.#settle(listener, views);
    for (const [i, c] of listener.connections.entries()) {
      const open = views[i]?.folded.base.open ?? null;
      if (c.tip.open !== (open !== null)) this.#open += open !== null ? 1 : -1;
      c.tip.open = open !== null;
      c.tip.last = open?.last ?? Number.NEGATIVE_INFINITY;
      c.tip.period = open?.traits.heartbeatMs ?? 0;
    }
    this.#schedule(listener);
  }

  #markStays(listener: Listener): void {
    if (listener.staysDirty) return;
    listener.staysDirty = true;
    this.#staysDirty.push(listener);
  }

  /** Takes back what stood and puts in what holds; whether anything differed. */
  #replace(before: Contribution, after: Contribution): boolean {
    let from = 0;
    while (from < before.length && from < after.length && before[from] === after[from]) from++;
    from -= from % 2;
    if (from === before.length && from === after.length) return false;
    for (let i = from; i < before.length; i += 2) this.#step(before[i] ?? 0, before[i + 1] ?? 0, -1);
    for (let i = from; i < after.length; i += 2) this.#step(after[i] ?? 0, after[i + 1] ?? 0, 1);
    return true;
  }

  #step(second: number, code: number, times: 1 | -1): void {
    const rows = this.#rows[groupOfCode(code)];
    if (!rows) return;
    let row = rows.get(second);
    if (!row) {
      row = new Int32Array(COLUMNS);
      rows.set(second, row);
    }
    const column = columnOfCode(code);
    row[column] = (row[column] ?? 0) + times * signOfCode(code);
  }

  /** Folds for good what no event can reach any more. */
  #settle(listener: Listener, views: readonly ConnectionView[]): void {
    const lag = Math.max(this.summary.longestTimeout, LOOK_AHEAD_MS) + DECIDE_MS;
    const cut = this.#settled - lag;
    const complete = cut === Number.POSITIVE_INFINITY;
    if (cut >= listener.settleDue - lag || complete) {
      const upTo = cut - LOOK_BACK_MS;
      const next = contribute(views, listener.base, this, cut);
      listener.base = this.#settledBase(listener, views, upTo);
      for (const c of listener.connections) {
        const folded = foldConnection(c.base, c.events, c.mayRepeat, {
          ...this.#context(c.room, upTo),
          liveAt: Number.NEGATIVE_INFINITY,
          upTo,
        });
        for (const stay of folded.stays) {
          if (stay.end !== null ? stay.end > stay.start : complete) this.#finalStays.push(asStay(listener.id, c, stay));
        }
        c.base = folded.base;
        if (c.base.open) c.base.open.silent = c.base.open.silent.filter((_, i, all) => (all[i | 1] ?? 0) > upTo);
        let kept = 0;
        while (kept < c.events.length && (c.events[kept]?.ts ?? 0) <= upTo) kept++;
        if (kept > 0) c.events.splice(0, kept);
        c.mayRepeat = c.base.recent.length > 0 || repeats(c.events);
      }
      listener.cut = cut;
      listener.applied = next;
      this.#markState(listener);
      this.#markStays(listener);
    }
    // when there is next something to fold for good
    let oldest = Number.POSITIVE_INFINITY;
    for (const [i, c] of listener.connections.entries()) {
      const first = c.events[0];
      if (first) oldest = Math.min(oldest, first.ts);
      else if (c.base.open && views[i]?.folded.base.open === null) {
        oldest = Math.min(oldest, c.base.open.last + 3 * c.base.open.traits.heartbeatMs);
        const end = this.#roomEnds.get(c.room);
        if (end !== undefined) oldest = Math.min(oldest, end);
      }
    }
    listener.settleDue =
      oldest === Number.POSITIVE_INFINITY
        ? Number.POSITIVE_INFINITY
        : Math.max(oldest + LOOK_BACK_MS + lag + SETTLE_EVERY_MS, this.#settled + SETTLE_EVERY_MS / 2);
  }

  #settledBase(listener: Listener, views: readonly ConnectionView[], upTo: number): ListenerBase {
    const seen = new Set(listener.base.seen);
    for (const view of views) {
      for (const stay of view.folded.stays) {
        if (stay.start <= upTo && isPresence(stay)) {
          seen.add(0);
          seen.add(this.room(view.room));
          if (!stay.traits.attrs) continue;
          for (const attribute of this.breakdowns) {
            const value = stay.traits.attrs[attribute];
            if (value !== undefined) seen.add(this.attribute(attribute, value));
          }
        }
      }
    }
    const side = (byJoin: boolean): { unmet: boolean; failures: number[] } => {
      let unmet = byJoin ? listener.base.unmetByJoin : listener.base.unmet;
      for (const step of unmetSteps(views, listener.base, byJoin)) if (step.at <= upTo) unmet = step.on;
      const failures = (byJoin ? listener.base.failuresByJoin : listener.base.failures).filter((at) => at > upTo);
      for (const view of views) {
        for (const c of view.folded.counted) {
          const outcome = byJoin ? c.outcomeByJoin : c.outcome;
          if (outcome?.kind === 'failed' && c.event.ts <= upTo && outcome.at > upTo && c.traits.role === 'listener') {
            failures.push(outcome.at);
          }
        }
      }
      return { unmet, failures };
    };
    const plain = side(false);
    const joined = side(true);
    return {
      seen: [...seen],
      unmet: plain.unmet,
      unmetByJoin: joined.unmet,
      failures: plain.failures,
      failuresByJoin: joined.failures,
    };
  }

  /** What changed since the last flush. To be stored in one transaction, with the offset it holds for. */
  flush(keepState: boolean): Flushed {
    const rows: RowChange[] = [];
    for (const [id, group] of this.summary.groups.entries()) {
      const changed = this.#rows[id];
      if (!changed || changed.size === 0) continue;
      for (const [second, counts] of changed) if (counts.some((n) => n !== 0)) rows.push({ group, second, counts });
      this.#rows[id] = new Map();
    }
    const openStays = this.#staysDirty.map((listener) => {
      listener.staysDirty = false;
      const stays: Stay[] = [];
      if (this.#asOf !== Number.POSITIVE_INFINITY) {
        for (const [i, view] of this.#view(listener).entries()) {
          const c = listener.connections[i];
          if (!c) continue;
          for (const s of view.folded.stays)
            if (s.end === null || s.end > s.start) stays.push(asStay(listener.id, c, s));
        }
      }
      return { listener: listener.id, stays };
    });
    this.#staysDirty = [];
    const finalStays = this.#finalStays;
    this.#finalStays = [];
    return { rows, finalStays, openStays, states: this.#saveStates(keepState) };
  }

  #saveStates(keep: boolean): { listener: string; state: string }[] {
    for (const listener of this.#stateDirty) listener.stateDirty = false;
    const changed = keep ? this.#stateDirty : [];
    this.#stateDirty = [];
    return changed.map((listener) => {
      return {
        listener: listener.id,
        state: JSON.stringify({
          base: listener.base,
          cut: Number.isFinite(listener.cut) ? listener.cut : null,
          applied: listener.applied,
          settleDue: Number.isFinite(listener.settleDue) ? listener.settleDue : null,
          connections: listener.connections,
        }),
      };
    });
  }

  /** Brings back a listener from what `flush` gave. */
  restore(id: string, state: string): void {
    const saved: Pick<Listener, 'base' | 'applied' | 'connections'> & { cut: number | null; settleDue: number | null } =
      JSON.parse(state);
    const listener = newListener(id);
    listener.base = saved.base;
    listener.applied = saved.applied;
    listener.cut = saved.cut ?? Number.NEGATIVE_INFINITY;
    listener.settleDue = saved.settleDue ?? Number.POSITIVE_INFINITY;
    listener.connections = saved.connections;
    for (const c of listener.connections) {
      if (c.base.open) c.base.open.seenUntil = Number.POSITIVE_INFINITY;
      c.tip.last ??= Number.NEGATIVE_INFINITY;
      if (c.tip.open) this.#open++;
    }
    this.#listeners.set(id, listener);
    this.#schedule(listener);
  }
}

export function emptySummary(): CounterSummary {
  return {
    records: 0,
    copies: 0,
    firstAt: null,
    lastAt: null,
    longestTimeout: 0,
    rooms: Object.create(null),
    periodMissing: false,
    sources: [],
    roomEnds: {},
    groups: [],
    asOf: null,
  };
}

function newListener(id: string): Listener {
  return {
    id,
    connections: [],
    base: NEW_LISTENER,
    cut: Number.NEGATIVE_INFINITY,
    applied: [],
    dirty: false,
    stateDirty: false,
    staysDirty: false,
    settleDue: Number.POSITIVE_INFINITY,
    wheelAt: Number.POSITIVE_INFINITY,
  };
}

function connectionOf(listener: Listener, event: ListenerEvent): Connection {
  for (const c of listener.connections) {
    if (c.connection === event.connection && c.room === event.room) return c;
  }
  const c: Connection = {
    room: event.room,
    connection: event.connection,
    base: NEW_CONNECTION,
    events: [],
    mayRepeat: false,
    tip: { open: false, last: Number.NEGATIVE_INFINITY, period: 0 },
  };
  listener.connections.push(c);
  return c;
}

function hasId(events: readonly ListenerEvent[], id: string): boolean {
  for (const e of events) if (e.id === id) return true;
  return false;
}

/** Somebody sent as an id what is another event's default. */
function hasDefaultId(events: readonly ListenerEvent[], id: string): boolean {
  return id.startsWith('~{') && events.some((e) => e.id === null && idOf(e) === id);
}

function hasDefault(events: readonly ListenerEvent[], event: ListenerEvent): boolean {
  return events.some((e) => e.id?.startsWith('~{') === true && e.id === idOf(event));
}

function repeats(events: readonly ListenerEvent[]): boolean {
  return new Set(events.map(idOf)).size < events.length;
}

function asStay(listener: string, c: Connection, s: FoldedStay): Stay {
  const hearing: [number, number | null][] = [];
  for (let i = 0; i < s.hearing.length; i += 2) hearing.push([s.hearing[i] ?? 0, s.hearing[i + 1] ?? null]);
  return {
    listener,
    connection: c.connection,
    room: c.room,
    start: s.start,
    end: s.end,
    reason: s.reason,
    role: s.traits.role,
    hearing,
    attrs: s.traits.attrs,
    source: s.source,
    lastEvidence: s.last,
    heartbeatMs: s.traits.heartbeatMs,
    joined: s.joined,
  };
}
