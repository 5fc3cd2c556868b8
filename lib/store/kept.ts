/** What is still there of a broadcast whose seconds were rolled up. */
import { type Kysely, sql } from 'kysely';
import type { BlockStep } from '../numbers/blocks.ts';
import type { Tables } from './schema.ts';

export interface Kept {
  /** epoch s: rows from here on are seconds */
  secondsFrom: number;
  /** … before that blocks of 10 s, before this blocks of a minute */
  tensFrom: number;
  /** … and before this there is nothing */
  minutesFrom: number;
  /** epoch ms: the broadcast's last event or ending */
  lastAt: number;
  /** file with its stays; null: they are in the store */
  stays: string | null;
  /** the store has stays beside those of the file: what it has left of these is on its way out otherwise */
  hasNewer: boolean;
}

/** Null where every second is there. */
export async function readKept(db: Kysely<Tables>, broadcastId: number): Promise<Kept | null> {
  const row = await db.selectFrom('kept').selectAll().where('broadcast_id', '=', broadcastId).executeTakeFirst();
  if (!row || Number(row.seconds_from) === 0) return null;
  return {
    secondsFrom: Number(row.seconds_from),
    tensFrom: Number(row.tens_from),
    minutesFrom: Number(row.minutes_from),
    lastAt: Number(row.last_at),
    stays: row.stays,
    hasNewer: row.seconds_done !== null,
  };
}

/** Length of the coarsest rows from `from` on, epoch s; 1: they are seconds. */
export function stepFrom(kept: Pick<Kept, 'secondsFrom' | 'tensFrom'> | null, from: number): BlockStep | 1 {
  if (kept === null || from >= kept.secondsFrom) return 1;
  return from >= kept.tensFrom ? 10 : 60;
}

/** Errors by code in blocks that begin in the query's seconds, at their first second. */
export function rolledErrors(
  db: Kysely<Tables>,
  broadcast: string,
  { from, to }: { from?: number; to?: number },
): Promise<{ second: number; value: string; errors: number }[]> {
  let q = db
    .selectFrom('rolled')
    .innerJoin('row_groups', 'row_groups.id', 'rolled.group_id')
    .innerJoin('broadcasts', 'broadcasts.id', 'row_groups.broadcast_id')
    .select(['rolled.second', 'row_groups.value', 'rolled.errors'])
    .where('broadcasts.broadcast', '=', broadcast)
    .where('row_groups.attribute', '=', 'code');
  if (from !== undefined) q = q.where('rolled.second', '>=', from);
  if (to !== undefined) q = q.where('rolled.second', '<', to);
  return q.execute();
}

/** The highest connected or hearing among rolled-up seconds, and the first second that had it; null: there are none. */
export async function highestRolled(
  db: Kysely<Tables>,
  broadcastId: number,
  level: 'connected' | 'hearing',
): Promise<{ value: number; second: number } | null> {
  const row = await db
    .selectFrom('rolled')
    .innerJoin('row_groups', 'row_groups.id', 'rolled.group_id')
    .select([
      sql<number>`${sql.ref(`rolled.${level}_high`)}`.as('value'),
      sql<number>`${sql.ref(`rolled.${level}_high_at`)}`.as('second'),
    ])
    .where('row_groups.broadcast_id', '=', broadcastId)
    .where('row_groups.room', '=', '')
    .where('row_groups.attribute', '=', '')
    .orderBy(`rolled.${level}_high`, 'desc')
    .orderBy(`rolled.${level}_high_at`)
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : { value: Number(row.value), second: Number(row.second) };
}
