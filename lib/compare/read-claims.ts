/** A broadcast's claims with their verdicts, as of the fact sheet they are held against. */

import { dayText } from '../format/clock.ts';
import type { Report } from '../numbers/report.ts';
import type { StoredClaim } from '../store/claims.ts';
import type { Reader } from '../store/read.ts';
import { type Claim, checkClaim, type Measured, type Verdict } from './claim.ts';
import { type Levels, levelsOf, NO_LEVELS } from './levels.ts';
import { type OtherStream, streamOfReference, streamOfReport } from './other-stream.ts';
import { referenceFigure } from './reference-figures.ts';

export type CheckedClaim = StoredClaim & Verdict;

/** The report of another broadcast, or null where the store has none of that name. */
export type ReadOther = (broadcast: string) => Promise<Report | null>;

export async function readClaims(reader: Reader, report: Report, readOther: ReadOther): Promise<CheckedClaim[]> {
  const claims = await reader.claims(report.broadcast);
  if (claims.length === 0) return [];
  const levels = claims.some(needsLevels) ? await readLevels(reader, report) : NO_LEVELS;
  const checked: CheckedClaim[] = [];
  for (const claim of claims) {
    const other = claim.about === null ? null : await streamOf(claim.about, readOther);
    checked.push({ ...claim, ...checkClaim(claim, { report, levels, other }) });
  }
  return checked;
}

/** What one claim is held against. */
export async function measuredFor(
  reader: Reader,
  report: Report,
  claim: Claim,
  readOther: ReadOther,
): Promise<Measured> {
  return {
    report,
    levels: needsLevels(claim) ? await readLevels(reader, report) : NO_LEVELS,
    other: claim.about === null ? null : await streamOf(claim.about, readOther),
  };
}

/** A broadcast of the store comes before a published figure of the same id; null where neither is known. */
export async function streamOf(id: string, readOther: ReadOther): Promise<OtherStream | null> {
  const report = await readOther(id);
  if (report !== null) {
    const at = report.startedAt ?? report.firstEventAt;
    return streamOfReport(report, at === null ? null : dayText(at, 'UTC'));
  }
  const reference = referenceFigure(id);
  return reference === null ? null : streamOfReference(reference);
}

/** Only an instant, or the fullest second of a segment, is read from the rows. */
function needsLevels(claim: Claim): boolean {
  return claim.at !== null || claim.segment !== null;
}

async function readLevels(reader: Reader, report: Report): Promise<Levels> {
  return levelsOf(await reader.series(report.broadcast), report.crashWindows);
}
