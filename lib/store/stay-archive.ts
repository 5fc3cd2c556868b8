/** Stays of a broadcast that are no longer in the store, as one Parquet file: everything that was known of each. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { SchemaElement } from 'hyparquet';
import type { Stay } from '../presence/stay.ts';
import { asStay } from './as-stay.ts';
import { StoreError } from './store-error.ts';

/** Stays held at once. */
const LOT = 50_000;

/** As the table of stays has them; null is null there too. */
const COLUMNS = [
  ['listener', 'text'],
  ['connection', 'text'],
  ['room', 'text'],
  ['start_at', 'number'],
  ['end_at', 'number'],
  ['reason', 'text'],
  ['role', 'text'],
  ['hearing', 'text'],
  ['attrs', 'text'],
  ['source', 'text'],
  ['last_at', 'number'],
  ['heartbeat_ms', 'number'],
  ['joined', 'number'],
] as const satisfies readonly (readonly [string, 'text' | 'number'])[];

type Row = Record<(typeof COLUMNS)[number][0], string | number | null>;

/** In the order they come. The file is whole and safe when this resolves with their number; before, there is none. */
export async function writeStays(path: string, stays: AsyncIterable<Stay>): Promise<number> {
  const { fileWriter, ParquetWriter } = await import('hyparquet-writer');
  await mkdir(dirname(path), { recursive: true });
  const begun = `${path}.part`;
  try {
    const writer = new ParquetWriter({ writer: fileWriter(begun), schema: SCHEMA });
    let count = 0;
    let lot: Row[] = [];
    const put = (): void => {
      const columnData = COLUMNS.map(([name, kind]) => ({
        name,
        data: lot.map((row) => (kind === 'number' && typeof row[name] === 'number' ? BigInt(row[name]) : row[name])),
      }));
      writer.write({ columnData });
      lot = [];
    };
    for await (const stay of stays) {
      lot.push(rowOf(stay));
      count++;
      if (lot.length === LOT) put();
    }
    if (lot.length > 0) put();
    writer.finish();
    const file = await open(begun, 'r+');
    await file.sync();
    await file.close();
    await rename(begun, path);
    return count;
  } catch (error) {
    await rm(begun, { force: true });
    throw error;
  }
}

/** In the order they were written. Throws a StoreError that says where they should be. */
export async function* readStays(path: string): AsyncGenerator<Stay> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const file = await asyncBufferFromFile(path).catch((cause: unknown) => {
    throw new StoreError(
      `The stays of this broadcast are no longer in the store: they were expected in ${path}, and ${hostname()} has no such file. Read it on the machine whose ingest process wrote it, or copy it here.`,
      cause,
    );
  });
  const metadata = await parquetMetadataAsync(file);
  const rows = Number(metadata.num_rows);
  for (let from = 0; from < rows; from += LOT) {
    const lot = await parquetReadObjects({ file, metadata, rowStart: from, rowEnd: Math.min(rows, from + LOT) });
    for (const row of lot) yield stayOf(row);
  }
}

const SCHEMA: SchemaElement[] = [
  { name: 'root', num_children: COLUMNS.length },
  ...COLUMNS.map(
    ([name, kind]): SchemaElement =>
      kind === 'text'
        ? { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }
        : { name, type: 'INT64', repetition_type: 'OPTIONAL' },
  ),
];

function rowOf(stay: Stay): Row {
  return {
    listener: stay.listener,
    connection: stay.connection,
    room: stay.room,
    start_at: stay.start,
    end_at: stay.end,
    reason: stay.reason,
    role: stay.role,
    hearing: JSON.stringify(stay.hearing),
    attrs: stay.attrs === null ? null : JSON.stringify(stay.attrs),
    source: stay.source,
    last_at: stay.lastEvidence,
    heartbeat_ms: stay.heartbeatMs,
    joined: stay.joined ? 1 : 0,
  };
}

function stayOf(row: Record<string, unknown>): Stay {
  const text = (name: keyof Row): string | null => (typeof row[name] === 'string' ? row[name] : null);
  const number = (name: keyof Row): number | null => (row[name] === null ? null : Number(row[name]));
  return asStay({
    broadcast_id: 0,
    listener: text('listener') ?? '',
    connection: text('connection') ?? '',
    room: text('room') ?? '',
    start_at: number('start_at') ?? 0,
    end_at: number('end_at'),
    reason: text('reason'),
    role: text('role') ?? '',
    hearing: text('hearing') ?? '[]',
    attrs: text('attrs'),
    source: text('source'),
    last_at: number('last_at') ?? 0,
    heartbeat_ms: number('heartbeat_ms') ?? 0,
    joined: number('joined') ?? 0,
    final: 1,
    part: 0,
  });
}
