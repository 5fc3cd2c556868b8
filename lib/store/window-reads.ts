/** Reads for crash windows: of rows only what is new, of stays only what forensics asks; merged over partitions. */
import { type Kysely, sql } from 'kysely';
import type { CountName, Counts } from '../numbers/second.ts';
import type { Stay } from '../presence/stay.ts';
import { asBareStay, type BareStay } from './as-stay.ts';
import { ofBothTables } from './both-tables.ts';
import type { Tables } from './schema.ts';

/** Stays read at once: a page takes some milliseconds, and other work goes on between two. */
const PAGE = 10_000;

/** No second of a broadcast comes before, epoch s. */
export const BEGINNING = 1;

/** Columns of rows that a reader asks for. */
export type RowOf<Name extends CountName> = { second: number } & Pick<Counts, Name>;

/** Rows of the whole broadcast ('' and '') or of one attribute value. */
export interface GroupRows<Name extends CountName> {
  attribute: string;
  value: string;
  rows: RowOf<Name>[];
}

export interface GroupSums<Name extends CountName> {
  attribute: string;
  value: string;
  sums: Pick<Counts, Name>;
}

/** Rows in [from, to), epoch s, where something changed, in order; levels as their change. */
export async function rowChanges<Name extends CountName>(
  db: Kysely<Tables>,
  broadcast: string,
  names: readonly Name[],
  from: number,
  to: number,
): Promise<GroupRows<Name>[]> {
  const groups = new Map<number, Map<number, RowOf<Name>>>();
  const found = await ofBothTables(db, (at, table) =>
    ofGroups(at, table, broadcast, from, to)
      .select([`${table}.group_id`, `${table}.second`])
      .select(sumsOf(table, names))
      .groupBy([`${table}.group_id`, `${table}.second`])
      .execute(),
  );
  for (const rows of found) {
    for (const row of rows) {
      const id = row.group_id;
      const seconds = groups.get(id) ?? new Map<number, RowOf<Name>>();
      groups.set(id, seconds);
      const second = Number(row.second);
      seconds.set(second, { second, ...plus(names, seconds.get(second), row) });
    }
  }
  // a row set has its name before it has rows
  const named = await db
    .selectFrom('row_groups')
    .innerJoin('broadcasts', 'broadcasts.id', 'row_groups.broadcast_id')
    .select(['row_groups.id', 'row_groups.attribute', 'row_groups.value'])
    .where('broadcasts.broadcast', '=', broadcast)
    .orderBy('row_groups.attribute')
    .orderBy('row_groups.value')
    .execute();
  return named.flatMap(({ id, attribute, value }) => {
    const seconds = groups.get(id);
    if (seconds === undefined) return [];
    return [{ attribute, value, rows: [...seconds.values()].sort((a, b) => a.second - b.second) }];
  });
}

/** Sums over [from, to), epoch s: how far a level moved, how often something was counted. */
export async function rowSums<Name extends CountName>(
  db: Kysely<Tables>,
  broadcast: string,
  names: readonly Name[],
  from: number,
  to: number,
): Promise<GroupSums<Name>[]> {
  const groups = new Map<string, GroupSums<Name>>();
  const found = await ofBothTables(db, (at, table) =>
    ofGroups(at, table, broadcast, from, to)
      .select(['row_groups.attribute', 'row_groups.value'])
      .select(sumsOf(table, names))
      .groupBy(['row_groups.attribute', 'row_groups.value'])
      .execute(),
  );
  for (const rows of found) {
    for (const row of rows) {
      const key = `${row.attribute}\u0000${row.value}`;
      const sums = plus(names, groups.get(key)?.sums, row);
      groups.set(key, { attribute: row.attribute, value: row.value, sums });
    }
  }
  return [...groups.values()];
}

function ofGroups(db: Kysely<Tables>, table: 'rows_final' | 'rows_live', broadcast: string, from: number, to: number) {
  return (
    db
      .selectFrom(table)
      .innerJoin('row_groups', 'row_groups.id', `${table}.group_id`)
      .innerJoin('broadcasts', 'broadcasts.id', 'row_groups.broadcast_id')
      .where('broadcasts.broadcast', '=', broadcast)
      .where('row_groups.room', '=', '')
      .where('row_groups.attribute', 'not in', ['code', 'startup'])
      // from the very beginning on, so with what has been rolled up, which is summed up in a row of no second
      .where(`${table}.second`, from <= BEGINNING ? '>=' : '>', from <= BEGINNING ? 0 : from - 1)
      .where(`${table}.second`, '<', to)
  );
}

function sumsOf(table: 'rows_final' | 'rows_live', names: readonly CountName[]) {
  return names.map((name) => sql<number>`SUM(${sql.ref(`${table}.${name}`)})`.as(name));
}

/** PostgreSQL gives sums as text. */
function plus<Name extends CountName>(
  names: readonly Name[],
  before: Pick<Counts, Name> | undefined,
  row: Partial<Record<Name, unknown>>,
): Pick<Counts, Name> {
  const sum: Partial<Record<Name, number>> = {};
  for (const name of names) sum[name] = (before?.[name] ?? 0) + Number(row[name]);
  return sum as Pick<Counts, Name>;
}

/** Every stay, a page at a time, in the order of listener, connection, room and start. */
export async function* stayPages(db: Kysely<Tables>, broadcast: string, size = PAGE): AsyncGenerator<BareStay[]> {
  const attrs = new Map<string, Stay['attrs']>();
  for await (const rows of rowPages(db, broadcast, [], size))
    yield rows.map((row) => asBareStay(row, parsedOnce(attrs, row.attrs)));
}

/** The same with what was heard. */
export async function* wholeStayPages(db: Kysely<Tables>, broadcast: string, size = PAGE): AsyncGenerator<Stay[]> {
  const attrs = new Map<string, Stay['attrs']>();
  for await (const rows of rowPages(db, broadcast, ['hearing'], size)) {
    yield rows.map((row) => ({
      ...asBareStay(row, parsedOnce(attrs, row.attrs)),
      hearing: heard(row.hearing ?? '[]'),
    }));
  }
}

const BARE = ['listener', 'connection', 'room', 'start_at', 'end_at', 'reason', 'role', 'attrs', 'source'] as const;
const EVIDENCE = ['last_at', 'heartbeat_ms', 'joined'] as const;

type StayRow = Pick<Tables['stays'], (typeof BARE)[number] | (typeof EVIDENCE)[number]> & { hearing?: string };

async function* rowPages(
  db: Kysely<Tables>,
  broadcast: string,
  more: readonly 'hearing'[],
  size: number,
): AsyncGenerator<StayRow[]> {
  const found = await db.selectFrom('broadcasts').select('id').where('broadcast', '=', broadcast).executeTakeFirst();
  if (!found) return;
  let after: StayRow | null = null;
  for (;;) {
    let page = db
      .selectFrom('stays')
      .select([...BARE, ...EVIDENCE, ...more])
      .where('broadcast_id', '=', found.id);
    if (after) {
      const { listener, connection, room, start_at } = after;
      page = page.where(
        sql<boolean>`(listener, connection, room, start_at) > (${listener}, ${connection}, ${room}, ${start_at})`,
      );
    }
    const rows: StayRow[] = await page
      .orderBy('listener')
      .orderBy('connection')
      .orderBy('room')
      .orderBy('start_at')
      .limit(size)
      .execute();
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1) ?? null;
  }
}

function heard(text: string): Stay['hearing'] {
  return text === '[]' ? [] : (JSON.parse(text) as Stay['hearing']);
}

/** Many listeners share few combinations of attributes. */
function parsedOnce(known: Map<string, Stay['attrs']>, text: string | null): Stay['attrs'] {
  if (text === null) return null;
  let parsed = known.get(text);
  if (parsed === undefined) {
    parsed = JSON.parse(text) as Stay['attrs'];
    if (known.size < PAGE) known.set(text, parsed);
  }
  return parsed;
}
