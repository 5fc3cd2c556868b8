/** Windows that somebody says are one: detected apart, counted together. */
import type { DetectedWindow } from '../crash/detected.ts';
import type { CrashWindow } from '../numbers/report.ts';
import type { Findings } from './analyse.ts';
import { windowsOf } from './windows.ts';

/** From the first onset to the last end; open where one of them is. In order of onset, at least one. */
export function joinedDetection(parts: readonly [DetectedWindow, ...DetectedWindow[]]): DetectedWindow {
  const [first] = parts;
  return {
    ...first,
    serviceEnd: latestOrOpen(parts.map(({ serviceEnd }) => serviceEnd)),
    closedAt: latestOrOpen(parts.map(({ closedAt }) => closedAt)),
    evidence: parts.some(({ evidence }) => evidence === 'reasons') ? 'reasons' : 'endings',
    within: parts.every(({ within }) => isOneValue(within, first.within)) ? first.within : null,
  };
}

/** The windows of these onsets (epoch ms) as one; null where one of them is not seen (any more), or they are of two kinds. */
export function joinedIn(detected: readonly DetectedWindow[], onsets: readonly number[]): DetectedWindow | null {
  const parts = onsets.flatMap((onsetAt) => detected.find(({ onset }) => onset * 1000 === onsetAt) ?? []);
  const [first, ...rest] = parts.sort((a, b) => a.onset - b.onset);
  if (first === undefined || parts.length !== onsets.length || rest.some(({ kind }) => kind !== first.kind))
    return null;
  return joinedDetection([first, ...rest]);
}

/** What they are together: type and cost counted anew. */
export function joinedWindow({ detected, known }: Findings, onsets: readonly number[]): CrashWindow | null {
  const window = joinedIn(detected, onsets);
  if (window === null) return null;
  return windowsOf({ detected: [window], all: detected, known, stateOf: () => 'final' })[0] ?? null;
}

function latestOrOpen(ends: readonly (number | null)[]): number | null {
  const known = ends.filter((end) => end !== null);
  return known.length < ends.length ? null : Math.max(...known);
}

function isOneValue(a: DetectedWindow['within'], b: DetectedWindow['within']): boolean {
  return a?.attribute === b?.attribute && a?.value === b?.value;
}
