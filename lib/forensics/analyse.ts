/** The windows of a broadcast, from all that the store has of it: the whole run over its rows, in one go. */
import type { DetectedWindow } from '../crash/detected.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { rowRange } from '../store/read.ts';
import { Detection, WATCHED } from './detect.ts';
import { type ForensicsReader, readKnown } from './read-known.ts';
import { windowsOf } from './windows.ts';

/** Final where the log is complete, else provisional. Empty where the store has no rows of it. */
export async function analyse(reader: ForensicsReader, broadcast: string): Promise<CrashWindow[]> {
  const detected = await detectIn(reader, broadcast);
  if (detected.length === 0) return [];
  const known = await readKnown(reader, broadcast);
  if (!known) return [];
  return windowsOf({ detected, known, stateOf: () => (known.complete ? 'final' : 'provisional') });
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
