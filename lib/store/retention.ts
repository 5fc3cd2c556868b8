/** Which broadcasts have rows that are older than they are kept, and how far each of them has come. */
import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';

/** Seconds become blocks of 10 s, these become minutes, these go. */
export type Stage = 'seconds' | 'tens' | 'minutes';

export interface Due {
  id: number;
  broadcast: string;
  /** wall clock when anything of it was last stored, epoch ms */
  storedAt: number;
}

/** Broadcasts of which nothing was stored since `before` (epoch ms of the wall clock), and whose stage is not done. */
export async function silentSince(db: Kysely<Tables>, stage: Stage, before: number): Promise<Due[]> {
  const rows = await db
    .selectFrom('watermarks')
    .innerJoin('broadcasts', 'broadcasts.id', 'watermarks.broadcast_id')
    .leftJoin('kept', 'kept.broadcast_id', 'watermarks.broadcast_id')
    .select(['broadcasts.id', 'broadcasts.broadcast', 'watermarks.stored_at'])
    .where('broadcasts.kind', '=', 'events')
    .where('watermarks.stored_at', '<=', before)
    .where((eb) =>
      eb.or([eb(`kept.${stage}_done`, 'is', null), eb(`kept.${stage}_done`, '!=', eb.ref('watermarks.stored_at'))]),
    )
    .orderBy('watermarks.stored_at')
    .execute();
  return rows.map(({ id, broadcast, stored_at }) => ({ id, broadcast, storedAt: Number(stored_at) }));
}

/** Broadcasts stored since `since` without a mark since then: those that go on. */
export async function unmarkedSince(db: Kysely<Tables>, since: number): Promise<{ id: number; broadcast: string }[]> {
  return db
    .selectFrom('watermarks')
    .innerJoin('broadcasts', 'broadcasts.id', 'watermarks.broadcast_id')
    .select(['broadcasts.id', 'broadcasts.broadcast'])
    .where('broadcasts.kind', '=', 'events')
    .where('watermarks.stored_at', '>', since)
    .where('watermarks.complete', '=', 0)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('written')
            .select('written.at')
            .whereRef('written.broadcast_id', '=', 'broadcasts.id')
            .where('written.at', '>', since),
        ),
      ),
    )
    .execute();
}

/** Notes that rows up to `second` (epoch s) had been written by `at`, epoch ms of the wall clock. */
export async function mark(db: Kysely<Tables>, broadcastId: number, at: number, second: number): Promise<void> {
  await db
    .insertInto('written')
    .values({ broadcast_id: broadcastId, at, second })
    .onConflict((c) => c.columns(['broadcast_id', 'at']).doNothing())
    .execute();
}

/** Up to which second (epoch s) each broadcast had been written by `before`. */
export async function writtenBefore(
  db: Kysely<Tables>,
  before: number,
): Promise<{ id: number; broadcast: string; second: number }[]> {
  const rows = await db
    .selectFrom('written')
    .innerJoin('broadcasts', 'broadcasts.id', 'written.broadcast_id')
    .select(['broadcasts.id', 'broadcasts.broadcast', sql<number>`MAX(written.second)`.as('second')])
    .where('written.at', '<=', before)
    .groupBy(['broadcasts.id', 'broadcasts.broadcast'])
    .execute();
  return rows.map((row) => ({ ...row, second: Number(row.second) }));
}

export async function forgetMarks(db: Kysely<Tables>, before: number): Promise<void> {
  await db.deleteFrom('written').where('at', '<', before).execute();
}

/** How far each stage has come, epoch s; begun at `first` where nothing had been rolled up. */
export async function stagesOf(
  db: Kysely<Tables>,
  broadcastId: number,
  { first, lastAt }: { first: number; lastAt: number },
): Promise<Record<Stage, number> & { stays: string | null }> {
  await db
    .insertInto('kept')
    .values({
      ...{ broadcast_id: broadcastId, seconds_from: first, tens_from: first, minutes_from: first, last_at: lastAt },
      ...{ seconds_done: null, tens_done: null, minutes_done: null, stays: null },
    })
    .onConflict((c) => c.column('broadcast_id').doUpdateSet({ last_at: lastAt }))
    .execute();
  const row = await db.selectFrom('kept').selectAll().where('broadcast_id', '=', broadcastId).executeTakeFirstOrThrow();
  return {
    seconds: Number(row.seconds_from),
    tens: Number(row.tens_from),
    minutes: Number(row.minutes_from),
    stays: row.stays,
  };
}

/** Nothing is left to do in this stage while nothing more is stored of the broadcast. */
export async function stageDone(db: Kysely<Tables>, stage: Stage, due: Due): Promise<void> {
  await db
    .updateTable('kept')
    .set({ [`${stage}_done`]: due.storedAt })
    .where('broadcast_id', '=', due.id)
    .execute();
}

/** From now on the stays are read from the file, whatever of them is still in the store. */
export async function staysAre(db: Kysely<Tables>, broadcastId: number, path: string): Promise<void> {
  await db
    .updateTable('kept')
    .set({ stays: path, seconds_done: null })
    .where('broadcast_id', '=', broadcastId)
    .execute();
}

/** Pages of failed attempts taken out at once: each may have a megabyte. */
const FEW_PAGES = 16;

/** Takes some of what is kept by listener out of the store; false: nothing is left. */
export async function dropPeople(db: Kysely<Tables>, broadcastId: number, most: number): Promise<boolean> {
  const next = await db
    .selectFrom('stays')
    .select('listener')
    .where('broadcast_id', '=', broadcastId)
    .orderBy('listener')
    .offset(most)
    .limit(1)
    .executeTakeFirst();
  let gone = db.deleteFrom('stays').where('broadcast_id', '=', broadcastId);
  if (next !== undefined) gone = gone.where('listener', '<=', next.listener);
  await gone.execute();
  if (next !== undefined) return true;
  const page = await db
    .selectFrom('failures')
    .select('page')
    .where('broadcast_id', '=', broadcastId)
    .orderBy('page')
    .offset(FEW_PAGES)
    .limit(1)
    .executeTakeFirst();
  let pages = db.deleteFrom('failures').where('broadcast_id', '=', broadcastId);
  if (page !== undefined) pages = pages.where('page', '<=', page.page);
  await pages.execute();
  return page !== undefined;
}
