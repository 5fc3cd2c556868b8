'use client';
/** The lines and bands of the audience chart. Rows come prepared; nothing is decided here. */
import { memo } from 'react';
import { Area, ComposedChart, Line, XAxis, YAxis } from 'recharts';
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

const LINE = { type: 'linear', dot: false, activeDot: false, isAnimationActive: false, connectNulls: false } as const;
const BAND = { ...LINE, stroke: 'none' } as const;

export const AudiencePlot = memo(function AudiencePlot(props: Props) {
  const { rows, domain, ceiling, width, height, gutter, weight = 1 } = props;
  const dash = `${5 * weight} ${3 * weight}`;
  return (
    <ComposedChart
      data={rows}
      width={width}
      height={height}
      margin={{ top: 0, right: 0, bottom: 0, left: gutter }}
      accessibilityLayer={false}
    >
      <XAxis dataKey="at" type="number" domain={[domain.from, domain.to]} allowDataOverflow hide />
      <YAxis type="number" domain={[0, ceiling]} allowDataOverflow hide width={0} />
      <Area {...BAND} dataKey="hearingFill" fill="var(--hearing-wash)" fillOpacity={1} />
      <Area {...BAND} dataKey="gap" fill="var(--c-gap)" fillOpacity={1} />
      <Area {...BAND} dataKey="suspect" fill="var(--c-suspect)" fillOpacity={1} />
      <Line {...LINE} dataKey="suspectLow" stroke="var(--c-connected)" strokeWidth={weight} strokeDasharray="2 2" />
      <Line {...LINE} dataKey="hearing" stroke="var(--c-hearing)" strokeWidth={1.75 * weight} />
      <Line
        {...LINE}
        dataKey="hearingOpen"
        stroke="var(--c-hearing)"
        strokeWidth={1.75 * weight}
        strokeDasharray={dash}
      />
      <Line {...LINE} dataKey="connected" stroke="var(--c-connected)" strokeWidth={2 * weight} />
      <Line
        {...LINE}
        dataKey="connectedOpen"
        stroke="var(--c-connected)"
        strokeWidth={2 * weight}
        strokeDasharray={dash}
      />
    </ComposedChart>
  );
});
