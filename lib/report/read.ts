/** The fact sheet of a stored broadcast, or null where the store has none of that name. */
import { readClaims } from '../compare/read-claims.ts';
import { type Segment, segmentsOf } from '../numbers/controls.ts';
import type { CrashWindow, Report } from '../numbers/report.ts';
import type { BroadcastFacts, Reader } from '../store/read.ts';
import { type CountedRows, countRows } from './audience.ts';
import { curveReport } from './curve-report.ts';
import { notesOf, reportOf, segmentAudiences } from './report.ts';

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
  const { kept, complete, rev } = facts.status;
  const final = kept === null && !complete ? null : await reader.finalReport(broadcast);
  if (final !== null && final.rev === rev && (kept !== null || (await sameWindows(final, reader)))) {
    return withRemarks(final, facts, reader);
  }
  const rooms = new Map<string, CountedRows>();
  for (const group of await reader.groups(broadcast)) {
    if (group.room !== '')
      rooms.set(group.room, await countRows(reader.runPages(broadcast, { room: group.room }, facts.status)));
  }
  const counted = await countRows(reader.runPages(broadcast, {}, facts.status));
  const report = await reportOf({
    facts,
    splitListeners: await reader.splitListeners(broadcast),
    counted,
    rooms,
    demand: await reader.demand(broadcast),
    errors: await reader.errorsByCode(broadcast),
    startups: await reader.startups(broadcast),
    stays: reader.everyStay(broadcast),
    windows: await reader.windows(broadcast),
    claims: [],
  });
  return facts.status.kind === 'curve' ? curveReport(report, counted.rows) : report;
}

/** Whether the seconds that crash windows take out of an average are those that were taken out. */
async function sameWindows(final: Report, reader: Reader): Promise<boolean> {
  const takenOut = (windows: readonly CrashWindow[]): string =>
    JSON.stringify(windows.map(({ type, state, onsetAt, serviceEndAt }) => [type, state, onsetAt, serviceEndAt]));
  return takenOut(final.crashWindows) === takenOut(await reader.windows(final.broadcast));
}

/** What people have said since: a title, notes, segments, what they think of a window. All else is as it was when it was final. */
async function withRemarks(final: Report, facts: BroadcastFacts, reader: Reader): Promise<Report> {
  const { broadcast, known } = facts.status;
  const runtimeEnd = final.endedAt ?? facts.status.lastAt;
  const wanted = segmentsOf(facts.controls);
  const same = (a: { label: string; from: number; to: number }, b: Segment): boolean =>
    a.label === b.label && a.from === b.from && a.to === (b.to ?? Math.max(b.from, runtimeEnd));
  const missing = wanted.filter((segment) => !final.segments.some((one) => same(one, segment)));
  const fresh =
    missing.length === 0
      ? []
      : await segmentAudiences(missing, {
          runtimeEnd,
          rows: (await countRows(reader.runPages(broadcast))).rows,
          stays: reader.everyStay(broadcast),
          hearingKnown: known.hearing,
          openEnd: Math.ceil(facts.status.lastAt / 1000) * 1000,
        });
  const segments = wanted.flatMap((segment) => [...final.segments, ...fresh].find((one) => same(one, segment)) ?? []);
  const crashWindows = await reader.windows(broadcast);
  return { ...final, title: facts.status.title, notes: notesOf(facts.controls), segments, crashWindows };
}
