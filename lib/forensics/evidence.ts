/** The facts that decide a window's type (SEMANTICS 6), gathered of rows, stays and control events. */
import type { DetectedWindow } from '../crash/detected.ts';
import type { TypeEvidence } from '../crash/type.ts';
import { failedRoom } from './carry-over.ts';
import type { Cost, Known } from './cost.ts';
import { hostsGoneBy } from './crew.ts';
import { TIMED_OUT } from './presence.ts';
import type { Timeline } from './timeline.ts';

/** A host missing this long after the onset is gone, a room_end this near it belongs to it, ms. */
const AROUND_MS = 10_000;
/** Another room opens in place of this one: from so long before the onset (a move) to so long after, ms. */
const OTHER_ROOM_BEFORE_MS = 60_000;
const OTHER_ROOM_AFTER_MS = 900_000;
/** Moved people are back this soon, ms. */
const MOVED_MS = 30_000;
/** Rows before the onset that tell how often silence is by chance. */
const ROWS_BEFORE = 300;
/** A source fell silent where this share of its listeners did, of at least so many … */
const SILENT_SHARE = 0.9;
const LEAST_PRESENT = 10;
/** … while another went on, of whose listeners no more than this share did. */
const ALIVE_SHARE = 0.5;

export function evidenceOf(known: Known, window: DetectedWindow, cost: Cost): TypeEvidence {
  const onsetAt = (window.onset - 1) * 1000;
  const { drops } = cost;
  const silence = silenceOf(known, cost);
  let replaced = 0;
  let replacedBack = 0;
  let moved = 0;
  for (const [i, presence] of drops.lastPresence.entries()) {
    const saysReplaced = known.presences.replaced[presence] === 1;
    if (saysReplaced) replaced++;
    const back = drops.backAt[i] ?? Number.POSITIVE_INFINITY;
    if (back === Number.POSITIVE_INFINITY) continue;
    const soon = back - (known.presences.to[presence] ?? 0) <= MOVED_MS;
    const elsewhere = roomOf(known, presence, 'last') !== roomOf(known, presence + 1, 'first');
    if (saysReplaced && (soon || elsewhere)) replacedBack++;
    if (soon && elsewhere) moved++;
  }
  let droppedThere = 0;
  for (const listener of drops.listeners) if (cost.present[listener] !== -1) droppedThere++;
  const top = cost.causes.find((c) => c.attribute !== 'source');
  return {
    kind: window.kind,
    onsetAt,
    within: window.within,
    dropped: drops.listeners.length - silence.timedOut + silence.silent,
    silent: silence.silent,
    silentBySource: silence.bySource,
    silentBack: silence.back,
    replaced,
    replacedBack,
    moved,
    ...hostsGoneBy(known.stays.crew, window.onset * 1000 + AROUND_MS),
    roomEndAt: nearest([...known.roomEnds.values()], onsetAt),
    otherRoomAt: otherRoomAt(known, failedRoom(known.stays, known.presences, drops), onsetAt),
    topCause: top
      ? { attribute: top.attribute, value: top.value, shareOfDropped: top.dropped / droppedThere, lower: top.lower }
      : null,
  };
}

interface Silence {
  /** of D: timed out */
  timedOut: number;
  /** fell silent in the window beyond what does so by chance: timed out, or suspect for a while */
  silent: number;
  /** of those: heard of again on the same connection without a join */
  back: number;
  /** of the timed out: on a source that fell silent as a whole */
  bySource: number;
}

function silenceOf(known: Known, cost: Cost): Silence {
  const { presences, stays } = known;
  const { drops, span } = cost;
  let timedOut = 0;
  let backWithoutJoin = 0;
  for (const [i, presence] of drops.lastPresence.entries()) {
    if (presences.kind[presence] !== TIMED_OUT) continue;
    timedOut++;
    if (drops.backAt[i] === Number.POSITIVE_INFINITY) continue;
    const last = presences.lastStay[presence] ?? 0;
    const next = presences.firstStay[presence + 1] ?? 0;
    const same = stays.connection[last] === stays.connection[next] && stays.room[last] === stays.room[next];
    if (same && stays.joined[next] === 0) backWithoutJoin++;
  }
  const suspects = suspectsBeyondChance(known.timeline, span.onset, span.end);
  const silent = Math.max(timedOut, suspects);
  // a silence that ended before the time-out left no trace but in the rows
  const backInTime = Math.max(0, silent - timedOut - known.timeline.suspectNow);
  return { timedOut, silent, back: backWithoutJoin + backInTime, bySource: onSilentSources(known, cost) };
}

/** Newly suspect in rows onset … end, less what the rows before let expect. */
function suspectsBeyondChance(timeline: Timeline, onset: number, end: number): number {
  const before = timeline.sums(onset - ROWS_BEFORE, onset - 1);
  const during = timeline.sums(onset, end);
  const byChance = before.connected === 0 ? 0 : (before.newlySuspect / before.connected) * during.connected;
  return Math.max(0, Math.round(during.newlySuspect - byChance));
}

/** Of the timed out: those whose source fell silent as a whole while another one went on. */
function onSilentSources({ stays, presences }: Known, { drops, present }: Cost): number {
  const { values, of } = stays.attributes.source;
  const there = new Int32Array(values.length + 1);
  const silent = new Int32Array(values.length + 1);
  const lastHeard = new Float64Array(values.length + 1).fill(Number.NEGATIVE_INFINITY);
  const period = new Float64Array(values.length + 1);
  const fell = new Uint8Array(present.length);
  for (const [i, listener] of drops.listeners.entries()) {
    if (presences.kind[drops.lastPresence[i] ?? 0] === TIMED_OUT) fell[listener] = 1;
  }
  for (let listener = 0; listener < present.length; listener++) {
    const stay = present[listener] ?? -1;
    if (stay === -1) continue;
    const source = of[stay] ?? 0;
    there[source] = (there[source] ?? 0) + 1;
    if (fell[listener] === 0) continue;
    silent[source] = (silent[source] ?? 0) + 1;
    lastHeard[source] = Math.max(lastHeard[source] ?? 0, stays.lastEvidence[stay] ?? 0);
    period[source] = Math.max(period[source] ?? 0, stays.heartbeatMs[stay] ?? 0);
  }
  const heardSoon = new Uint8Array(values.length + 1);
  for (let s = 0; s < stays.start.length; s++) {
    const source = of[s] ?? 0;
    const opened = stays.start[s] ?? 0;
    const last = lastHeard[source] ?? 0;
    if (opened > last && opened <= last + (period[source] ?? 0)) heardSoon[source] = 1;
  }
  let onSilent = 0;
  let alive = false;
  for (let source = 1; source <= values.length; source++) {
    const share = (silent[source] ?? 0) / Math.max(1, there[source] ?? 0);
    if ((there[source] ?? 0) > 0 && share <= ALIVE_SHARE) alive = true;
    const whole = (there[source] ?? 0) >= LEAST_PRESENT && share >= SILENT_SHARE && heardSoon[source] === 0;
    if (whole) onSilent += silent[source] ?? 0;
  }
  return alive ? onSilent : 0;
}

function roomOf({ stays, presences }: Known, presence: number, which: 'first' | 'last'): number {
  const stay = which === 'first' ? presences.firstStay[presence] : presences.lastStay[presence];
  return stays.room[stay ?? 0] ?? 0;
}

function nearest(instants: readonly number[], to: number): number | null {
  let best: number | null = null;
  for (const at of instants) {
    const distance = Math.abs(at - to);
    if (distance <= AROUND_MS && (best === null || distance < Math.abs(best - to))) best = at;
  }
  return best;
}

function otherRoomAt({ stays }: Known, failed: number, onsetAt: number): number | null {
  let first: number | null = null;
  for (const [room, at] of stays.roomOpenings.entries()) {
    if (room === failed || at <= onsetAt - OTHER_ROOM_BEFORE_MS || at > onsetAt + OTHER_ROOM_AFTER_MS) continue;
    if (first === null || at < first) first = at;
  }
  return first;
}
