/** What is wrong with a source, kept where every page can read it. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

/** `sentence`: null once it is mended. */
export async function putTrouble(db: Kysely<Tables>, source: string, sentence: string | null): Promise<void> {
  const value = sentence ?? '';
  await db
    .insertInto('meta')
    .values({ key: `trouble ${source}`, value })
    .onConflict((c) => c.column('key').doUpdateSet({ value }))
    .execute();
}
