'use client';
/** The whole broadcast in one strip, with a playhead; what comes after it is faded. */
import { memo, useMemo, useRef } from 'react';
import { clockMinuteText, dayText, instantText, zoneOffset } from '../../lib/format/clock.ts';
import { countText } from '../../lib/format/number.ts';
import { labelWidth } from '../../lib/series/chart-layout.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import { noteMarks } from '../../lib/series/note-marks.ts';
import type { Point } from '../../lib/series/point.ts';
import { alarms, spanOf, telemetryGaps } from '../../lib/series/span.ts';
import { timeTicks } from '../../lib/series/ticks.ts';
import { useSize } from '../_ui/use-size.ts';

const PLOT = 60;
const HEIGHT = 84;

interface Props {
  view: LiveView;
  /** the whole run, at most 600 */
  points: Point[];
  /** epoch ms: first and last second */
  first: number;
  last: number;
  at: number;
  zone: string;
  connected: number | null;
  seek: (at: number) => void;
}

export function Scrubber({ view, points, first, last, at, zone, connected, seek }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useSize(box)?.width ?? 0;
  const span = Math.max(1000, last - first);
  const x = ((at - first) / span) * width;
  const toInstant = (event: React.PointerEvent): void => {
    const { left, width: wide } = event.currentTarget.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left) / wide));
    seek(Math.round((first + share * span) / 1000) * 1000);
  };
  const words = connected === null ? '' : `, ${countText(connected)} connected`;
  return (
    <div
      ref={box}
      className="scrub"
      role="slider"
      tabIndex={0}
      aria-label="Instant"
      aria-valuemin={Math.floor(first / 1000)}
      aria-valuemax={Math.floor(last / 1000)}
      aria-valuenow={Math.floor(at / 1000)}
      aria-valuetext={`${instantText(at, zone, first)}${words}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        toInstant(event);
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) toInstant(event);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Home') seek(first);
        else if (event.key === 'End') seek(last);
        else return;
        event.preventDefault();
      }}
    >
      {width === 0 ? null : (
        <svg width={width} height={HEIGHT} aria-hidden="true">
          <Run view={view} points={points} first={first} last={last} width={width} zone={zone} />
          <rect x={x} y={0} width={Math.max(0, width - x)} height={PLOT + 1} fill="var(--bg)" opacity="0.6" />
          <path d={`M${x} 0V${PLOT + 4}`} stroke="var(--ink)" strokeWidth="2" />
          <path d={`M${x - 5} -8h10v7l-5 5l-5-5z`} fill="var(--ink)" />
        </svg>
      )}
    </div>
  );
}

type RunProps = Omit<Props, 'at' | 'seek' | 'connected'> & { width: number };

/** Everything but the playhead: drawn once. */
const Run = memo(function Run({ view, points, first, last, width, zone }: RunProps) {
  const span = Math.max(1000, last - first);
  const x = (instant: number): number => ((instant - first) / span) * width;
  const paths = useMemo(() => {
    const most = points.reduce((high, point) => Math.max(high, point.connected), 1);
    const at = (point: Point): string => (((point.second * 1000 - first) / span) * width).toFixed(1);
    const y = (value: number): string => (PLOT - (value / most) * (PLOT - 6)).toFixed(1);
    const gaps = telemetryGaps(view.windows);
    const silent = (point: Point): boolean =>
      gaps.some((gap) => point.second * 1000 >= gap.from && (gap.to === null || point.second * 1000 <= gap.to));
    let connected = '';
    let hearing = '';
    let fill = '';
    let broken = true;
    for (const point of points) {
      if (silent(point)) {
        broken = true;
        continue;
      }
      connected += `${broken ? 'M' : 'L'}${at(point)} ${y(point.connected)}`;
      if (point.hearing !== null) hearing += `${broken ? 'M' : 'L'}${at(point)} ${y(point.hearing)}`;
      fill += `${fill === '' ? `M${at(point)} ${PLOT}` : ''}L${at(point)} ${y(point.hearing ?? point.connected)}`;
      broken = false;
    }
    const end = points[points.length - 1];
    return { connected, hearing, fill: end === undefined ? '' : `${fill}L${at(end)} ${PLOT}Z` };
  }, [points, view.windows, first, span, width]);
  const ticks = timeTicks(first, last, Math.max(2, Math.floor(width / 110)), zoneOffset(first, zone));
  const changes = view.rooms.filter((room) => room.from !== null && room.from > first + 1000);
  const free = freeRoom(width);
  // the windows' words find their place first
  const openings = alarms(view.windows).map((window) => {
    const words = `▼ ${instantText(window.onsetAt, zone, first)}`;
    return { window, words, top: free(x(window.onsetAt) + 6, words) };
  });
  return (
    <>
      {alarms(view.windows).map((window) => {
        const { from, to } = spanOf(window);
        return (
          <rect
            key={window.id}
            className="m-crash"
            x={x(from)}
            y={0}
            width={Math.max(2, x(Math.min(to ?? last, last)) - x(from))}
            height={PLOT}
          />
        );
      })}
      <path className={view.known.hearing ? 'm-hearfill' : 'm-gap'} d={paths.fill} />
      <path className="m-hear thin" d={paths.hearing} />
      <path className="m-conn thin" d={paths.connected} />
      <path className="m-base" d={`M0 ${PLOT}H${width}`} />
      {view.segments.map((segment) => (
        <rect
          key={`${segment.from} ${segment.label}`}
          className="m-ink"
          opacity="0.35"
          x={x(segment.from)}
          y={PLOT + 1}
          width={Math.max(1, x(Math.min(segment.to ?? last, last)) - x(segment.from) - 1)}
          height="3"
        >
          <title>{segment.label}</title>
        </rect>
      ))}
      {changes.map((room) => {
        const at = x(room.from ?? first);
        const top = free(at + 5, room.room);
        return (
          <g key={room.room}>
            <path className="m-rule" strokeDasharray="3 3" d={`M${at} 0V${PLOT}`} />
            {top === null ? null : (
              <text className="t-halo" x={at + 5} y={top}>
                {room.room}
              </text>
            )}
          </g>
        );
      })}
      {openings.map(({ window, words, top }) => {
        const at = x(window.onsetAt);
        return (
          <g key={window.id}>
            <path className="m-crashline" d={`M${at} 0V${PLOT}`} />
            {top === null ? null : (
              <text className="t-crash t-halo" x={at + 6} y={top}>
                {words}
              </text>
            )}
          </g>
        );
      })}
      {noteMarks(view.notes, x, { from: 0, to: width }).map((mark) => (
        <g key={mark.text}>
          <title>{mark.label}</title>
          <path d={`M${mark.at} ${PLOT - 1}l3.5 -6h-7z`} fill="var(--ink-2)" />
          <text
            className="t-halo"
            x={mark.left + mark.width / 2}
            y={PLOT - 10}
            textAnchor="middle"
            style={{ fontSize: 10 }}
          >
            {mark.text}
          </text>
        </g>
      ))}
      {ticks
        .filter((tick) => x(tick) > 14 && x(tick) < width - 14)
        .map((tick) => (
          <g key={tick}>
            <path className="m-base" d={`M${x(tick)} ${PLOT + 4}v4`} />
            <text x={x(tick)} y={HEIGHT - 4} textAnchor="middle">
              {tickText(tick, zone)}
            </text>
          </g>
        ))}
    </>
  );
});

/** Of a midnight the day that begins. */
function tickText(at: number, zone: string): string {
  const text = clockMinuteText(at, zone);
  return text === '00:00' ? dayText(at, zone, at) : text;
}

/** Base lines of words in the strip: those that would run into others go one lower, or are left out. */
const TOPS = [10, 23];

function freeRoom(width: number): (left: number, words: string) => number | null {
  const taken: { from: number; to: number; top: number }[] = [];
  return (left, words) => {
    const to = left + labelWidth(words) + 6;
    if (to > width) return null;
    const top = TOPS.find((one) => taken.every((box) => box.top !== one || to < box.from || left > box.to)) ?? null;
    if (top !== null) taken.push({ from: left, to, top });
    return top;
  };
}
