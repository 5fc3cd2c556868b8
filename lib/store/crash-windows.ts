/** Crash windows as they are read: beside each, whether other broadcasts broke at the same time. */
import { type Kysely, sql } from 'kysely';
import { isPlatformWide, type Onset, WITHIN_MS } from '../crash/platform-wide.ts';
import type { CrashWindow } from '../numbers/report.ts';
import type { Tables } from './schema.ts';

/** In order of onset, then id. */
export async function crashWindowsOf(db: Kysely<Tables>, broadcast: string): Promise<CrashWindow[]> {
  const rows = await db
    .selectFrom('windows')
    .innerJoin('broadcasts', 'broadcasts.id', 'windows.broadcast_id')
    .select('windows.window')
    .where('broadcasts.broadcast', '=', broadcast)
    .orderBy('windows.onset_at')
    .orderBy('windows.id')
    .execute();
  const windows = rows.map((r): CrashWindow => JSON.parse(r.window));
  if (windows.length === 0) return windows;
  const onsets = await onsetsAround(db, broadcast);
  return windows.map((w) => ({
    ...w,
    platformWide: w.state !== 'withdrawn' && isPlatformWide(w.onsetAt, onsets),
  }));
}

/** Onsets of this broadcast's windows and of all others near them, without those withdrawn. */
async function onsetsAround(db: Kysely<Tables>, broadcast: string): Promise<Onset[]> {
  const rows = await db
    .selectFrom('windows as own')
    .innerJoin('broadcasts as named', 'named.id', 'own.broadcast_id')
    .innerJoin('windows as near', (join) =>
      join.on(sql<boolean>`near.onset_at BETWEEN own.onset_at - ${WITHIN_MS} AND own.onset_at + ${WITHIN_MS}`),
    )
    .where('named.broadcast', '=', broadcast)
    .select(['near.broadcast_id', 'near.onset_at', 'near.window'])
    .execute();
  return rows.flatMap((row): Onset[] => {
    const window: CrashWindow = JSON.parse(row.window);
    if (window.state === 'withdrawn') return [];
    return [{ broadcast: String(row.broadcast_id), onsetAt: Number(row.onset_at) }];
  });
}
