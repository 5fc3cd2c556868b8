/** Rows as `export series` and the API write them: one per second, or one per step. */
import { isoSecondText } from '../format/clock.ts';
import type { SecondRow, ValueState } from '../numbers/second.ts';

export interface ExportRow {
  /** epoch ms: the second, or the first one of the step */
  at: number;
  /** means over the step where it is longer than a second */
  connected: number;
  hearing: number | null;
  /** null, like joins and leaves, where only a viewer count is known */
  connections: number | null;
  suspect: number | null;
  joins: number | null;
  leaves: number | null;
  timeouts: number | null;
  errors: number | null;
  attempts: number | null;
  failures: number | null;
  state: ValueState;
  rev: number | null;
  connectedMin: number;
  connectedMax: number;
}

const ORDER: readonly ValueState[] = ['live', 'provisional', 'settled', 'final'];

/**
 * Steps are aligned to the epoch; counters are sums, the state is that of the least decided second. `pages`: rows in order;
 * what is held is one page and one step.
 */
export async function* exportRowPages(
  pages: AsyncIterable<readonly SecondRow[]>,
  step: number,
): AsyncGenerator<ExportRow[]> {
  let group: SecondRow[] = [];
  let bucket = Number.NaN;
  for await (const page of pages) {
    const made: ExportRow[] = [];
    for (const row of page) {
      const own = Math.floor(row.second / step);
      if (own !== bucket) {
        made.push(...exportRow(group, step));
        group = [];
      }
      bucket = own;
      group.push(row);
    }
    yield made;
  }
  yield exportRow(group, step);
}

/** Nothing of nothing. */
function exportRow(group: readonly SecondRow[], step: number): ExportRow[] {
  const first = group[0];
  if (first === undefined) return [];
  const weights = group.map((row) => row.rolled?.seconds ?? 1);
  const mean = (values: readonly number[]): number => meanOf(values, weights);
  const meanOrNull = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === values.length ? mean(known) : null;
  };
  const row: ExportRow = {
    at: step === 1 ? first.second * 1000 : Math.floor(first.second / step) * step * 1000,
    connected: mean(group.map((row) => row.connected)),
    hearing: meanOrNull(group.map((row) => row.hearing)),
    connections: first.curve ? null : mean(group.map((row) => row.connections)),
    suspect: meanOrNull(group.map((row) => row.suspect)),
    joins: first.curve ? null : sum(group.map((row) => row.joins)),
    leaves: first.curve ? null : sum(group.map((row) => row.leaves)),
    timeouts: sumOrNull(group.map((row) => row.timeouts)),
    errors: sumOrNull(group.map((row) => row.errors)),
    attempts: sumOrNull(group.map((row) => row.attempts)),
    failures: sumOrNull(group.map((row) => row.failures)),
    state: ORDER[Math.min(...group.map((row) => ORDER.indexOf(row.state)))] ?? first.state,
    rev: group.some((row) => row.rev === null) ? null : first.rev,
    connectedMin: Math.min(...group.map((row) => row.rolled?.connected.low ?? row.connected)),
    connectedMax: Math.max(...group.map((row) => row.rolled?.connected.high ?? row.connected)),
  };
  return [row];
}

const COLUMNS = [
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
] as const satisfies readonly (keyof ExportRow)[];

/** With a header line; unknown is an empty cell. */
export async function* seriesCsvPieces(
  pages: AsyncIterable<readonly ExportRow[]>,
  step: number,
): AsyncGenerator<string> {
  yield `time,${COLUMNS.join(',')}${step === 1 ? '' : ',connected_min,connected_max'}\n`;
  for await (const page of pages) {
    let text = '';
    for (const row of page) {
      const cells = COLUMNS.map((column) => row[column] ?? '');
      const more = step === 1 ? '' : `,${row.connectedMin},${row.connectedMax}`;
      text += `${isoSecondText(row.at)},${cells.join(',')}${more}\n`;
    }
    if (text !== '') yield text;
  }
}

/** `head` with the rows as its last member. */
export async function* seriesJsonPieces(
  pages: AsyncIterable<readonly ExportRow[]>,
  head: Readonly<Record<string, unknown>>,
): AsyncGenerator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"rows":[`;
  let between = '';
  for await (const page of pages) {
    if (page.length === 0) continue;
    yield between + page.map((row) => JSON.stringify(row)).join();
    between = ',';
  }
  yield ']}';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function meanOf(values: readonly number[], weights: readonly number[]): number {
  return sum(values.map((value, i) => value * (weights[i] ?? 1))) / sum(weights);
}

function sumOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? sum(known) : null;
}
