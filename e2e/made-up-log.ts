/** A small broadcast for tests, as lines of NDJSON. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { output } from './product.ts';

export interface MadeUpLog {
  broadcast: string;
  lines: string[];
}

/**
 * `scenario` by the simulator, and long after it one listener who comes and goes, so that all seconds before are final as
 * soon as those two events have been read. `startAt`: epoch ms.
 */
export async function madeUpLog(
  folder: string,
  scenario: string,
  { listeners, minutes, seed, startAt }: { listeners: number; minutes: number; seed: number; startAt: number },
): Promise<MadeUpLog> {
  const file = join(folder, `${scenario}-${seed}.ndjson`);
  const size = ['--listeners', listeners, '--minutes', minutes, '--seed', seed, '--start', startAt].map(String);
  await output(['simulate', scenario, '--to', file, '--heartbeat', '5000', ...size], { folder });
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  const lateAt = startAt + (minutes + 20) * 60_000;
  for (const [type, ts] of [
    ['join', lateAt],
    ['leave', lateAt + 1_000],
  ]) {
    lines.push(JSON.stringify({ type, ts, broadcast: scenario, listener: 'latecomer', connection: 'c' }));
  }
  return { broadcast: scenario, lines };
}
