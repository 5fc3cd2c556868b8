/** Two broadcasts on one time axis: what stands at its zero, and in what unit the lines are drawn. */
import { zoneOffset } from '../format/clock.ts';
import type { CrashWindow, Report } from '../numbers/report.ts';
import type { Point } from '../series/point.ts';
import { alarms } from '../series/span.ts';
import { segmentsNamed } from './claimed-segment.ts';

export const ALIGNMENTS = ['start', 'peak', 'segment', 'onset', 'clock'] as const;
export type Alignment = (typeof ALIGNMENTS)[number];

export const SCALES = ['listeners', 'share'] as const;
export type Scale = (typeof SCALES)[number];

export interface Alignable {
  report: Pick<Report, 'startedAt' | 'firstEventAt' | 'peak' | 'segments' | 'crashWindows'>;
}

export type Origin = { at: number; reason: null } | { at: null; reason: string };

/** The instant (epoch ms) of a broadcast that stands at zero, or the reason why it has none. */
export function originOf(
  alignment: Alignment,
  report: Alignable['report'],
  choice: { segment: string | null; zone: string },
): Origin {
  if (alignment === 'start') return found(report.startedAt ?? report.firstEventAt, 'It has not started');
  if (alignment === 'peak') return found(report.peak.at, 'It has no peak yet');
  if (alignment === 'onset') return found(firstOnset(report.crashWindows), 'It has no crash window');
  if (alignment === 'clock')
    return found(midnight(report.startedAt ?? report.firstEventAt, choice.zone), 'It has not started');
  const named = segmentsNamed(report, choice.segment);
  return found(named.list[0]?.from ?? null, named.reason);
}

export interface AlignedPoint {
  /** ms after the origin, negative before it */
  offset: number;
  /** listeners, or a share 0..1 of the broadcast's own peak */
  value: number;
}

/** Points of `connected` that ascend by offset; of a broadcast without an audience a share is nowhere. */
export function aligned(points: readonly Point[], origin: number, scale: Scale, peak: number): AlignedPoint[] {
  if (scale === 'share' && peak <= 0) return [];
  const unit = scale === 'share' ? peak : 1;
  return points.map((point) => ({ offset: point.second * 1000 - origin, value: point.connected / unit }));
}

/** Change of connected `afterMs` after its peak, as a ratio; null while that has not passed. */
export function changeAfterPeak(points: readonly Point[], peakAt: number, afterMs: number): number | null {
  const atPeak = points.find((point) => point.second * 1000 >= peakAt);
  const after = points.find((point) => point.second * 1000 >= peakAt + afterMs);
  if (atPeak === undefined || after === undefined || atPeak.connected <= 0) return null;
  return after.connected / atPeak.connected - 1;
}

function firstOnset(windows: readonly CrashWindow[]): number | null {
  return alarms(windows)[0]?.onsetAt ?? null;
}

/** Local midnight before an instant, so that the axis reads as the time of day. */
function midnight(at: number | null, zone: string): number | null {
  if (at === null) return null;
  const day = 86_400_000;
  const offset = zoneOffset(at, zone);
  return Math.floor((at + offset) / day) * day - offset;
}

function found(at: number | null, reason: string): Origin {
  return at === null ? { at: null, reason } : { at, reason: null };
}
