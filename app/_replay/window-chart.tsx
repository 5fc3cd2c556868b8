'use client';
/** One crash window: the audience, the one there would have been, lanes, and the playhead over them. */
import { useId, useMemo, useRef } from 'react';
import { clockMinuteText, clockText, zoneOffset } from '../../lib/format/clock.ts';
import { countText } from '../../lib/format/number.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import {
  type ChartLayout,
  chartLayout,
  labelWidth,
  timeAt,
  timeScale,
  valueScale,
} from '../../lib/series/chart-layout.ts';
import { chartMarks } from '../../lib/series/chart-marks.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import type { Point } from '../../lib/series/point.ts';
import type { Domain } from '../../lib/series/range.ts';
import { telemetryGaps } from '../../lib/series/span.ts';
import { timeTicks, valueCeiling, valueTicks } from '../../lib/series/ticks.ts';
import { ChartLanes } from '../_live/chart-lanes.tsx';
import { ChartGround, ChartHatch, ChartWords } from '../_live/chart-overlay.tsx';
import { useSize } from '../_ui/use-size.ts';
import type { WindowPicture } from './window-picture.ts';
import { WindowPlot } from './window-plot.tsx';
import { depthMark, lostPlace, windowRows } from './window-rows.ts';

interface Props {
  view: LiveView;
  window: CrashWindow | null;
  picture: WindowPicture;
  points: Point[];
  zone: string;
  /** epoch ms */
  at: number;
  /** the numbers of that second, and how sure they are */
  point: Point | null;
  sure: string;
  expected: number | null;
  sentence: string;
  seek: (at: number) => void;
}

const COMPACT_BELOW = 560;
const PLOT = 264;
const PLOT_PHONE = 200;
/** Room right of the last second for the names of the lines, as a share of the plot. */
const EDGE_SHARE = 0.09;

export function WindowChart({ view, window, picture, points, zone, at, point, sure, expected, sentence, seek }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const hatch = useId().replaceAll(':', '');
  const compact = size !== null && size.width < COMPACT_BELOW;
  const layout = useMemo(() => withoutStrips(size?.width ?? 0, compact), [size?.width, compact]);
  const domain = useMemo<Domain>(() => {
    const [from, edge] = [picture.from * 1000, Math.max(picture.to, picture.from + 60) * 1000];
    return { from, edge, to: edge + ((edge - from) * EDGE_SHARE) / (1 - EDGE_SHARE) };
  }, [picture]);
  const drawn = useMemo(() => {
    const gaps = telemetryGaps(view.windows);
    const rows = windowRows(picture, points, gaps);
    const highest = rows.reduce(
      (most, row, index) => Math.max(most, points[index]?.connected ?? 0, row.band?.[1] ?? row.expected ?? 0),
      0,
    );
    const ceiling = valueCeiling(highest);
    const [x, y] = [timeScale(layout, domain), valueScale(layout, ceiling)];
    const place = { x, y, left: layout.gutter, right: x(domain.edge) };
    const now = view.complete ? view.lastAt : view.liveSecond * 1000;
    const marks = chartMarks({ view, points, layout, domain, ceiling, zone, now });
    const depth = depthMark(picture, points, place);
    const minutes = window?.lostListenerMinutes.during ?? null;
    const lost =
      minutes === null
        ? null
        : lostPlace(
            rows,
            `${countText(minutes)} lost listener-minutes`,
            place,
            depth === null ? [] : [{ from: depth.from - 8, to: depth.to + 8 }],
          );
    const end = rows.findLast((row) => row.expected !== null)?.expected ?? null;
    return { rows, ceiling, x, y, marks: { ...marks, bracket: null, noSound: null }, depth, lost, end };
  }, [view, window, picture, points, layout, domain, zone]);
  const { x, y } = drawn;
  const ticks = timeTicks(
    domain.from,
    domain.edge,
    Math.max(2, Math.floor((layout.width - layout.gutter) / 90)),
    zoneOffset(domain.edge, zone),
  );
  const seconds = (ticks[1] ?? 0) - (ticks[0] ?? 0) < 60_000;
  const toInstant = (event: React.PointerEvent): void => {
    const left = event.clientX - event.currentTarget.getBoundingClientRect().left;
    seek(Math.round(timeAt(layout, domain, left) / 1000) * 1000);
  };
  const inside = at >= domain.from && at <= domain.edge;
  const floats = inside && point !== null && !compact;
  const covered = floats && drawn.lost !== null && isUnderFloat(drawn.lost, x(at), x(domain.edge));

  return (
    <figure className="wchart" aria-label={sentence} style={{ height: layout.height }}>
      <div
        ref={box}
        className="box"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          toInstant(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) toInstant(event);
        }}
      >
        {size === null ? (
          <p className="reading">Reading {points.length} points</p>
        ) : (
          <>
            <ChartGround layout={layout} marks={drawn.marks} ticks={valueTicks(drawn.ceiling)} y={y} />
            <div className="layer">
              <WindowPlot
                rows={drawn.rows}
                domain={domain}
                ceiling={drawn.ceiling}
                width={layout.width}
                height={layout.plotHeight}
                gutter={layout.gutter}
              />
            </div>
            <svg className="layer" width={layout.width} height={layout.height} aria-hidden="true">
              <ChartLanes layout={layout} domain={domain} view={view} x={x} zone={zone} />
              <ChartHatch layout={layout} marks={drawn.marks} hatch={hatch} />
              {ticks.map((tick) => (
                <g key={tick}>
                  <path className="m-base" d={`M${x(tick)} ${layout.axis}v4`} />
                  <text x={x(tick)} y={layout.axis + 16} textAnchor="middle">
                    {seconds ? clockText(tick, zone) : clockMinuteText(tick, zone)}
                  </text>
                </g>
              ))}
              <ChartWords layout={layout} marks={drawn.marks} edgeX={x(domain.edge)} lastData={null} />
              <ServiceBack window={window} x={x} layout={layout} domain={domain} zone={zone} />
              {drawn.lost === null || compact || covered ? null : (
                <text
                  className="t-crash t-halo"
                  x={drawn.lost.x}
                  y={drawn.lost.y}
                  textAnchor="middle"
                  style={{ fontSize: 12 }}
                >
                  {drawn.lost.text}
                </text>
              )}
              {drawn.depth === null ? null : (
                <>
                  <path
                    className="m-crashline"
                    d={`M${drawn.depth.ruleX} ${drawn.depth.top}V${drawn.depth.bottom}`}
                    style={{ strokeWidth: 1 }}
                  />
                  {drawn.depth.side === null ? null : (
                    <text
                      className="t-crash t-halo"
                      x={drawn.depth.ruleX + (drawn.depth.side === 'left' ? -7 : 7)}
                      y={drawn.depth.y}
                      textAnchor={drawn.depth.side === 'left' ? 'end' : 'start'}
                    >
                      {drawn.depth.text}
                    </text>
                  )}
                </>
              )}
              <ExpectedName end={drawn.end} marks={drawn.marks.ends} x={x(domain.edge)} y={y} compact={compact} />
              {inside ? (
                <>
                  <path className="m-rule ink" d={`M${x(at)} 0V${layout.axis}`} />
                  {point === null ? null : (
                    <circle
                      cx={x(at)}
                      cy={y(point.connected)}
                      r="3.5"
                      fill="var(--bg)"
                      stroke="var(--ink)"
                      strokeWidth="1.5"
                    />
                  )}
                </>
              ) : null}
            </svg>
            {floats ? (
              <Float
                at={at}
                left={x(at)}
                width={x(domain.edge)}
                point={point}
                sure={sure}
                expected={expected}
                zone={zone}
              />
            ) : null}
          </>
        )}
      </div>
    </figure>
  );
}

const FLOAT_WIDTH = 168;

/** The readout beside the playhead would cut these words. */
function isUnderFloat({ x, text }: { x: number; text: string }, at: number, width: number): boolean {
  const half = (labelWidth(text) * 1.12) / 2;
  const [from, to] = isFlipped(at, width) ? [at - 12 - FLOAT_WIDTH, at] : [at, at + 12 + FLOAT_WIDTH];
  return x + half > from && x - half < to;
}

function isFlipped(at: number, width: number): boolean {
  return at > width - FLOAT_WIDTH - 22;
}

/** Lanes and axis directly under the plot. */
function withoutStrips(width: number, compact: boolean): ChartLayout {
  const layout = chartLayout(width, compact ? PLOT_PHONE : PLOT, compact);
  const axis = (layout.lanes.at(-1)?.top ?? layout.plotHeight) + 22;
  return { ...layout, strips: [], axis, height: axis + 20 };
}

function ServiceBack(props: {
  window: CrashWindow | null;
  x: (at: number) => number;
  layout: ChartLayout;
  domain: Domain;
  zone: string;
}) {
  const { window, x, layout, domain, zone } = props;
  const end = window?.serviceEndAt ?? null;
  if (end === null || end < domain.from || end > domain.edge || layout.compact) return null;
  const words = `${clockText(end, zone)} service back`;
  if (x(end) + 8 + labelWidth(words) > layout.width) return null;
  return (
    <text className="t-crash t-halo" x={x(end) + 7} y={26}>
      {words}
    </text>
  );
}

/** The name of the dotted line, kept clear of the names of the others. */
function ExpectedName(props: {
  end: number | null;
  marks: readonly { labelY: number }[];
  x: number;
  y: (value: number) => number;
  compact: boolean;
}) {
  const { end, marks, x, y, compact } = props;
  if (end === null || compact) return null;
  const first = Math.min(...marks.map((mark) => mark.labelY));
  const labelY = Math.max(12, Math.min(y(end), first - 34));
  return (
    <g>
      <text className="t-ink2 t-b t-halo" x={x + 8} y={labelY + 4}>
        {countText(end)}
      </text>
      <text className="t-ink2 t-halo" x={x + 8} y={labelY + 17}>
        expected
      </text>
    </g>
  );
}

function Float(props: {
  at: number;
  left: number;
  width: number;
  point: Point;
  sure: string;
  expected: number | null;
  zone: string;
}) {
  const { at, left, width, point, sure, expected, zone } = props;
  const flip = isFlipped(left, width);
  return (
    <div className="float readout" style={flip ? { right: `calc(100% - ${left - 12}px)` } : { left: left + 12 }}>
      <h3>
        {clockText(at, zone)} <span className="muted">{sure}</span>
      </h3>
      <dl>
        {expected === null ? null : <Pair name="Expected" value={countText(expected)} />}
        <Pair name="Connected" value={countText(point.connected)} />
        <Pair name="Hearing" value={point.hearing === null ? 'not measured' : countText(point.hearing)} />
      </dl>
    </div>
  );
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
