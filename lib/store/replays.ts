/** What a replay has begun and not finished, so that the next one can take it back. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** The source as which the unfinished replay of `log` reads it; null: none is under way, and none was ended in the middle. */
export async function unfinishedReplay(db: Kysely<Tables>, log: string): Promise<string | null> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', keyOf(log)).executeTakeFirst();
  return row?.value ?? null;
}

export async function beginReplay(db: Kysely<Tables>, log: string, source: string): Promise<void> {
  await db
    .insertInto('meta')
    .values({ key: keyOf(log), value: source })
    .onConflict((c) => c.column('key').doUpdateSet({ value: source }))
    .execute();
}

/** Finished, or taken back. */
export async function endReplay(db: Kysely<Tables>, log: string): Promise<void> {
  await db.deleteFrom('meta').where('key', '=', keyOf(log)).execute();
}

function keyOf(log: string): string {
  return `replay ${log}`;
}
