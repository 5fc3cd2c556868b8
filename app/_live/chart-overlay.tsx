/** Rules, hatches and words over the plot, lanes and strips under it: one SVG, one time axis. */
import { axisCountText } from '../../lib/format/number.ts';
import type { ChartLayout } from '../../lib/series/chart-layout.ts';
import type { ChartMarks } from '../../lib/series/chart-marks.ts';

/** Beneath the lines: grid, crash spans. */
export function ChartGround(props: {
  layout: ChartLayout;
  marks: ChartMarks;
  ticks: readonly number[];
  y: (value: number) => number;
}) {
  const { layout, marks, ticks, y } = props;
  return (
    <svg className="layer" width={layout.width} height={layout.height} aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick}>
          <path className={tick === 0 ? 'm-base' : 'm-grid'} d={`M${layout.gutter} ${y(tick)}H${layout.width}`} />
          <text x={layout.gutter - 8} y={y(tick) + 4} textAnchor="end">
            {axisCountText(tick)}
          </text>
        </g>
      ))}
      {marks.spans.map((span) => (
        <rect key={span.key} className="m-crash" x={span.left} y={0} width={span.width} height={layout.axis} />
      ))}
    </svg>
  );
}

/** A telemetry gap, over the full height of chart, lanes and strips; words keep clear of it. */
export function ChartHatch({ layout, marks, hatch }: { layout: ChartLayout; marks: ChartMarks; hatch: string }) {
  return (
    <>
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" fill="var(--bg)" />
          <path d="M0 0V6" stroke="var(--c-hatch)" strokeWidth="2" />
        </pattern>
      </defs>
      {marks.gaps.map((gap) => (
        <rect key={gap.key} x={gap.left} y={20} width={gap.width} height={layout.axis - 20} fill={`url(#${hatch})`} />
      ))}
    </>
  );
}

/** Above the lines: rules, labels, end dots. */
export function ChartWords(props: { layout: ChartLayout; marks: ChartMarks; edgeX: number; lastData: string | null }) {
  const { layout, marks, edgeX, lastData } = props;
  return (
    <>
      {lastData === null ? (
        <path className="m-base" d={`M${edgeX} 24V${layout.axis}`} strokeDasharray="1 3" />
      ) : (
        <>
          <path d={`M${edgeX} 0V${layout.axis}`} stroke="var(--stale)" strokeWidth="1.5" />
          <text className="t-stale" x={edgeX + 6} y={12}>
            last data
          </text>
          <text x={edgeX + 6} y={26}>
            {lastData}
          </text>
        </>
      )}
      {marks.spans.map((span) => (
        <g key={span.key}>
          {span.onset ? <path className="m-crashline" d={`M${span.left} 0V${layout.axis}`} /> : null}
          {span.end ? (
            <path className="m-crashline" strokeDasharray="3 3" d={`M${span.left + span.width} 0V${layout.axis}`} />
          ) : null}
          {span.title === null ? null : (
            <text className="t-crash t-halo" x={span.title.x} y={12} style={{ fontSize: layout.compact ? 11 : 12 }}>
              {span.title.text}
            </text>
          )}
          {span.clock === null ? null : (
            <text className="t-crash t-halo" x={span.clock.x} y={12} textAnchor="end">
              {span.clock.text}
            </text>
          )}
        </g>
      ))}
      {marks.peak === null ? null : (
        <>
          <circle cx={marks.peak.dotX} cy={marks.peak.dotY} r="2.5" fill="var(--ink)" />
          <text className="t-ink2 t-halo" x={marks.peak.x} y={marks.peak.y} textAnchor="end">
            {marks.peak.text}
            <tspan className="t-b t-ink">{marks.peak.strong}</tspan>
          </text>
        </>
      )}
      {marks.bracket === null ? null : (
        <>
          {layout.compact ? null : (
            <path
              d={`M${marks.bracket.x - 5} ${marks.bracket.top}h5V${marks.bracket.bottom}h-5`}
              fill="none"
              stroke="var(--crash)"
            />
          )}
          <text
            className="t-crash t-halo"
            x={marks.bracket.x + (layout.compact ? 4 : 11)}
            y={(marks.bracket.top + marks.bracket.bottom) / 2 - 8}
            style={{ fontSize: 13 }}
          >
            {marks.bracket.text}
          </text>
        </>
      )}
      {marks.gaps.map((gap) =>
        gap.label === null ? null : (
          <text key={gap.key} className="t-halo" x={gap.label.x} y={gap.label.y}>
            {gap.label.text}
          </text>
        ),
      )}
      {marks.noSound === null ? null : (
        <text className="t-ink2" x={marks.noSound.x} y={marks.noSound.y} textAnchor={marks.noSound.anchor}>
          {marks.noSound.text}
        </text>
      )}
      {marks.ends.map((end) => (
        <g key={end.key} className={lastData === null ? undefined : 'dim'}>
          {end.key === 'connected' ? (
            <circle cx={end.x} cy={end.y} r="3.5" fill="var(--bg)" stroke="var(--ink)" strokeWidth="2" />
          ) : (
            <rect
              x={end.x - 3.2}
              y={end.y - 3.2}
              width="6.4"
              height="6.4"
              fill="var(--bg)"
              stroke="var(--hearing)"
              strokeWidth="2"
            />
          )}
          {layout.compact ? null : (
            <>
              <text
                className={end.key === 'connected' ? 't-ink t-b' : 't-hear'}
                x={end.x + 12}
                y={end.labelY - 2}
                style={{ fontSize: 12 }}
              >
                {end.text}
              </text>
              <text x={end.x + 12} y={end.labelY + 12}>
                {end.name}
              </text>
            </>
          )}
        </g>
      ))}
    </>
  );
}
