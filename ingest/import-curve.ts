/** A curve from its file into the store: levels, gaps, and the windows that a curve can show. */
import type { Kysely } from 'kysely';
import { curveFalls } from '../lib/crash/curve-falls.ts';
import type { ControlEvent } from '../lib/event/event.ts';
import { curveFacts } from '../lib/forensics/curve.ts';
import { Timeline } from '../lib/forensics/timeline.ts';
import { announcement } from '../lib/forensics/windows.ts';
import { type CurveGap, type CurveLevels, curveLevels, type Sample } from '../lib/numbers/curve.ts';
import type { CrashWindow } from '../lib/numbers/report.ts';
import { NOTHING_COUNTED, type Run, runs } from '../lib/numbers/rows.ts';
import { putCurve } from '../lib/store/curves.ts';
import type { Tables } from '../lib/store/schema.ts';

export interface CurveImport {
  broadcast: string;
  /** null: it is called by its id */
  title: string | null;
  /** who counted */
  source: string;
  samples: readonly Sample[];
}

export interface Imported {
  samples: number;
  missing: number;
  gaps: number;
  /** falls of the curve */
  falls: number;
  /** epoch ms */
  from: number;
  to: number;
  peak: number;
}

/** The broadcast must not be in the store. `now`: wall clock, epoch ms. */
export async function importCurve(db: Kysely<Tables>, curve: CurveImport, now: number): Promise<Imported> {
  const levels = curveLevels(curve.samples);
  const first = (levels.levels[0]?.second ?? 0) * 1000;
  const last = (levels.levels.at(-1)?.second ?? 0) * 1000;
  const missing = curve.samples.filter((sample) => sample.value === null).length;
  const falls = fallWindows(levels);
  const windows = [...falls, ...levels.gaps.map((gap) => gapWindow(gap, levels))];
  await putCurve(
    db,
    {
      broadcast: curve.broadcast,
      origin: { source: curve.source, samples: curve.samples.length, missing, step: levels.step },
      levels: levels.levels,
      windows: windows.sort((a, b) => a.onsetAt - b.onsetAt),
      title: curve.title === null ? null : titleEvent(curve.broadcast, curve.title, first),
    },
    now,
  );
  return {
    samples: curve.samples.length,
    missing,
    gaps: levels.gaps.length,
    falls: falls.length,
    from: first,
    to: last,
    peak: levels.levels.reduce((most, { value }) => Math.max(most, value), 0),
  };
}

function fallWindows(levels: CurveLevels): CrashWindow[] {
  const timeline = new Timeline(runsOf(levels));
  return curveFalls(levels).map((fall) => ({
    ...announcement(timeline, fall),
    ...curveFacts(timeline, fall),
    state: 'final',
  }));
}

/** Nothing is known in a gap: it is drawn as one, and never as a fall. */
function gapWindow(gap: CurveGap, { levels }: CurveLevels): CrashWindow {
  const before = levels.findLast((level) => level.second < gap.from)?.value ?? 0;
  return {
    id: `gap-${gap.from}`,
    type: 'telemetry_gap',
    platformWide: false,
    source: 'curve',
    onsetAt: gap.from * 1000,
    detectedAt: gap.from * 1000,
    serviceEndAt: gap.to * 1000,
    closedAt: gap.to * 1000,
    recoveredAt: null,
    connectedBefore: before,
    connectedLowest: before,
    depth: null,
    dropped: null,
    blocked: null,
    lostListenerMinutes: { during: null, total: null },
    returnRate: { '30': null, '120': null, '300': null, '600': null, end: null },
    medianReturnSeconds: null,
    causes: [],
    carryOver: null,
    state: 'final',
    rev: 1,
  };
}

function runsOf({ levels }: CurveLevels): Run[] {
  const first = levels[0];
  const last = levels.at(-1);
  if (first === undefined || last === undefined) return [];
  const changes = levels.map(({ second, value }, index) => ({
    ...NOTHING_COUNTED,
    second,
    connected: value - (levels[index - 1]?.value ?? 0),
  }));
  return [...runs(changes, first.second, last.second + 1)];
}

function titleEvent(broadcast: string, label: string, ts: number): ControlEvent {
  return {
    type: 'title',
    ts,
    broadcast,
    room: broadcast,
    roomSent: false,
    id: null,
    source: null,
    label,
    author: null,
    replaces: null,
    startsAt: null,
  };
}
