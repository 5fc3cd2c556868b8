/** Which words and marks stand on the chart, and where: decided here, drawn elsewhere. */
import { clockText } from '../format/clock.ts';
import { durationText } from '../format/duration.ts';
import { changeText, countText } from '../format/number.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { type ChartLayout, labelWidth, timeAt, timeScale, valueScale } from './chart-layout.ts';
import { focusWindow, type LiveView } from './live-view.ts';
import { pointAt, pointsBetween } from './merge.ts';
import type { Point } from './point.ts';
import type { Domain } from './range.ts';
import { alarms, isOpen, spanOf, telemetryGaps } from './span.ts';

export interface SpanMark {
  key: string;
  left: number;
  width: number;
  /** the onset lies in view: a solid rule stands there */
  onset: boolean;
  /** the end lies in view: a dashed rule stands there */
  end: boolean;
  /** null where there is no room for it */
  title: { x: number; text: string } | null;
  /** the instant left of the onset rule */
  clock: { x: number; text: string } | null;
}

export interface Mark {
  x: number;
  y: number;
  text: string;
  strong: string | null;
  anchor: 'start' | 'middle' | 'end';
}

export interface ChartMarks {
  spans: SpanMark[];
  gaps: { key: string; left: number; width: number; label: Mark | null }[];
  peak: (Mark & { dotX: number; dotY: number }) | null;
  bracket: { x: number; top: number; bottom: number; text: string } | null;
  noSound: Mark | null;
  /** the end of both lines, with their names kept apart */
  ends: { key: 'connected' | 'hearing'; x: number; y: number; labelY: number; text: string; name: string }[];
}

export interface MarkInput {
  view: LiveView;
  points: readonly Point[];
  layout: ChartLayout;
  domain: Domain;
  ceiling: number;
  zone: string;
  now: number;
}

const LABEL_GAP = 30;
/** Of a closed span narrower than this the title stands beside it. */
const NARROW_SPAN = 60;

/** Where telemetry gaps stand, in pixels, left to right. */
export function gapEdges(view: LiveView, domain: Domain, x: (at: number) => number): { left: number; right: number }[] {
  return telemetryGaps(view.windows)
    .filter((gap) => (gap.to ?? domain.edge) >= domain.from && gap.from <= domain.edge)
    .map((gap) => ({
      left: x(Math.max(gap.from, domain.from)),
      right: x(Math.min(gap.to ?? domain.edge, domain.edge)),
    }));
}

/** The first place from `start` on where a label of this width stands clear of every hatch. */
export function clearOf(gaps: readonly { left: number; right: number }[], start: number, width: number): number {
  return gaps.reduce((at, gap) => (at + width > gap.left - 6 && at < gap.right + 6 ? gap.right + 8 : at), start);
}

export function chartMarks(input: MarkInput): ChartMarks {
  const { view, points, layout, domain, ceiling } = input;
  const x = timeScale(layout, domain);
  const y = valueScale(layout, ceiling);
  const spans = spanMarks(input);
  const gaps = gapEdges(view, domain, x).map((edges) => {
    const { left } = edges;
    const right = Math.max(left + 3, edges.right);
    const beside = pointAt(points, Math.ceil(timeAt(layout, domain, right) / 1000) + 1);
    const room = x(domain.edge) - right > 110 && !layout.compact;
    const label: Mark | null =
      beside === null || !room
        ? null
        : {
            x: right + 8,
            y: Math.max(40, y(beside.connected) - 36),
            text: 'telemetry gap',
            strong: null,
            anchor: 'start',
          };
    return { key: String(Math.round(left)), left, width: right - left, label };
  });
  const last = points[points.length - 1] ?? null;
  return {
    spans,
    gaps,
    peak: peakMark(input),
    bracket: bracketMark(input),
    noSound: last === null ? null : noSoundMark(input, last, gaps),
    ends: last === null ? [] : endMarks(last, x(last.second * 1000), y),
  };
}

function spanMarks({ view, layout, domain, zone, now }: MarkInput): SpanMark[] {
  const x = timeScale(layout, domain);
  let taken = layout.gutter;
  return alarms(view.windows)
    .filter((window) => (spanOf(window).to ?? domain.edge) >= domain.from && window.onsetAt <= domain.edge)
    .map((window) => {
      const span = spanOf(window);
      const left = x(Math.max(span.from, domain.from));
      const right = Math.max(left + 2, x(Math.min(span.to ?? domain.edge, domain.edge)));
      const onset = span.from >= domain.from;
      const clock = clockText(span.from, zone);
      const text = layout.compact ? `▼ ${clock}` : windowTitle(window, onset, zone, now);
      const clockRoom = !layout.compact && onset && left - 7 - labelWidth(clock) > taken;
      const place = (right - left < NARROW_SPAN && span.to !== null ? right : left) + 7;
      const titleRoom = place >= taken && place + labelWidth(text) <= layout.width;
      if (titleRoom) taken = place + labelWidth(text);
      return {
        key: window.id,
        left,
        width: right - left,
        onset,
        end: span.to !== null && span.to <= domain.edge,
        title: titleRoom ? { x: place, text } : null,
        clock: clockRoom ? { x: left - 7, text: clock } : null,
      };
    });
}

function windowTitle(window: CrashWindow, onsetInView: boolean, zone: string, now: number): string {
  const since = onsetInView ? '' : ` since ${clockText(window.onsetAt, zone)}`;
  if (isOpen(window)) return `▼ Crash window${since}, open ${durationText(Math.max(0, now - window.onsetAt))}`;
  const end = spanOf(window).to ?? window.onsetAt;
  return `▼ Crash window${since}, ${durationText(end - window.onsetAt)}`;
}

function peakMark({ view, layout, domain, ceiling }: MarkInput): ChartMarks['peak'] {
  const { peak } = view;
  if (peak === null || peak.value === 0) return null;
  const at = peak.second * 1000;
  if (at < domain.from || at > domain.edge) return null;
  const dotX = timeScale(layout, domain)(at);
  const dotY = valueScale(layout, ceiling)(peak.value);
  const text = layout.compact ? '' : 'peak ';
  const width = labelWidth(text + countText(peak.value));
  const fits = dotX - 8 - width > layout.gutter;
  if (!fits) return null;
  return { dotX, dotY, x: dotX - 8, y: dotY - 9, text, strong: countText(peak.value), anchor: 'end' };
}

function bracketMark({ view, layout, domain, ceiling, points }: MarkInput): ChartMarks['bracket'] {
  const window = focusWindow(view.windows);
  const fall = view.sinceOnset?.firstFall ?? null;
  if (window === null || fall === null || window.onsetAt < domain.from || window.onsetAt > domain.edge) return null;
  const x = timeScale(layout, domain);
  const y = valueScale(layout, ceiling);
  const top = y(window.connectedBefore);
  const bottom = y(window.connectedBefore * (1 + fall.ratio));
  const onset = x(window.onsetAt);
  const place = Math.max(onset + (layout.compact ? 22 : 53), x(window.onsetAt + fall.seconds * 1000) + 10);
  const text = layout.compact
    ? changeText(fall.ratio, { decimals: 0 })
    : `${changeText(fall.ratio, { decimals: 0 })} in ${fall.seconds} s`;
  const right = place + 11 + labelWidth(text) * 1.15;
  if (bottom - top < 24 || right > x(domain.edge)) return null;
  const middle = (top + bottom) / 2;
  const crossed = points.some((point) => {
    const at = x(point.second * 1000);
    return at >= place && at <= right && y(point.connected) < middle + 12;
  });
  return crossed ? null : { x: place, top, bottom, text };
}

function noSoundMark(
  { layout, domain, ceiling, points }: MarkInput,
  last: Point,
  gaps: ChartMarks['gaps'],
): Mark | null {
  if (last.hearing === null || layout.compact) return null;
  const silent = last.connected - last.hearing;
  if (silent <= last.connected * 0.1) return null;
  const text = `no sound: ${countText(silent)}`;
  const x = timeScale(layout, domain);
  const y = valueScale(layout, ceiling);
  const right = x(domain.edge) - 24;
  const left = right - labelWidth(text);
  const hatched = gaps.some((gap) => gap.left < right + 4 && gap.left + gap.width > left - 4);
  if (hatched || left < layout.gutter + 8) return null;
  const over = pointsBetween(points, timeAt(layout, domain, left - 6) / 1000, timeAt(layout, domain, right + 6) / 1000);
  const top = over.reduce((most, one) => Math.max(most, y(one.connected)), 0);
  const bottom = over.reduce((least, one) => Math.min(least, y(one.hearing ?? 0)), y(0));
  if (bottom - top < 26) return null;
  return { x: right, y: (top + bottom) / 2 + 4, text, strong: null, anchor: 'end' };
}

function endMarks(last: Point, x: number, y: (value: number) => number): ChartMarks['ends'] {
  const connectedY = y(last.connected);
  const connected = { key: 'connected', x, y: connectedY, text: countText(last.connected), name: 'connected' } as const;
  if (last.hearing === null) return [{ ...connected, labelY: connectedY }];
  const hearingY = y(last.hearing);
  const apart = Math.max(0, LABEL_GAP - (hearingY - connectedY)) / 2;
  const lower = Math.min(y(0) - 14, hearingY + apart);
  const upper = Math.min(connectedY - apart, lower - LABEL_GAP);
  return [
    { ...connected, labelY: upper },
    { key: 'hearing', x, y: hearingY, labelY: lower, text: countText(last.hearing), name: 'hearing' },
  ];
}
