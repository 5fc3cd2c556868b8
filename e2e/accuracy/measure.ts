/** One counted broadcast with its truth: what the product says of it, and what simple rules would. */
import type { DetectedWindow } from '../../lib/crash/detected.ts';
import { Detection, type LevelsByKey } from '../../lib/forensics/detect.ts';
import { presencesOf } from '../../lib/forensics/presence.ts';
import { StayTableBuilder } from '../../lib/forensics/stay-table.ts';
import { Timeline } from '../../lib/forensics/timeline.ts';
import { windowsOf } from '../../lib/forensics/windows.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import type { CountedBroadcast } from './count.ts';
import { RULES } from './rules.ts';
import { type ClaimedWindow, type StreamScore, scoreStream, type TruthWindow } from './score.ts';

export interface Measured {
  id: string;
  scenario: string;
  /** which generator made it */
  origin: 'given' | 'own';
  labelled: boolean;
  windows: CrashWindow[];
  /** windows that were warned of and did not last: not in the score */
  withdrawn: number;
  product: StreamScore;
  rules: Record<string, StreamScore>;
}

export interface Stream {
  id: string;
  origin: 'given' | 'own';
  truth: { scenario: string; windows: readonly TruthWindow[] };
}

const CLAIMS: ReadonlySet<string> = new Set(['crash', 'partial_outage', 'host_drop']);

export function measure(stream: Stream, counted: CountedBroadcast): Measured {
  const { detected, warned } = detect(counted);
  const timeline = new Timeline(counted.rows.map((row) => ({ ...row, span: 1 })));
  const windows = publishedWindows(counted, timeline, detected);
  const claimed = windows.filter((w) => w.state !== 'withdrawn' && CLAIMS.has(w.type));
  const truths = stream.truth.windows;
  const seconds = counted.rows.length;
  const rules: Record<string, StreamScore> = {};
  for (const [name, rule] of Object.entries(RULES)) {
    const found = rule(counted.rows).map(
      (w): ClaimedWindow => ({
        onsetAt: w.onset * 1000,
        detectedAt: w.detectedAt * 1000,
        serviceEndAt: w.closedAt * 1000,
        recoveredAt: null,
        lostMinutes: null,
        returned300: null,
        cause: null,
      }),
    );
    rules[name] = scoreStream(truths, found, seconds);
  }
  return {
    id: stream.id,
    scenario: stream.truth.scenario,
    origin: stream.origin,
    labelled: truths.every((truth) => truth.labelled),
    windows,
    withdrawn: warned - windows.filter((w) => w.state !== 'withdrawn' && w.type !== 'audio_dropout').length,
    product: scoreStream(truths, claimed.map(claimOf), seconds),
    rules,
  };
}

/** Windows are looked at so often, s: a warning lasts for a minute at least. */
const LOOK_SECONDS = 10;

/** As it stands live; `warned` counts windows of losses that were ever shown. */
export function detect(counted: Pick<CountedBroadcast, 'from' | 'to' | 'stored' | 'values'>): {
  detected: DetectedWindow[];
  warned: number;
} {
  const detection = new Detection(counted.from);
  const groups = [{ attribute: '', value: '', rows: counted.stored }, ...counted.values].map((group) => ({
    ...group,
    next: 0,
  }));
  const levels: LevelsByKey = new Map();
  const shown = new Set<number>();
  while (detection.at < counted.to - 1) {
    const to = Math.min(detection.at + LOOK_SECONDS, counted.to - 1);
    const changes = groups.map((group) => {
      const from = group.next;
      while ((group.rows[group.next]?.second ?? Number.POSITIVE_INFINITY) <= to) group.next++;
      return { ...group, rows: group.rows.slice(from, group.next) };
    });
    detection.take(changes, levels, to);
    for (const window of detection.windows()) if (window.kind === 'loss') shown.add(window.detectedAt);
  }
  detection.finish();
  return { detected: detection.windows(), warned: shown.size };
}

export function publishedWindows(
  counted: Pick<CountedBroadcast, 'stays' | 'roomEnds'>,
  timeline: Timeline,
  detected: readonly DetectedWindow[],
): CrashWindow[] {
  const builder = new StayTableBuilder();
  for (const stay of counted.stays) builder.add(stay);
  const stays = builder.finish();
  return windowsOf({
    detected,
    known: {
      timeline,
      stays,
      presences: presencesOf(stays),
      roomEnds: counted.roomEnds,
      failures: null,
      complete: true,
    },
    stateOf: () => 'final',
  });
}

function claimOf(window: CrashWindow): ClaimedWindow {
  const top = window.causes[0];
  return {
    onsetAt: window.onsetAt,
    detectedAt: window.detectedAt,
    serviceEndAt: window.serviceEndAt,
    recoveredAt: window.recoveredAt,
    lostMinutes: window.lostListenerMinutes.total,
    returned300: window.returnRate['300'],
    cause: top ? { attribute: top.attribute, value: top.value } : null,
  };
}
