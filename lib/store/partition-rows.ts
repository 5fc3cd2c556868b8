/** What is stored of one partition's rows, for a process that takes it over and shows its levels. */
import { type Kysely, sql } from 'kysely';
import { COUNT_NAMES } from '../numbers/second.ts';
import { ofBothTables } from './both-tables.ts';
import type { Tables } from './schema.ts';

/** One row of the partition; `counts` in the order of COUNT_NAMES, levels as their change. */
export interface PartitionRow {
  group: { room: string; attribute: string; value: string };
  /** epoch s */
  second: number;
  counts: number[];
}

export interface PartitionRows {
  broadcast: string;
  /** W when it was last stored, epoch ms; Infinity: complete; null: never */
  asOf: number | null;
  /** of the whole broadcast, and of error codes and start-up times after W; what W passed over a minute ago summed up in one */
  rows: PartitionRow[];
}

/** Attempts are undecided for so long, s. */
const UNDECIDED_SECONDS = 61;

/** Of one broadcast, or of those that are not asleep. */
export async function partitionRows(
  db: Kysely<Tables>,
  source: string,
  partition: number,
  broadcast?: string,
): Promise<PartitionRows[]> {
  const broadcasts = await db
    .selectFrom('counters')
    .innerJoin('partitions', 'partitions.part', 'counters.part')
    .innerJoin('broadcasts', 'broadcasts.id', 'counters.broadcast_id')
    .leftJoin('watermarks', 'watermarks.broadcast_id', 'broadcasts.id')
    .select(['broadcasts.id', 'broadcasts.broadcast', 'counters.part', 'watermarks.watermark', 'watermarks.complete'])
    .distinct()
    .where('partitions.source', '=', source)
    .where('partitions.partition', '=', partition)
    .where((eb) =>
      broadcast === undefined
        ? eb.not(
            eb.exists(
              eb
                .selectFrom('asleep')
                .select('asleep.part')
                .whereRef('asleep.broadcast_id', '=', 'counters.broadcast_id')
                .whereRef('asleep.part', '=', 'counters.part'),
            ),
          )
        : eb('broadcasts.broadcast', '=', broadcast),
    )
    .execute();
  const all: PartitionRows[] = [];
  for (const { id, broadcast, part, watermark, complete } of broadcasts) {
    const asOf = complete === 1 ? Number.POSITIVE_INFINITY : watermark === null ? null : Number(watermark);
    all.push({ broadcast, asOf, rows: await rowsOf(db, id, part, asOf) });
  }
  return all;
}

async function rowsOf(db: Kysely<Tables>, id: number, part: number, asOf: number | null): Promise<PartitionRow[]> {
  // JSON's numbers go to the database: no infinities
  const passed = asOf === null ? -1 : Math.min(Math.floor(asOf / 1000), Number.MAX_SAFE_INTEGER);
  const old = passed - UNDECIDED_SECONDS;
  const both = await ofBothTables(db, async (at, table) => {
    const rows: PartitionRow[] = [];
    const of = at
      .selectFrom(table)
      .innerJoin('row_groups', 'row_groups.id', `${table}.group_id`)
      .where('row_groups.broadcast_id', '=', id)
      .where('row_groups.room', '=', '')
      .where(`${table}.part`, '=', part);
    const whole = of.where('row_groups.attribute', '=', '');
    const summed = await whole
      .select(COUNT_NAMES.map((name) => sql<number | null>`SUM(${sql.ref(`${table}.${name}`)})`.as(name)))
      .where(`${table}.second`, '<=', old)
      .executeTakeFirst();
    if (summed) rows.push({ group: WHOLE, second: old, counts: countsOf(summed) });
    const recent = await whole.selectAll(table).where(`${table}.second`, '>', old).execute();
    for (const row of recent) rows.push({ group: WHOLE, second: Number(row.second), counts: countsOf(row) });
    const others = await of
      .selectAll(table)
      .select(['row_groups.attribute', 'row_groups.value'])
      .where('row_groups.attribute', 'in', ['code', 'startup'])
      .where(`${table}.second`, '>', passed)
      .execute();
    for (const { attribute, value, ...row } of others) {
      rows.push({ group: { room: '', attribute, value }, second: Number(row.second), counts: countsOf(row) });
    }
    return rows;
  });
  return both.flat();
}

const WHOLE = { room: '', attribute: '', value: '' };

/** A sum of nothing is null. */
function countsOf(row: Readonly<Record<(typeof COUNT_NAMES)[number], number | null>>): number[] {
  return COUNT_NAMES.map((name) => Number(row[name] ?? 0));
}
