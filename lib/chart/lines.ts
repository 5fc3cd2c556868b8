/** Lines, fills and bands of the plot. Straight segments; a line is broken where nothing is known. */
import type { ChartRow } from '../series/chart-rows.ts';
import type { Span } from '../series/span.ts';
import { digits, path } from './element.ts';
import type { Theme } from './theme.ts';

export interface Scales {
  x(at: number): number;
  y(value: number): number;
}

/** A stretch without a break: places in px. */
type Run = [number, number][];

/** Values in order of time; null, and a stretch in which nothing is known, break the line. */
export function runs(
  rows: readonly { at: number; value: number | null }[],
  gaps: readonly Span[],
  { x, y }: Scales,
): Run[] {
  const list: Run[] = [];
  let run: Run = [];
  let before: number | null = null;
  for (const { at, value } of rows) {
    if (value === null || (before !== null && gapBetween(gaps, before, at))) {
      if (run.length > 0) list.push(run);
      run = [];
    }
    before = at;
    if (value !== null) run.push([x(at), y(value)]);
  }
  if (run.length > 0) list.push(run);
  return list;
}

export function linePath(list: readonly Run[]): string {
  return list.map((run) => `M${run.map(place).join('L')}${run.length === 1 ? 'h0.01' : ''}`).join('');
}

/** The area from the line down to a level. */
function fillPath(list: readonly Run[], level: number): string {
  return list
    .map((run) => {
      const first = run[0];
      const last = run[run.length - 1];
      if (first === undefined || last === undefined) return '';
      return `M${digits(first[0])} ${digits(level)}L${run.map(place).join('L')}V${digits(level)}Z`;
    })
    .join('');
}

/** The area between two lines that have the same instants. */
function bandPath(upper: readonly Run[], lower: readonly Run[]): string {
  return upper
    .map((run, index) => {
      const back = [...(lower[index] ?? [])].reverse();
      return back.length === 0 ? '' : `M${run.map(place).join('L')}L${back.map(place).join('L')}Z`;
    })
    .join('');
}

/** Fills first, then bands, then lines, hearing under connected; in a comparison connected alone. */
export function audienceLines(
  rows: readonly ChartRow[],
  gaps: readonly Span[],
  scales: Scales,
  theme: Theme,
  compared: boolean,
): string {
  const of = (read: (row: ChartRow) => number | null): Run[] =>
    runs(
      rows.map((row) => ({ at: row.at, value: read(row) })),
      gaps,
      scales,
    );
  const hearingFill = of((row) => row.hearingFill);
  const zero = scales.y(0);
  const connectedAll = of((row) => row.connected ?? row.connectedOpen);
  const connected = [
    stroke(
      of((row) => row.connected),
      { colour: theme.ink, width: 2, dash: '', mark: 'connected' },
    ),
    stroke(
      of((row) => row.connectedOpen),
      { colour: theme.ink, width: 2, dash: '5 3', mark: 'connected-provisional' },
    ),
  ];
  if (compared) {
    return [path(fillPath(connectedAll, zero), { fill: theme.ink, 'fill-opacity': 0.06 }), ...connected].join('');
  }
  const parts = [
    path(fillPath(hearingFill, zero), {
      fill: theme.hearingWash.colour,
      'fill-opacity': theme.hearingWash.opacity,
      'data-mark': 'hearing-fill',
    }),
    path(
      bandPath(
        of((row) => row.gap?.[1] ?? null),
        of((row) => row.gap?.[0] ?? null),
      ),
      { fill: theme.gap.colour, 'fill-opacity': theme.gap.opacity, 'data-mark': 'gap' },
    ),
    path(
      bandPath(
        of((row) => row.suspect?.[1] ?? null),
        of((row) => row.suspect?.[0] ?? null),
      ),
      { fill: theme.suspect.colour, 'fill-opacity': theme.suspect.opacity, 'data-mark': 'suspect' },
    ),
    stroke(
      of((row) => row.suspectLow),
      { colour: theme.ink, width: 1, dash: '2 2', mark: 'suspect-edge' },
    ),
    stroke(
      of((row) => row.hearing),
      { colour: theme.hearing, width: 1.75, dash: '', mark: 'hearing' },
    ),
    stroke(
      of((row) => row.hearingOpen),
      { colour: theme.hearing, width: 1.75, dash: '5 3', mark: 'hearing-provisional' },
    ),
    ...connected,
  ];
  return parts.join('');
}

export interface Stroke {
  colour: string;
  width: number;
  dash: string;
  mark: string;
}

export function stroke(list: readonly Run[], { colour, width, dash, mark }: Stroke): string {
  return path(linePath(list), {
    fill: 'none',
    stroke: colour,
    'stroke-width': width,
    'stroke-dasharray': dash,
    'stroke-linejoin': 'round',
    'data-mark': mark,
  });
}

function gapBetween(gaps: readonly Span[], before: number, at: number): boolean {
  return gaps.some((gap) => gap.from <= at && (gap.to ?? Number.POSITIVE_INFINITY) >= before);
}

function place([x, y]: [number, number]): string {
  return `${digits(x)} ${digits(y)}`;
}
