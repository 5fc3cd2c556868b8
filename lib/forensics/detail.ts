/** What a post-mortem shows of one window beyond its row: curves, people's ways, codes, hosts (SEMANTICS 7). */
import type { DetectedWindow } from '../crash/detected.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { LEAVE_COLUMNS } from '../numbers/second.ts';
import { lookInto } from './analyse.ts';
import { type CodeCount, codesAround, SECONDS_BEFORE } from './codes.ts';
import { type Cost, costOf, type Known } from './cost.ts';
import { crewAround } from './crew.ts';
import { joinedIn } from './joined.ts';
import { ENDED } from './presence.ts';
import type { ForensicsReader } from './read-known.ts';
import type { ReturnCurve } from './return-curve.ts';
import { windowId } from './windows.ts';

/** Shown before the onset and after the window closed, s. */
const BEFORE_SECONDS = 300;
const AFTER_SECONDS = 600;

export interface WindowDetail {
  id: string;
  /** natural leaving per second, with its 95 % bounds, from so many leavings in so many listener-seconds */
  hazard: { perSecond: number; lower: number; upper: number; leavings: number; seconds: number };
  /** how much each of the dropped counts, 0..1: below 1 where the platform gives no reasons */
  weight: number;
  /** a value per second around the window; `expected` with its 95 % band */
  audience: { second: number; connected: number; expected: number; lower: number; upper: number }[];
  depthAt: number | null;
  /** listeners by the reason of their last drop, most frequent first */
  droppedByReason: { reason: string; listeners: number }[];
  /** listeners whose presence ended in the window otherwise: not counted as dropped */
  leftByThemselves: number;
  blocked: { listeners: number; gotIn: number } | null;
  /** share back, by seconds after the first drop */
  returns: { seconds: number; share: number }[];
  /** where the dropped are, or were last seen, afterwards */
  dropped: { back: number; elsewhere: number; notBack: number };
  codes: CodeCount[];
  crew: ReturnType<typeof crewAround>;
}

export interface DetailReader extends ForensicsReader {
  errorsByCode(
    broadcast: string,
    query?: { from?: number; to?: number },
  ): Promise<{ second: number; code: string; count: number }[]>;
  keptDetail(broadcast: string, onsets: readonly number[]): Promise<WindowDetail | null>;
}

/** Onsets of the parts of a window, epoch ms. */
export function onsetsOf({ onsetAt, joins }: Pick<CrashWindow, 'onsetAt' | 'joins'>): number[] {
  return joins?.map((part) => part.onsetAt) ?? [onsetAt];
}

/** Of the window of that onset (epoch ms), or of those that are joined, as it was kept or counted now; null where the broadcast has none such. */
export async function readWindowDetail(
  reader: DetailReader,
  broadcast: string,
  onsets: readonly number[],
): Promise<WindowDetail | null> {
  const kept = await reader.keptDetail(broadcast, onsets);
  if (kept !== null) return kept;
  const found = await lookInto(reader, broadcast);
  const window = found === null ? null : joinedIn(found.detected, onsets);
  if (found === null || window === null) return null;
  const errors = await reader.errorsByCode(broadcast, { from: window.onset - SECONDS_BEFORE });
  return detailOf(found.known, window, errors, found.detected);
}

export function detailOf(
  known: Known,
  window: DetectedWindow,
  errors: Iterable<{ second: number; code: string; count: number }>,
  all: readonly DetectedWindow[] = [],
): WindowDetail {
  const cost = costOf(known, window, all);
  const { hazard } = cost;
  const shownTo = Math.min(known.timeline.last, (window.closedAt ?? known.timeline.last) + AFTER_SECONDS);
  return {
    id: windowId(window),
    hazard: { ...hazard },
    weight: cost.weight,
    audience: audienceOf(known, cost, window.onset - BEFORE_SECONDS, shownTo),
    depthAt: cost.depth === null ? null : cost.depth.at * 1000,
    droppedByReason: byReason(known, cost),
    leftByThemselves: leftByThemselves(known, cost),
    blocked: cost.blocked,
    returns: drawn(cost.returns.steps),
    dropped: whereabouts(known, cost),
    codes: codesAround(errors, window.onset, cost.span.end),
    crew: crewAround(known.stays.crew, (window.onset - BEFORE_SECONDS) * 1000, shownTo * 1000),
  };
}

function audienceOf({ timeline }: Known, { audience }: Cost, from: number, to: number): WindowDetail['audience'] {
  const begin = Math.max(timeline.first, from);
  const connected = timeline.connected(begin, to);
  return Array.from(connected, (there, i) => {
    const at = begin + i - audience.from;
    // before anyone is missing the expected audience is the real one
    return {
      second: begin + i,
      connected: there,
      expected: audience.expected[at] ?? there,
      lower: audience.lower[at] ?? there,
      upper: audience.upper[at] ?? there,
    };
  });
}

/** A curve of a step a listener, as finely as it can be seen: no step is smaller than this part of time and of share. */
const FINE = 1 / 2_000;

function drawn(steps: ReturnCurve['steps']): WindowDetail['returns'] {
  const last = steps.at(-1);
  if (last === undefined) return [];
  const kept: WindowDetail['returns'] = [];
  let [seconds, share] = [Number.NEGATIVE_INFINITY, 0];
  for (const step of steps) {
    const small = step.seconds - seconds < FINE * last.seconds && step.share - share < FINE;
    if (small && step !== last) continue;
    ({ seconds, share } = step);
    kept.push({ seconds, share });
  }
  return kept;
}

function byReason({ stays, presences }: Known, { drops }: Cost): WindowDetail['droppedByReason'] {
  const counts = new Map<string, number>();
  for (const presence of drops.lastPresence) {
    const reason = LEAVE_COLUMNS[stays.reason[presences.lastStay[presence] ?? 0] ?? 0] ?? 'other';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts]
    .map(([reason, listeners]) => ({ reason, listeners }))
    .sort((a, b) => b.listeners - a.listeners || (a.reason < b.reason ? -1 : 1));
}

function leftByThemselves({ presences }: Known, { drops, span }: Cost): number {
  const dropped = new Set(drops.listeners);
  let left = 0;
  for (let listener = 0; listener + 1 < presences.offsets.length; listener++) {
    if (dropped.has(listener)) continue;
    const stop = presences.offsets[listener + 1] ?? 0;
    for (let i = presences.offsets[listener] ?? 0; i < stop; i++) {
      const to = presences.to[i] ?? 0;
      if (presences.kind[i] !== ENDED || to <= (span.onset - 1) * 1000 || to > span.end * 1000) continue;
      left++;
      break;
    }
  }
  return left;
}

function whereabouts({ stays, presences }: Known, { drops }: Cost): WindowDetail['dropped'] {
  const found = { back: 0, elsewhere: 0, notBack: 0 };
  for (const [i, presence] of drops.lastPresence.entries()) {
    if (drops.backAt[i] === Number.POSITIVE_INFINITY) found.notBack++;
    else {
      const before = stays.room[presences.lastStay[presence] ?? 0];
      const after = stays.room[presences.firstStay[presence + 1] ?? 0];
      if (before === after) found.back++;
      else found.elsewhere++;
    }
  }
  return found;
}
