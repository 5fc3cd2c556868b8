/** What one window cost: everything SEMANTICS 7 asks of it, from rows, stays and control events. */
import type { DetectedWindow } from '../crash/detected.ts';
import type { Cause } from '../numbers/report.ts';
import { type Blocked, blockedIn, type FailureTable } from './blocked.ts';
import { type CarryOver, carryOver } from './carry-over.ts';
import { causesOf } from './causes.ts';
import { noHostLeftAt } from './crew.ts';
import { type Drops, dropsOf, type WindowSpan, weightOf } from './drops.ts';
import { depthOf, type ExpectedAudience, expectedAudience, recoveredSecond } from './expected.ts';
import { type Hazard, hazardBefore, ROWS_BEFORE } from './hazard.ts';
import { lostMinutes } from './lost-minutes.ts';
import type { Presences } from './presence.ts';
import { presentBefore } from './present-before.ts';
import { type ReturnCurve, returnCurve } from './return-curve.ts';
import type { StayTable } from './stay-table.ts';
import type { Timeline } from './timeline.ts';

/** A broadcast as known up to one instant. */
export interface Known {
  /** the rows up to the last one known */
  timeline: Timeline;
  stays: StayTable;
  presences: Presences;
  /** first room_end of each room, epoch ms */
  roomEnds: ReadonlyMap<string, number>;
  /** every failed attempt; null where they are not known by listener */
  failures: FailureTable | null;
  /** the log has been read to its end */
  complete: boolean;
}

/** An audience that is not back a day after the onset does not recover any more, s. */
const LOOKED_AT_SECONDS = 86_400;

export interface Cost {
  span: WindowSpan;
  drops: Drops;
  hazard: Hazard;
  /** how much each of the dropped counts, 0..1 */
  weight: number;
  connectedBefore: number;
  connectedLowest: number;
  audience: ExpectedAudience;
  /** at each second of `audience` */
  connected: Float64Array;
  depth: { depth: number; at: number } | null;
  recoveredAt: number | null;
  lost: { during: number; total: number };
  returns: ReturnCurve;
  /** the broadcast is over: nobody can come back any more */
  ended: boolean;
  present: Int32Array;
  causes: Cause[];
  blocked: Blocked | null;
  carryOver: CarryOver | null;
}

/** `all`: the windows of the broadcast; who was dropped in an earlier one has not left by nature either. */
export function costOf(known: Known, window: DetectedWindow, all: readonly DetectedWindow[] = []): Cost {
  const { timeline, stays, presences } = known;
  const until = timeline.last * 1000;
  const span = spanOf(known, window);
  const drops = dropsOf(presences, span);
  const hazard = hazardBefore(presences, window.onset, droppedUpTo(known, window, all, drops));
  const connectedBefore = timeline.connectedAt(window.onset - 1);
  const weight = weightOf(drops, span, hazard.perSecond, connectedBefore);

  const from = Math.min(window.onset - 1, Math.ceil((drops.absentFrom[0] ?? Number.POSITIVE_INFINITY) / 1000));
  const start = Math.max(timeline.first, from);
  const connected = timeline.connected(start, Math.min(timeline.last, window.onset + LOOKED_AT_SECONDS));
  const audience = expectedAudience(connected, start, drops, hazard, weight);
  let connectedLowest = connectedBefore;
  for (let second = window.onset; second <= span.end; second++) {
    connectedLowest = Math.min(connectedLowest, connected[second - start] ?? connectedLowest);
  }
  const recovered = window.serviceEnd === null ? null : recoveredSecond(audience, connected, window.serviceEnd);

  const endAt = endOf(known, until);
  const stop = Math.min(endAt ?? until, noHostLeftAt(stays.crew, window.onset));
  const present = presentBefore(stays, window.onset);
  const minutes = (to: number): number => lostMinutes(drops, hazard.perSecond, weight, to);
  return {
    span,
    drops,
    hazard,
    weight,
    connectedBefore,
    connectedLowest,
    audience,
    connected,
    depth: depthOf(audience, connected, window.onset, span.end),
    recoveredAt: recovered === null ? null : recovered * 1000,
    lost: {
      during: minutes(Math.min(span.end * 1000, stop)),
      total: minutes(Math.min(recovered === null ? until : recovered * 1000, stop)),
    },
    returns: returnCurve(drops, Math.min(until, endAt ?? until)),
    ended: endAt !== null,
    present,
    causes: causesOf(stays, present, drops),
    blocked:
      known.failures === null ? null : blockedIn(known.failures, stays, (window.onset - 1) * 1000, span.end * 1000),
    carryOver: carryOver(stays, presences, drops, {
      onsetAt: window.onset * 1000,
      serviceEndAt: span.end * 1000,
      roomEnds: known.roomEnds,
    }),
  };
}

function spanOf({ timeline }: Known, window: DetectedWindow): WindowSpan {
  return {
    onset: window.onset,
    end: Math.min(window.serviceEnd ?? timeline.last, timeline.last),
    everyEnding: window.evidence === 'endings',
    until: timeline.last * 1000,
  };
}

/** 1 for each presence that ended as a drop of this window, or of one that reaches into the rows before it. */
function droppedUpTo(known: Known, window: DetectedWindow, all: readonly DetectedWindow[], own: Drops): Uint8Array {
  const isDrop = own.isDrop.slice();
  for (const other of all) {
    const reaches = other.serviceEnd !== null && other.serviceEnd >= window.onset - ROWS_BEFORE;
    if (other.kind !== 'loss' || other.onset >= window.onset || !reaches) continue;
    const { isDrop: also } = dropsOf(known.presences, spanOf(known, other));
    for (let i = 0; i < isDrop.length; i++) isDrop[i] = (isDrop[i] ?? 0) | (also[i] ?? 0);
  }
  return isDrop;
}

/** When the broadcast ended, epoch ms: with its last room, or with its log; null while it goes on. */
function endOf({ stays, roomEnds, complete }: Known, until: number): number | null {
  let last = Number.NEGATIVE_INFINITY;
  for (const room of stays.rooms) last = Math.max(last, roomEnds.get(room) ?? Number.POSITIVE_INFINITY);
  if (stays.rooms.length > 0 && last <= until) return last;
  return complete ? until : null;
}

/** Change of the audience since the onset, as a ratio; null where nobody was there before. */
export function changeSinceOnset(connected: number, connectedBefore: number): number | null {
  return connectedBefore === 0 ? null : connected / connectedBefore - 1;
}
