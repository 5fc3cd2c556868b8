/** The windows of a broadcast, from all that the store has of it: the whole run over its rows, in one go. */
import type { DetectedWindow } from '../crash/detected.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { rowRange } from '../store/read.ts';
import type { Known } from './cost.ts';
import { Detection, WATCHED } from './detect.ts';
import { type ForensicsReader, readKnown } from './read-known.ts';
import { windowsOf } from './windows.ts';

/** What the detectors see in a broadcast, and what they see it in. */
export interface Findings {
  /** in order of onset */
  detected: readonly DetectedWindow[];
  known: Known;
}

/** Null where they see nothing, or the store has no rows of it. */
export async function lookInto(reader: ForensicsReader, broadcast: string): Promise<Findings | null> {
  const detected = await detectIn(reader, broadcast);
  const known = detected.length === 0 ? null : await readKnown(reader, broadcast);
  return known === null ? null : { detected, known };
}

/** Final where the log is complete, else provisional. */
export function windowsFound({ detected, known }: Findings): CrashWindow[] {
  return windowsOf({ detected, known, stateOf: () => (known.complete ? 'final' : 'provisional') });
}

/** The same; empty where the store has no rows of it. */
export async function analyse(reader: ForensicsReader, broadcast: string): Promise<CrashWindow[]> {
  const found = await lookInto(reader, broadcast);
  return found === null ? [] : windowsFound(found);
}

/** What the detectors see in the rows of a broadcast. */
export async function detectIn(reader: ForensicsReader, broadcast: string): Promise<DetectedWindow[]> {
  const facts = await reader.facts(broadcast);
  if (!facts || facts.firstEventAt === null) return [];
  const { from, to } = rowRange(facts.status);
  const detection = new Detection(from);
  detection.take(await reader.changes(broadcast, WATCHED, from, to), new Map(), to - 1);
  if (facts.status.complete) detection.finish();
  return detection.windows();
}
