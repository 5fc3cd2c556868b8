/**
 * What one listener adds to the rows: a list of (row, group, column, ±1), a pure function of its folded connections.
 * Only what happens after `after` is listed; all before it stands in the rows for good.
 */
import type { CountName } from '../numbers/second.ts';
import { COLUMN } from './columns.ts';
import { type Counted, type Folded, type FoldedStay, isPresence, type Traits } from './fold.ts';

/** Names the row sets a listener counts in. Ids are small integers, 0 is the whole broadcast. */
export interface Groups {
  room(room: string): number;
  attribute(attribute: string, value: string): number;
  /** attributes that have rows of their own */
  readonly breakdowns: readonly string[];
}

/** A listener's connections as folded, each with its room. */
export interface ConnectionView {
  room: string;
  folded: Folded;
  /** the connection was present before the base */
  wasPresent: boolean;
}

export interface ListenerBase {
  /** groups in which it has been counted as present */
  seen: readonly number[];
  /** its last failed attempt has no opening since: where audio is `playing`, and where it is the join */
  unmet: boolean;
  unmetByJoin: boolean;
  /** failures after the base of attempts before it, epoch ms */
  failures: readonly number[];
  failuresByJoin: readonly number[];
}

export const NEW_LISTENER: ListenerBase = {
  seen: [],
  unmet: false,
  unmetByJoin: false,
  failures: [],
  failuresByJoin: [],
};

/** second, code, second, code …; see `encode` */
export type Contribution = number[];

const SHIFT = 128;

/** group, column and sign of one step as one integer */
export function encode(group: number, column: number, sign: 1 | -1): number {
  return group * SHIFT + column * 2 + (sign === 1 ? 1 : 0);
}
export function groupOfCode(code: number): number {
  return Math.floor(code / SHIFT);
}
export function columnOfCode(code: number): number {
  return (code % SHIFT) >> 1;
}
export function signOfCode(code: number): 1 | -1 {
  return code % 2 === 1 ? 1 : -1;
}

/** The row an instant belongs to: levels hold from it on, counters of (t-1 s, t] take it. */
export function rowOf(ms: number): number {
  return Math.ceil(ms / 1000);
}

/** Start-up times in buckets exact to the ms below 131 s, four digits above. */
export function startupBucket(ms: number): number {
  return Number.isInteger(ms) && ms < 131_072 ? ms : Number(ms.toPrecision(4));
}

const TOTAL = 0;
const REASON_COLUMN = {
  left: COLUMN.left,
  error: COLUMN.error,
  server: COLUMN.server,
  kicked: COLUMN.kicked,
  room_ended: COLUMN.room_ended,
  timeout: COLUMN.timeout,
  replaced: COLUMN.replaced,
  other: COLUMN.other,
} as const;

export function contribute(
  views: readonly ConnectionView[],
  base: ListenerBase,
  groups: Groups,
  after: number,
): Contribution {
  const out: Contribution = [];
  const emit = (at: number, group: number, column: number, sign: 1 | -1 = 1, row = rowOf(at)): void => {
    if (at > after) out.push(row, encode(group, column, sign));
  };
  const groupsOf = (traits: Traits, room: string): number[] => {
    const list = [TOTAL, groups.room(room)];
    if (traits.attrs) {
      for (const attribute of groups.breakdowns) {
        const value = traits.attrs[attribute];
        if (value !== undefined) list.push(groups.attribute(attribute, value));
      }
    }
    return list;
  };

  const byGroup = new Map<number, FoldedStay[]>();
  const lanes = { host: [] as FoldedStay[], speaker: [] as FoldedStay[] };
  for (const view of views) {
    let present = view.wasPresent;
    for (const at of view.folded.duplicates) emit(at, TOTAL, COLUMN.duplicates);
    for (const stay of view.folded.stays) {
      const role = stay.traits.role;
      if (stay.traits.heartbeatMs > 0) emit(stay.start, TOTAL, COLUMN.watched);
      if (role !== 'listener') {
        if (stay.end === null || stay.end > stay.start) lanes[role].push(stay);
        continue;
      }
      const of = groupsOf(stay.traits, view.room);
      const isPresent = isPresence(stay);
      for (const group of of) {
        emit(stay.start, group, COLUMN.joins);
        if (stay.end !== null && stay.reason !== null) emit(stay.end, group, REASON_COLUMN[stay.reason]);
        if (stay.end !== null && stay.silenced) emit(stay.end, group, COLUMN.silenced);
        if (isPresent) {
          emit(stay.start, group, COLUMN.connections);
          if (stay.end !== null) emit(stay.end, group, COLUMN.connections, -1);
        } else if (!stay.silenced) continue;
        const list = byGroup.get(group);
        if (list) list.push(stay);
        else byGroup.set(group, [stay]);
      }
      if (stay.joinLost) emit(stay.start, TOTAL, COLUMN.joinsLost);
      if (isPresent && !present) {
        present = true;
        emit(stay.start, TOTAL, COLUMN.newConnections);
      }
    }
    for (const counted of view.folded.counted) count(counted, groupsOf(counted.traits, view.room), groups, emit);
  }
  for (const [group, stays] of byGroup) presence(stays, group, base.seen.includes(group), emit);
  for (const role of ['host', 'speaker'] as const) {
    const column = role === 'host' ? COLUMN.hosts : COLUMN.speakers;
    for (const [from, to] of union(lanes[role])) {
      emit(from, TOTAL, column);
      if (to !== null) emit(to, TOTAL, column, -1);
    }
  }
  wanting(views, base, emit);
  return out;
}

type Emit = (at: number, group: number, column: number, sign?: 1 | -1, row?: number) => void;

function count(counted: Counted, of: readonly number[], groups: Groups, emit: Emit): void {
  const { event, outcome, outcomeByJoin } = counted;
  if (counted.traits.role !== 'listener') return;
  const at = event.ts;
  if (event.type === 'playing') {
    if (event.startupMs !== null) {
      emit(at, groups.attribute('startup', String(startupBucket(event.startupMs))), COLUMN.started, 1, 0);
    }
    return;
  }
  if (event.type === 'leave') {
    emit(at, TOTAL, COLUMN.orphanLeaves);
    return;
  }
  if (event.type === 'error') emit(at, groups.attribute('code', event.code), COLUMN.errors);
  const column = event.type === 'error' ? COLUMN.errors : event.type === 'comment' ? COLUMN.comments : COLUMN.attempts;
  for (const group of of) {
    emit(at, group, column);
    if (!outcome || !outcomeByJoin) continue;
    emit(at, group, COLUMN[outcome.kind]);
    emit(at, group, COLUMN[`${outcomeByJoin.kind}ByJoin`]);
    if (outcome.kind === 'failed') emit(outcome.at, group, COLUMN.failures);
    if (outcomeByJoin.kind === 'failed') emit(outcomeByJoin.at, group, COLUMN.failuresByJoin);
  }
}

/** Presence of the listener in one group: a union over its stays there. */
function presence(all: FoldedStay[], group: number, seen: boolean, emit: Emit): void {
  if (all.length > 1) all.sort((a, b) => a.start - b.start);
  silence(all, group, emit);
  const stays = all.every(isPresence) ? all : all.filter(isPresence);
  if (stays.length === 0) return;
  const runs = union(stays);
  const first = runs[0];
  if (first && !seen) emit(first[0], group, COLUMN.newListeners);
  for (const [from, to] of runs) {
    emit(from, group, COLUMN.connected);
    emit(from, group, COLUMN.began);
    if (to === null) continue;
    emit(to, group, COLUMN.connected, -1);
    // by the last connection to close; at one instant an involuntary one wins
    let kind: CountName = 'ended';
    let handedOver = false;
    for (const s of stays) {
      if (s.end !== to) continue;
      if (s.reason === 'error' || s.reason === 'server') kind = 'dropped';
      else if (s.silenced && kind !== 'dropped') kind = 'timedOut';
      else if (s.reason === 'replaced') handedOver = true;
    }
    if (kind === 'timedOut') emit(to, group, COLUMN.timedOut);
    else emit(to, group, COLUMN.ended);
    if (kind === 'dropped') emit(to, group, COLUMN.dropped);
    if (kind === 'ended' && handedOver) emit(to, group, COLUMN.handedOver);
  }
  hearing(stays, runs, group, emit);
}

/** Intervals merged where they overlap or touch: who leaves and returns at one instant was never gone. */
function union(stays: readonly FoldedStay[]): [number, number | null][] {
  const runs: [number, number | null][] = [];
  const sorted = stays.length > 1 ? [...stays].sort((a, b) => a.start - b.start) : stays;
  let run: [number, number | null] | null = null;
  for (const s of sorted) {
    if (run && (run[1] === null || s.start <= run[1])) {
      if (run[1] !== null && (s.end === null || s.end > run[1])) run[1] = s.end;
    } else {
      run = [s.start, s.end];
      runs.push(run);
    }
  }
  return runs;
}

function hearing(
  stays: readonly FoldedStay[],
  runs: readonly [number, number | null][],
  group: number,
  emit: Emit,
): void {
  const spans: { from: number; to: number; stalled: boolean }[] = [];
  for (const s of stays) {
    for (let i = 0; i < s.hearing.length; i += 2) {
      const from = s.hearing[i] ?? 0;
      const to = s.hearing[i + 1] ?? Number.POSITIVE_INFINITY;
      if (to > from) spans.push({ from, to, stalled: s.end === null || to < s.end });
    }
  }
  if (spans.length === 0) return;
  if (stays.length > 1) spans.sort((a, b) => a.from - b.from);
  let from = Number.NaN;
  let to = Number.NEGATIVE_INFINITY;
  const end = (): void => {
    if (Number.isNaN(from)) return;
    emit(from, group, COLUMN.hearing);
    if (to === Number.POSITIVE_INFINITY) return;
    emit(to, group, COLUMN.hearing, -1);
    // by a stall, not by going away, and still there
    const stalled = spans.some((s) => s.to === to && s.stalled);
    if (stalled && runs.some((r) => r[0] <= to && (r[1] === null || to < r[1]))) emit(to, group, COLUMN.newlyStalled);
  };
  for (const span of spans) {
    if (span.from <= to) to = Math.max(to, span.to);
    else {
      end();
      from = span.from;
      to = span.to;
    }
  }
  end();
}

/** Suspect: all that looks open has been silent for H + 3 s. */
function silence(stays: readonly FoldedStay[], group: number, emit: Emit): void {
  const only = stays[0];
  if (stays.length === 1 && only) {
    for (let i = 0; i < only.silent.length; i += 2) {
      const from = only.silent[i] ?? 0;
      emit(from, group, COLUMN.newlySuspect);
      if (only.silent[i + 1] === Number.POSITIVE_INFINITY) emit(from, group, COLUMN.suspect);
    }
    return;
  }
  if (stays.every((s) => s.silent.length === 0)) return;
  const steps: { at: number; open: number; silent: number }[] = [];
  for (const s of stays) {
    steps.push({ at: s.start, open: 1, silent: 0 });
    if (s.seenUntil !== Number.POSITIVE_INFINITY) steps.push({ at: s.seenUntil, open: -1, silent: 0 });
    for (let i = 0; i < s.silent.length; i += 2) {
      steps.push({ at: s.silent[i] ?? 0, open: 0, silent: 1 });
      const to = s.silent[i + 1] ?? Number.POSITIVE_INFINITY;
      if (to !== Number.POSITIVE_INFINITY) steps.push({ at: to, open: 0, silent: -1 });
    }
  }
  steps.sort((a, b) => a.at - b.at);
  let open = 0;
  let silent = 0;
  let suspect = false;
  let since = 0;
  for (const [i, step] of steps.entries()) {
    open += step.open;
    silent += step.silent;
    if (steps[i + 1]?.at === step.at) continue;
    const now = open > 0 && silent === open;
    if (now && !suspect) {
      since = step.at;
      emit(since, group, COLUMN.newlySuspect);
    }
    suspect = now;
  }
  if (suspect) emit(since, group, COLUMN.suspect);
}

/** Attempts per 10 s and who still waits: a failed attempt and no opening since. */
function wanting(views: readonly ConnectionView[], base: ListenerBase, emit: Emit): void {
  const buckets = new Map<number, { met: boolean; metByJoin: boolean }>();
  for (const { attempt, bucket } of attemptsOf(views)) {
    const b = buckets.get(bucket) ?? { met: false, metByJoin: false };
    b.met ||= attempt.outcome?.kind === 'heard';
    b.metByJoin ||= attempt.outcomeByJoin?.kind === 'heard';
    buckets.set(bucket, b);
  }
  for (const [bucket, b] of buckets) {
    const end = (bucket + 1) * 10_000;
    emit(end, TOTAL, COLUMN.demand, 1, bucket * 10);
    if (b.met) emit(end, TOTAL, COLUMN.demandMet, 1, bucket * 10);
    if (b.metByJoin) emit(end, TOTAL, COLUMN.demandMetByJoin, 1, bucket * 10);
  }
  for (const step of unmetSteps(views, base, false)) emit(step.at, TOTAL, COLUMN.unmet, step.on ? 1 : -1);
  for (const step of unmetSteps(views, base, true)) emit(step.at, TOTAL, COLUMN.unmetByJoin, step.on ? 1 : -1);
}

function* attemptsOf(views: readonly ConnectionView[]): Generator<{ attempt: Counted; bucket: number }> {
  for (const view of views) {
    for (const c of view.folded.counted) {
      if (c.event.type === 'attempt' && c.traits.role === 'listener') {
        yield { attempt: c, bucket: Math.floor(c.event.ts / 10_000) };
      }
    }
  }
}

/** When the listener begins and ceases to be unmet, in order. */
export function unmetSteps(
  views: readonly ConnectionView[],
  base: ListenerBase,
  byJoin: boolean,
): { at: number; on: boolean }[] {
  const failures = [...(byJoin ? base.failuresByJoin : base.failures)];
  for (const { attempt } of attemptsOf(views)) {
    const outcome = byJoin ? attempt.outcomeByJoin : attempt.outcome;
    if (outcome?.kind === 'failed') failures.push(outcome.at);
  }
  let unmet = byJoin ? base.unmetByJoin : base.unmet;
  if (failures.length === 0 && !unmet) return [];
  const steps: { at: number; on: boolean; first: boolean }[] = failures.map((at) => ({ at, on: true, first: false }));
  for (const view of views) {
    for (const s of view.folded.stays) {
      if (s.traits.role === 'listener') steps.push({ at: s.start, on: false, first: s.end === s.start });
    }
  }
  // of one instant the failure goes first, but for an opening that it ended itself
  steps.sort((a, b) => a.at - b.at || Number(b.first) - Number(a.first) || Number(b.on) - Number(a.on));
  return steps.filter((s) => {
    const changes = s.on !== unmet;
    unmet = s.on;
    return changes;
  });
}
