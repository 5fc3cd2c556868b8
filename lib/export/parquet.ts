/** Rows as one Parquet file, a group of rows at a time. Whole numbers are INT64, others DOUBLE, the rest text; null stays null. */
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Cell, Column } from './table.ts';

/** Rows that are held at once. */
const GROUP = 50_000;

export async function* parquetPieces(
  columns: readonly Column[],
  pages: AsyncIterable<readonly (readonly Cell[])[]> | Iterable<readonly (readonly Cell[])[]>,
): AsyncGenerator<Uint8Array> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({ writer: bytes, schema: schemaOf(columns), createdBy: 'Headcount' });
  let group: (readonly Cell[])[] = [];
  const flush = (): Uint8Array => {
    if (group.length > 0) writer.write({ columnData: columns.map((column, at) => columnOf(column, at, group)) });
    group = [];
    return taken(bytes);
  };
  for await (const page of pages) {
    for (const row of page) group.push(row);
    if (group.length >= GROUP) yield flush();
  }
  const rest = flush();
  if (rest.length > 0) yield rest;
  writer.finish();
  yield taken(bytes);
}

/** What has been written since the last time; the writer goes on counting its bytes. */
function taken(bytes: ByteWriter): Uint8Array {
  const piece = bytes.getBytes().slice();
  bytes.index = 0;
  return piece;
}

function columnOf({ name, type }: Column, at: number, rows: readonly (readonly Cell[])[]) {
  const value = (cell: Cell): string | number | bigint | null => {
    if (cell === null) return null;
    if (type === 'text') return String(cell);
    return type === 'integer' ? BigInt(Number(cell)) : Number(cell);
  };
  return { name, data: rows.map((row) => value(row[at] ?? null)) };
}

function schemaOf(columns: readonly Column[]): SchemaElement[] {
  const element = ({ name, type }: Column): SchemaElement =>
    type === 'text'
      ? { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }
      : { name, type: type === 'integer' ? 'INT64' : 'DOUBLE', repetition_type: 'OPTIONAL' };
  return [{ name: 'root', num_children: columns.length }, ...columns.map(element)];
}
