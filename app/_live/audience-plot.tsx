'use client';
/** The lines and bands of the audience chart. Rows come prepared; nothing is decided here. */
import { memo, useMemo } from 'react';
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
  const margin = useMemo(() => ({ top: 0, right: 0, bottom: 0, left: gutter }), [gutter]);
  return (
    <ComposedChart data={NO_ROWS} width={width} height={height} margin={margin} accessibilityLayer={false}>
      <XAxis dataKey="at" type="number" domain={UNIT} allowDataOverflow hide />
      <YAxis type="number" domain={UNIT} allowDataOverflow hide width={0} />
      <Marks rows={rows} domain={domain} ceiling={ceiling} weight={weight} />
    </ComposedChart>
  );
});

/**
 * The chart gives the place and its scales, both from 0 to 1: what passes with every second does not pass through it. It
 * would walk through rows of its own many times a series, which four charts a second cannot bear.
 */
const NO_ROWS: never[] = [];
const UNIT: [number, number] = [0, 1];

function Marks({ rows, domain, ceiling, weight }: Pick<Props, 'rows' | 'domain' | 'ceiling'> & { weight: number }) {
  const across = useXAxisScale();
  const up = useYAxisScale();
  if (across === undefined || up === undefined) return null;
  const x = (at: number): number | undefined => across((at - domain.from) / (domain.to - domain.from));
  const y = (value: number): number | undefined => up(value / ceiling);
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
