/** Reading the live and the final rows together: between two statements rows move from one table to the other. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

export type RowTable = 'rows_final' | 'rows_live';

/** What `read` finds in each table at one and the same instant: no row is missed on its way, none is met twice. */
export function ofBothTables<T>(
  db: Kysely<Tables>,
  read: (at: Kysely<Tables>, table: RowTable) => Promise<T>,
): Promise<[final: T, live: T]> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (at) => [await read(at, 'rows_final'), await read(at, 'rows_live')]);
}
