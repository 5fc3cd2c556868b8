'use client';
/** The audience chart at reading distance: the same rows and marks, drawn large, without lanes. */
import { useId, useLayoutEffect, useRef, useState } from 'react';
import { clockMinuteText, clockText, zoneOffset } from '../../lib/format/clock.ts';
import { axisCountText, changeText } from '../../lib/format/number.ts';
import { chartRows } from '../../lib/series/chart-rows.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import type { Point } from '../../lib/series/point.ts';
import type { Domain } from '../../lib/series/range.ts';
import { alarms, spanOf, telemetryGaps } from '../../lib/series/span.ts';
import { timeTicks, valueCeiling, valueTicks } from '../../lib/series/ticks.ts';
import { AudiencePlot } from './audience-plot.tsx';

interface Props {
  view: LiveView;
  points: Point[];
  domain: Domain;
  zone: string;
  sentence: string;
  old: boolean;
}

export function WallChart({ view, points, domain, zone, sentence, old }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const hatch = useId().replaceAll(':', '');
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const unit = Math.max(0.4, size.width / 1824);
  const text = Math.max(14, 32 * unit);
  const gutter = 100 * unit;
  const names = 230 * unit;
  const plot = Math.max(40, size.height - 60 * unit);
  const highest = points.reduce((most, point) => Math.max(most, point.connected), 0);
  const ceiling = valueCeiling(highest);
  const wide: Domain = {
    ...domain,
    to: domain.edge + ((domain.edge - domain.from) * names) / Math.max(1, size.width - gutter - names),
  };
  const x = (at: number): number => gutter + ((at - wide.from) / (wide.to - wide.from)) * (size.width - gutter);
  const y = (value: number): number => plot * (1 - value / ceiling);
  const ticks = valueTicks(ceiling).filter((_, index, all) => all.length <= 4 || index % 2 === 0);
  const onset = alarms(view.windows).findLast((window) => window.onsetAt >= wide.from && window.onsetAt <= wide.edge);
  const times = timeTicks(wide.from, wide.edge, 5, zoneOffset(wide.edge, zone)).filter(
    (at) => x(at) > gutter + text && (onset === undefined || Math.abs(x(at) - x(onset.onsetAt)) > text * 4.2),
  );
  const gaps = telemetryGaps(view.windows);
  const last = points[points.length - 1];
  const fall = view.sinceOnset?.firstFall ?? null;
  return (
    <figure className={old ? 'wallbox dimmed' : 'wallbox'} aria-label={sentence}>
      <div ref={box} className="wallbox">
        {size.width === 0 ? null : (
          <>
            <svg className="layer" width={size.width} height={size.height} aria-hidden="true">
              <defs>
                <pattern id={hatch} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                  <rect width="8" height="8" fill="var(--bg)" />
                  <path d="M0 0V8" stroke="var(--c-hatch)" strokeWidth="3" />
                </pattern>
              </defs>
              {ticks.map((tick) => (
                <g key={tick}>
                  <path
                    className={tick === 0 ? 'm-base' : 'm-grid'}
                    style={{ strokeWidth: 2 }}
                    d={`M${gutter} ${y(tick)}H${size.width}`}
                  />
                  <text x={gutter - 16 * unit} y={y(tick) + text * 0.35} textAnchor="end" style={{ fontSize: text }}>
                    {axisCountText(tick)}
                  </text>
                </g>
              ))}
              {alarms(view.windows).map((window) => {
                const span = spanOf(window);
                const left = x(Math.max(span.from, wide.from));
                const right = x(Math.min(span.to ?? wide.edge, wide.edge));
                return right <= gutter ? null : (
                  <rect key={window.id} className="m-crash" x={left} width={Math.max(2, right - left)} height={plot} />
                );
              })}
            </svg>
            <div className="layer">
              <AudiencePlot
                rows={chartRows(points, gaps)}
                domain={wide}
                ceiling={ceiling}
                width={size.width}
                height={plot}
                gutter={gutter}
                weight={Math.max(1.2, 3 * unit)}
              />
            </div>
            <svg className="layer" width={size.width} height={size.height} aria-hidden="true">
              {gaps.map((gap) => {
                const left = x(Math.max(gap.from, wide.from));
                const right = x(Math.min(gap.to ?? wide.edge, wide.edge));
                return right <= gutter ? null : (
                  <rect
                    key={gap.from}
                    x={left}
                    y={30 * unit}
                    width={Math.max(4, right - left)}
                    height={plot - 30 * unit}
                    fill={`url(#${hatch})`}
                  />
                );
              })}
              {times.map((at) => (
                <text key={at} x={x(at)} y={plot + text * 1.3} textAnchor="middle" style={{ fontSize: text }}>
                  {clockMinuteText(at, zone)}
                </text>
              ))}
              {onset === undefined ? null : (
                <>
                  <path
                    className="m-crashline"
                    style={{ strokeWidth: 4 * unit }}
                    d={`M${x(onset.onsetAt)} 0V${plot}`}
                  />
                  <text
                    className="t-crash"
                    x={x(onset.onsetAt)}
                    y={plot + text * 1.3}
                    textAnchor="middle"
                    style={{ fontSize: text }}
                  >
                    {clockText(onset.onsetAt, zone)}
                  </text>
                  {fall === null || x(wide.edge) - x(onset.onsetAt) < 300 * unit ? null : (
                    <text
                      className="t-crash t-halo"
                      x={Math.max(x(onset.onsetAt) + 75 * unit, x(onset.onsetAt + fall.seconds * 1000) + 20 * unit)}
                      y={y(onset.connectedBefore * (1 + fall.ratio / 2))}
                      style={{ fontSize: 44 * unit, strokeWidth: 8 * unit }}
                    >
                      {changeText(fall.ratio, { decimals: 0 })}
                    </text>
                  )}
                </>
              )}
              {last === undefined ? null : (
                <EndNames last={last} x={x(wide.edge) + 24 * unit} y={y} size={36 * unit} bottom={plot} />
              )}
            </svg>
          </>
        )}
      </div>
    </figure>
  );
}

function EndNames(props: { last: Point; x: number; y: (value: number) => number; size: number; bottom: number }) {
  const { last, x, y, size, bottom } = props;
  const connected = y(last.connected) + size * 0.35;
  const hearing = last.hearing === null ? null : Math.min(bottom - size * 0.35, y(last.hearing) + size * 0.35);
  const lifted = hearing === null ? connected : Math.min(connected, hearing - size * 1.25);
  return (
    <>
      <text className="t-ink t-b t-halo" x={x} y={lifted} style={{ fontSize: size, strokeWidth: size / 4 }}>
        Connected
      </text>
      {hearing === null ? null : (
        <text className="t-hear t-halo" x={x} y={hearing} style={{ fontSize: size, strokeWidth: size / 4 }}>
          Hearing
        </text>
      )}
    </>
  );
}
