/**
 * The fold of SEMANTICS 3 for one connection: a base (everything up to some instant, decided for good) and the events
 * after it, in any order of arrival, give its stays and what its events count as. A pure function of the set of events.
 *
 * One object folds one connection after the other: what it holds is valid until it is loaded again.
 */
import type { LeaveReason } from '../event/event.ts';
import {
  ATTEMPT,
  COMMENT,
  type Detail,
  ERROR,
  HEARTBEAT,
  JOIN,
  PLAYING,
  RESUME,
  STALL,
  type Traits,
} from './details.ts';
import { EventList, NO_STARTUP } from './undecided.ts';

/** How long a join may lag behind the opening it describes, and an id is remembered, ms. */
export const DECIDE_MS = 120_000;
/** How long a leave keeps a connection closed to anything but a join, and a closed connection is remembered, ms. */
export const CLOSED_MS = 3_600_000;
/** An attempt ends, and an event outside any stay finds the stay that opens after it, within this, ms. */
export const ATTEMPT_MS = 60_000;
/** Slack past one heartbeat period before silence is suspect, ms. */
export const SUSPECT_SLACK_MS = 3_000;

export class FoldedStay {
  start = 0;
  /** epoch ms; Infinity while open */
  end = Number.POSITIVE_INFINITY;
  reason: LeaveReason = 'left';
  joined = false;
  /** silence ended it; a leave that says `timeout` did not */
  silenced = false;
  /** the connection's first opening, and not by a join */
  joinLost = false;
  traits: Traits;
  /** last evidence */
  last = 0;
  source: string | null = null;
  /** from, to, from, to … epoch ms; of odd length while hearing */
  readonly hearing: number[] = [];
  /** silences long enough to be suspect: from, to … ; `to` is Infinity while nothing has come since */
  readonly silent: number[] = [];
  /** until when it looked present to somebody watching: `end`, or for a time-out the moment silence decided it */
  seenUntil = Number.POSITIVE_INFINITY;

  constructor(traits: Traits) {
    this.traits = traits;
  }

  /** A stay that counts: role listener, and not of length zero. */
  get isPresence(): boolean {
    return this.traits.role === 'listener' && this.end > this.start;
  }

  open(start: number, traits: Traits): void {
    this.start = start;
    this.end = Number.POSITIVE_INFINITY;
    this.reason = 'left';
    this.joined = false;
    this.silenced = false;
    this.joinLost = false;
    this.traits = traits;
    this.last = start;
    this.source = null;
    this.hearing.length = 0;
    this.silent.length = 0;
    this.seenUntil = Number.POSITIVE_INFINITY;
  }
}

export const HEARD = 0;
export const FAILED = 1;
export const EXITED = 2;
export const UNRESOLVED = 3;

/** A counted event that is a number of its own: comment, error, attempt, orphan leave, audio with a start-up time. */
export class Counted {
  at = 0;
  detail: Detail;
  startup = NO_STARTUP;
  /** of the stay it belongs to */
  traits: Traits;
  /** its place in the order of the fold, and its stay's, -1: outside any stay */
  order = 0;
  stay = -1;
  /** latest leave in a millisecond before, or -Infinity */
  leftAt = Number.NEGATIVE_INFINITY;
  /** how an attempt ended, and when, where audio is `playing`, and where it is the join */
  outcome = UNRESOLVED;
  outcomeAt = 0;
  outcomeByJoin = UNRESOLVED;
  outcomeByJoinAt = 0;

  constructor(detail: Detail) {
    this.detail = detail;
    this.traits = detail.traits;
  }
}

/** A fact on the connection's time line that can end an attempt. */
const BY_PLAYING = 0;
const BY_JOIN = 1;
const BY_FATAL = 2;
const BY_ENDING = 3;

export interface FoldContext {
  /** of a connection that says nothing */
  defaults: Traits;
  /** the room's first room_end, epoch ms, or Infinity */
  roomEnd: number;
  /** silence is judged as of here, epoch ms; Infinity for a log read to its end */
  asOf: number;
  /** silence becomes suspect as of here (the live second), epoch ms */
  liveAt: number;
  /** events after this are only looked ahead at, epoch ms; Infinity folds all */
  upTo: number;
}

/** What the fold has to know of ids and texts of events. */
export interface EventTexts {
  /** the id sent, else the default */
  idOf(list: EventList, at: number): string;
  /** every field as JSON */
  canonicalOf(list: EventList, at: number): string;
}

export class ConnectionFold {
  readonly events = new EventList();
  /** an id occurs twice among the events or with `recent` */
  mayRepeat = false;
  /** number of the room, and its row set */
  room = 0;

  // as of the base while it is loaded, as of the end of the events once it has run
  readonly stays: FoldedStay[] = [];
  stayCount = 0;
  /** of these so many, none or one, opened before the events */
  baseStays = 0;
  /** index into stays of the one that is open, or -1 */
  open = -1;
  /** traits and end of the stay before, or null where there was none or it is forgotten */
  prevTraits: Traits | null = null;
  prevEnd = 0;
  /** silence closed it and nothing has come since: a leave that comes now is none too many */
  timedOut = false;
  /** its last attempt that told attributes */
  attemptTraits: Traits | null = null;
  attemptAt = 0;
  /** latest leave since it was last open (orphan ones and fatal errors on an open connection too), or -Infinity */
  leftAt = Number.NEGATIVE_INFINITY;
  /** it has opened before (length zero included) */
  opened = false;
  /** it has had presence with role listener */
  present = false;
  /** ids counted within the last 120 s, kept only where an id came twice; null: none */
  recent: Map<string, number> | null = null;

  /** `present` as of the base */
  wasPresent = false;
  readonly counted: Counted[] = [];
  countedCount = 0;
  /** instants of events that were a second copy, and their places */
  readonly duplicates: number[] = [];
  readonly duplicatePlaces: number[] = [];
  /** a heartbeat came on an open connection without a period */
  periodMissing = false;

  readonly #texts: EventTexts;
  #context: FoldContext;
  #basePrevTraits: Traits | null = null;
  #basePrevEnd = 0;
  #order = 0;
  /** the leave before the latest, where it has a millisecond of its own */
  #leftBefore = Number.NEGATIVE_INFINITY;
  #groupEnd = 0;
  readonly #markAt: number[] = [];
  readonly #markOrder: number[] = [];
  readonly #markKind: number[] = [];
  #marks = 0;
  readonly #group: number[] = [];
  readonly #copies: boolean[] = [];
  /** ids of the events as far as they were asked for */
  readonly #ids: string[] = [];
  /** for each event the place of the first join from it on that is no copy, or -1; filled when first asked for */
  readonly #joinFrom: number[] = [];
  #joinsKnown = false;
  /** the join last found at the head of its millisecond, and the first of those dated alike, by id */
  #joinPlace = -1;
  #joinTraits: Traits | null = null;

  constructor(texts: EventTexts, context: FoldContext) {
    this.#texts = texts;
    this.#context = context;
  }

  /** Forgets everything: the base of a connection never heard of. Its events are kept. */
  clear(): void {
    this.stayCount = 0;
    this.open = -1;
    this.prevTraits = null;
    this.prevEnd = 0;
    this.timedOut = false;
    this.attemptTraits = null;
    this.attemptAt = 0;
    this.leftAt = Number.NEGATIVE_INFINITY;
    this.opened = false;
    this.present = false;
    this.recent = null;
  }

  /** Puts an open stay into the base. */
  baseStay(start: number, traits: Traits): FoldedStay {
    this.open = 0;
    return this.#newStay(start, traits);
  }

  #newStay(start: number, traits: Traits): FoldedStay {
    let stay = this.stays[this.stayCount];
    if (stay === undefined) {
      stay = new FoldedStay(traits);
      this.stays.push(stay);
    }
    stay.open(start, traits);
    this.stayCount++;
    return stay;
  }

  get openStay(): FoldedStay | null {
    return this.open < 0 ? null : (this.stays[this.open] ?? null);
  }

  /** Folds the events onto the base that is loaded. */
  run(context: FoldContext): void {
    this.#context = context;
    this.wasPresent = this.present;
    this.baseStays = this.stayCount;
    this.#basePrevTraits = this.prevTraits;
    this.#basePrevEnd = this.prevEnd;
    this.countedCount = 0;
    this.duplicates.length = 0;
    this.duplicatePlaces.length = 0;
    this.#marks = 0;
    this.#order = 0;
    this.#leftBefore = Number.NEGATIVE_INFINITY;
    this.#ids.length = 0;
    this.#joinsKnown = false;
    this.#joinPlace = -1;
    const recent = this.recent;
    this.recent = this.mayRepeat ? new Map(recent) : null;
    if (this.recent !== null) this.#findCopies(this.recent);
    const { ts, length } = this.events;
    for (let i = 0; i < length; ) {
      const at = ts[i] ?? 0;
      if (at > context.upTo) break;
      let j = i + 1;
      while (j < length && ts[j] === at) j++;
      this.#closeAtRoomEnd(at);
      this.#groupEnd = j;
      if (j === i + 1) this.#apply(i, 0, 0);
      else this.#applyGroup(i, j);
      i = j;
    }
    this.#closeAtRoomEnd(context.asOf);
    this.#judgeSilence();
    this.#forget();
    for (let i = 0; i < this.stayCount && !this.present; i++) this.present = this.stays[i]?.isPresence ?? false;
    this.#resolve();
  }

  /** Which events are copies of one in an earlier millisecond: known ahead, for what looks ahead. */
  #findCopies(before: ReadonlyMap<string, number>): void {
    const { events } = this;
    const counted = new Map(before);
    for (let i = 0; i < events.length; i++) {
      const at = events.ts[i] ?? 0;
      const id = this.#idAt(i);
      const last = counted.get(id);
      const isCopy = last !== undefined && last < at && at - last <= DECIDE_MS;
      this.#copies[i] = isCopy;
      if (!isCopy) counted.set(id, at);
    }
  }

  #idAt(i: number): string {
    let id = this.#ids[i];
    if (id === undefined) {
      id = this.#texts.idOf(this.events, i);
      this.#ids[i] = id;
    }
    return id;
  }

  #isCopyAhead(i: number): boolean {
    return this.recent !== null && this.#copies[i] === true;
  }

  #applyGroup(from: number, to: number): void {
    const { detail, ts } = this.events;
    const isOpen = this.open >= 0 && !this.#overdue(ts[from] ?? 0);
    const group = this.#group;
    group.length = 0;
    for (let i = from; i < to; i++) group.push(i);
    group.sort((a, b) => {
      const x = detail[a];
      const y = detail[b];
      if (x === undefined || y === undefined) return 0;
      return rank(x, isOpen) - rank(y, isOpen) || this.#compareIds(a, b);
    });
    for (let k = 0; k < group.length; k++) this.#apply(group[k] ?? from, k + 1, group.length);
  }

  #compareIds(a: number, b: number): number {
    const x = this.#idAt(a);
    const y = this.#idAt(b);
    if (x !== y) return x < y ? -1 : 1;
    const p = this.#texts.canonicalOf(this.events, a);
    const q = this.#texts.canonicalOf(this.events, b);
    return p < q ? -1 : p > q ? 1 : 0;
  }

  /** A copy of an event that has been counted already. */
  #isCopy(i: number): boolean {
    if (this.recent === null) return false;
    const counted = this.recent.get(this.#idAt(i));
    return counted !== undefined && (this.events.ts[i] ?? 0) - counted <= DECIDE_MS;
  }

  /** Event `i`; [inGroup, groupSize) are the places in the group of what is dated alike and comes after it. */
  #apply(i: number, inGroup: number, groupSize: number): void {
    const ts = this.events.ts[i] ?? 0;
    const detail = this.events.detail[i];
    if (detail === undefined) return;
    const position = this.#order++;
    if (this.recent !== null) {
      if (this.#isCopy(i)) {
        this.duplicates.push(ts);
        this.duplicatePlaces.push(i);
        return;
      }
      this.recent.set(this.#idAt(i), ts);
    }
    if (ts >= this.#context.roomEnd) return;
    const { type } = detail;
    if (type === ATTEMPT) {
      if (detail.attrs !== null) {
        this.attemptTraits = detail.traits;
        this.attemptAt = ts;
      }
      this.#count(i, ts, detail, position, this.open);
      return;
    }
    if (detail.closes) {
      this.#goes(i, ts, detail, position);
      return;
    }
    if (this.#overdue(ts)) this.#timeOut(ts);
    if (type === JOIN || type === PLAYING) this.#mark(ts, position, type === JOIN ? BY_JOIN : BY_PLAYING);
    if (this.open < 0) {
      if (type === JOIN || ts - this.leftAt > CLOSED_MS) this.#openAt(i, ts, detail, inGroup, groupSize);
    } else this.#evidence(ts, detail);
    if (type === COMMENT || type === ERROR || (type === PLAYING && this.events.startup[i] !== NO_STARTUP)) {
      this.#count(i, ts, detail, position, this.open);
    }
    const open = this.openStay;
    if (open === null) return;
    if (type === HEARTBEAT) {
      if (open.traits.heartbeatMs === 0) this.periodMissing = true;
      return;
    }
    const { hearing } = open;
    const on = hearing.length % 2 === 1;
    if (type === PLAYING || type === RESUME) {
      if (!on) hearing.push(ts);
    } else if (type === STALL && on) {
      if (hearing[hearing.length - 1] === ts) hearing.pop();
      else hearing.push(ts);
    }
  }

  /** A leave or a fatal error. */
  #goes(i: number, ts: number, detail: Detail, position: number): void {
    const fatal = detail.type === ERROR;
    const silent = this.#overdue(ts);
    const stay = silent ? -1 : this.open;
    if (silent) this.#timeOut(ts);
    if (fatal) {
      this.#mark(ts, position, BY_FATAL);
      this.#count(i, ts, detail, position, stay);
    }
    if (silent || this.timedOut) {
      this.timedOut = false;
      this.#leaves(ts);
      return;
    }
    const open = this.openStay;
    if (open === null) {
      if (fatal) return;
      this.#count(i, ts, detail, position, -1);
      this.#leaves(ts);
      return;
    }
    noteSilence(open, ts);
    this.#close(open, ts, detail.ending, ts, position);
    this.#leaves(ts);
  }

  #leaves(ts: number): void {
    if (this.leftAt < ts) this.#leftBefore = this.leftAt;
    this.leftAt = ts;
  }

  #overdue(ts: number): boolean {
    const open = this.openStay;
    if (open === null) return false;
    const h = open.traits.heartbeatMs;
    return h > 0 && ts - open.last > 3 * h;
  }

  #evidence(ts: number, detail: Detail): void {
    const open = this.openStay;
    if (open === null) return;
    noteSilence(open, ts);
    open.last = ts;
    if (detail.source !== null) open.source = detail.source;
  }

  #mark(at: number, order: number, kind: number): void {
    const n = this.#marks++;
    this.#markAt[n] = at;
    this.#markOrder[n] = order;
    this.#markKind[n] = kind;
  }

  #count(i: number, ts: number, detail: Detail, order: number, stay: number): void {
    let counted = this.counted[this.countedCount];
    if (counted === undefined) {
      counted = new Counted(detail);
      this.counted.push(counted);
    }
    counted.at = ts;
    counted.detail = detail;
    counted.startup = this.events.startup[i] ?? NO_STARTUP;
    counted.order = order;
    counted.stay = stay;
    counted.traits = detail.traits;
    counted.leftAt = this.leftAt < ts ? this.leftAt : this.#leftBefore;
    this.countedCount++;
  }

  /** `position`: of the event that closes it, -1 where none does */
  #close(open: FoldedStay, at: number, reason: LeaveReason, seenUntil: number, position: number): void {
    open.end = at;
    open.reason = reason;
    open.seenUntil = seenUntil;
    if (open.hearing.length % 2 === 1) {
      // heard of for no time: silence can close a connection in the millisecond of its last evidence
      if (open.hearing[open.hearing.length - 1] === at) open.hearing.pop();
      else open.hearing.push(at);
    }
    this.#mark(at, position, BY_ENDING);
    this.prevTraits = open.traits;
    this.prevEnd = at;
    this.open = -1;
  }

  #timeOut(seenUntil: number): void {
    const open = this.openStay;
    if (open === null) return;
    const h = open.traits.heartbeatMs;
    // somebody watching sees silence decide it, and before that be suspect, however short its period
    const until = Math.min(seenUntil, open.last + Math.max(3 * h, h + SUSPECT_SLACK_MS) + 1);
    noteSilence(open, until);
    open.silenced = true;
    this.#close(open, open.last + Math.floor(h / 2), 'timeout', until, -1);
  }

  #openAt(i: number, ts: number, detail: Detail, inGroup: number, groupSize: number): void {
    // forgotten after an hour: as a new connection
    if (this.prevTraits !== null && ts - Math.max(this.prevEnd, this.leftAt) > CLOSED_MS) this.prevTraits = null;
    const traits = this.#traitsAt(i, ts, detail, inGroup, groupSize);
    const stay = this.#newStay(ts, traits);
    stay.joined = detail.type === JOIN;
    stay.joinLost = !this.opened && detail.type !== JOIN;
    stay.source = detail.source;
    this.open = this.stayCount - 1;
    this.timedOut = false;
    this.opened = true;
    this.leftAt = Number.NEGATIVE_INFINITY;
  }

  /** Of the first join from the opening to 120 s later, else of the previous stay, else the defaults. */
  #traitsAt(i: number, ts: number, opening: Detail, inGroup: number, groupSize: number): Traits {
    if (opening.type === JOIN) return opening.traits;
    const { events } = this;
    for (let k = inGroup; k < groupSize; k++) {
      const detail = events.detail[this.#group[k] ?? i];
      if (detail?.type === JOIN) return detail.traits;
    }
    const join = this.#nextJoin(this.#groupEnd);
    const at = join < 0 ? Number.POSITIVE_INFINITY : (events.ts[join] ?? 0);
    if (at <= ts + DECIDE_MS && at < this.#context.roomEnd) return this.#firstJoinAt(join);
    if (this.prevTraits !== null) return this.prevTraits;
    const attempt = this.#attemptInGroup(groupSize);
    if (attempt !== null) return attempt;
    if (this.attemptTraits !== null && this.attemptAt >= ts - DECIDE_MS) return this.attemptTraits;
    return this.#context.defaults;
  }

  /** Attributes of the last attempt that is dated like the opening. */
  #attemptInGroup(groupSize: number): Traits | null {
    for (let k = groupSize - 1; k >= 0; k--) {
      const i = this.#group[k] ?? 0;
      const detail = this.events.detail[i];
      if (detail?.type === ATTEMPT && detail.attrs !== null && !this.#isCopyInGroup(k)) return detail.traits;
    }
    return null;
  }

  /** A copy of an earlier event, or of one that goes before it in its own millisecond among those of its rank. */
  #isCopyInGroup(place: number): boolean {
    if (this.recent === null) return false;
    const i = this.#group[place] ?? 0;
    if (this.#isCopyAhead(i)) return true;
    // those of its rank stand together, by id
    const before = this.#group[place - 1];
    const detail = before === undefined ? undefined : this.events.detail[before];
    if (before === undefined || detail === undefined || detail.closes || detail.type === JOIN) return false;
    return this.#idAt(before) === this.#idAt(i);
  }

  /** Place of the first join from `from` on that is no copy of an earlier event; -1: none. */
  #nextJoin(from: number): number {
    const { detail, length } = this.events;
    if (!this.#joinsKnown) {
      this.#joinsKnown = true;
      let next = -1;
      for (let k = length - 1; k >= 0; k--) {
        if (detail[k]?.type === JOIN && !this.#isCopyAhead(k)) next = k;
        this.#joinFrom[k] = next;
      }
    }
    return from < length ? (this.#joinFrom[from] ?? -1) : -1;
  }

  /** Of the joins dated alike, the first by id. */
  #firstJoinAt(from: number): Traits {
    if (this.#joinTraits !== null && this.#joinPlace === from) return this.#joinTraits;
    const { ts, detail, length } = this.events;
    let best = -1;
    for (let k = from; k < length && ts[k] === ts[from]; k++) {
      if (detail[k]?.type !== JOIN || this.#isCopyAhead(k)) continue;
      if (best < 0 || this.#compareIds(k, best) < 0) best = k;
    }
    const traits = detail[best]?.traits ?? this.#context.defaults;
    this.#joinPlace = from;
    this.#joinTraits = traits;
    return traits;
  }

  #closeAtRoomEnd(ts: number): void {
    const { roomEnd } = this.#context;
    const open = this.openStay;
    if (open === null || ts < roomEnd || roomEnd === Number.POSITIVE_INFINITY) return;
    if (this.#overdue(roomEnd)) this.#timeOut(roomEnd);
    else {
      noteSilence(open, roomEnd);
      this.#close(open, roomEnd, 'room_ended', roomEnd, -1);
    }
  }

  #judgeSilence(): void {
    const open = this.openStay;
    if (open === null) return;
    const h = open.traits.heartbeatMs;
    if (h === 0) return;
    if (this.#context.asOf > open.last + 3 * h) {
      this.#timeOut(Number.POSITIVE_INFINITY);
      this.timedOut = true;
      return;
    }
    const from = open.last + h + SUSPECT_SLACK_MS;
    if (this.#context.liveAt >= from) open.silent.push(from, Number.POSITIVE_INFINITY);
  }

  /** Ids older than 120 s are nobody's any more. */
  #forget(): void {
    if (this.recent === null) return;
    const { ts, length } = this.events;
    const newest = Math.min(this.#context.upTo, length > 0 ? (ts[length - 1] ?? 0) : Number.NEGATIVE_INFINITY);
    for (const [id, at] of this.recent) if (newest - at > DECIDE_MS) this.recent.delete(id);
    if (this.recent.size === 0) this.recent = null;
  }

  /** Gives each counted event the traits of its stay, and each attempt its end. */
  #resolve(): void {
    let first = 0;
    for (let i = 0; i < this.countedCount; i++) {
      const counted = this.counted[i];
      if (counted === undefined) continue;
      counted.traits = this.#traitsOf(counted);
      if (counted.detail.type !== ATTEMPT) continue;
      while (first < this.#marks && this.#isBefore(first, counted)) first++;
      let next: Counted | null = null;
      for (let j = i + 1; next === null && j < this.countedCount; j++) {
        const other = this.counted[j];
        if (other?.detail.type === ATTEMPT) next = other;
      }
      const byPlaying = this.#outcomeOf(counted, next, first, BY_PLAYING);
      counted.outcome = outcomeBy(byPlaying < 0 ? -1 : this.#markKind[byPlaying]);
      counted.outcomeAt = byPlaying < 0 ? counted.at : (this.#markAt[byPlaying] ?? 0);
      const byJoin = this.#outcomeOf(counted, next, first, BY_JOIN);
      counted.outcomeByJoin = outcomeBy(byJoin < 0 ? -1 : this.#markKind[byJoin]);
      counted.outcomeByJoinAt = byJoin < 0 ? counted.at : (this.#markAt[byJoin] ?? 0);
    }
  }

  /** No attempt from this one on can end by the mark: what is dated alike would have to come after it. */
  #isBefore(mark: number, attempt: Counted): boolean {
    const at = this.#markAt[mark] ?? 0;
    return at < attempt.at || (at === attempt.at && (this.#markOrder[mark] ?? 0) < attempt.order);
  }

  #traitsOf(c: Counted): Traits {
    const own = c.stay >= 0 ? this.stays[c.stay] : undefined;
    const ts = c.at;
    if (own !== undefined && ts <= own.end) return own.traits;
    let previous = this.#basePrevTraits;
    let previousEnd = previous === null ? Number.NEGATIVE_INFINITY : this.#basePrevEnd;
    let inside = previous !== null && ts <= previousEnd;
    let place = this.#staysFrom(ts);
    const coming = this.stays[place];
    const opensSoon = place < this.stayCount && coming !== undefined && coming.start <= ts + ATTEMPT_MS;
    // of stays that touch in this millisecond the first
    while (place > 1 && (this.stays[place - 2]?.end ?? 0) >= ts) place--;
    const stay = place > 0 ? this.stays[place - 1] : undefined;
    if (stay !== undefined) {
      previous = stay.traits;
      previousEnd = stay.end;
      inside = ts <= previousEnd;
    }
    if (inside && previous !== null) return previous;
    if (opensSoon) return coming.traits;
    if (previous !== null && ts - Math.max(previousEnd, c.leftAt) <= CLOSED_MS) return previous;
    return c.detail.type === ATTEMPT ? c.detail.traits : this.#context.defaults;
  }

  /** How many stays start at or before `ts`. */
  #staysFrom(ts: number): number {
    let from = 0;
    let to = this.stayCount;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if ((this.stays[middle]?.start ?? 0) <= ts) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** Of two marks of one instant: by the order of the fold, a fatal error before the ending it made, silence last. */
  #goesFirst(m: number, best: number): boolean {
    if (this.#markAt[m] !== this.#markAt[best]) return false;
    const order = this.#markOrder[m] ?? 0;
    const bestOrder = this.#markOrder[best] ?? 0;
    if (order === bestOrder) return (this.#markKind[m] ?? 0) < (this.#markKind[best] ?? 0);
    return order >= 0 && (bestOrder < 0 || order < bestOrder);
  }

  /**
   * The mark that ended the attempt: the first, within 60 s and before the next attempt, of audio, fatal error, an
   * ending at least 1 s later. -1: none.
   */
  #outcomeOf(attempt: Counted, next: Counted | null, first: number, audio: number): number {
    const from = attempt.at;
    let best = -1;
    // marks are in order of time
    for (let m = first; m < this.#marks; m++) {
      const at = this.#markAt[m] ?? 0;
      if (at > from + ATTEMPT_MS || (best >= 0 && at > (this.#markAt[best] ?? 0))) break;
      // past the next attempt nothing is left, unless an ending in silence is dated like it
      const isPast = next !== null && (this.#markOrder[m] ?? 0) > next.order;
      if (next !== null && (at > next.at || (isPast && next.at < from + 1_000))) break;
      const order = this.#markOrder[m] ?? 0;
      const kind = this.#markKind[m] ?? 0;
      if (kind === BY_ENDING) {
        if (at < from + 1_000) continue;
        if (next !== null && (at > next.at || (order > next.order && order >= 0))) continue;
      } else {
        if (kind !== BY_FATAL && kind !== audio) continue;
        if (order < attempt.order || (next !== null && order > next.order)) continue;
      }
      if (best < 0 || at < (this.#markAt[best] ?? 0) || this.#goesFirst(m, best)) best = m;
    }
    return best;
  }
}

function outcomeBy(kind: number | undefined): number {
  if (kind === BY_PLAYING || kind === BY_JOIN) return HEARD;
  return kind === BY_FATAL ? FAILED : kind === BY_ENDING ? EXITED : UNRESOLVED;
}

/** Rank inside one millisecond, where open and where closed. */
function rank(detail: Detail, open: boolean): number {
  if (open) return detail.closes ? 0 : detail.type === JOIN ? 1 : 2;
  return detail.closes ? 2 : detail.type === JOIN ? 0 : 1;
}

/** Silence since the last evidence, up to `to`. */
function noteSilence(stay: FoldedStay, to: number): void {
  const h = stay.traits.heartbeatMs;
  if (h === 0) return;
  const from = stay.last + h + SUSPECT_SLACK_MS;
  if (to > from) stay.silent.push(from, to);
}
