/** Rows as a file, piece by piece: nobody has to hold all of them. Unknown is an empty cell or null, never 0. */
import { csvLine } from './csv.ts';

export const TABLE_FORMATS = ['csv', 'json', 'ndjson', 'parquet'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

export type Cell = string | number | boolean | null;

export interface Column {
  name: string;
  /** whole numbers, other numbers, text; yes or no is text in Parquet */
  type: 'integer' | 'real' | 'text';
  /** how a cell is written in CSV where that is not its text */
  csv?: (cell: Cell) => Cell;
}

/** A piece of text is handed out when it has so many letters. */
const PIECE = 1 << 16;

/** `pages`: rows in order, each with a cell a column. */
export async function* tablePieces(
  columns: readonly Column[],
  pages: AsyncIterable<readonly (readonly Cell[])[]> | Iterable<readonly (readonly Cell[])[]>,
  format: TableFormat,
): AsyncGenerator<string | Uint8Array> {
  if (format === 'parquet') {
    const { parquetPieces } = await import('./parquet.ts');
    yield* parquetPieces(columns, pages);
    return;
  }
  const line = format === 'csv' ? csvOf(columns) : jsonOf(columns);
  let text = format === 'csv' ? csvLine(columns.map(({ name }) => name)) : format === 'json' ? '[' : '';
  let between = '\n';
  for await (const page of pages) {
    for (const row of page) {
      if (format === 'json') {
        text += between + line(row);
        between = ',\n';
      } else text += format === 'csv' ? line(row) : `${line(row)}\n`;
      if (text.length < PIECE) continue;
      yield text;
      text = '';
    }
  }
  if (format === 'json') text += '\n]\n';
  if (text !== '') yield text;
}

function csvOf(columns: readonly Column[]): (row: readonly Cell[]) => string {
  const written = columns.map(({ csv }) => csv);
  return (row) => csvLine(row.map((cell, at) => (cell === null ? null : (written[at]?.(cell) ?? cell))));
}

/** An object a row, its members in the order of the columns. */
function jsonOf(columns: readonly Column[]): (row: readonly Cell[]) => string {
  const names = columns.map(({ name }, at) => `${at === 0 ? '' : ','}${JSON.stringify(name)}:`);
  return (row) => {
    let text = '{';
    for (const [at, name] of names.entries()) text += name + JSON.stringify(row[at] ?? null);
    return `${text}}`;
  };
}
