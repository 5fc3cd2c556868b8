'use client';
/** Several audiences on one axis, and published figures as levels beside them. */
import { useMemo, useRef, useState } from 'react';
import type { Alignment, Scale } from '../../lib/compare/align.ts';
import { clockMinuteText } from '../../lib/format/clock.ts';
import { durationText } from '../../lib/format/duration.ts';
import { axisCountText, countText, MINUS, shareText } from '../../lib/format/number.ts';
import { labelWidth } from '../../lib/series/chart-layout.ts';
import { timeTicks, valueCeiling, valueTicks } from '../../lib/series/ticks.ts';
import { useKeys } from '../_ui/keys.ts';
import { useSize } from '../_ui/use-size.ts';
import { type CompareLine, extentOf, linePath, namesOf, valueAt } from './lines.ts';
import { lookOf } from './look.tsx';

export interface ChartLevel {
  id: string;
  name: string;
  /** `over 1,200,000, reported` */
  words: string;
  value: number;
}

interface Props {
  lines: CompareLine[];
  levels: ChartLevel[];
  scale: Scale;
  align: Alignment;
  /** epoch ms of the zero, for an axis that reads as the clock */
  origin: number | null;
  zone: string;
  /** what stands at zero */
  zeroWords: string;
  sentence: string;
}

const PLOT = 330;
const GUTTER = 64;
const PHONE_GUTTER = 44;

export function CompareChart({ lines, levels, scale, align, origin, zone, zeroWords, sentence }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const width = useSize(box)?.width ?? 0;
  const compact = width < 560;
  const gutter = compact ? PHONE_GUTTER : GUTTER;
  const right = Math.max(gutter + 40, width - (compact ? 10 : levels.length > 0 ? 170 : 24));
  const [cursor, setCursor] = useState<number | null>(null);
  const extent = useMemo(() => extentOf(lines), [lines]);
  const highest = Math.max(
    0,
    ...lines.map(({ points }) => points.reduce((most, [, value]) => Math.max(most, value ?? 0), 0)),
    ...(scale === 'share' ? [] : levels.map(({ value }) => value)),
  );
  const ceiling = scale === 'share' ? 1.12 : valueCeiling(highest);
  const x = (offset: number): number =>
    gutter + ((offset - extent.from) / (extent.to - extent.from)) * (right - gutter);
  const y = (value: number): number => PLOT * (1 - value / ceiling);
  const step = (seconds: number) => (event: KeyboardEvent) => {
    event.preventDefault();
    setCursor((at) =>
      Math.min(extent.to, Math.max(extent.from, (at ?? 0) + seconds * 1000 * (event.shiftKey ? 10 : 1))),
    );
  };
  useKeys({ ArrowLeft: step(-1), ArrowRight: step(1), Escape: () => setCursor(null) });
  const values = (value: number): string =>
    scale === 'share' ? shareText(value, { tight: true }) : axisCountText(value);
  const ticks = timeTicks(extent.from, extent.to, Math.max(2, Math.floor((right - gutter) / 80)), 0);
  const names = namesOf(lines, (line) => `${line.name} ${countText(line.peak)}`, {
    x,
    y,
    left: gutter,
    right,
    width: labelWidth,
  });
  const own = lines.find(({ look }) => look === 0);
  return (
    <figure className="cchart" aria-label={sentence}>
      <div
        ref={box}
        className="box"
        onPointerMove={(event) => {
          const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
          const at = extent.from + ((left - gutter) / (right - gutter)) * (extent.to - extent.from);
          setCursor(left < gutter || left > right ? null : Math.round(at / 1000) * 1000);
        }}
        onPointerLeave={() => setCursor(null)}
      >
        {width === 0 ? (
          <p className="reading">Reading {lines.length} lines</p>
        ) : (
          <svg width={width} height={PLOT + 42} aria-hidden="true">
            {(scale === 'share' ? [0, 0.25, 0.5, 0.75, 1] : valueTicks(ceiling)).map((tick) => (
              <g key={tick}>
                <path className={tick === 0 ? 'm-base' : 'm-grid'} d={`M${gutter} ${y(tick)}H${right}`} />
                <text x={gutter - 8} y={y(tick) + 4} textAnchor="end">
                  {tick === 0 ? '0' : values(tick)}
                </text>
              </g>
            ))}
            {own?.spans.map((span) => (
              <g key={span.from}>
                <rect
                  className="m-crash"
                  x={x(span.from)}
                  y={0}
                  width={Math.max(2, x(span.to) - x(span.from))}
                  height={PLOT}
                />
                <path className="m-crashline" d={`M${x(span.from)} 0V${PLOT}`} />
                <path className="m-crashline" strokeDasharray="3 3" d={`M${x(span.to)} 0V${PLOT}`} />
              </g>
            ))}
            {scale === 'share'
              ? null
              : levels.map((level) => (
                  <g key={level.id}>
                    <path
                      d={`M${gutter} ${y(level.value)}H${right - 8}`}
                      stroke="var(--ink-3)"
                      strokeDasharray="1 3"
                      strokeLinecap="round"
                    />
                    <circle
                      cx={right - 4}
                      cy={y(level.value)}
                      r="3"
                      fill="var(--bg)"
                      stroke="var(--ink-2)"
                      strokeWidth="1.5"
                    />
                  </g>
                ))}
            {lines.toReversed().map((line) => {
              const { stroke, dash, width: thick } = lookOf(line.look);
              return (
                <path
                  key={line.id}
                  d={linePath(line, x, y)}
                  fill="none"
                  stroke={stroke}
                  strokeWidth={thick}
                  strokeDasharray={dash}
                  strokeLinejoin="round"
                />
              );
            })}
            <LevelNames levels={scale === 'share' || compact ? [] : levels} y={y} left={right + 6} />
            {names.map((name) => (
              <text
                key={name.id}
                className="t-b t-halo"
                x={name.x}
                y={name.y}
                textAnchor="middle"
                style={{ fill: lookOf(name.look).stroke }}
              >
                {name.text}
              </text>
            ))}
            {own?.spans[0] === undefined ? null : (
              <text className="t-crash t-halo" x={x(own.spans[0].from) + 6} y={12}>
                {spanWords(x(own.spans[0].to) - x(own.spans[0].from) - 12)}
              </text>
            )}
            {ticks.map((tick) => (
              <g key={tick}>
                <path className="m-base" d={`M${x(tick)} ${PLOT}v4`} />
                <text x={x(tick)} y={PLOT + 17} textAnchor="middle">
                  {align === 'clock' && origin !== null
                    ? clockMinuteText(origin + tick, zone)
                    : offsetText(tick, zeroWords)}
                </text>
              </g>
            ))}
            <text x={right} y={PLOT + 36} textAnchor="end">
              {align === 'clock' ? 'time of day' : `minutes from ${zeroWords}`}
            </text>
            {cursor === null ? null : <path className="m-rule" d={`M${x(cursor)} 0V${PLOT}`} />}
          </svg>
        )}
        {cursor === null || width === 0 ? null : (
          <div
            className="float readout"
            style={x(cursor) > right - 230 ? { right: width - x(cursor) + 12 } : { left: x(cursor) + 12 }}
          >
            <p className="strong">
              {align === 'clock' && origin !== null
                ? clockMinuteText(origin + cursor, zone)
                : `${cursor < 0 ? `${MINUS}${durationText(-cursor)}` : `+${durationText(cursor)}`}`}
            </p>
            <dl>
              {lines.map((line) => {
                const value = valueAt(line, cursor);
                return (
                  <div key={line.id}>
                    <dt>{line.name}</dt>
                    <dd>{value === null ? 'not known' : scale === 'share' ? shareText(value) : countText(value)}</dd>
                  </div>
                );
              })}
            </dl>
          </div>
        )}
      </div>
    </figure>
  );
}

/** `+10`, `start`; offsets in ms, words in minutes */
function offsetText(offset: number, zero: string): string {
  if (offset === 0) return zero;
  const minutes = Number((Math.abs(offset) / 60_000).toFixed(1));
  return `${offset < 0 ? MINUS : '+'}${minutes}`;
}

/** Right of the chart, kept apart from each other from the top down. */
function LevelNames({
  levels,
  y,
  left,
}: {
  levels: readonly ChartLevel[];
  y: (value: number) => number;
  left: number;
}) {
  let taken = Number.NEGATIVE_INFINITY;
  return [...levels]
    .sort((a, b) => b.value - a.value)
    .map((level) => {
      const top = Math.max(taken + 28, y(level.value) - 3);
      taken = top;
      return (
        <g key={level.id}>
          <text className="t-ink2 t-b" x={left} y={top}>
            {level.name.length > 24 ? `${level.name.slice(0, 23)}…` : level.name}
          </text>
          <text x={left} y={top + 13}>
            {level.words}
          </text>
        </g>
      );
    });
}

/** Whose window it is where that has room, px. */
function spanWords(room: number): string {
  const words = '▼ crash window, this broadcast';
  return labelWidth(words) <= room ? words : room < labelWidth('▼ crash window') ? '▼' : '▼ crash window';
}
