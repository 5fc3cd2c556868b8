/**
 * Broadcasts of which something was written that an overview tells of. Whoever writes marks them in the same transaction,
 * as the last thing it does; a mark goes when a summary made after it is kept.
 */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

const MARKS = 2 ** 52;

/** No two are alike. */
export function newMark(): number {
  return Math.floor(Math.random() * MARKS);
}

export async function markChanged(db: Kysely<Tables>, broadcastId: number): Promise<void> {
  const mark = newMark();
  await db
    .insertInto('changed')
    .values({ broadcast_id: broadcastId, mark })
    .onConflict((conflict) => conflict.column('broadcast_id').doUpdateSet({ mark }))
    .execute();
}
