'use client';
/** Lines and bands of a window's chart, the expected audience among them. Rows come prepared; nothing is decided here. */
import { memo } from 'react';
import { Area, ComposedChart, Line, XAxis, YAxis } from 'recharts';
import type { Domain } from '../../lib/series/range.ts';
import type { WindowRow } from './window-rows.ts';

interface Props {
  rows: WindowRow[];
  domain: Domain;
  ceiling: number;
  width: number;
  height: number;
  gutter: number;
}

const LINE = { type: 'linear', dot: false, activeDot: false, isAnimationActive: false, connectNulls: false } as const;
const BAND = { ...LINE, stroke: 'none', fillOpacity: 1 } as const;

export const WindowPlot = memo(function WindowPlot({ rows, domain, ceiling, width, height, gutter }: Props) {
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
      <Area {...BAND} dataKey="hearingFill" fill="var(--hearing-wash)" />
      <Area {...BAND} dataKey="gap" fill="var(--c-gap)" />
      <Area {...BAND} dataKey="lost" fill="var(--c-lost)" />
      <Area {...BAND} dataKey="band" fill="var(--c-expected-band)" />
      <Area {...BAND} dataKey="suspect" fill="var(--c-suspect)" />
      <Line
        {...LINE}
        dataKey="expected"
        stroke="var(--c-expected)"
        strokeWidth={2}
        strokeLinecap="round"
        strokeDasharray="0.1 5"
      />
      <Line {...LINE} dataKey="hearing" stroke="var(--c-hearing)" strokeWidth={1.75} />
      <Line {...LINE} dataKey="hearingOpen" stroke="var(--c-hearing)" strokeWidth={1.75} strokeDasharray="5 3" />
      <Line {...LINE} dataKey="connected" stroke="var(--c-connected)" strokeWidth={2} />
      <Line {...LINE} dataKey="connectedOpen" stroke="var(--c-connected)" strokeWidth={2} strokeDasharray="5 3" />
    </ComposedChart>
  );
});
