/** Everything the live page says about a broadcast, as plain values; text is made from it where it is shown. */
import type { ControlEvent } from '../event/event.ts';
import { type Segment, segmentsOf } from '../numbers/controls.ts';
import type { CrashWindow, Report } from '../numbers/report.ts';
import type { Known, SecondRow, ValueState } from '../numbers/second.ts';
import { timeToFirstAudio } from '../report/first-audio.ts';
import type { BroadcastStatus, KeptRows, PipelineHealth } from '../store/store.ts';
import { type DemandBucket, type DemandNow, demandNow } from './demand-now.ts';
import type { Dated } from './freshness.ts';
import { type HostPiece, hostPieces } from './host-lane.ts';
import { pointAt, pointsBetween } from './merge.ts';
import type { Point } from './point.ts';
import { type Note, notesOf, type Room, roomsOf } from './remarks.ts';
import { alarms, isOpen } from './span.ts';

export interface Headline {
  /** epoch seconds: the live second, or the last row of an ended broadcast */
  second: number;
  connected: number;
  hearing: number | null;
  suspect: number | null;
  state: ValueState;
}

export interface Peak {
  value: number;
  /** epoch seconds, the first at which it was reached */
  second: number;
}

export interface AttemptCounts {
  /** the seconds looked at, ending at the headline's */
  seconds: number;
  total: number;
  /** null where outcomes are not known per second */
  outcomes: { heard: number; failed: number; exited: number; unresolved: number } | null;
  /** failures in the second of their error */
  failures: number | null;
}

export interface Codes {
  /** epoch ms: counted from here to the headline */
  from: number;
  total: number;
  /** most frequent first */
  list: { code: string; count: number }[];
}

export interface Recent {
  /** seconds looked back */
  seconds: number;
  dropped: number;
  left: number;
  /** change of connected per second over the last 30 s; null where it did not run that long */
  netPerSecond: number | null;
}

export interface LiveView extends Dated {
  broadcast: string;
  title: string | null;
  demo: boolean;
  kind: 'events' | 'curve';
  known: Known;
  firstAt: number;
  longestTimeout: number;
  rev: number;
  /** where not every second is there any more */
  kept: KeptRows | null;
  headline: Headline | null;
  peak: Peak | null;
  peakHearing: Peak | null;
  windows: CrashWindow[];
  notes: Note[];
  segments: Segment[];
  rooms: Room[];
  hosts: HostPiece[];
  attempts: AttemptCounts | null;
  demand: DemandNow | null;
  /** of the whole run so far, s */
  timeToFirstAudio: Report['timeToFirstAudio'];
  codes: Codes | null;
  recent: Recent | null;
  /** since the onset of the open or last window: endings that were not drops; and how fast it fell */
  sinceOnset: { left: number; firstFall: { ratio: number; seconds: number } | null } | null;
  ledger: { duplicates: number; late: number; rejected: number };
}

export interface LiveInput {
  status: BroadcastStatus;
  /** ascending; seconds before the last hour may be thinned */
  points: readonly Point[];
  /** the rows of the last minute, for outcomes; all rows of a complete broadcast */
  lastRows: readonly SecondRow[];
  windows: readonly CrashWindow[];
  /** those that hold, by time */
  controls: readonly ControlEvent[];
  codes: readonly { second: number; code: string; count: number }[];
  /** ascending */
  demand: readonly DemandBucket[];
  /** [ms, how many], ascending */
  startups: readonly (readonly [number, number])[];
  pipeline: readonly PipelineHealth[];
}

const RECENT_SECONDS = 300;
const NET_SECONDS = 30;

export function liveView(input: LiveInput): LiveView {
  const { status, points } = input;
  const at = pointAt(points, status.complete ? Number.POSITIVE_INFINITY : status.liveSecond) ?? points[0] ?? null;
  const window = focusWindow(input.windows);
  const wholeRun = at !== null && status.complete ? at.second - Math.floor(status.firstAt / 1000) + 1 : null;
  return {
    broadcast: status.broadcast,
    title: status.title,
    demo: status.demo,
    kind: status.kind,
    known: status.known,
    firstAt: status.firstAt,
    lastAt: status.lastAt,
    watermark: Number.isFinite(status.watermark) ? status.watermark : null,
    liveSecond: status.liveSecond,
    longestTimeout: status.longestTimeout,
    complete: status.complete,
    storedAt: status.storedAt,
    catchingUp: status.catchingUp,
    state: status.state,
    rev: status.rev,
    headline: at === null ? null : headlineOf(at, status),
    kept: status.kept,
    peak: higher(
      status.kept?.peak,
      peakOf(points, (point) => point.connected),
    ),
    peakHearing: higher(
      status.kept?.peakHearing,
      peakOf(points, (point) => point.hearing),
    ),
    windows: [...input.windows],
    notes: notesOf(input.controls),
    segments: segmentsOf(input.controls),
    rooms: roomsOf(input.controls),
    hosts: hostPieces(points),
    attempts: at === null || !status.known.attempts ? null : attemptCounts(input.lastRows, at.second, wholeRun ?? 60),
    demand:
      at === null || !status.known.attempts
        ? null
        : demandNow(input.demand, input.lastRows, at.second, status.complete),
    timeToFirstAudio: timeToFirstAudio(input.startups),
    codes:
      at === null || !status.known.errors ? null : codesOf(input.codes, codesFrom(status, input.windows, at.second)),
    recent: at === null ? null : recentOf(points, at, wholeRun ?? RECENT_SECONDS),
    sinceOnset: at === null || window === null ? null : sinceOnset(points, window, at.second),
    ledger: ledgerOf(input.pipeline),
  };
}

/** The window the answers speak of: the open one, else the last one. */
export function focusWindow(windows: readonly CrashWindow[]): CrashWindow | null {
  const list = alarms(windows);
  return list.find(isOpen) ?? list[list.length - 1] ?? null;
}

/** Codes are counted since the onset of an open window, over all of a complete broadcast, else over the last five minutes. Epoch ms. */
export function codesFrom(status: BroadcastStatus, windows: readonly CrashWindow[], second: number): number {
  if (status.complete) return status.firstAt - 1000;
  const open = alarms(windows).find(isOpen);
  return open?.onsetAt ?? (second - RECENT_SECONDS) * 1000;
}

/** Levels hold where nothing came after the last row. */
function headlineOf({ second, connected, hearing, suspect, state }: Point, status: BroadcastStatus): Headline {
  const held = !status.complete && status.liveSecond > second;
  return { second: held ? status.liveSecond : second, connected, hearing, suspect, state: held ? 'live' : state };
}

function peakOf(points: readonly Point[], read: (point: Point) => number | null): Peak | null {
  let peak: Peak | null = null;
  for (const point of points) {
    const value = read(point);
    if (value !== null && (peak === null || value > peak.value)) peak = { value, second: point.second };
  }
  return peak;
}

/** Means of rolled-up seconds are lower than the highest of them was. */
function higher(rolled: Peak | null | undefined, drawn: Peak | null): Peak | null {
  if (rolled === null || rolled === undefined) return drawn;
  return drawn === null || rolled.value >= drawn.value ? rolled : drawn;
}

function attemptCounts(rows: readonly SecondRow[], second: number, seconds: number): AttemptCounts {
  const counts: AttemptCounts = { seconds, total: 0, outcomes: null, failures: null };
  for (const row of rows) {
    if (row.second > second || row.second <= second - seconds) continue;
    counts.total += row.attempts ?? 0;
    if (row.failures !== null) counts.failures = (counts.failures ?? 0) + row.failures;
    if (row.outcomes === undefined || row.outcomes === null) continue;
    counts.outcomes ??= { heard: 0, failed: 0, exited: 0, unresolved: 0 };
    counts.outcomes.heard += row.outcomes.heard;
    counts.outcomes.failed += row.outcomes.failed;
    counts.outcomes.exited += row.outcomes.exited;
    counts.outcomes.unresolved += row.outcomes.unresolved;
  }
  return counts;
}

function codesOf(codes: LiveInput['codes'], from: number): Codes {
  const sums = new Map<string, number>();
  for (const { second, code, count } of codes) {
    if (second * 1000 >= from) sums.set(code, (sums.get(code) ?? 0) + count);
  }
  const list = [...sums].map(([code, count]) => ({ code, count })).filter((entry) => entry.count > 0);
  list.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  return { from, total: list.reduce((sum, entry) => sum + entry.count, 0), list };
}

function recentOf(points: readonly Point[], at: Point, seconds: number): Recent {
  const recent: Recent = { seconds, dropped: 0, left: 0, netPerSecond: null };
  for (const point of pointsBetween(points, at.second - seconds + 1, at.second)) {
    recent.dropped += point.dropped;
    recent.left += point.left;
  }
  const before = pointAt(points, at.second - NET_SECONDS);
  if (before !== null) recent.netPerSecond = (at.connected - before.connected) / (at.second - before.second);
  return recent;
}

function sinceOnset(points: readonly Point[], window: CrashWindow, second: number): LiveView['sinceOnset'] {
  const onset = Math.floor(window.onsetAt / 1000);
  const end = window.serviceEndAt === null || isOpen(window) ? second : Math.floor(window.serviceEndAt / 1000);
  const inside = pointsBetween(points, onset, end);
  const left = inside.reduce((sum, point) => sum + point.left, 0);
  return { left, firstFall: firstFall(inside, window, onset) };
}

/** The seconds in which nine tenths of the deepest fall of the first two minutes had happened. */
function firstFall(
  inside: readonly Point[],
  window: CrashWindow,
  onset: number,
): { ratio: number; seconds: number } | null {
  const before = window.connectedBefore;
  const early = inside.filter((point) => point.second < onset + 120);
  const lowest = early.reduce((low, point) => Math.min(low, point.connected), before);
  if (before <= 0 || lowest >= before) return null;
  const mark = before - (before - lowest) * 0.9;
  const reached = early.find((point) => point.connected <= mark);
  if (reached === undefined) return null;
  return { ratio: reached.connected / before - 1, seconds: reached.second - onset + 1 };
}

function ledgerOf(pipeline: readonly PipelineHealth[]): LiveView['ledger'] {
  const ledger = { duplicates: 0, late: 0, rejected: 0 };
  for (const source of pipeline) {
    ledger.duplicates += source.duplicates;
    ledger.late += source.late;
    ledger.rejected += Object.values(source.rejected).reduce((sum, count) => sum + count, 0);
  }
  return ledger;
}
