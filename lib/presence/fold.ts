/**
 * The fold of SEMANTICS 3 for one connection: a base (everything up to some instant, decided for good) and the events
 * after it, in any order of arrival, give its stays and what its events count as. A pure function of the set of events.
 */
import type { LeaveReason, ListenerEvent, Role } from '../event/event.ts';
import { canonicalOf, idOf, leaveReason } from '../event/id.ts';

/** How long a join may lag behind the opening it describes, and an id is remembered, ms. */
export const DECIDE_MS = 120_000;
/** How long a leave keeps a connection closed to anything but a join, and a closed connection is remembered, ms. */
export const CLOSED_MS = 3_600_000;
/** An attempt ends, and an event outside any stay finds the stay that opens after it, within this, ms. */
export const ATTEMPT_MS = 60_000;
/** Slack past one heartbeat period before silence is suspect, ms. */
const SUSPECT_SLACK_MS = 3_000;

/** What a stay takes from its connection's first join. */
export interface Traits {
  role: Role;
  /** ms; 0 = sends none */
  heartbeatMs: number;
  attrs: Readonly<Record<string, string>> | null;
}

export interface FoldedStay {
  start: number;
  /** null while open */
  end: number | null;
  reason: LeaveReason | null;
  joined: boolean;
  /** silence ended it; a leave that says `timeout` did not */
  silenced: boolean;
  /** the connection's first opening, and not by a join */
  joinLost: boolean;
  traits: Traits;
  last: number;
  source: string | null;
  /** from, to, from, to … epoch ms; of odd length while hearing */
  hearing: number[];
  /** silences long enough to be suspect: from, to … ; `to` is Infinity while nothing has come since */
  silent: number[];
  /** until when it looked present to somebody watching: `end`, or for a time-out the moment silence decided it */
  seenUntil: number;
}

/** A connection after everything up to an instant has been folded for good. Plain data: saved as JSON. */
export interface ConnectionBase {
  open: FoldedStay | null;
  prev: { traits: Traits; end: number } | null;
  /** silence closed it and nothing has come since: a leave that comes now is none too many */
  timedOut: boolean;
  /** its last attempt that told attributes */
  attempt: { ts: number; attrs: Readonly<Record<string, string>> } | null;
  /** latest leave (orphan ones and fatal errors on an open connection too), or -Infinity as null */
  leftAt: number | null;
  /** it has opened before (zero-length included) */
  opened: boolean;
  /** it has had presence with role listener before */
  present: boolean;
  /** ids counted within the last 120 s, kept only where an id came twice */
  recent: { id: string; ts: number }[];
}

export const NEW_CONNECTION: ConnectionBase = {
  open: null,
  prev: null,
  timedOut: false,
  attempt: null,
  leftAt: null,
  opened: false,
  present: false,
  recent: [],
};

/** A counted event that is a number of its own: comment, error, attempt, orphan leave, audio with a start-up time. */
export interface Counted {
  event: ListenerEvent;
  /** traits of the stay it belongs to */
  traits: Traits;
  /** outcome of an attempt where audio is `playing`, and where it is the join; failure's instant where it failed */
  outcome: Outcome | null;
  outcomeByJoin: Outcome | null;
}

export interface Outcome {
  kind: 'heard' | 'failed' | 'exited' | 'unresolved';
  at: number;
}

export interface Folded {
  stays: FoldedStay[];
  counted: Counted[];
  /** instants of events that were a second copy */
  duplicates: number[];
  /** the base that holds once the events given are all there will be up to them */
  base: ConnectionBase;
}

/** A fact on the connection's time line that can end an attempt. */
interface Mark {
  at: number;
  /** position in the order of the fold; endings by silence have none of their own (-1) */
  order: number;
  kind: 'playing' | 'join' | 'fatal' | 'ending';
}

interface Loose {
  event: ListenerEvent;
  order: number;
  /** index into stays, or -1: outside any stay */
  stay: number;
}

/** Rank inside one millisecond: [where open, where closed]. */
function rank(event: ListenerEvent, open: boolean): number {
  const closes = event.type === 'leave' || (event.type === 'error' && event.fatal === true);
  if (open) return closes ? 0 : event.type === 'join' ? 1 : 2;
  return closes ? 2 : event.type === 'join' ? 0 : 1;
}

function compareIds(a: ListenerEvent, b: ListenerEvent): number {
  const x = idOf(a);
  const y = idOf(b);
  if (x !== y) return x < y ? -1 : 1;
  const p = canonicalOf(a);
  const q = canonicalOf(b);
  return p < q ? -1 : p > q ? 1 : 0;
}

export interface FoldContext {
  /** the configured heartbeat period for connections that do not say, ms */
  defaultHeartbeatMs: number;
  /** the room's first room_end, epoch ms, or Infinity */
  roomEnd: number;
  /** silence is judged as of here, epoch ms; Infinity for a log read to its end */
  asOf: number;
  /** silence becomes suspect as of here (the live second), epoch ms */
  liveAt: number;
  /** events after this are only looked ahead at, epoch ms; Infinity folds all */
  upTo: number;
}

/**
 * Folds `events` (ordered by `ts`; order inside one millisecond does not matter) onto `base`.
 * `mayRepeat` says that an id occurs twice among them or with `base.recent`.
 */
export function foldConnection(
  base: ConnectionBase,
  events: readonly ListenerEvent[],
  mayRepeat: boolean,
  context: FoldContext,
): Folded {
  const { roomEnd } = context;
  const stays: FoldedStay[] = [];
  const loose: Loose[] = [];
  const marks: Mark[] = [];
  const duplicates: number[] = [];
  const recent = new Map<string, number>();
  for (const r of base.recent) recent.set(r.id, r.ts);

  let prev = base.prev;
  let leftAt = base.leftAt ?? Number.NEGATIVE_INFINITY;
  let opened = base.opened;
  let timedOut = base.timedOut;
  let attempt = base.attempt;
  let open: FoldedStay | null = null;
  let openIndex = -1;
  if (base.open) {
    open = { ...base.open, hearing: [...base.open.hearing], silent: [...base.open.silent] };
    openIndex = stays.push(open) - 1;
  }
  let order = 0;

  const period = (): number => (open === null ? 0 : open.traits.heartbeatMs);
  const overdue = (ts: number): boolean => open !== null && period() > 0 && ts - open.last > 3 * period();

  /** silence since the last evidence, up to `to` */
  const noteSilence = (stay: FoldedStay, to: number): void => {
    const h = stay.traits.heartbeatMs;
    if (h === 0) return;
    const from = stay.last + h + SUSPECT_SLACK_MS;
    if (to > from) stay.silent.push(from, to);
  };
  const close = (at: number, reason: LeaveReason, seenUntil: number, position: number): void => {
    if (open === null) return;
    open.end = at;
    open.reason = reason;
    open.seenUntil = seenUntil;
    if (open.hearing.length % 2 === 1) open.hearing.push(at);
    marks.push({ at, order: position, kind: 'ending' });
    prev = { traits: open.traits, end: at };
    open = null;
    openIndex = -1;
  };
  const timeOut = (seenUntil: number): void => {
    if (open === null) return;
    const h = period();
    // somebody watching sees silence decide it, and before that be suspect, however short its period
    const until = Math.min(seenUntil, open.last + Math.max(3 * h, h + SUSPECT_SLACK_MS + 1));
    noteSilence(open, until);
    open.silenced = true;
    close(open.last + Math.floor(h / 2), 'timeout', until, -1);
  };
  const openAt = (event: ListenerEvent, index: number, group: readonly ListenerEvent[], inGroup: number): void => {
    const ts = event.ts;
    // forgotten after an hour: as a new connection
    if (prev !== null && ts - Math.max(prev.end, leftAt) > CLOSED_MS) prev = null;
    const traits = findTraits(event, index, group, inGroup);
    open = {
      start: ts,
      end: null,
      reason: null,
      joined: event.type === 'join',
      silenced: false,
      joinLost: !opened && event.type !== 'join',
      traits,
      last: ts,
      source: event.source,
      hearing: [],
      silent: [],
      seenUntil: Number.POSITIVE_INFINITY,
    };
    openIndex = stays.push(open) - 1;
    timedOut = false;
    opened = true;
  };
  /** the first join from the opening to 120 s later, else the previous stay's, else the defaults */
  const findTraits = (
    opening: ListenerEvent,
    index: number,
    group: readonly ListenerEvent[],
    inGroup: number,
  ): Traits => {
    let join: ListenerEvent | null = opening.type === 'join' ? opening : null;
    for (let i = inGroup; join === null && i < group.length; i++)
      if (group[i]?.type === 'join') join = group[i] ?? null;
    for (let i = index; join === null && i < events.length; i++) {
      const e = events[i];
      if (e === undefined || e.ts > opening.ts + DECIDE_MS || e.ts >= roomEnd) break;
      if (e.type === 'join' && e.ts > opening.ts && !isCopy(e)) {
        join = firstJoinAt(i);
      }
    }
    if (join) {
      return {
        role: join.role ?? 'listener',
        heartbeatMs: join.heartbeatMs ?? context.defaultHeartbeatMs,
        attrs: join.attrs,
      };
    }
    if (prev) return prev.traits;
    const attrs = attempt && attempt.ts >= opening.ts - DECIDE_MS ? attempt.attrs : null;
    return { role: 'listener', heartbeatMs: context.defaultHeartbeatMs, attrs };
  };
  /** of the joins dated alike, the first by id */
  const firstJoinAt = (from: number): ListenerEvent | null => {
    let best: ListenerEvent | null = null;
    for (let i = from; i < events.length && events[i]?.ts === events[from]?.ts; i++) {
      const e = events[i];
      if (e?.type === 'join' && !isCopy(e) && (best === null || compareIds(e, best) < 0)) best = e;
    }
    return best;
  };
  /** a copy of an event that has been counted already */
  const isCopy = (event: ListenerEvent): boolean => {
    if (!mayRepeat) return false;
    const counted = recent.get(idOf(event));
    return counted !== undefined && event.ts - counted <= DECIDE_MS;
  };

  const apply = (event: ListenerEvent, index: number, group: readonly ListenerEvent[], inGroup: number): void => {
    const ts = event.ts;
    const position = order++;
    if (mayRepeat) {
      if (isCopy(event)) {
        duplicates.push(ts);
        return;
      }
      recent.set(idOf(event), ts);
    }
    if (ts >= roomEnd) return;
    const type = event.type;
    if (type === 'attempt') {
      if (event.attrs) attempt = { ts, attrs: event.attrs };
      loose.push({ event, order: position, stay: openIndex });
      return;
    }
    const fatal = type === 'error' && event.fatal === true;
    if (type === 'leave' || fatal) {
      const silent = overdue(ts);
      const stay = silent ? -1 : openIndex;
      if (silent) timeOut(ts);
      if (fatal) {
        marks.push({ at: ts, order: position, kind: 'fatal' });
        loose.push({ event, order: position, stay });
      }
      if (silent || timedOut) {
        timedOut = false;
        leftAt = ts;
        return;
      }
      if (open === null) {
        if (type === 'leave') {
          loose.push({ event, order: position, stay: -1 });
          leftAt = ts;
        }
        return;
      }
      noteSilence(open, ts);
      close(ts, fatal ? 'error' : leaveReason(event.reason), ts, position);
      leftAt = ts;
      return;
    }
    if (type === 'join') {
      if (overdue(ts)) timeOut(ts);
      marks.push({ at: ts, order: position, kind: 'join' });
      if (open === null) openAt(event, index, group, inGroup);
      else evidence(open, event);
      return;
    }
    // heartbeat comment playing stall resume error(not fatal)
    if (overdue(ts)) timeOut(ts);
    if (type === 'playing') marks.push({ at: ts, order: position, kind: 'playing' });
    if (open === null) {
      if (ts - leftAt > CLOSED_MS) openAt(event, index, group, inGroup);
    } else evidence(open, event);
    if (type === 'comment' || type === 'error' || (type === 'playing' && event.startupMs !== null)) {
      loose.push({ event, order: position, stay: openIndex });
    }
    if (open === null) return;
    const hearing: number[] = (open as FoldedStay).hearing;
    const on = hearing.length % 2 === 1;
    if ((type === 'playing' || type === 'resume') && !on) hearing.push(ts);
    else if (type === 'stall' && on) {
      if (hearing.at(-1) === ts) hearing.pop();
      else hearing.push(ts);
    }
  };
  const evidence = (stay: FoldedStay, event: ListenerEvent): void => {
    noteSilence(stay, event.ts);
    stay.last = event.ts;
    if (event.source !== null) stay.source = event.source;
  };

  for (let i = 0; i < events.length; ) {
    const first = events[i];
    if (first === undefined || first.ts > context.upTo) break;
    let j = i + 1;
    while (j < events.length && events[j]?.ts === first.ts) j++;
    closeAtRoomEnd(first.ts);
    if (j === i + 1) apply(first, j, NOTHING, 0);
    else {
      const isOpen = open !== null && !overdue(first.ts);
      const group = events.slice(i, j).sort((a, b) => rank(a, isOpen) - rank(b, isOpen) || compareIds(a, b));
      for (const [k, event] of group.entries()) apply(event, j, group, k + 1);
    }
    i = j;
  }
  function closeAtRoomEnd(ts: number): void {
    if (open === null || ts < roomEnd || roomEnd === Number.POSITIVE_INFINITY) return;
    if (overdue(roomEnd)) timeOut(roomEnd);
    else {
      noteSilence(open, roomEnd);
      close(roomEnd, 'room_ended', roomEnd, -1);
    }
  }
  closeAtRoomEnd(context.asOf);
  if (open !== null && period() > 0) {
    const stay: FoldedStay = open;
    const decided = stay.last + 3 * period();
    if (context.asOf > decided) {
      timeOut(Number.POSITIVE_INFINITY);
      timedOut = true;
    } else {
      const from = stay.last + period() + SUSPECT_SLACK_MS;
      if (context.liveAt >= from) stay.silent.push(from, Number.POSITIVE_INFINITY);
    }
  }

  const kept: { id: string; ts: number }[] = [];
  if (mayRepeat) {
    const newest = Math.min(context.upTo, events.at(-1)?.ts ?? Number.NEGATIVE_INFINITY);
    for (const [id, ts] of recent) if (newest - ts <= DECIDE_MS) kept.push({ id, ts });
  }
  const present = base.present || stays.some(isPresence);
  return {
    stays,
    counted: resolve(loose, stays, marks, base, context),
    duplicates,
    base: {
      open,
      prev,
      timedOut,
      attempt,
      leftAt: leftAt === Number.NEGATIVE_INFINITY ? null : leftAt,
      opened,
      present,
      recent: kept,
    },
  };
}

/** A stay that counts: role listener, and not of length zero. */
export function isPresence(stay: FoldedStay): boolean {
  return stay.traits.role === 'listener' && (stay.end === null || stay.end > stay.start);
}

const NOTHING: readonly ListenerEvent[] = [];

/** Gives each counted event the traits of its stay, and each attempt its end. */
function resolve(
  loose: readonly Loose[],
  stays: readonly FoldedStay[],
  marks: readonly Mark[],
  base: ConnectionBase,
  context: FoldContext,
): Counted[] {
  const counted: Counted[] = [];
  let first = 0;
  for (const [i, l] of loose.entries()) {
    const traits = traitsOf(l, stays, base, context);
    if (l.event.type !== 'attempt') {
      counted.push({ event: l.event, traits, outcome: null, outcomeByJoin: null });
      continue;
    }
    while (first < marks.length && (marks[first]?.at ?? 0) < l.event.ts) first++;
    let next: Loose | null = null;
    for (let j = i + 1; next === null && j < loose.length; j++)
      if (loose[j]?.event.type === 'attempt') next = loose[j] ?? null;
    counted.push({
      event: l.event,
      traits,
      outcome: outcomeOf(l, next, marks, first, 'playing'),
      outcomeByJoin: outcomeOf(l, next, marks, first, 'join'),
    });
  }
  return counted;
}

function traitsOf(l: Loose, stays: readonly FoldedStay[], base: ConnectionBase, context: FoldContext): Traits {
  const own = l.stay >= 0 ? stays[l.stay] : undefined;
  if (own && (own.end === null || l.event.ts <= own.end)) return own.traits;
  const ts = l.event.ts;
  let previous: Traits | null = base.prev ? base.prev.traits : null;
  let previousEnd = base.prev ? base.prev.end : Number.NEGATIVE_INFINITY;
  let inside = base.prev !== null && ts <= base.prev.end;
  let opensSoon: Traits | null = null;
  for (const s of stays) {
    if (s.start <= ts) {
      previous = s.traits;
      previousEnd = s.end ?? Number.POSITIVE_INFINITY;
      inside = ts <= previousEnd;
      if (inside) break;
    } else if (s.start <= ts + ATTEMPT_MS) {
      opensSoon = s.traits;
      break;
    } else break;
  }
  if (inside && previous) return previous;
  if (opensSoon) return opensSoon;
  if (previous && ts - previousEnd <= CLOSED_MS) return previous;
  const attrs = l.event.type === 'attempt' ? l.event.attrs : null;
  return { role: 'listener', heartbeatMs: context.defaultHeartbeatMs, attrs };
}

/** The first, within 60 s and before the next attempt, of audio, fatal error, an ending at least 1 s later. */
function outcomeOf(
  attempt: Loose,
  next: Loose | null,
  marks: readonly Mark[],
  first: number,
  audio: 'playing' | 'join',
): Outcome {
  const from = attempt.event.ts;
  const priority = { playing: 0, join: 0, fatal: 1, ending: 2 };
  let best: Mark | null = null;
  // marks are in order of time
  for (let i = first; i < marks.length; i++) {
    const m = marks[i];
    if (m === undefined || m.at > from + ATTEMPT_MS) break;
    if (m.kind === 'ending') {
      if (m.at < from + 1_000) continue;
      if (next !== null && (m.at > next.event.ts || (m.order > next.order && m.order >= 0))) continue;
    } else {
      if (m.kind !== 'fatal' && m.kind !== audio) continue;
      if (m.order < attempt.order || (next !== null && m.order > next.order)) continue;
    }
    if (best === null || m.at < best.at || (m.at === best.at && priority[m.kind] < priority[best.kind])) best = m;
  }
  if (best === null) return { kind: 'unresolved', at: from };
  return { kind: best.kind === 'fatal' ? 'failed' : best.kind === 'ending' ? 'exited' : 'heard', at: best.at };
}
