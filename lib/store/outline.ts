/**
 * A long broadcast in short, kept beside its rows: of every day the points that thinning leaves of it, and its sums.
 * Who opens a week reads these in place of 600,000 rows. A page holds as long as its rows stand: whoever writes a row
 * takes the pages from that second on away in the same transaction. Epoch seconds.
 */
import type { Kysely } from 'kysely';
import { type Levels, levelsFrom } from '../numbers/blocks.ts';
import { NOTHING_COUNTED } from '../numbers/rows.ts';
import { COUNT_NAMES, type Counts } from '../numbers/second.ts';
import type { Tables } from './schema.ts';
import { THINNED, type ThinnedRow } from './thinned-row.ts';

/** What a page is made of; those made of something else are not read. */
const SHAPE = `${COUNT_NAMES.join()} ${THINNED.join()}`;

export interface OutlinePage {
  /** its rows are those of [from, until) */
  from: number;
  until: number;
  rows: ThinnedRow[];
  /** levels as their change, counters summed */
  counts: Counts;
}

export async function putOutlinePage(db: Kysely<Tables>, broadcastId: number, page: OutlinePage): Promise<void> {
  const values = {
    shape: SHAPE,
    until: page.until,
    counts: JSON.stringify(COUNT_NAMES.map((name) => page.counts[name])),
    rows: JSON.stringify(
      page.rows.map(({ row, seconds }) => [row.second, seconds, ...THINNED.map((name) => row[name])]),
    ),
  };
  await db
    .insertInto('outlines')
    .values({ broadcast_id: broadcastId, second: page.from, ...values })
    .onConflict((c) => c.columns(['broadcast_id', 'second']).doUpdateSet(values))
    .execute();
}

/** Of pages that do not hold any more: those from this second on, or of another shape. */
export async function dropOutline(db: Kysely<Tables>, broadcastId: number, second: number | null): Promise<void> {
  await db
    .deleteFrom('outlines')
    .where('broadcast_id', '=', broadcastId)
    .where((eb) => (second === null ? eb('shape', '!=', SHAPE) : eb('until', '>', second)))
    .execute();
}

/** Those that reach into [from, to), ascending and without a hole; the first one begins with the broadcast. */
export async function outlinePages(
  db: Kysely<Tables>,
  broadcastId: number,
  from: number,
  to: number,
): Promise<OutlinePage[]> {
  const found = await db
    .selectFrom('outlines')
    .selectAll()
    .where('broadcast_id', '=', broadcastId)
    .where('shape', '=', SHAPE)
    .where('until', '>', from)
    .where('second', '<', to)
    .orderBy('second')
    .execute();
  return found.map(pageOf);
}

/** What is outlined of a broadcast, summed up, and where that ends; null where nothing is. */
export async function outlinedSums(
  db: Kysely<Tables>,
  broadcastId: number,
): Promise<{ counts: Counts; until: number } | null> {
  const pages = await db
    .selectFrom('outlines')
    .select(['counts', 'until'])
    .where('broadcast_id', '=', broadcastId)
    .where('shape', '=', SHAPE)
    .orderBy('second')
    .execute();
  const last = pages.at(-1);
  if (last === undefined) return null;
  const sums: Counts = { ...NOTHING_COUNTED };
  for (const page of pages) {
    const counts = countsOf(page.counts);
    for (const name of COUNT_NAMES) sums[name] += counts[name];
  }
  return { counts: sums, until: Number(last.until) };
}

/** The last outlined second before this one, and the levels at it; of a row set that is not outlined null. */
export async function outlinedBefore(
  db: Kysely<Tables>,
  group: number,
  second: number,
): Promise<{ second: number; levels: Levels } | null> {
  const found = await db
    .selectFrom('outlines')
    .innerJoin('row_groups', 'row_groups.broadcast_id', 'outlines.broadcast_id')
    .select(['outlines.second', 'outlines.until', 'outlines.rows', 'outlines.counts'])
    .where('row_groups.id', '=', group)
    .where('row_groups.room', '=', '')
    .where('row_groups.attribute', '=', '')
    .where('outlines.shape', '=', SHAPE)
    .where('outlines.second', '<', second)
    .orderBy('outlines.second', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (found === undefined) return null;
  const page = pageOf(found);
  const row = page.rows.findLast((one) => one.row.second < second)?.row;
  return row === undefined
    ? outlinedBefore(db, group, page.from)
    : { second: row.second, levels: levelsFrom((name) => row[name]) };
}

function pageOf(found: { second: number; until: number; counts: string; rows: string }): OutlinePage {
  const rows: number[][] = JSON.parse(found.rows);
  return {
    from: Number(found.second),
    until: Number(found.until),
    counts: countsOf(found.counts),
    rows: rows.map(([second = 0, seconds = 0, ...counts]) => {
      const row = { ...NOTHING_COUNTED, second };
      for (const [at, name] of THINNED.entries()) row[name] = counts[at] ?? 0;
      return { row, seconds };
    }),
  };
}

function countsOf(text: string): Counts {
  const numbers: number[] = JSON.parse(text);
  const counts: Counts = { ...NOTHING_COUNTED };
  for (const [at, name] of COUNT_NAMES.entries()) counts[name] = numbers[at] ?? 0;
  return counts;
}
