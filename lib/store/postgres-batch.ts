/** Many rows in one statement: columns as arrays, unnested by the server. */
import { COUNT_NAMES, type CountName } from '../numbers/second.ts';
import type { JournalPage } from '../presence/journal.ts';
import type { Stay } from '../presence/stay.ts';
import { int4Array, int8Array, textArray } from './postgres-arrays.ts';
import type { Connection, Parameter } from './postgres-connection.ts';

/** Rows a statement: some megabytes at most. */
const AT_ONCE = 4_000;
/** From so many rows on it pays to look whether they are all new. */
const MANY = 1_000;

/** What rows of one table gain, each row once; a partition is named by its place in the checkpoint until it is written. */
export class RowBatch {
  readonly #table: 'rows_live' | 'rows_final';
  readonly #places = new Map<number, Map<number, number>>();
  readonly #groups: number[] = [];
  readonly #seconds: number[] = [];
  readonly #at: number[] = [];
  readonly #counts: ArrayLike<number>[] = [];

  constructor(table: 'rows_live' | 'rows_final') {
    this.#table = table;
  }

  add(group: number, second: number, partition: number, counts: ArrayLike<number>): void {
    let seconds = this.#places.get(group);
    if (seconds === undefined) {
      seconds = new Map();
      this.#places.set(group, seconds);
    }
    const place = seconds.get(second);
    if (place !== undefined && this.#at[place] === partition) {
      const before = this.#counts[place] ?? [];
      this.#counts[place] = Int32Array.from(counts, (count, i) => count + (before[i] ?? 0));
      return;
    }
    seconds.set(second, this.#groups.length);
    this.#groups.push(group);
    this.#seconds.push(second);
    this.#at.push(partition);
    this.#counts.push(counts);
  }

  /** `parts`: the number of each partition of the checkpoint. */
  async write(connection: Connection, parts: readonly number[]): Promise<void> {
    if (this.#groups.length >= MANY && (await this.#areNew(connection, parts))) return this.#copy(connection, parts);
    await inTurn(this.#groups.length, (from, to) => connection.query(...this.#statement(parts, from, to)));
  }

  /** Whether there is no row yet where these begin and end. Their partitions are locked: none can come. */
  async #areNew(connection: Connection, numbers: readonly number[]): Promise<boolean> {
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const second of this.#seconds) {
      first = Math.min(first, second);
      last = Math.max(last, second);
    }
    const groups = [...this.#places.keys()];
    const parts = [...new Set(this.#at)].map((at) => numbers[at] ?? 0);
    const found = await connection.query(
      `SELECT 1 FROM ${this.#table}
       WHERE group_id = ANY ($1::int4[]) AND part = ANY ($2::int4[]) AND second BETWEEN $3 AND $4 LIMIT 1`,
      [int4Array(groups.length, (i) => groups[i] ?? 0), int4Array(parts.length, (i) => parts[i] ?? 0), first, last],
    );
    return found.length === 0;
  }

  #copy(connection: Connection, parts: readonly number[]): Promise<void> {
    const columns = this.#columns(this.#counts);
    const names = ['group_id', 'second', 'part', ...columns.map(({ name }) => `"${name}"`)];
    const text = `COPY ${this.#table} (${names.join(', ')}) FROM STDIN WITH (FORMAT binary)`;
    return connection.copy(text, this.#binary(parts, columns));
  }

  /** Each row as COPY has it: the number of its fields, then each field with its length, big-endian. */
  *#binary(parts: readonly number[], columns: readonly { column: number }[]): Generator<Buffer> {
    const rowBytes = 2 + 8 + 12 + 8 + columns.length * 8;
    for (let from = 0; from < this.#groups.length; from += AT_ONCE) {
      const to = Math.min(this.#groups.length, from + AT_ONCE);
      const piece = Buffer.allocUnsafe((to - from) * rowBytes);
      const view = new DataView(piece.buffer, piece.byteOffset, piece.length);
      let at = 0;
      const put = (value: number): void => {
        view.setInt32(at, 4);
        view.setInt32(at + 4, value);
        at += 8;
      };
      for (let i = from; i < to; i++) {
        view.setInt16(at, columns.length + 3);
        at += 2;
        put(this.#groups[i] ?? 0);
        view.setInt32(at, 8);
        view.setBigInt64(at + 4, BigInt(this.#seconds[i] ?? 0));
        at += 12;
        put(parts[this.#at[i] ?? 0] ?? 0);
        const counts = this.#counts[i];
        for (const { column } of columns) put(counts?.[column] ?? 0);
      }
      yield piece;
    }
  }

  /** Columns that are not zero in all of these. */
  #columns(counts: readonly ArrayLike<number>[]): { name: CountName; column: number }[] {
    return COUNT_NAMES.map((name, column) => ({ name, column })).filter(({ column }) =>
      counts.some((row) => row[column] !== 0),
    );
  }

  #statement(parts: readonly number[], from: number, to: number): [string, Parameter[]] {
    const counts = this.#counts.slice(from, to);
    const columns = this.#columns(counts);
    const names = columns.map(({ name }) => `"${name}"`);
    const keys = ['group_id', 'second', 'part'];
    // an element of an array of integers is found at once, and unnesting would write every column down once more
    const values = columns.map((_, i) => `($${i + 4}::int4[])[i]`);
    const text = `INSERT INTO ${this.#table} (${[...keys, ...names].join(', ')})
      SELECT ${['($1::int4[])[i]', '($2::int8[])[i]', '($3::int4[])[i]', ...values].join(', ')}
      FROM generate_series(1, ${to - from}) AS i
      ON CONFLICT (${keys.join(', ')}) DO ${addition(this.#table, columns)}`;
    const parameters = [
      int4Array(to - from, (i) => this.#groups[from + i] ?? 0),
      int8Array(this.#seconds.slice(from, to)),
      int4Array(to - from, (i) => parts[this.#at[from + i] ?? 0] ?? 0),
      ...columns.map(({ column }) => int4Array(to - from, (i) => counts[i]?.[column] ?? 0)),
    ];
    return [text, parameters];
  }
}

function addition(table: string, columns: readonly { name: CountName }[]): string {
  if (columns.length === 0) return 'NOTHING';
  return `UPDATE SET ${columns.map(({ name }) => `"${name}" = ${table}."${name}" + excluded."${name}"`).join(', ')}`;
}

export interface StayRow {
  broadcastId: number;
  /** of its partition in the checkpoint */
  place: number;
  final: 0 | 1;
  stay: Stay;
}

const STAY_KEYS = ['broadcast_id', 'listener', 'connection', 'room', 'start_at'];
const STAY_VALUES = [
  ...['end_at', 'reason', 'role', 'hearing', 'attrs', 'source', 'last_at', 'heartbeat_ms', 'joined', 'final', 'part'],
];
const STAY_TYPES = [
  ...['int4', 'text', 'text', 'text', 'int8'],
  ...['int8', 'text', 'text', 'text', 'text', 'text', 'int8', 'int4', 'int4', 'int4', 'int4'],
];
const PUT_STAYS = `INSERT INTO stays (${[...STAY_KEYS, ...STAY_VALUES].join(', ')})
  SELECT * FROM unnest(${STAY_TYPES.map((type, i) => `$${i + 1}::${type}[]`).join(', ')})
  ON CONFLICT (${STAY_KEYS.join(', ')}) DO UPDATE SET ${STAY_VALUES.map((name) => `${name} = excluded.${name}`).join(', ')}`;

/** Of stays of one kind that began at the same instant the last holds. */
export function eachOnce(rows: readonly StayRow[]): readonly StayRow[] {
  return lastOfEach(rows, ({ broadcastId, stay: s }) =>
    [broadcastId, s.start, s.listener.toWellFormed(), s.connection.toWellFormed(), s.room.toWellFormed()].join(
      '\u0000',
    ),
  );
}

/** Puts stays in, each once, or in place of those that began at the same instant. */
export async function putStays(
  connection: Connection,
  each: readonly StayRow[],
  parts: readonly number[],
): Promise<void> {
  await inTurn(each.length, (from, to) => {
    const lot = each.slice(from, to);
    const ints = (of: (row: StayRow) => number): Buffer =>
      int4Array(lot.length, (i) => {
        const row = lot[i];
        return row === undefined ? 0 : of(row);
      });
    const longs = (of: (stay: Stay) => number | null): Buffer => int8Array(lot.map(({ stay }) => of(stay)));
    const texts = (of: (stay: Stay) => string | null): Buffer => textArray(lot.map(({ stay }) => of(stay)));
    return connection.prepared('stays', PUT_STAYS, [
      ints((row) => row.broadcastId),
      texts((stay) => stay.listener),
      texts((stay) => stay.connection),
      texts((stay) => stay.room),
      longs((stay) => stay.start),
      longs((stay) => stay.end),
      texts((stay) => stay.reason),
      texts((stay) => stay.role),
      texts((stay) => JSON.stringify(stay.hearing)),
      texts((stay) => (stay.attrs === null ? null : JSON.stringify(stay.attrs))),
      texts((stay) => stay.source),
      longs((stay) => stay.lastEvidence),
      ints(({ stay }) => stay.heartbeatMs),
      ints(({ stay }) => (stay.joined ? 1 : 0)),
      ints((row) => row.final),
      ints(({ place }) => parts[place] ?? 0),
    ]);
  });
}

const DROP_OPEN_STAYS = `DELETE FROM stays WHERE broadcast_id = $1 AND final = 0 AND listener = ANY ($2::text[])
  AND (listener, connection, room, start_at) NOT IN (SELECT * FROM unnest($3::text[], $4::text[], $5::text[], $6::int8[]))`;

/** Takes away the open stays of these listeners that are not among those they have now. */
export async function dropOpenStays(
  connection: Connection,
  broadcastId: number,
  open: readonly { listener: string; stays: readonly Stay[] }[],
): Promise<void> {
  // a lot is small enough for the server to look its stays up by hash
  await inTurn(open.length, (from, to) => {
    const lot = open.slice(from, to);
    const kept = lot.flatMap(({ stays }) => stays);
    return connection.prepared('open stays', DROP_OPEN_STAYS, [
      broadcastId,
      textArray(lot.map(({ listener }) => listener)),
      textArray(kept.map((stay) => stay.listener)),
      textArray(kept.map((stay) => stay.connection)),
      textArray(kept.map((stay) => stay.room)),
      int8Array(kept.map((stay) => stay.start)),
    ]);
  });
}

export interface FailureRow {
  broadcastId: number;
  place: number;
  bytes: Uint8Array;
}

const ADD_FAILURES = `INSERT INTO failures (broadcast_id, part, page, bytes)
  SELECT $1, $2, COALESCE(MAX(page), -1) + 1, $3 FROM failures WHERE broadcast_id = $1 AND part = $2`;

/** Adds pages of failed attempts. */
export async function addFailures(
  connection: Connection,
  rows: readonly FailureRow[],
  parts: readonly number[],
): Promise<void> {
  for (const { broadcastId, place, bytes } of rows) {
    await connection.prepared('failures', ADD_FAILURES, [broadcastId, parts[place] ?? 0, bufferOf(bytes)]);
  }
}

/** The same bytes, as the driver wants them. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

export interface PageRow {
  place: number;
  broadcastId: number;
  slice: number;
  page: JournalPage;
}

const PUT_PAGE = 'INSERT INTO journal (part, broadcast_id, slice, number, bytes) VALUES ($1, $2, $3, $4, $5)';
const DROP_PAGES = 'DELETE FROM journal WHERE part = $1 AND broadcast_id = $2 AND slice = $3 AND number < $4';

/** Adds pages to journals, and takes away those that are needed no more. */
export async function putPages(
  connection: Connection,
  rows: readonly PageRow[],
  parts: readonly number[],
): Promise<void> {
  for (const { place, broadcastId, slice, page } of rows) {
    const part = parts[place] ?? 0;
    await connection.prepared('drop pages', DROP_PAGES, [part, broadcastId, slice, page.keptFrom]);
    await connection.prepared('page', PUT_PAGE, [part, broadcastId, slice, page.number, bufferOf(page.bytes)]);
  }
}

/** One statement may meet a row only once. */
function lastOfEach<Row>(rows: readonly Row[], keyOf: (row: Row) => string): readonly Row[] {
  const last = new Map<string, Row>();
  for (const row of rows) last.set(keyOf(row), row);
  return last.size === rows.length ? rows : [...last.values()];
}

/** `send` for [from, to) lot by lot; a lot is put together while the one before is being written. */
async function inTurn(total: number, send: (from: number, to: number) => Promise<unknown>): Promise<void> {
  let before: Promise<unknown> = Promise.resolve();
  for (let from = 0; from < total; from += AT_ONCE) {
    const sent = send(from, Math.min(total, from + AT_ONCE));
    // met below, at the latest after the last lot
    sent.catch(() => undefined);
    await before;
    before = sent;
  }
  await before;
}
