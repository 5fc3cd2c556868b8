/** Many rows in one statement: columns as arrays, unnested by the server. */
import type { Counts } from '../numbers/second.ts';
import { COUNT_NAMES } from '../numbers/second.ts';
import type { FailureChange } from '../presence/counter.ts';
import type { Stay } from '../presence/stay.ts';
import { int4Array, int8Array, textArray } from './postgres-arrays.ts';
import type { Connection, Parameter } from './postgres-connection.ts';

/** Rows a statement: some megabytes at most. */
const AT_ONCE = 4_000;

/** What rows of one table gain, each row once. */
export class RowBatch {
  readonly #table: 'rows_live' | 'rows_final';
  readonly #places = new Map<number, Map<number, number>>();
  readonly #groups: number[] = [];
  readonly #seconds: number[] = [];
  readonly #parts: number[] = [];
  readonly #counts: ArrayLike<number>[] = [];

  constructor(table: 'rows_live' | 'rows_final') {
    this.#table = table;
  }

  add(group: number, second: number, part: number, counts: ArrayLike<number>): void {
    let seconds = this.#places.get(group);
    if (seconds === undefined) {
      seconds = new Map();
      this.#places.set(group, seconds);
    }
    const place = seconds.get(second);
    if (place !== undefined && this.#parts[place] === part) {
      const before = this.#counts[place] ?? [];
      this.#counts[place] = Int32Array.from(counts, (count, i) => count + (before[i] ?? 0));
      return;
    }
    seconds.set(second, this.#groups.length);
    this.#groups.push(group);
    this.#seconds.push(second);
    this.#parts.push(part);
    this.#counts.push(counts);
  }

  /** Statements are made while the one before runs. */
  async write(connection: Connection): Promise<void> {
    const total = this.#groups.length;
    await inTurn(total, (from, to) => connection.query(...this.#statement(from, to)));
  }

  #statement(from: number, to: number): [string, Parameter[]] {
    const counts = this.#counts.slice(from, to);
    const columns = COUNT_NAMES.map((name, column) => ({ name, column })).filter(({ column }) =>
      counts.some((row) => row[column] !== 0),
    );
    const names = columns.map(({ name }) => `"${name}"`);
    const keys = ['group_id', 'second', 'part'];
    const arrays = ['$1::int4[]', '$2::int8[]', '$3::int4[]', ...columns.map((_, i) => `$${i + 4}::int4[]`)];
    const text = `INSERT INTO ${this.#table} (${[...keys, ...names].join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})
      ON CONFLICT (${keys.join(', ')}) DO ${addition(this.#table, columns)}`;
    return [
      text,
      [
        int4Array(to - from, (i) => this.#groups[from + i] ?? 0),
        int8Array(this.#seconds.slice(from, to)),
        int4Array(to - from, (i) => this.#parts[from + i] ?? 0),
        ...columns.map(({ column }) => int4Array(to - from, (i) => counts[i]?.[column] ?? 0)),
      ],
    ];
  }
}

function addition(table: string, columns: readonly { name: keyof Counts }[]): string {
  if (columns.length === 0) return 'NOTHING';
  return `UPDATE SET ${columns.map(({ name }) => `"${name}" = ${table}."${name}" + excluded."${name}"`).join(', ')}`;
}

export interface StayRow {
  broadcastId: number;
  part: number;
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

/** Puts stays in, or in place of those that began at the same instant; of two of one kind the last holds. */
export async function putStays(connection: Connection, rows: readonly StayRow[]): Promise<void> {
  const each = lastOfEach(rows, ({ broadcastId, stay: s }) =>
    [broadcastId, s.start, s.listener.toWellFormed(), s.connection.toWellFormed(), s.room.toWellFormed()].join(
      '\u0000',
    ),
  );
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
      ints((row) => row.part),
    ]);
  });
}

/** Takes away the open stays of these listeners that are not among those they have now. */
export async function dropOpenStays(
  connection: Connection,
  broadcastId: number,
  open: readonly { listener: string; stays: readonly Stay[] }[],
): Promise<void> {
  if (open.length === 0) return;
  const kept = open.flatMap(({ stays }) => stays);
  const without =
    kept.length === 0
      ? ''
      : `AND NOT EXISTS (SELECT 1 FROM unnest($3::text[], $4::text[], $5::text[], $6::int8[]) AS k (listener, connection, room, start_at)
         WHERE k.listener = s.listener AND k.connection = s.connection AND k.room = s.room AND k.start_at = s.start_at)`;
  const parameters: Parameter[] = [broadcastId, textArray(open.map(({ listener }) => listener))];
  if (kept.length > 0) {
    parameters.push(
      textArray(kept.map((stay) => stay.listener)),
      textArray(kept.map((stay) => stay.connection)),
      textArray(kept.map((stay) => stay.room)),
      int8Array(kept.map((stay) => stay.start)),
    );
  }
  await connection.query(
    `DELETE FROM stays s WHERE broadcast_id = $1 AND final = 0 AND listener = ANY ($2::text[]) ${without}`,
    parameters,
  );
}

export interface FailureRow {
  broadcastId: number;
  part: number;
  failure: FailureChange;
}

const ADD_FAILURES = `INSERT INTO failures (broadcast_id, listener, second, by_join, part, times)
  SELECT b, l, s, j, p, SUM(t)::int4
  FROM unnest($1::int4[], $2::text[], $3::int8[], $4::int4[], $5::int4[], $6::int4[]) AS f (b, l, s, j, p, t)
  GROUP BY b, l, s, j, p
  ON CONFLICT (broadcast_id, listener, second, by_join, part) DO UPDATE SET times = failures.times + excluded.times`;

/** Adds to what is there of each listener's failed attempts. */
export async function addFailures(connection: Connection, rows: readonly FailureRow[]): Promise<void> {
  await inTurn(rows.length, (from, to) => {
    const lot = rows.slice(from, to);
    const ints = (of: (row: FailureRow) => number): Buffer =>
      int4Array(lot.length, (i) => {
        const row = lot[i];
        return row === undefined ? 0 : of(row);
      });
    return connection.prepared('failures', ADD_FAILURES, [
      ints((row) => row.broadcastId),
      textArray(lot.map(({ failure }) => failure.listener)),
      int8Array(lot.map(({ failure }) => failure.second)),
      ints(({ failure }) => (failure.byJoin ? 1 : 0)),
      ints((row) => row.part),
      ints(({ failure }) => failure.change),
    ]);
  });
}

export interface ListenerRow {
  part: number;
  broadcastId: number;
  listener: string;
  state: string;
}

const PUT_LISTENERS = `INSERT INTO listeners (part, broadcast_id, listener, state)
  SELECT * FROM unnest($1::int4[], $2::int4[], $3::text[], $4::text[])
  ON CONFLICT (part, broadcast_id, listener) DO UPDATE SET state = excluded.state`;

export async function putListeners(connection: Connection, rows: readonly ListenerRow[]): Promise<void> {
  const each = lastOfEach(rows, (row) => `${row.part} ${row.broadcastId} ${row.listener.toWellFormed()}`);
  await inTurn(each.length, (from, to) => {
    const lot = each.slice(from, to);
    return connection.prepared('listeners', PUT_LISTENERS, [
      int4Array(lot.length, (i) => lot[i]?.part ?? 0),
      int4Array(lot.length, (i) => lot[i]?.broadcastId ?? 0),
      textArray(lot.map(({ listener }) => listener)),
      textArray(lot.map(({ state }) => state)),
    ]);
  });
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
