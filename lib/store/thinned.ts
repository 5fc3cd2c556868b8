/**
 * A long stretch of a broadcast in few points, chosen by the database (M4: Jugel et al., "M4: A Visualization-Oriented
 * Time Series Data Aggregation", VLDB 2014): of every bucket of time the first and last change, the extremes of both lines
 * and the last change of hosts stay; counters of what lies between are carried into the next point. Epoch seconds.
 */
import { type Kysely, sql } from 'kysely';
import type { Levels } from '../numbers/blocks.ts';
import { NOTHING_COUNTED, type StoredRow } from '../numbers/rows.ts';
import { type CountName, LEVELS } from '../numbers/second.ts';
import type { RowTable } from './both-tables.ts';
import { levelsBefore } from './levels-before.ts';
import type { Tables } from './schema.ts';
import { THINNED, type ThinnedRow } from './thinned-row.ts';

/** Points that a bucket gives at most, and one more where nothing changed before. */
const A_BUCKET = 8;
/** A level and its second in one number: the smallest of these is the lowest level, and the first second that had it. */
const SHIFT = sql`4294967296`;
const MOST_SECOND = sql`4294967295`;

/** At most about `most` rows of [from, to), levels as they are then. `group`: of row_groups; `known`: the levels before `from`. */
export function thinnedRows(
  db: Kysely<Tables>,
  group: number,
  from: number,
  to: number,
  most: number,
  known: Levels | null = null,
): Promise<ThinnedRow[]> {
  const width = Math.max(1, Math.ceil((to - from) / Math.max(1, Math.floor(most / A_BUCKET))));
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (at) => {
      // what is complete lies in one table, in order: that need not be sorted again
      const tables: RowTable[] = (await isLive(at, group, from, to)) ? ['rows_final', 'rows_live'] : ['rows_final'];
      const before = known ?? (await levelsBefore(at, group, from));
      const kept = await chosen(at, { group, tables, from, to, width, before });
      if (kept.at(-1) !== to - 1) kept.push(to - 1);
      return rowsOf(kept, await between(at, { group, tables, from, kept }), from, before);
    });
}

async function isLive(db: Kysely<Tables>, group: number, from: number, to: number): Promise<boolean> {
  const found = await db
    .selectFrom('rows_live')
    .select('second')
    .where('group_id', '=', group)
    .where('second', '>=', from)
    .where('second', '<', to)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

interface Stretch {
  group: number;
  tables: readonly RowTable[];
  from: number;
}

/** Seconds that stay, ascending: a bucket at a time, so that the database sorts nothing and others are served in between. */
async function chosen(
  db: Kysely<Tables>,
  { from, to, width, before, ...stretch }: Stretch & { to: number; width: number; before: Levels },
): Promise<number[]> {
  const kept = new Set<number>();
  let { connected, hearing } = before;
  for (let begin = from; begin < to; ) {
    const end = Math.min(to, (Math.floor(begin / width) + 1) * width);
    const { moved, seconds } = await bucket(db, { ...stretch, from: begin, to: end, connected, hearing });
    for (const second of seconds) kept.add(second);
    connected += moved.connected;
    hearing += moved.hearing;
    begin = end;
  }
  kept.delete(0);
  return [...kept].sort((a, b) => a - b);
}

/** `connected`, `hearing`: the levels before it. */
async function bucket(
  db: Kysely<Tables>,
  { group, tables, from, to, connected, hearing }: Stretch & { to: number; connected: number; hearing: number },
): Promise<{ seconds: number[]; moved: { connected: number; hearing: number } }> {
  const part = (table: RowTable) =>
    sql`SELECT second, connected, hearing, hosts FROM ${sql.table(table)}
        WHERE group_id = ${group} AND second >= ${from} AND second < ${to}`;
  const { rows } = await sql<Record<string, number | string | null>>`
    WITH levels AS (
      SELECT second, connected, hearing, CASE WHEN hosts <> 0 THEN second ELSE 0 END AS crew,
        CAST(SUM(connected) OVER (ORDER BY second) AS BIGINT) + CAST(${connected} AS BIGINT) AS c,
        CAST(SUM(hearing) OVER (ORDER BY second) AS BIGINT) + CAST(${hearing} AS BIGINT) AS h
      FROM (${sql.join(tables.map(part), sql` UNION ALL `)}) AS parts)
    SELECT SUM(connected) AS c_moved, SUM(hearing) AS h_moved,
      MIN(second) AS first, MAX(second) AS last, MAX(crew) AS crew,
      MIN(c * ${SHIFT} + second) % ${SHIFT} AS low, ${MOST_SECOND} - MAX(c * ${SHIFT} + ${MOST_SECOND} - second) % ${SHIFT} AS high,
      MIN(h * ${SHIFT} + second) % ${SHIFT} AS h_low, ${MOST_SECOND} - MAX(h * ${SHIFT} + ${MOST_SECOND} - second) % ${SHIFT} AS h_high
    FROM levels`.execute(db);
  const { c_moved, h_moved, ...seconds } = rows[0] ?? {};
  return {
    moved: { connected: Number(c_moved ?? 0), hearing: Number(h_moved ?? 0) },
    seconds: Object.values(seconds).flatMap((second) => (second === null ? [] : [Number(second)])),
  };
}

type Sums = Partial<Record<CountName, number>> & { at: number; earliest: number };

/** What changed from one of `kept` to the next, by the second of the next; those without any change are left out. */
async function between(
  db: Kysely<Tables>,
  { group, tables, from, kept }: Stretch & { kept: readonly number[] },
): Promise<Map<number, Sums>> {
  const spans = kept.map((at, index) => `(${(kept[index - 1] ?? from - 1).toFixed(0)}, ${at.toFixed(0)})`);
  const columns = sql.join(THINNED.map((name) => sql.ref(`r.${name}`)));
  const part = (table: RowTable) =>
    sql`SELECT spans.at, r.second, ${columns} FROM spans JOIN ${sql.table(table)} AS r
        ON r.group_id = ${group} AND r.second > spans.after AND r.second <= spans.at`;
  const sums = sql.join(THINNED.map((name) => sql`SUM(${sql.ref(name)}) AS ${sql.ref(name)}`));
  const { rows } = await sql<Record<string, number | string>>`
    WITH spans (after, at) AS (VALUES ${sql.raw(spans.join(', '))})
    SELECT at, MIN(second) AS earliest, ${sums} FROM (${sql.join(tables.map(part), sql` UNION ALL `)}) AS parts
    GROUP BY at`.execute(db);
  return new Map(
    rows.map((row) => {
      const numbers = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]));
      return [Number(row.at), { at: Number(row.at), earliest: Number(row.earliest), ...numbers }];
    }),
  );
}

/** Where nothing changed up to the second before, that one is told too: the line is level until then. */
function rowsOf(kept: readonly number[], sums: ReadonlyMap<number, Sums>, from: number, before: Levels): ThinnedRow[] {
  const level = { ...before };
  const rows: ThinnedRow[] = [];
  let after = from - 1;
  for (const second of kept) {
    const sum = sums.get(second);
    if (sum !== undefined && sum.earliest === second && second - after > 1) {
      rows.push({ row: { ...NOTHING_COUNTED, ...level, second: second - 1 }, seconds: second - 1 - after });
      after = second - 1;
    }
    const row: StoredRow = { ...NOTHING_COUNTED, second };
    for (const name of THINNED) row[name] = sum?.[name] ?? 0;
    for (const name of LEVELS) {
      level[name] += row[name];
      row[name] = level[name];
    }
    rows.push({ row, seconds: second - after });
    after = second;
  }
  return rows;
}
