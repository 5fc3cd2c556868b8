'use client';
/** The lines and bands of the audience chart. Rows come prepared; nothing is decided here. */
import { memo } from 'react';
import { ComposedChart, useXAxisScale, useYAxisScale, XAxis, YAxis } from 'recharts';
import { bandPath, linePath } from '../../lib/series/chart-paths.ts';
import type { ChartRow } from '../../lib/series/chart-rows.ts';
import type { Domain } from '../../lib/series/range.ts';

interface Props {
  rows: ChartRow[];
  domain: Domain;
  ceiling: number;
  width: number;
  height: number;
  gutter: number;
  /** wall boards draw thicker */
  weight?: number;
}

export const AudiencePlot = memo(function AudiencePlot(props: Props) {
  const { rows, domain, ceiling, width, height, gutter, weight = 1 } = props;
  return (
    <ComposedChart
      data={NO_ROWS}
      width={width}
      height={height}
      margin={{ top: 0, right: 0, bottom: 0, left: gutter }}
      accessibilityLayer={false}
    >
      <XAxis dataKey="at" type="number" domain={[domain.from, domain.to]} allowDataOverflow hide />
      <YAxis type="number" domain={[0, ceiling]} allowDataOverflow hide width={0} />
      <Marks rows={rows} weight={weight} />
    </ComposedChart>
  );
});

/** The chart gives the scales; it walks through rows of its own many times a series, which four charts a second cannot bear. */
const NO_ROWS: never[] = [];

function Marks({ rows, weight }: { rows: readonly ChartRow[]; weight: number }) {
  const x = useXAxisScale();
  const y = useYAxisScale();
  if (x === undefined || y === undefined) return null;
  const line = (read: (row: ChartRow) => number | null): string => linePath(rows, read, x, y);
  const band = (read: (row: ChartRow) => readonly [number, number] | null): string => bandPath(rows, read, x, y);
  const dash = `${5 * weight} ${3 * weight}`;
  return (
    <g fill="none" strokeLinejoin="round">
      <path
        d={band(({ hearingFill }) => (hearingFill === null ? null : [0, hearingFill]))}
        style={{ fill: 'var(--hearing-wash)' }}
      />
      <path d={band((row) => row.gap)} style={{ fill: 'var(--c-gap)' }} />
      <path d={band((row) => row.suspect)} style={{ fill: 'var(--c-suspect)' }} />
      <g stroke="var(--c-connected)">
        <path d={line((row) => row.suspectLow)} strokeWidth={weight} strokeDasharray="2 2" />
      </g>
      <g stroke="var(--c-hearing)" strokeWidth={1.75 * weight}>
        <path d={line((row) => row.hearing)} />
        <path d={line((row) => row.hearingOpen)} strokeDasharray={dash} />
      </g>
      <g stroke="var(--c-connected)" strokeWidth={2 * weight}>
        <path d={line((row) => row.connected)} />
        <path d={line((row) => row.connectedOpen)} strokeDasharray={dash} />
      </g>
    </g>
  );
}
