/** What was counted from where, by name. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** The sources a broadcast was counted from, e.g. `kafka:broadcast-events`. */
export async function sourcesOf(db: Kysely<Tables>, broadcast: string): Promise<string[]> {
  const rows = await counted(db)
    .select('partitions.source')
    .distinct()
    .where('broadcasts.broadcast', '=', broadcast)
    .orderBy('partitions.source')
    .execute();
  return rows.map(({ source }) => source);
}

/** The broadcasts counted from a source that are still there. */
export async function broadcastsOf(db: Kysely<Tables>, source: string): Promise<string[]> {
  const rows = await counted(db)
    .select('broadcasts.broadcast')
    .distinct()
    .where('partitions.source', '=', source)
    .orderBy('broadcasts.broadcast')
    .execute();
  return rows.map((row) => row.broadcast);
}

function counted(db: Kysely<Tables>) {
  return db
    .selectFrom('counters')
    .innerJoin('broadcasts', 'broadcasts.id', 'counters.broadcast_id')
    .innerJoin('partitions', 'partitions.part', 'counters.part');
}
