/** Levels before a second: from what is outlined up to there, so that a week need not be summed up. */
import { type Kysely, sql } from 'kysely';
import { type Levels, levelsFrom, NO_LEVELS } from '../numbers/blocks.ts';
import { LEVELS } from '../numbers/second.ts';
import { outlinedBefore } from './outline.ts';
import type { Tables } from './schema.ts';

/** Of the rows of a row set before this second, epoch s, but for what is rolled up. */
export async function levelsBefore(db: Kysely<Tables>, group: number, second: number): Promise<Levels> {
  const outlined = await outlinedBefore(db, group, second);
  let levels: Levels = { ...(outlined?.levels ?? NO_LEVELS) };
  for (const table of ['rows_final', 'rows_live'] as const) {
    const sums = await db
      .selectFrom(table)
      .select(LEVELS.map((name) => sql<number | string | null>`SUM(${sql.ref(name)})`.as(name)))
      .where('group_id', '=', group)
      .where('second', '>', outlined?.second ?? 0)
      .where('second', '<', second)
      .executeTakeFirst();
    const so = levels;
    levels = levelsFrom((name) => so[name] + Number(sums?.[name] ?? 0));
  }
  return levels;
}
