/** A broadcast's claims with their verdicts, as of the fact sheet they are held against. */

import { dayText } from '../format/clock.ts';
import type { Report } from '../numbers/report.ts';
import type { SecondRow } from '../numbers/second.ts';
import type { StoredClaim } from '../store/claims.ts';
import type { Reader } from '../store/read.ts';
import { type Claim, checkClaim, type Measured, type Verdict } from './claim.ts';
import { segmentsNamed } from './claimed-segment.ts';
import { type Levels, levelsOf, NO_LEVELS } from './levels.ts';
import { type OtherStream, streamOfReference, streamOfReport } from './other-stream.ts';
import { referenceFigure } from './reference-figures.ts';

export type CheckedClaim = StoredClaim & Verdict;

/** The report of another broadcast, or null where the store has none of that name. */
export type ReadOther = (broadcast: string) => Promise<Report | null>;

export async function readClaims(reader: Reader, report: Report, readOther: ReadOther): Promise<CheckedClaim[]> {
  const claims = await reader.claims(report.broadcast);
  if (claims.length === 0) return [];
  const levels = await readLevels(reader, report, claims);
  const checked: CheckedClaim[] = [];
  for (const claim of claims) {
    const other = claim.about === null ? null : await streamOf(claim.about, readOther);
    checked.push({ ...claim, ...checkClaim(claim, { report, levels, other }) });
  }
  return checked;
}

/** What one claim is held against. */
export async function measuredFor(
  reader: Pick<Reader, 'series'>,
  report: Report,
  claim: Claim,
  readOther: ReadOther,
): Promise<Measured> {
  return {
    report,
    levels: await readLevels(reader, report, [claim]),
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

/** Of the rows only the instants and the segments are read that claims are about. */
async function readLevels(reader: Pick<Reader, 'series'>, report: Report, claims: readonly Claim[]): Promise<Levels> {
  const rows = new Map<number, SecondRow>();
  for (const [from, to] of claims.flatMap((claim) => secondsOf(claim, report))) {
    for (const row of await reader.series(report.broadcast, { from, to })) rows.set(row.second, row);
  }
  if (rows.size === 0) return NO_LEVELS;
  return levelsOf(
    [...rows.values()].sort((a, b) => a.second - b.second),
    report.crashWindows,
  );
}

/** Stretches [from, to) of seconds, epoch s. */
function secondsOf(claim: Claim, report: Report): [number, number][] {
  if (claim.at === null && claim.segment === null) return [];
  const second = claim.at === null ? null : Math.floor(claim.at / 1000);
  const instant: [number, number][] = second === null ? [] : [[second, second + 1]];
  const segments = segmentsNamed(report, claim.segment).list;
  return [
    ...instant,
    ...segments.map(({ from, to }): [number, number] => [Math.floor(from / 1000), Math.ceil(to / 1000) + 1]),
  ];
}
