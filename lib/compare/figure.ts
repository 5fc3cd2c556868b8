/** Every number of a fact sheet by name, with its definition and the stretch of time it speaks of. */
import type { CrashWindow, Report } from '../numbers/report.ts';
import { KIND_WORDS, type Kind } from './kind.ts';

export interface Figure {
  /** unique within a broadcast: `peak`, `segment-half:The speech`, `room-peak:room-2` */
  id: string;
  /** what a claim can name; null for numbers that only the forensics know, or of one room alone */
  kind: Kind | null;
  /** `peak of connected`, `heard half of “The speech”` */
  name: string;
  value: number;
  unit: 'listeners' | 'listener-minutes' | 'openings' | 'connections';
  definition: string;
  /** epoch ms; of an instant both are the same; null: not known */
  from: number | null;
  to: number | null;
  /** of a segment: its label */
  segment: string | null;
}

/** Null and unmeasured numbers are left out; the order is that of a fact sheet. */
export function figuresOf(report: Report): Figure[] {
  return [
    ...audience(report),
    ...report.rooms.flatMap((room) => roomFigures(room)),
    ...report.segments.flatMap(segmentFigures),
    ...report.crashWindows.filter((window) => window.state !== 'withdrawn').flatMap(windowFigures),
  ];
}

function audience(report: Report): Figure[] {
  const { peak, peakHearing, listenerMinutes, averageMinuteAudience: ama } = report;
  const whole = { from: report.startedAt ?? report.firstEventAt, to: report.endedAt ?? report.lastEventAt };
  const figures: (Figure | null)[] = [
    figure('peak', 'peak', 'peak of connected', peak.at === null ? null : peak.connected, instant(peak.at)),
    figure('peak-hearing', 'hearing', 'peak of hearing', peakHearing?.hearing ?? null, {
      ...instant(peakHearing?.at ?? null),
      definition: 'Most distinct listeners with sound playing at one second',
    }),
    figure('peak-minute', null, 'fullest minute, connected', peak.minuteMeanAt === null ? null : peak.minuteMean, {
      ...minute(peak.minuteMeanAt),
      definition: 'Largest mean of connected over a whole minute, for sources that sample',
    }),
    figure('unique', 'unique', 'unique listeners', report.unique, whole),
    figure('reach', 'reach', 'reach', report.reach, whole),
    figure('ama', 'average-minute-audience', 'average-minute audience', ama.connected, whole),
    figure('ama-hearing', null, 'average-minute audience, hearing', ama.hearing, {
      ...whole,
      definition: 'Listener-minutes of hearing over the minutes of runtime',
    }),
    figure('ama-without-windows', null, 'average-minute audience without crash windows', ama.excludingCrashWindows, {
      ...whole,
      definition: 'The same with the seconds of crash windows taken from both sides',
    }),
    figure('listener-minutes', 'listener-minutes', 'listener-minutes', listenerMinutes.connected, whole),
    figure('listener-minutes-hearing', null, 'listener-minutes of hearing', listenerMinutes.hearing, {
      ...whole,
      definition: 'Hearing, summed over every second, in minutes',
      unit: 'listener-minutes',
    }),
    figure('joins', 'joins', 'joins', report.joins, whole),
    figure('connections', null, 'connections', report.connections, {
      ...whole,
      definition: 'Distinct connections with any presence',
      unit: 'connections',
    }),
    figure('unmet', null, 'most who wanted in and were not', report.demand?.unmetMax ?? null, {
      ...whole,
      definition: 'Most listeners at one second with a failed attempt and no opening since',
    }),
  ];
  return figures.filter((entry) => entry !== null);
}

function roomFigures(room: Report['rooms'][number]): Figure[] {
  const time = { from: room.firstJoinAt, to: room.endedAt };
  return [
    figure(`room-peak:${room.room}`, null, `peak of ${room.room}`, room.peakConnected, {
      ...time,
      definition: `Most distinct listeners in ${room.room} at one second`,
    }),
    figure(`room-unique:${room.room}`, null, `unique listeners of ${room.room}`, room.unique, {
      ...time,
      definition: `Distinct listeners with any presence in ${room.room}`,
    }),
  ].filter((entry) => entry !== null);
}

function segmentFigures(segment: Report['segments'][number]): Figure[] {
  const { label, from, to } = segment;
  const time = { from, to, segment: label };
  return [
    figure(`segment-any:${label}:${from}`, 'segment-any', `heard any of “${label}”`, segment.any, time),
    figure(`segment-half:${label}:${from}`, 'segment-half', `heard half of “${label}” or more`, segment.half, time),
    figure(`segment-most:${label}:${from}`, 'segment-most', `heard 90 % of “${label}” or more`, segment.most, time),
    figure(`segment-ama:${label}:${from}`, null, `average audience of “${label}”`, segment.averageMinuteAudience, {
      ...time,
      definition: 'Mean over the seconds of the segment',
    }),
  ].filter((entry) => entry !== null);
}

function windowFigures(window: CrashWindow): Figure[] {
  const time = { from: window.onsetAt, to: window.serviceEndAt ?? window.closedAt };
  return [
    figure(`before:${window.id}`, null, 'connected before the crash window', window.connectedBefore, {
      ...instant(window.onsetAt - 1000),
      definition: KIND_WORDS.connected.means,
    }),
    figure(`dropped:${window.id}`, null, 'dropped in the crash window', window.dropped, {
      ...time,
      definition: 'Listeners whose presence ended for error, server or time-out',
    }),
    figure(`blocked:${window.id}`, null, 'blocked in the crash window', window.blocked, {
      ...time,
      definition: 'Listeners whose join failed',
    }),
    figure(`lost:${window.id}`, null, 'lost listener-minutes of the crash window', window.lostListenerMinutes.total, {
      ...time,
      definition: 'Missing minutes of the dropped, weighed by how long they would have stayed',
      unit: 'listener-minutes',
    }),
  ].filter((entry) => entry !== null);
}

interface About {
  from: number | null;
  to: number | null;
  segment?: string;
  definition?: string;
  unit?: Figure['unit'];
}

function figure(id: string, kind: Kind | null, name: string, value: number | null, about: About): Figure | null {
  if (value === null) return null;
  const unit = kind === 'listener-minutes' ? 'listener-minutes' : kind === 'joins' ? 'openings' : 'listeners';
  return {
    id,
    kind,
    name,
    value,
    unit: about.unit ?? unit,
    definition: about.definition ?? (kind === null ? name : KIND_WORDS[kind].means),
    from: about.from,
    to: about.to,
    segment: about.segment ?? null,
  };
}

function instant(at: number | null): { from: number | null; to: number | null } {
  return { from: at, to: at };
}

function minute(at: number | null): { from: number | null; to: number | null } {
  return { from: at, to: at === null ? null : at + 60_000 };
}
