/** Reads for live crash windows: only what is new, merged over partitions, for the whole and for each attribute value. */
import { type Kysely, sql } from 'kysely';
import type { StoredRow } from '../numbers/rows.ts';
import { COUNT_NAMES, LEVELS } from '../numbers/second.ts';
import type { Tables } from './schema.ts';

/** Rows of the whole broadcast ('' and '') or of one attribute value. */
export interface GroupRows {
  attribute: string;
  value: string;
  rows: StoredRow[];
}

export interface GroupLevels {
  attribute: string;
  value: string;
  levels: Levels;
}

export type Levels = Pick<StoredRow, (typeof LEVELS)[number]>;

/** Rows in [from, to), epoch s, where something changed, in order; levels as their change. */
export async function rowChanges(
  db: Kysely<Tables>,
  broadcast: string,
  from: number,
  to: number,
): Promise<GroupRows[]> {
  const groups = new Map<string, GroupRows & { at: Map<number, StoredRow> }>();
  for (const table of ['rows_final', 'rows_live'] as const) {
    const rows = await ofGroups(db, table, broadcast, from, to)
      .select(['row_groups.attribute', 'row_groups.value', `${table}.second`])
      .select(COUNT_NAMES.map((name) => sql<number>`SUM(${sql.ref(`${table}.${name}`)})`.as(name)))
      .groupBy(['row_groups.attribute', 'row_groups.value', `${table}.second`])
      .execute();
    for (const { attribute, value, ...counts } of rows) {
      const row = numbers(counts);
      const key = `${attribute}\u0000${value}`;
      const group = groups.get(key) ?? { attribute, value, rows: [], at: new Map() };
      groups.set(key, group);
      const before = group.at.get(row.second);
      if (before) for (const name of COUNT_NAMES) before[name] += row[name];
      else group.at.set(row.second, row);
    }
  }
  return [...groups.values()].map(({ attribute, value, at }) => ({
    attribute,
    value,
    rows: [...at.values()].sort((a, b) => a.second - b.second),
  }));
}

/** How far each level moved in [from, to), epoch s; by attribute and value as in `rowChanges`. */
export async function levelChanges(
  db: Kysely<Tables>,
  broadcast: string,
  from: number,
  to: number,
): Promise<GroupLevels[]> {
  const groups = new Map<string, GroupLevels>();
  for (const table of ['rows_final', 'rows_live'] as const) {
    const rows = await ofGroups(db, table, broadcast, from, to)
      .select(['row_groups.attribute', 'row_groups.value'])
      .select(LEVELS.map((name) => sql<number>`SUM(${sql.ref(`${table}.${name}`)})`.as(name)))
      .groupBy(['row_groups.attribute', 'row_groups.value'])
      .execute();
    for (const { attribute, value, ...counts } of rows) {
      const key = `${attribute}\u0000${value}`;
      const before = groups.get(key);
      for (const name of LEVELS) counts[name] = Number(counts[name]) + (before?.levels[name] ?? 0);
      groups.set(key, { attribute, value, levels: counts });
    }
  }
  return [...groups.values()];
}

function ofGroups(db: Kysely<Tables>, table: 'rows_final' | 'rows_live', broadcast: string, from: number, to: number) {
  return db
    .selectFrom(table)
    .innerJoin('row_groups', 'row_groups.id', `${table}.group_id`)
    .innerJoin('broadcasts', 'broadcasts.id', 'row_groups.broadcast_id')
    .where('broadcasts.broadcast', '=', broadcast)
    .where('row_groups.room', '=', '')
    .where('row_groups.attribute', 'not in', ['code', 'startup'])
    .where(`${table}.second`, '>=', Math.max(from, 1))
    .where(`${table}.second`, '<', to);
}

/** PostgreSQL gives sums as text. */
function numbers(row: StoredRow): StoredRow {
  const out = { ...row, second: Number(row.second) };
  for (const name of COUNT_NAMES) out[name] = Number(row[name]);
  return out;
}
