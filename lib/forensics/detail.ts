/** What a post-mortem shows of one window beyond its row: curves, people's ways, codes, hosts (SEMANTICS 7). */
import type { DetectedWindow } from '../crash/detected.ts';
import { LEAVE_COLUMNS } from '../numbers/second.ts';
import { type CodeCount, codesAround } from './codes.ts';
import { type Cost, costOf, type Known } from './cost.ts';
import { crewAround } from './crew.ts';
import { detectJoined } from './joined.ts';
import { ENDED } from './presence.ts';
import { type ForensicsReader, readKnown } from './read-known.ts';
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
  returns: ReturnCurve['steps'];
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
}

/** Of the window of that onset (epoch ms), or of those that are joined; null where the broadcast has none such. */
export async function readWindowDetail(
  reader: DetailReader,
  broadcast: string,
  onsets: readonly number[],
): Promise<WindowDetail | null> {
  const joined = await detectJoined(reader, broadcast, onsets);
  const known = joined ? await readKnown(reader, broadcast) : null;
  if (!joined || !known) return null;
  const errors = await reader.errorsByCode(broadcast, { from: joined.window.onset - 600 });
  return detailOf(known, joined.window, errors, joined.detected);
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
    returns: cost.returns.steps,
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
