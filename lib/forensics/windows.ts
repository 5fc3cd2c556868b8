/** Crash windows as published: what was detected, its type, and what it cost. */
import type { DetectedWindow } from '../crash/detected.ts';
import { isWithdrawn, typeOf } from '../crash/type.ts';
import type { CrashWindow, WindowState } from '../numbers/report.ts';
import { type Cost, costOf, type Known } from './cost.ts';
import { curveFacts } from './curve.ts';
import { evidenceOf } from './evidence.ts';
import { medianReturn, returnedInTheEnd, returnedWithin } from './return-curve.ts';
import type { Timeline } from './timeline.ts';

/** An audio window that begins so shortly before a crash belongs to it, s. */
const AUDIO_BEFORE_SECONDS = 10;

export interface WindowsInput {
  /** what is to be told of */
  detected: readonly DetectedWindow[];
  /** all windows of the broadcast; default: those to be told of */
  all?: readonly DetectedWindow[];
  known: Known;
  /** how sure a window is, unless its evidence withdraws it */
  stateOf: (window: DetectedWindow) => Exclude<WindowState, 'withdrawn'>;
}

/** In order of onset. Audio dropouts inside a crash are part of it. */
export function windowsOf(input: WindowsInput): CrashWindow[] {
  const windows = input.detected.map((detected) => ({ detected, window: windowOf(input, detected) }));
  const crashes = windows.filter(
    ({ detected, window }) => detected.kind === 'loss' && window.state !== 'withdrawn' && FAILURES.has(window.type),
  );
  return windows
    .filter(({ detected }) => detected.kind !== 'audio' || !crashes.some((c) => isInside(detected, c.detected)))
    .map(({ window }) => window)
    .sort((a, b) => a.onsetAt - b.onsetAt || (a.id < b.id ? -1 : 1));
}

const FAILURES: ReadonlySet<string> = new Set(['crash', 'partial_outage', 'host_drop']);

function isInside(audio: DetectedWindow, crash: DetectedWindow): boolean {
  return (
    audio.onset >= crash.onset - AUDIO_BEFORE_SECONDS && audio.onset <= (crash.closedAt ?? Number.POSITIVE_INFINITY)
  );
}

/**
 * By the minute of the onset, so that it is the same whether seen live, a second off, or in final numbers. Windows of one
 * kind begin more than a minute apart.
 */
export function windowId({ kind, onset }: Pick<DetectedWindow, 'kind' | 'onset'>): string {
  return `${kind === 'loss' ? 'w' : kind}-${onset - (onset % 60)}`;
}

/** The window in the order of its published fields. */
function published(
  detected: DetectedWindow,
  type: CrashWindow['type'],
  facts: Facts,
  state: CrashWindow['state'],
): CrashWindow {
  return {
    id: windowId(detected),
    type,
    // made when read, from the windows of all broadcasts
    platformWide: false,
    source: detected.kind === 'curve' ? 'curve' : 'events',
    onsetAt: detected.onset * 1000,
    detectedAt: detected.detectedAt * 1000,
    serviceEndAt: inMs(detected.serviceEnd),
    closedAt: inMs(detected.closedAt),
    recoveredAt: facts.recoveredAt,
    connectedBefore: facts.connectedBefore,
    connectedLowest: facts.connectedLowest,
    depth: facts.depth,
    dropped: facts.dropped,
    blocked: facts.blocked,
    lostListenerMinutes: facts.lostListenerMinutes,
    returnRate: facts.returnRate,
    medianReturnSeconds: facts.medianReturnSeconds,
    causes: facts.causes,
    carryOver: facts.carryOver,
    state,
    rev: 1,
  };
}

function windowOf({ detected: told, all = told, known, stateOf }: WindowsInput, detected: DetectedWindow): CrashWindow {
  const state = stateOf(detected);
  if (detected.kind === 'curve') {
    return published(detected, 'crash', { ...NOTHING_OF_PEOPLE, ...curveFacts(known.timeline, detected) }, state);
  }
  const cost = costOf(known, detected, all);
  const evidence = evidenceOf(known, detected, cost);
  const facts = factsOf(cost);
  if (!isWithdrawn(evidence)) return published(detected, typeOf(evidence), facts, state);
  // they were there all the time: nothing was lost
  const nothing = { ...facts, ...NOTHING_OF_PEOPLE, depth: null, recoveredAt: null };
  return published(detected, typeOf(evidence), nothing, 'withdrawn');
}

/** A window just detected, before its listeners have been looked at: what is not known of it yet is null. */
export function announcement(timeline: Timeline, detected: DetectedWindow): CrashWindow {
  const upTo = Math.min(detected.serviceEnd ?? timeline.last, timeline.last);
  const before = timeline.connectedAt(detected.onset - 1);
  const since = timeline.connected(Math.max(timeline.first, detected.onset), upTo);
  const type = detected.kind === 'audio' ? 'audio_dropout' : detected.within ? 'partial_outage' : 'crash';
  const facts: Facts = {
    ...NOTHING_OF_PEOPLE,
    recoveredAt: null,
    connectedBefore: before,
    connectedLowest: since.reduce((least, connected) => Math.min(least, connected), before),
    depth: null,
  };
  return published(detected, type, facts, 'provisional');
}

type Facts = Pick<
  CrashWindow,
  | 'recoveredAt'
  | 'connectedBefore'
  | 'connectedLowest'
  | 'depth'
  | 'dropped'
  | 'blocked'
  | 'lostListenerMinutes'
  | 'returnRate'
  | 'medianReturnSeconds'
  | 'causes'
  | 'carryOver'
>;

function factsOf(cost: Cost): Facts {
  const { returns } = cost;
  return {
    recoveredAt: cost.recoveredAt,
    connectedBefore: cost.connectedBefore,
    connectedLowest: cost.connectedLowest,
    depth: cost.depth?.depth ?? null,
    dropped: Math.round(cost.weight * cost.drops.listeners.length),
    blocked: cost.blocked?.listeners ?? null,
    lostListenerMinutes: { ...cost.lost },
    returnRate: {
      '30': returnedWithin(returns, 30),
      '120': returnedWithin(returns, 120),
      '300': returnedWithin(returns, 300),
      '600': returnedWithin(returns, 600),
      end: cost.ended ? returnedInTheEnd(returns) : null,
    },
    medianReturnSeconds: medianReturn(returns),
    causes: cost.causes,
    carryOver: cost.carryOver,
  };
}

const NOTHING_OF_PEOPLE: Omit<Facts, 'recoveredAt' | 'connectedBefore' | 'connectedLowest' | 'depth'> = {
  dropped: null,
  blocked: null,
  lostListenerMinutes: { during: null, total: null },
  returnRate: { '30': null, '120': null, '300': null, '600': null, end: null },
  medianReturnSeconds: null,
  causes: [],
  carryOver: null,
};

function inMs(second: number | null): number | null {
  return second === null ? null : second * 1000;
}
