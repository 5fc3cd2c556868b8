'use client';
/** The one chart of the live page: plot, lanes and strips over one time axis, with a rule and a readout to read it by. */
import { useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { clockMinuteText, clockText, zoneOffset } from '../../lib/format/clock.ts';
import { chartLayout, heightBesidePlot, timeAt, timeScale, valueScale } from '../../lib/series/chart-layout.ts';
import { chartMarks } from '../../lib/series/chart-marks.ts';
import { chartRows } from '../../lib/series/chart-rows.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import { pointAt } from '../../lib/series/merge.ts';
import type { Point } from '../../lib/series/point.ts';
import type { Domain } from '../../lib/series/range.ts';
import { telemetryGaps } from '../../lib/series/span.ts';
import { timeTicks, valueCeiling, valueTicks } from '../../lib/series/ticks.ts';
import { useKeys } from '../_ui/keys.ts';
import { AudiencePlot } from './audience-plot.tsx';
import { ChartLanes } from './chart-lanes.tsx';
import { ChartGround, ChartHatch, ChartWords } from './chart-overlay.tsx';
import { ChartStrips } from './chart-strips.tsx';
import { Readout } from './readout.tsx';

interface Props {
  view: LiveView;
  /** inside the domain, at most 600 */
  points: Point[];
  domain: Domain;
  zone: string;
  now: number;
  /** the sentence that says what the picture shows */
  sentence: string;
  /** figures are old: the picture is dimmed and cut at the last data */
  old: boolean;
}

const COMPACT_BELOW = 560;
const PLOT_PHONE = 196;
const PLOT_LEAST = 200;

export function AudienceChart({ view, points, domain, zone, now, sentence, old }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const [cursor, setCursor] = useState<number | null>(null);
  const hatch = useId().replaceAll(':', '');

  const compact = size !== null && size.width < COMPACT_BELOW;
  const { comments } = view.known;
  const plotHeight = compact
    ? PLOT_PHONE
    : Math.max(PLOT_LEAST, (size?.height ?? 0) - heightBesidePlot(false, comments));
  const layout = useMemo(
    () => chartLayout(size?.width ?? 0, plotHeight, compact, comments),
    [size?.width, plotHeight, compact, comments],
  );
  const gaps = useMemo(() => telemetryGaps(view.windows), [view.windows]);
  const rows = useMemo(() => chartRows(points, gaps), [points, gaps]);
  const highest = useMemo(() => points.reduce((most, point) => Math.max(most, point.connected), 0), [points]);
  const ceiling = valueCeiling(highest);

  const step = (seconds: number) => (event: KeyboardEvent) => {
    if (points.length === 0) return;
    event.preventDefault();
    setCursor((at) => {
      const next = (at ?? domain.edge) + seconds * 1000 * (event.shiftKey ? 10 : 1);
      return Math.min(domain.edge, Math.max(domain.from, next));
    });
  };
  useKeys({ ArrowLeft: step(-1), ArrowRight: step(1), Escape: () => setCursor(null) });

  const x = timeScale(layout, domain);
  const y = valueScale(layout, ceiling);
  const edgeX = x(domain.edge);
  const marks = chartMarks({ view, points, layout, domain, ceiling, zone, now });
  const most = Math.max(2, Math.floor((layout.width - layout.gutter) / (compact ? 80 : 110)));
  const times = timeTicks(domain.from, domain.to, most, zoneOffset(domain.edge, zone));
  const seconds = (times[1] ?? 0) - (times[0] ?? 0) < 60_000;
  const under = cursor === null ? null : pointAt(points, Math.floor(cursor / 1000));

  return (
    <figure
      className={old ? 'aud dimmed' : 'aud'}
      aria-label={sentence}
      style={compact ? { height: layout.height } : undefined}
    >
      <div
        ref={box}
        className="box"
        onPointerMove={(event) => {
          const left = event.currentTarget.getBoundingClientRect().left;
          const at = event.clientX - left;
          setCursor(at < layout.gutter || at > edgeX + 4 ? null : timeAt(layout, domain, at));
        }}
        onPointerLeave={() => setCursor(null)}
      >
        {size === null ? (
          <p className="reading">Reading {points.length} points</p>
        ) : (
          <>
            <ChartGround layout={layout} marks={marks} ticks={valueTicks(ceiling)} y={y} />
            <div className="layer">
              <AudiencePlot
                rows={rows}
                domain={domain}
                ceiling={ceiling}
                width={layout.width}
                height={layout.plotHeight}
                gutter={layout.gutter}
              />
            </div>
            <svg className="layer" width={layout.width} height={layout.height} aria-hidden="true">
              <ChartLanes layout={layout} domain={domain} view={view} x={x} zone={zone} />
              <ChartStrips layout={layout} domain={domain} points={points} view={view} x={x} />
              <ChartHatch layout={layout} marks={marks} hatch={hatch} />
              {times
                .filter((at) => x(at) < layout.width - 14)
                .map((at) => (
                  <g key={at}>
                    <path className="m-base" d={`M${x(at)} ${layout.axis}v4`} />
                    <text x={x(at)} y={layout.axis + 16} textAnchor="middle">
                      {seconds ? clockText(at, zone) : clockMinuteText(at, zone)}
                    </text>
                  </g>
                ))}
              <ChartWords
                layout={layout}
                marks={marks}
                edgeX={edgeX}
                lastData={old ? clockText(domain.edge, zone) : null}
              />
              {under === null ? null : (
                <>
                  <path className="m-rule ink" d={`M${x(under.second * 1000)} 0V${layout.axis}`} />
                  <circle cx={x(under.second * 1000)} cy={y(under.connected)} r="3" fill="var(--ink)" />
                  {under.hearing === null ? null : (
                    <circle cx={x(under.second * 1000)} cy={y(under.hearing)} r="3" fill="var(--hearing)" />
                  )}
                </>
              )}
            </svg>
            {under === null ? null : (
              <Readout point={under} left={x(under.second * 1000)} width={layout.width} zone={zone} />
            )}
          </>
        )}
      </div>
    </figure>
  );
}

/** The size of an element, kept; null before it is known. */
function useSize(of: React.RefObject<HTMLElement | null>): { width: number; height: number } | null {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  useLayoutEffect(() => {
    const element = of.current;
    if (element === null) return;
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize((known) => (known?.width === width && known.height === height ? known : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [of]);
  return size;
}
