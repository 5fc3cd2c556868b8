/** What was published of a broadcast, second by second, as it stood when it was shown. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';

export interface Shown {
  /** epoch s: the live second that was shown */
  second: number;
  /** wall clock when it was, epoch ms */
  shownAt: number;
  connected: number;
  hearing: number;
  suspect: number;
}

/** Whether anything was ever shown: of a file read at full speed nothing was. */
export async function everShown(db: Kysely<Tables>, broadcast: string): Promise<boolean> {
  const row = await ofBroadcast(db, broadcast).select('shown.second').limit(1).executeTakeFirst();
  return row !== undefined;
}

/** Seconds in [from, to), epoch s, ascending; of a second shown again, what was shown first. */
export async function shownIn(db: Kysely<Tables>, broadcast: string, from: number, to: number): Promise<Shown[]> {
  const rows = await ofBroadcast(db, broadcast)
    .select(['shown.second', 'shown.shown_at', 'shown.shown'])
    .where('shown.second', '>=', from)
    .where('shown.second', '<', to)
    .orderBy('shown.second')
    .orderBy('shown.shown_at')
    .execute();
  const shown: Shown[] = [];
  for (const row of rows) {
    const second = Number(row.second);
    if (shown.at(-1)?.second === second) continue;
    const values: Record<string, unknown> = JSON.parse(row.shown);
    shown.push({
      second,
      shownAt: Number(row.shown_at),
      connected: Number(values.connected),
      hearing: Number(values.hearing),
      suspect: Number(values.suspect),
    });
  }
  return shown;
}

function ofBroadcast(db: Kysely<Tables>, broadcast: string) {
  return db
    .selectFrom('shown')
    .innerJoin('broadcasts', 'broadcasts.id', 'shown.broadcast_id')
    .where('broadcasts.broadcast', '=', broadcast);
}
