/** A log that is replayed into a store which knows it, knows another of its name, or has half of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, headcount, newFolder, output, ROOT, until } from './product.ts';

const START = Date.UTC(2024, 2, 1, 20);
const join1 = (broadcast: string, more = {}): string =>
  JSON.stringify({ type: 'join', ts: START, broadcast, listener: 'a', ...more });

afterAll(cleanUp);

describe('a log replayed again', () => {
  it('after a replay that was killed gives what it gives an empty store', async () => {
    const folder = await newFolder();
    const lines = Array.from({ length: 600 }, (_, i) => join1('night', { ts: START + i * 1000, listener: `u${i}` }));
    await writeFile(join(folder, 'night.ndjson'), `${lines.join('\n')}\n`);
    const store = join(folder, 'data', 'headcount.db');
    const killed = spawn(
      process.execPath,
      [join(ROOT, 'cli', 'headcount.mjs'), 'replay', 'night.ndjson', '--speed', '1'],
      { cwd: folder, stdio: 'ignore' },
    );
    const gone = once(killed, 'exit');
    try {
      await until(
        () => countedIn(store) === 1,
        60_000,
        () => 'the replay has stored nothing.',
      );
    } finally {
      killed.kill('SIGKILL');
      await gone;
    }
    await output(['replay', 'night.ndjson'], { folder });
    await output(['replay', 'night.ndjson', '--store', 'sqlite:other.db'], { folder });
    for (const args of [
      ['export', 'series', 'night'],
      ['report', 'night'],
    ]) {
      expect(await output(args, { folder })).toBe(await output([...args, '--store', 'sqlite:other.db'], { folder }));
    }
  });

  it('and refused, replaced or cut off takes nothing from what was counted', async () => {
    const folder = await newFolder();
    const rejected = async (broadcast: string): Promise<unknown> =>
      JSON.parse(await output(['report', broadcast], { folder })).quality.rejected;
    const log = join(folder, 'today.ndjson');
    await writeFile(log, `${join1('monday')}\nno event\n`);
    await output(['replay', 'today.ndjson'], { folder });
    expect((await headcount(['replay', 'today.ndjson'], { folder })).code).toBe(1);
    await writeFile(log, `${join1('tuesday')}\nno event\nnor this\n`);
    await output(['replay', 'today.ndjson'], { folder });
    expect([await rejected('monday'), await rejected('tuesday')]).toEqual([{ json: 1 }, { json: 2 }]);
    await output(['replay', 'today.ndjson', '--replace'], { folder });
    expect([await rejected('monday'), await rejected('tuesday')]).toEqual([{ json: 1 }, { json: 2 }]);
    await writeFile(`${log}.gz`, gzipSync(await readFile(log)).subarray(0, 50));
    expect((await headcount(['replay', 'today.ndjson.gz', '--replace'], { folder })).code).toBe(1);
    expect(await rejected('tuesday')).toEqual({ json: 2 });
  });
});

/** Broadcasts in a store that may not be there yet. */
function countedIn(path: string): number {
  try {
    const db = new Database(path, { readonly: true });
    try {
      return db.prepare<[], { n: number }>('SELECT COUNT(*) AS n FROM broadcasts').get()?.n ?? 0;
    } finally {
      db.close();
    }
  } catch {
    return 0;
  }
}
