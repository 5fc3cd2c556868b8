import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openReadStore } from '../lib/store/open.ts';
import { replayFile } from './replay.ts';
import { readSettings } from './settings.ts';

const START = 1_700_000_000_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headcount-late-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Revision and unique listeners of joins at these seconds, each of a listener of its own, replayed in this order. */
async function replayed(seconds: readonly number[], takeLate: boolean): Promise<{ rev: number; joins: number }> {
  const path = join(folder, 'log.ndjson');
  const line = (second: number): string =>
    JSON.stringify({ type: 'join', ts: START + second * 1000, broadcast: 'b', listener: `u${second}` });
  writeFileSync(path, `${seconds.map(line).join('\n')}\n`);
  const read = readSettings({ HEADCOUNT_STORE: `sqlite:${join(folder, 'h.db')}` });
  if (!read.ok) throw new Error(read.problems.join());
  const options = { settings: read.settings, speed: null, slices: 1, takeLate, replace: true, archive: false };
  await replayFile(path, options, () => undefined);
  const reader = await openReadStore(read.settings.store);
  try {
    const rows = await reader.series('b');
    return { rev: (await reader.status('b'))?.rev ?? 0, joins: rows.reduce((sum, row) => sum + row.joins, 0) };
  } finally {
    await reader.close();
  }
}

describe('late events taken up', () => {
  it('raise the revision of the broadcast they change', async () => {
    expect(await replayed([0, 200, 10], false)).toEqual({ rev: 1, joins: 2 });
    expect(await replayed([0, 200, 10], true)).toEqual({ rev: 2, joins: 3 });
  });

  it('leave it where there are none', async () => {
    expect(await replayed([0, 200, 150], true)).toEqual({ rev: 1, joins: 3 });
  });
});
