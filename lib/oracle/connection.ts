/** One connection's events as presence (SEMANTICS 3), followed event by event with the log read to its end. */
import type { LeaveReason, ListenerEvent, Role } from '../event/event.ts';
import { leaveReason } from '../event/id.ts';
import { type Identified, type Rank, rankOf } from './distinct-events.ts';
import type { Interval } from './interval.ts';

const HOUR_MS = 3_600_000;
/** how far after an opening its `join` may lie, and how far before it an `attempt`, ms */
const DESCRIBED_WITHIN = 120_000;
const OPENS_WITHIN = 60_000;

/** One presence of the connection, of length zero too. */
export interface Presence {
  start: number;
  /** null: open when the log ends */
  end: number | null;
  reason: LeaveReason | null;
  /** ended because nothing was heard of it for too long */
  bySilence: boolean;
  role: Role;
  heartbeatMs: number;
  attrs: Readonly<Record<string, string>> | null;
  source: string | null;
  /** whether a `join` opened it */
  joined: boolean;
  /** instants of evidence, the opening's first, epoch ms in order */
  evidence: number[];
  hearing: (Interval & { stalled: boolean })[];
  /** where it still looked open to someone who knows only what has happened, epoch ms; Infinity while open */
  seenUntil: number;
  /** position among the connection's steps at which it opened, and closed (null: not by an event) */
  openedAt: number;
  closedAt: number | null;
}

/** An event that counted, in the order in which it was taken. */
export interface Step {
  event: ListenerEvent;
  /** the presence it met or made */
  presence: Presence | null;
  /** a leave of a connection that was not there */
  orphan: boolean;
}

export interface ConnectionLife {
  room: string;
  listener: string;
  connection: string;
  presences: Presence[];
  steps: Step[];
  /** events from the room's end on: they exist and do nothing */
  afterEnd: ListenerEvent[];
  copies: ListenerEvent[];
}

interface Settings {
  defaultHeartbeatMs: number;
  /** the room's end, epoch ms; null where it has none */
  roomEnd: number | null;
}

/** `events`: one per id, by ts (see `distinctEvents`), all of one connection. */
export function liveConnection(
  key: { room: string; listener: string; connection: string },
  events: readonly Identified<ListenerEvent>[],
  settings: Settings,
): ConnectionLife {
  const roomEnd = settings.roomEnd ?? Number.POSITIVE_INFINITY;
  const lived = new Life(
    events.filter(({ event }) => event.ts < roomEnd),
    settings,
  );
  const after = events.filter(({ event }) => event.ts >= roomEnd);
  const afterIds = new Set<string>();
  const afterEnd: ListenerEvent[] = [];
  const copies = [...lived.copies];
  for (const { event, id } of after) {
    const sameEvent = `${event.ts} ${id}`;
    if (afterIds.has(sameEvent)) copies.push(event);
    else afterEnd.push(event);
    afterIds.add(sameEvent);
  }
  return { ...key, presences: lived.presences, steps: lived.steps, afterEnd, copies };
}

class Life {
  readonly presences: Presence[] = [];
  readonly steps: Step[] = [];
  readonly copies: ListenerEvent[] = [];
  private readonly events: readonly Identified<ListenerEvent>[];
  private readonly settings: Settings;
  private open: Presence | null = null;
  private hearingSince: number | null = null;
  /** instant of the last leave, orphans and fatal errors that closed included */
  private lastLeave = Number.NEGATIVE_INFINITY;
  /** since that leave nothing has opened the connection */
  private left = false;

  constructor(events: readonly Identified<ListenerEvent>[], settings: Settings) {
    this.events = events;
    this.settings = settings;
    let at = 0;
    while (at < events.length) {
      const ts = events[at]?.event.ts;
      let next = at;
      while (events[next]?.event.ts === ts) next++;
      this.millisecond(events.slice(at, next));
      at = next;
    }
    this.logEnds();
  }

  private millisecond(group: readonly Identified<ListenerEvent>[]): void {
    const ts = group[0]?.event.ts ?? 0;
    const order: Rank[] = this.isHeard(ts) ? ['going', 'join', 'other'] : ['join', 'other', 'going'];
    const taken = new Set<string>();
    for (const rank of order) {
      for (const { event, id } of group) {
        if (rankOf(event) !== rank) continue;
        if (taken.has(id)) this.copies.push(event);
        else this.take(event);
        taken.add(id);
      }
    }
  }

  private take(event: ListenerEvent): void {
    const step: Step = { event, presence: this.open, orphan: false };
    this.steps.push(step);
    if (event.type === 'attempt') return;
    if (rankOf(event) === 'going') {
      this.goes(event, step);
      return;
    }
    if (this.open !== null && !this.isHeard(event.ts)) this.timesOut(event.ts);
    if (this.open === null) {
      if (event.type !== 'join' && this.left && event.ts <= this.lastLeave + HOUR_MS) return;
      this.opens(event);
    }
    step.presence = this.open;
    this.isEvidence(event);
  }

  private goes(event: ListenerEvent, step: Step): void {
    const reason = event.type === 'leave' ? leaveReason(event.reason) : 'error';
    if (this.open === null) {
      step.orphan = event.type === 'leave';
      if (event.type !== 'leave') return;
    } else if (this.isHeard(event.ts)) this.closes(event.ts, reason, this.steps.length - 1);
    else this.timesOut(event.ts);
    this.lastLeave = event.ts;
    this.left = true;
  }

  private opens(event: ListenerEvent): void {
    const { ts } = event;
    const before = this.presences.at(-1);
    const rememberedUntil = Math.max(before?.end ?? Number.NEGATIVE_INFINITY, this.lastLeave) + HOUR_MS;
    const previous = before !== undefined && ts <= rememberedUntil ? before : null;
    const join = this.events.find(
      ({ event: other }) => other.type === 'join' && other.ts >= ts && other.ts <= ts + DESCRIBED_WITHIN,
    )?.event;
    const attempt = this.events.findLast(
      ({ event: other }) =>
        other.type === 'attempt' && other.attrs !== null && other.ts <= ts && other.ts >= ts - DESCRIBED_WITHIN,
    )?.event;
    const described =
      join !== undefined
        ? { role: join.role, heartbeatMs: join.heartbeatMs, attrs: join.attrs }
        : (previous ?? { role: null, heartbeatMs: null, attrs: attempt?.attrs ?? null });
    this.open = {
      start: ts,
      end: null,
      reason: null,
      bySilence: false,
      role: described.role ?? 'listener',
      heartbeatMs: described.heartbeatMs ?? this.settings.defaultHeartbeatMs,
      attrs: described.attrs,
      source: null,
      joined: event.type === 'join',
      evidence: [],
      hearing: [],
      seenUntil: Number.POSITIVE_INFINITY,
      openedAt: this.steps.length - 1,
      closedAt: null,
    };
    this.presences.push(this.open);
    this.left = false;
  }

  private isEvidence(event: ListenerEvent): void {
    if (this.open === null) return;
    this.open.evidence.push(event.ts);
    this.open.source = event.source;
    if (event.type === 'playing' || event.type === 'resume') this.hearingSince ??= event.ts;
    if (event.type === 'stall') this.stopsHearing(event.ts, true);
  }

  private stopsHearing(at: number, stalled: boolean): void {
    if (this.open !== null && this.hearingSince !== null && this.hearingSince < at) {
      this.open.hearing.push({ from: this.hearingSince, to: at, stalled });
    }
    this.hearingSince = null;
  }

  private closes(at: number, reason: LeaveReason, closedAt: number | null): void {
    if (this.open === null) return;
    this.stopsHearing(at, false);
    this.open.end = at;
    this.open.reason = reason;
    this.open.closedAt = closedAt;
    this.open.seenUntil = at;
    this.open = null;
  }

  /** Closes it where it was last heard of and half a period; `noticedBy`: the instant of what came instead. */
  private timesOut(noticedBy: number): void {
    if (this.open === null) return;
    const { open } = this;
    const lastEvidence = lastEvidenceOf(open);
    this.closes(lastEvidence + Math.floor(open.heartbeatMs / 2), 'timeout', null);
    open.bySilence = true;
    // the loss is seen at last evidence + H + 3 s, which for H < 1.5 s is after the time-out
    open.seenUntil = Math.min(noticedBy, lastEvidence + Math.max(3 * open.heartbeatMs, open.heartbeatMs + 3_000) + 1);
  }

  private logEnds(): void {
    const { roomEnd } = this.settings;
    if (this.open === null) return;
    if (roomEnd !== null && this.isHeard(roomEnd)) this.closes(roomEnd, 'room_ended', null);
    else if (roomEnd !== null) this.timesOut(roomEnd);
    else if (this.open.heartbeatMs > 0) this.timesOut(Number.POSITIVE_INFINITY);
    else this.stopsHearing(Number.POSITIVE_INFINITY, false);
  }

  /** Open, and last heard of no longer ago than three periods. */
  private isHeard(at: number): boolean {
    if (this.open === null) return false;
    return this.open.heartbeatMs === 0 || at - lastEvidenceOf(this.open) <= 3 * this.open.heartbeatMs;
  }
}

export function lastEvidenceOf(presence: Presence): number {
  return presence.evidence.at(-1) ?? presence.start;
}

/**
 * The role of an event that may lie outside any stay: the stay it lies in (its ends are inside), else the one that
 * opens within 60 s, else the previous one unless it is forgotten, else `listener`.
 */
export function roleOf(step: Step, life: ConnectionLife): Role {
  const { ts } = step.event;
  const holds = ({ start, end }: Presence) => start <= ts && (end === null || ts <= end);
  if (step.presence !== null && holds(step.presence)) return step.presence.role;
  const inside = life.presences.findLast(holds);
  if (inside !== undefined) return inside.role;
  const coming = life.presences.find(({ start }) => start > ts && start <= ts + OPENS_WITHIN);
  if (coming !== undefined) return coming.role;
  const previous = life.presences.findLast(({ end }) => end !== null && end < ts);
  if (previous === undefined) return 'listener';
  const leaves = life.steps.filter((other) => rankOf(other.event) === 'going' && other.event.ts < ts);
  const lastLeave = leaves.findLast((other) => other.event.type === 'leave' || other.presence !== null);
  const rememberedUntil = Math.max(previous.end ?? 0, lastLeave?.event.ts ?? 0) + HOUR_MS;
  return ts <= rememberedUntil ? previous.role : 'listener';
}
