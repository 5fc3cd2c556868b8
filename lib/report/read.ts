/** The fact sheet of a stored broadcast, or null where the store has none of that name. */
import { readClaims } from '../compare/read-claims.ts';
import type { Report } from '../numbers/report.ts';
import type { Run } from '../numbers/rows.ts';
import type { Reader } from '../store/read.ts';
import { curveReport } from './curve-report.ts';
import { reportOf } from './report.ts';

export async function readReport(reader: Reader, broadcast: string): Promise<Report | null> {
  const report = await readNumbers(reader, broadcast);
  if (report === null) return null;
  const claims = await readClaims(reader, report, (other) => readNumbers(reader, other));
  return { ...report, claims };
}

/** The same without its claims: what claims are held against. */
export async function readNumbers(reader: Reader, broadcast: string): Promise<Report | null> {
  const facts = await reader.facts(broadcast);
  if (!facts) return null;
  const rooms = new Map<string, Run[]>();
  for (const group of await reader.groups(broadcast)) {
    if (group.room !== '') rooms.set(group.room, await reader.runs(broadcast, { room: group.room }));
  }
  const rows = await reader.runs(broadcast);
  const splitListeners = await reader.splitListeners(broadcast);
  const report = await reportOf({
    facts: { ...facts, ledger: { ...facts.ledger, splitListeners } },
    rows,
    rooms,
    errors: await reader.errorsByCode(broadcast),
    startups: await reader.startups(broadcast),
    stays: reader.stays(broadcast),
    windows: await reader.windows(broadcast),
    claims: [],
  });
  return facts.status.kind === 'curve' ? curveReport(report, rows) : report;
}
