/**
 * What one listener adds to the rows: steps of (row, row set, column, ±1), a pure function of its folded connections.
 * Only what happens in a span of time is told; all before it stands in the rows for good.
 */
import type { LeaveReason } from '../event/event.ts';
import type { CountName } from '../numbers/second.ts';
import { COLUMN } from './columns.ts';
import { ATTEMPT, COMMENT, ERROR, LEAVE, PLAYING, type Traits } from './details.ts';
import { type ConnectionFold, type Counted, FAILED, type FoldedStay, HEARD } from './fold.ts';

/**
 * Names the row sets a listener counts in. Ids are small integers, 0 is the whole broadcast. The same sets are always
 * the same list.
 */
export interface Groups {
  /** the row sets of a stay: the whole, its room's, and of each attribute's value that has one */
  of(traits: Traits, room: number): readonly number[];
  /** the one row set of a start-up time's bucket, and of an error's code */
  ofStartup(bucket: number): readonly number[];
  ofCode(code: string): readonly number[];
  /** a row set alone */
  one(group: number): readonly number[];
}

/** What is remembered of a listener besides its connections. */
export interface ListenerBase {
  /** row sets in which it has been counted as present */
  seen: readonly number[];
  /** its last failed attempt has no opening since: where audio is `playing`, and where it is the join */
  unmet: boolean;
  unmetByJoin: boolean;
  /** failures after the base of attempts before it, epoch ms */
  failures: readonly number[];
  failuresByJoin: readonly number[];
}

const NONE: readonly number[] = [];
/** row sets of a listener that are looked through one by one */
const FEW = 16;

export const NEW_LISTENER: ListenerBase = {
  seen: NONE,
  unmet: false,
  unmetByJoin: false,
  failures: NONE,
  failuresByJoin: NONE,
};

/** Takes the steps: one more or one less in a column of the row of a second, in each of these row sets. */
export interface Steps {
  step(groups: readonly number[], second: number, column: number, sign: 1 | -1): void;
}

/** The row an instant belongs to: levels hold from it on, counters of (t-1 s, t] take it. */
export function rowOf(ms: number): number {
  return Math.ceil(ms / 1000);
}

/** Start-up times in buckets exact to the ms below 131 s, four digits above. */
export function startupBucket(ms: number): number {
  return Number.isInteger(ms) && ms < 131_072 ? ms : Number(ms.toPrecision(4));
}

/** the whole broadcast alone */
export const TOTAL: readonly number[] = [0];
const REASON_COLUMN: Readonly<Record<LeaveReason, number>> = {
  left: COLUMN.left,
  error: COLUMN.error,
  server: COLUMN.server,
  kicked: COLUMN.kicked,
  room_ended: COLUMN.room_ended,
  timeout: COLUMN.timeout,
  replaced: COLUMN.replaced,
  other: COLUMN.other,
};
/** by outcome: heard, failed, exited, unresolved */
const OUTCOME_COLUMN = [COLUMN.heard, COLUMN.failed, COLUMN.exited, COLUMN.unresolved];
const OUTCOME_BY_JOIN_COLUMN = [COLUMN.heardByJoin, COLUMN.failedByJoin, COLUMN.exitedByJoin, COLUMN.unresolvedByJoin];

/** When a listener begins (`on`) or ceases to be unmet. */
export interface UnmetStep {
  at: number;
  on: boolean;
  /** an opening that ended at once: of one instant it goes before the failure that ended it */
  first: boolean;
}

export class Contributor {
  readonly #groups: Groups;
  #steps: Steps;
  #after = 0;
  #upTo = 0;
  #folds: readonly ConnectionFold[] = [];
  #count = 0;
  readonly #stays: FoldedStay[] = [];
  readonly #groupOf: (readonly number[])[] = [];
  readonly #runs: number[] = [];
  /** of each run the place of its first stay */
  readonly #firstOf: number[] = [];
  #seen: ReadonlySet<number> | null = null;

  constructor(groups: Groups, steps: Steps) {
    this.#groups = groups;
    this.#steps = steps;
  }

  /** Tells `steps` what the first `count` of `folds`, all of one listener, add in (after, upTo], epoch ms. */
  contribute(
    folds: readonly ConnectionFold[],
    count: number,
    base: ListenerBase,
    after: number,
    upTo: number,
    steps: Steps,
  ): void {
    this.#steps = steps;
    this.#after = after;
    this.#upTo = upTo;
    this.#folds = folds;
    this.#count = count;
    this.#stays.length = 0;
    this.#groupOf.length = 0;
    this.#seen = base.seen.length > FEW ? new Set(base.seen) : null;
    let attempts = false;
    for (let v = 0; v < count; v++) {
      const fold = folds[v];
      if (fold === undefined) continue;
      for (let i = 0; i < fold.duplicates.length; i++) this.#emit(fold.duplicates[i] ?? 0, TOTAL, COLUMN.duplicates);
      this.#connection(fold);
      for (let i = 0; i < fold.countedCount; i++) {
        const counted = fold.counted[i];
        if (counted === undefined || counted.traits.role !== 'listener') continue;
        if (counted.detail.type === ATTEMPT) attempts = true;
        this.#counted(counted, fold.room);
      }
    }
    this.#byGroup(base);
    if (attempts) this.#demand();
    if (attempts || base.unmet || base.failures.length > 0) this.#unmet(base, false);
    if (attempts || base.unmetByJoin || base.failuresByJoin.length > 0) this.#unmet(base, true);
  }

  #emit(at: number, groups: readonly number[], column: number, sign: 1 | -1 = 1): void {
    if (at <= this.#after || at > this.#upTo) return;
    this.#steps.step(groups, rowOf(at), column, sign);
  }

  /** Openings and endings of one connection; hosts and speakers have a lane of their own. */
  #connection(fold: ConnectionFold): void {
    let present = fold.wasPresent;
    for (let i = 0; i < fold.stayCount; i++) {
      const stay = fold.stays[i];
      if (stay === undefined) continue;
      const { traits, start, end } = stay;
      if (traits.heartbeatMs > 0) this.#emit(start, TOTAL, COLUMN.watched);
      if (traits.role !== 'listener') {
        if (end <= start) continue;
        const column = traits.role === 'host' ? COLUMN.hosts : COLUMN.speakers;
        this.#emit(start, TOTAL, column);
        if (end !== Number.POSITIVE_INFINITY) this.#emit(end, TOTAL, column, -1);
        continue;
      }
      const of = this.#groups.of(traits, fold.room);
      this.#emit(start, of, COLUMN.joins);
      const ended = end !== Number.POSITIVE_INFINITY;
      if (ended) {
        this.#emit(end, of, REASON_COLUMN[stay.reason]);
        if (stay.silenced) this.#emit(end, of, COLUMN.silenced);
      }
      if (stay.joinLost) this.#emit(start, TOTAL, COLUMN.joinsLost);
      if (end > start) {
        this.#emit(start, of, COLUMN.connections);
        if (ended) this.#emit(end, of, COLUMN.connections, -1);
        if (!present) {
          present = true;
          this.#emit(start, TOTAL, COLUMN.newConnections);
        }
      } else if (!stay.silenced) continue;
      this.#stays.push(stay);
      this.#groupOf.push(of);
    }
  }

  #counted(counted: Counted, room: number): void {
    const { at, detail } = counted;
    const { type } = detail;
    if (type === PLAYING) {
      if (at <= this.#after || at > this.#upTo) return;
      this.#steps.step(this.#groups.ofStartup(startupBucket(counted.startup)), 0, COLUMN.started, 1);
      return;
    }
    if (type === LEAVE) {
      this.#emit(at, TOTAL, COLUMN.orphanLeaves);
      return;
    }
    const of = this.#groups.of(counted.traits, room);
    if (type === ERROR) {
      this.#emit(at, this.#groups.ofCode(detail.code), COLUMN.errors);
      this.#emit(at, of, COLUMN.errors);
    } else if (type === COMMENT) this.#emit(at, of, COLUMN.comments);
    else {
      this.#emit(at, of, COLUMN.attempts);
      this.#emit(at, of, OUTCOME_COLUMN[counted.outcome] ?? 0);
      this.#emit(at, of, OUTCOME_BY_JOIN_COLUMN[counted.outcomeByJoin] ?? 0);
      if (counted.outcome === FAILED) this.#emit(counted.outcomeAt, of, COLUMN.failures);
      if (counted.outcomeByJoin === FAILED) this.#emit(counted.outcomeByJoinAt, of, COLUMN.failuresByJoin);
    }
  }

  /** Presence in every row set: at once where all stays count in the same ones, as nearly always. */
  #byGroup(base: ListenerBase): void {
    const first = this.#groupOf[0];
    if (first === undefined) return;
    if (this.#groupOf.every((of) => of === first)) {
      this.#presence(this.#stays, first, base.seen);
      return;
    }
    const byGroup = new Map<number, FoldedStay[]>();
    for (let i = 0; i < this.#stays.length; i++) {
      const stay = this.#stays[i];
      if (stay === undefined) continue;
      for (const group of this.#groupOf[i] ?? NONE) {
        const list = byGroup.get(group);
        if (list) list.push(stay);
        else byGroup.set(group, [stay]);
      }
    }
    for (const [group, stays] of byGroup) this.#presence(stays, this.#groups.one(group), base.seen);
  }

  /** Presence of the listener in `groups`: a union over its stays there. */
  #presence(all: FoldedStay[], groups: readonly number[], seen: readonly number[]): void {
    if (all.length > 1) all.sort(byStart);
    this.#silence(all, groups);
    const stays = all.every(isPresence) ? all : all.filter(isPresence);
    const first = stays[0];
    if (first === undefined) return;
    if (seen.length === 0) this.#emit(first.start, groups, COLUMN.newListeners);
    else {
      for (let g = 0; g < groups.length; g++) {
        const group = groups[g] ?? 0;
        if (!(this.#seen?.has(group) ?? seen.includes(group)))
          this.#emit(first.start, this.#groups.one(group), COLUMN.newListeners);
      }
    }
    const runs = union(stays, this.#runs, this.#firstOf);
    for (let r = 0; r < runs.length; r += 2) {
      const from = runs[r] ?? 0;
      const to = runs[r + 1] ?? 0;
      this.#emit(from, groups, COLUMN.connected);
      this.#emit(from, groups, COLUMN.began);
      if (to === Number.POSITIVE_INFINITY) continue;
      this.#ending(stays, this.#firstOf[r / 2] ?? 0, this.#firstOf[r / 2 + 1] ?? stays.length, to, groups);
    }
    this.#hearing(stays, runs, groups);
  }

  /** By the last connection of [first, end) to close; at one instant an involuntary one wins. */
  #ending(stays: readonly FoldedStay[], first: number, end: number, to: number, groups: readonly number[]): void {
    this.#emit(to, groups, COLUMN.connected, -1);
    let kind: CountName = 'ended';
    let handedOver = false;
    for (let i = first; i < end; i++) {
      const s = stays[i];
      if (s === undefined || s.end !== to) continue;
      if (s.reason === 'error' || s.reason === 'server') kind = 'dropped';
      else if (s.silenced && kind !== 'dropped') kind = 'timedOut';
      else if (s.reason === 'replaced') handedOver = true;
    }
    this.#emit(to, groups, kind === 'timedOut' ? COLUMN.timedOut : COLUMN.ended);
    if (kind === 'dropped') this.#emit(to, groups, COLUMN.dropped);
    if (kind === 'ended' && handedOver) this.#emit(to, groups, COLUMN.handedOver);
  }

  #hearing(stays: readonly FoldedStay[], runs: readonly number[], groups: readonly number[]): void {
    const only = stays[0];
    if (stays.length === 1 && only !== undefined) {
      this.#hearingOfOne(only, groups);
      return;
    }
    const spans: { from: number; to: number; stalled: boolean }[] = [];
    for (const s of stays) {
      for (let i = 0; i < s.hearing.length; i += 2) {
        const from = s.hearing[i] ?? 0;
        const to = s.hearing[i + 1] ?? Number.POSITIVE_INFINITY;
        if (to > from) spans.push({ from, to, stalled: to < s.end });
      }
    }
    if (spans.length === 0) return;
    spans.sort((a, b) => a.from - b.from);
    let from = Number.NaN;
    let to = Number.NEGATIVE_INFINITY;
    let stalled = false;
    let run = 0;
    for (let i = 0; i <= spans.length; i++) {
      const span = spans[i];
      if (span !== undefined && span.from <= to) {
        if (span.to > to) stalled = span.stalled;
        else if (span.to === to && span.stalled) stalled = true;
        to = Math.max(to, span.to);
        continue;
      }
      if (!Number.isNaN(from)) {
        this.#emit(from, groups, COLUMN.hearing);
        if (to === Number.POSITIVE_INFINITY) return;
        this.#emit(to, groups, COLUMN.hearing, -1);
        // by a stall, not by going away, and still there
        while (run < runs.length && (runs[run + 1] ?? 0) <= to) run += 2;
        if (stalled && run < runs.length && (runs[run] ?? 0) <= to) this.#emit(to, groups, COLUMN.newlyStalled);
      }
      if (span === undefined) return;
      from = span.from;
      to = span.to;
      stalled = span.stalled;
    }
  }

  #hearingOfOne(stay: FoldedStay, groups: readonly number[]): void {
    const { hearing, end } = stay;
    for (let i = 0; i < hearing.length; i++) {
      const from = hearing[i] ?? 0;
      // what touches is one
      if (i + 1 < hearing.length && i % 2 === 1 && hearing[i + 1] === from) {
        i++;
        continue;
      }
      if (i % 2 === 0) {
        if (hearing[i + 1] === from) {
          i++;
          continue;
        }
        this.#emit(from, groups, COLUMN.hearing);
      } else {
        this.#emit(from, groups, COLUMN.hearing, -1);
        if (from < end) this.#emit(from, groups, COLUMN.newlyStalled);
      }
    }
  }

  /** Suspect: all that looks open has been silent for H + 3 s. */
  #silence(stays: readonly FoldedStay[], groups: readonly number[]): void {
    const only = stays[0];
    if (stays.length === 1 && only !== undefined) {
      for (let i = 0; i < only.silent.length; i += 2) {
        const from = only.silent[i] ?? 0;
        this.#emit(from, groups, COLUMN.newlySuspect);
        if (only.silent[i + 1] === Number.POSITIVE_INFINITY) this.#emit(from, groups, COLUMN.suspect);
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
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i];
      if (step === undefined) continue;
      open += step.open;
      silent += step.silent;
      if (steps[i + 1]?.at === step.at) continue;
      const now = open > 0 && silent === open;
      if (now && !suspect) {
        since = step.at;
        this.#emit(since, groups, COLUMN.newlySuspect);
      }
      suspect = now;
    }
    if (suspect) this.#emit(since, groups, COLUMN.suspect);
  }

  /** Distinct listeners attempting per 10 s, and of them those that got in. */
  #demand(): void {
    const buckets = new Map<number, { met: boolean; metByJoin: boolean }>();
    for (let v = 0; v < this.#count; v++) {
      const fold = this.#folds[v];
      for (let i = 0; fold !== undefined && i < fold.countedCount; i++) {
        const c = fold.counted[i];
        if (c === undefined || c.detail.type !== ATTEMPT || c.traits.role !== 'listener') continue;
        const bucket = Math.floor(c.at / 10_000);
        const b = buckets.get(bucket);
        const met = c.outcome === HEARD;
        const metByJoin = c.outcomeByJoin === HEARD;
        if (b === undefined) buckets.set(bucket, { met, metByJoin });
        else {
          b.met ||= met;
          b.metByJoin ||= metByJoin;
        }
      }
    }
    for (const [bucket, b] of buckets) {
      const end = (bucket + 1) * 10_000;
      if (end <= this.#after || end > this.#upTo) continue;
      this.#steps.step(TOTAL, bucket * 10, COLUMN.demand, 1);
      if (b.met) this.#steps.step(TOTAL, bucket * 10, COLUMN.demandMet, 1);
      if (b.metByJoin) this.#steps.step(TOTAL, bucket * 10, COLUMN.demandMetByJoin, 1);
    }
  }

  #unmet(base: ListenerBase, byJoin: boolean): void {
    const column = byJoin ? COLUMN.unmetByJoin : COLUMN.unmet;
    for (const { at, on } of unmetSteps(this.#folds, this.#count, base, byJoin)) {
      this.#emit(at, TOTAL, column, on ? 1 : -1);
    }
  }
}

/** When the listener begins and ceases to be unmet (a failed attempt and no opening since), in order. */
export function unmetSteps(
  folds: readonly ConnectionFold[],
  count: number,
  base: ListenerBase,
  byJoin: boolean,
): UnmetStep[] {
  const steps: UnmetStep[] = [];
  for (const at of byJoin ? base.failuresByJoin : base.failures) steps.push({ at, on: true, first: false });
  for (let v = 0; v < count; v++) {
    const fold = folds[v];
    for (let i = 0; fold !== undefined && i < fold.countedCount; i++) {
      const c = fold.counted[i];
      if (c === undefined || c.detail.type !== ATTEMPT || c.traits.role !== 'listener') continue;
      if ((byJoin ? c.outcomeByJoin : c.outcome) === FAILED) {
        steps.push({ at: byJoin ? c.outcomeByJoinAt : c.outcomeAt, on: true, first: false });
      }
    }
  }
  let unmet = byJoin ? base.unmetByJoin : base.unmet;
  if (steps.length === 0 && !unmet) return steps;
  for (let v = 0; v < count; v++) {
    const fold = folds[v];
    // what opened before the base, the base knows of
    for (let i = fold?.baseStays ?? 0; fold !== undefined && i < fold.stayCount; i++) {
      const s = fold.stays[i];
      if (s !== undefined && s.traits.role === 'listener') {
        steps.push({ at: s.start, on: false, first: s.end === s.start && failsAt(fold, s.start, byJoin) });
      }
    }
  }
  // of one instant the failure goes first, but for an opening that it ended itself
  if (steps.length > 1) {
    steps.sort((a, b) => a.at - b.at || Number(b.first) - Number(a.first) || Number(b.on) - Number(a.on));
  }
  let kept = 0;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i];
    if (step === undefined || step.on === unmet) continue;
    unmet = step.on;
    steps[kept++] = step;
  }
  steps.length = kept;
  return steps;
}

/** Whether an attempt of this connection failed at this instant, epoch ms. */
function failsAt(fold: ConnectionFold, at: number, byJoin: boolean): boolean {
  for (let i = 0; i < fold.countedCount; i++) {
    const c = fold.counted[i];
    if (c === undefined || c.detail.type !== ATTEMPT) continue;
    if (byJoin ? c.outcomeByJoin === FAILED && c.outcomeByJoinAt === at : c.outcome === FAILED && c.outcomeAt === at) {
      return true;
    }
  }
  return false;
}

function byStart(a: FoldedStay, b: FoldedStay): number {
  return a.start - b.start;
}

function isPresence(stay: FoldedStay): boolean {
  return stay.isPresence;
}

/**
 * Stays (by start) merged where they overlap or touch, who leaves and returns at one instant was never gone: from, to,
 * from, to … into `runs`; `to` is Infinity while it lasts. Into `firstOf`: the place of the first stay of each.
 */
function union(stays: readonly FoldedStay[], runs: number[], firstOf: number[]): readonly number[] {
  runs.length = 0;
  firstOf.length = 0;
  let to = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < stays.length; i++) {
    const s = stays[i];
    if (s === undefined) continue;
    if (s.start <= to) {
      if (s.end > to) {
        to = s.end;
        runs[runs.length - 1] = to;
      }
    } else {
      to = s.end;
      runs.push(s.start, to);
      firstOf.push(i);
    }
  }
  return runs;
}
