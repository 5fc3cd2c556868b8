/** Fact sheets as they were when the broadcast was final and every second of it was there. */
import type { Kysely } from 'kysely';
import type { Report } from '../numbers/report.ts';
import type { Tables } from './schema.ts';

export async function putReport(db: Kysely<Tables>, broadcastId: number, report: Report): Promise<void> {
  const values = { rev: report.rev, report: JSON.stringify(report) };
  await db
    .insertInto('reports')
    .values({ broadcast_id: broadcastId, ...values })
    .onConflict((c) => c.column('broadcast_id').doUpdateSet(values))
    .execute();
}

/** The same by name; nothing where the broadcast is gone. */
export async function keepReport(db: Kysely<Tables>, report: Report): Promise<void> {
  const found = await db
    .selectFrom('broadcasts')
    .select('id')
    .where('broadcast', '=', report.broadcast)
    .executeTakeFirst();
  if (found !== undefined) await putReport(db, found.id, report);
}

/** Null where none was kept. */
export async function finalReport(db: Kysely<Tables>, broadcast: string): Promise<Report | null> {
  const row = await db
    .selectFrom('reports')
    .innerJoin('broadcasts', 'broadcasts.id', 'reports.broadcast_id')
    .select(['reports.report', 'reports.rev'])
    .where('broadcasts.broadcast', '=', broadcast)
    .executeTakeFirst();
  if (row === undefined) return null;
  const report: Report = JSON.parse(row.report);
  return { ...report, rev: row.rev };
}
