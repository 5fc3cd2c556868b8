/** `export series`: rows as text. Unknown is an empty cell, never 0. */
import { type Run, rolledUp, type StoredRow, secondsOfRun, withoutCounters } from '../numbers/rows.ts';
import type { SecondRow } from '../numbers/second.ts';
import { csvCell, csvLine } from './csv.ts';
import type { Cell, Column } from './table.ts';

export const SERIES_COLUMNS = [
  'time',
  'connected',
  'hearing',
  'connections',
  'suspect',
  'joins',
  'leaves',
  'timeouts',
  'errors',
  'attempts',
  'failures',
  'state',
  'rev',
] as const;

/** Means are no whole numbers. */
const MEANS: ReadonlySet<string> = new Set(['connected', 'hearing', 'connections']);
const TEXTS: ReadonlySet<string> = new Set(['time', 'state']);

/** `lead`: names of columns before them, such as `room`; with a step levels are means, and two columns more. */
export function seriesColumns(lead: readonly string[], stepped: boolean): Column[] {
  const own = SERIES_COLUMNS.map((name): Column => {
    return { name, type: TEXTS.has(name) ? 'text' : stepped && MEANS.has(name) ? 'real' : 'integer' };
  });
  const extremes = ['connected_min', 'connected_max'].map((name): Column => ({ name, type: 'integer' }));
  return [...lead.map((name): Column => ({ name, type: 'text' })), ...own, ...(stepped ? extremes : [])];
}

/** One row of a series with a step: levels are means over the step, counters sums (INTERFACES, files). */
export interface SeriesStep {
  /** epoch s, the step's first second */
  second: number;
  connected: number;
  hearing: number | null;
  connections: number;
  suspect: number | null;
  joins: number;
  leaves: number;
  timeouts: number | null;
  errors: number | null;
  attempts: number | null;
  failures: number | null;
  state: SecondRow['state'];
  rev: number | null;
  connectedMin: number;
  connectedMax: number;
  /** of an imported viewer count: see SecondRow */
  curve?: true;
}

/** 2023-05-24T22:04:12Z */
export function isoSecond(second: number): string {
  const minute = Math.floor(second / 60);
  if (minute !== lastMinute.minute) {
    lastMinute = { minute, text: new Date(minute * 60_000).toISOString().slice(0, 17) };
  }
  const rest = second - minute * 60;
  return `${lastMinute.text}${rest < 10 ? '0' : ''}${rest}Z`;
}

/** Rows come in order of time: of each minute the text is made once. */
let lastMinute = { minute: Number.NaN, text: '' };

/** The CSV lines of a complete broadcast's seconds: while nothing changes, only the time is written anew. */
export function* seriesLines(
  runs: Iterable<Run>,
  lead: readonly Cell[],
  publishRun: (run: StoredRow) => SecondRow,
): Generator<string> {
  const before = lead.length > 0 ? `${lead.map(csvCell).join(',')},` : '';
  const rest = (row: SecondRow): string => csvLine(seriesCells(row).slice(1));
  for (const run of runs) {
    yield `${before}${isoSecond(run.second)},${rest(publishRun(run))}`;
    if (run.span === 1) continue;
    const quiet = rest(publishRun(withoutCounters(run)));
    for (let second = run.second + 1; second < run.second + run.span; second++) {
      yield `${before}${isoSecond(second)},${quiet}`;
    }
  }
}

/** Some seconds in a row in which nothing changed after the first; `row` is the last one, with what was counted in the first. */
interface Piece {
  row: SecondRow;
  seconds: number;
}

/** Rows of steps of so many seconds, aligned to the epoch, as their runs come. A step is only as sure as its least sure second. */
export async function* stepPages(
  pages: AsyncIterable<Iterable<Run>>,
  step: number,
  published: (run: StoredRow) => SecondRow,
): AsyncGenerator<SeriesStep[]> {
  let group: Piece[] = [];
  let at = Number.NaN;
  for await (const page of pages) {
    const made: SeriesStep[] = [];
    for (const run of page) {
      for (const { start, piece } of piecesOf(run, step, published)) {
        if (start !== at && group.length > 0) {
          made.push(stepOf(at, group));
          group = [];
        }
        at = start;
        group.push(piece);
      }
    }
    yield made;
  }
  if (group.length > 0) yield [stepOf(at, group)];
}

/** A run cut where steps begin. */
function* piecesOf(
  run: Run,
  step: number,
  published: (run: StoredRow) => SecondRow,
): Generator<{ start: number; piece: Piece }> {
  const startOf = (second: number): number => Math.floor(second / step) * step;
  if (run.step !== undefined) {
    const piece = { row: { ...published(run), ...rolledUp(run) }, seconds: run.span };
    return yield { start: startOf(run.second), piece };
  }
  let counted: StoredRow = run;
  const end = run.second + run.span;
  for (let second = run.second; second < end; ) {
    const start = startOf(second);
    const next = Math.min(end, start + step);
    yield { start, piece: { row: published({ ...counted, second: next - 1 }), seconds: next - second } };
    counted = withoutCounters(run);
    second = next;
  }
}

const WORST_FIRST = ['live', 'provisional', 'settled', 'final'] as const;

function stepOf(second: number, pieces: readonly Piece[]): SeriesStep {
  const rows = pieces.map(({ row }) => row);
  const seconds = pieces.reduce((n, piece) => n + piece.seconds, 0);
  const mean = (pick: (r: SecondRow) => number): number =>
    pieces.reduce((sum, piece) => sum + pick(piece.row) * piece.seconds, 0) / seconds;
  const sum = (pick: (r: SecondRow) => number | null): number | null =>
    rows.reduce<number | null>((total, r) => {
      const value = pick(r);
      return total === null || value === null ? null : total + value;
    }, 0);
  const hearing = rows.every((r) => r.hearing !== null) ? mean((r) => r.hearing ?? 0) : null;
  const suspect = rows.every((r) => r.suspect !== null) ? Math.max(...rows.map((r) => r.suspect ?? 0)) : null;
  const state = WORST_FIRST.find((s) => rows.some((r) => r.state === s)) ?? 'final';
  return {
    second,
    connected: mean((r) => r.connected),
    hearing,
    connections: mean((r) => r.connections),
    suspect,
    joins: sum((r) => r.joins) ?? 0,
    leaves: sum((r) => r.leaves) ?? 0,
    timeouts: sum((r) => r.timeouts),
    errors: sum((r) => r.errors),
    attempts: sum((r) => r.attempts),
    failures: sum((r) => r.failures),
    state,
    rev: rows.at(-1)?.rev ?? null,
    connectedMin: rows.reduce(
      (min, r) => Math.min(min, r.rolled?.connected.low ?? r.connected),
      Number.POSITIVE_INFINITY,
    ),
    connectedMax: rows.reduce((max, r) => Math.max(max, r.rolled?.connected.high ?? r.connected), 0),
    ...(rows[0]?.curve ? { curve: true as const } : {}),
  };
}

type AnyRow = SecondRow | SeriesStep;

/** Cells in the order of SERIES_COLUMNS. */
export function seriesCells(row: AnyRow): (string | number | null)[] {
  return [
    isoSecond(row.second),
    row.connected,
    row.hearing,
    row.curve ? null : row.connections,
    row.suspect,
    row.curve ? null : row.joins,
    row.curve ? null : row.leaves,
    row.timeouts,
    row.errors,
    row.attempts,
    row.failures,
    row.state,
    row.rev,
  ];
}

/** Cells in the order of `seriesColumns`. */
export function seriesRow(row: AnyRow, lead: readonly Cell[]): Cell[] {
  const extremes = 'connectedMin' in row ? [row.connectedMin, row.connectedMax] : [];
  return [...lead, ...seriesCells(row), ...extremes];
}

/** A row a second, as their runs come. */
export async function* secondPages(
  pages: AsyncIterable<Iterable<Run>>,
  published: (run: StoredRow) => SecondRow,
): AsyncGenerator<SecondRow[]> {
  for await (const page of pages) yield [...page].flatMap((run) => [...secondsOfRun(run, published)]);
}
