/** Outlines are made of what is final, a day at a time; a day that is made is made once. Epoch seconds. */
import { type Kysely, sql } from 'kysely';
import { LONG_SECONDS } from '../numbers/long.ts';
import { NOTHING_COUNTED } from '../numbers/rows.ts';
import { COUNT_NAMES, type Counts } from '../numbers/second.ts';
import { finalSecond } from '../numbers/state.ts';
import { dropOutline, outlinedBefore, putOutlinePage } from './outline.ts';
import { rowRange } from './read.ts';
import type { Tables } from './schema.ts';
import type { BroadcastStatus } from './store.ts';
import { thinnedRows } from './thinned.ts';

const PAGE_SECONDS = 86_400;
/** Points of a whole page: a few of every five minutes. */
const PAGE_POINTS = (8 * PAGE_SECONDS) / 300;

/** Up to where there is something to outline; null where the broadcast is short, or no longer kept by seconds. */
function endOf(status: BroadcastStatus): number | null {
  const range = rowRange(status);
  const final = finalSecond(status);
  if (status.kept !== null || final === null || range.to - range.from < LONG_SECONDS) return null;
  return status.complete ? range.to : Math.floor((final + 1) / PAGE_SECONDS) * PAGE_SECONDS;
}

/** What is not yet outlined of these. */
export async function keepOutlines(
  db: Kysely<Tables>,
  statuses: readonly BroadcastStatus[],
  signal?: AbortSignal,
): Promise<void> {
  const rows = await db
    .selectFrom('outlines')
    .innerJoin('broadcasts', 'broadcasts.id', 'outlines.broadcast_id')
    .select(['broadcasts.broadcast', (eb) => eb.fn.max('outlines.until').as('until')])
    .groupBy('broadcasts.broadcast')
    .execute();
  const until = new Map(rows.map((row) => [row.broadcast, Number(row.until)]));
  for (const status of statuses) {
    if (signal?.aborted) return;
    const end = endOf(status);
    if (end !== null && end > (until.get(status.broadcast) ?? rowRange(status).from)) await keepOutline(db, status);
  }
}

/** `status`: read just now. */
export async function keepOutline(db: Kysely<Tables>, status: BroadcastStatus): Promise<void> {
  const range = rowRange(status);
  const end = endOf(status);
  if (end === null) return;
  const group = await db
    .selectFrom('row_groups')
    .innerJoin('broadcasts', 'broadcasts.id', 'row_groups.broadcast_id')
    .innerJoin('watermarks', 'watermarks.broadcast_id', 'broadcasts.id')
    .select(['row_groups.id', 'row_groups.broadcast_id', 'watermarks.rev'])
    .where('broadcasts.broadcast', '=', status.broadcast)
    .where('row_groups.room', '=', '')
    .where('row_groups.attribute', '=', '')
    .executeTakeFirst();
  if (group === undefined || group.rev !== status.rev) return;
  await dropOutline(db, group.broadcast_id, null);
  const last = await db
    .selectFrom('outlines')
    .select((eb) => eb.fn.max('until').as('until'))
    .where('broadcast_id', '=', group.broadcast_id)
    .executeTakeFirst();
  for (let from = Number(last?.until ?? range.from); from < end; ) {
    const until = Math.min(end, (Math.floor(from / PAGE_SECONDS) + 1) * PAGE_SECONDS);
    const before = (await outlinedBefore(db, group.id, from))?.levels ?? null;
    const rows = await thinnedRows(db, group.id, from, until, PAGE_POINTS, before);
    const counts = await sumsOf(db, group.id, from, until);
    await putOutlinePage(db, group.broadcast_id, { from, until, rows, counts });
    from = until;
  }
  // rows written meanwhile raise the revision: what was made of those before them does not hold
  const now = await db
    .selectFrom('watermarks')
    .select('rev')
    .where('broadcast_id', '=', group.broadcast_id)
    .executeTakeFirst();
  if (now?.rev !== status.rev) await dropOutline(db, group.broadcast_id, range.from);
}

async function sumsOf(db: Kysely<Tables>, group: number, from: number, until: number): Promise<Counts> {
  const counts: Counts = { ...NOTHING_COUNTED };
  for (const table of ['rows_final', 'rows_live'] as const) {
    const sums = await db
      .selectFrom(table)
      .select(COUNT_NAMES.map((name) => sql<number | string | null>`SUM(${sql.ref(name)})`.as(name)))
      .where('group_id', '=', group)
      .where('second', '>=', from)
      .where('second', '<', until)
      .executeTakeFirst();
    for (const name of COUNT_NAMES) counts[name] += Number(sums?.[name] ?? 0);
  }
  return counts;
}
