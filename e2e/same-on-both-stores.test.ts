import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeUpLog } from './made-up-log.ts';
import { openPostgres } from './postgres.ts';
import { cleanUp, headcount, newFolder, output } from './product.ts';

const postgres = await openPostgres();

afterAll(async () => {
  await cleanUp();
  if ('stop' in postgres) await postgres.stop();
});

describe.skipIf('skipped' in postgres)('a replay into SQLite and into PostgreSQL', () => {
  let folder: string;
  let file: string;
  let stores: string[];
  let broadcast: string;

  beforeAll(async () => {
    if ('skipped' in postgres) return;
    folder = await newFolder();
    const log = await madeUpLog(folder, 'launch', {
      ...{ listeners: 300, minutes: 40, seed: 5, startAt: Date.UTC(2024, 2, 1, 20) },
    });
    const odd = ['nul \u0000', 'one \u0001', 'lone \ud800', "quote ' \\", '🎙 \u{10ffff}'].map((listener, i) => {
      const ts = Date.UTC(2024, 2, 1, 20, 10, i);
      return JSON.stringify({ type: 'join', ts, broadcast: log.broadcast, listener, attrs: { edge: listener } });
    });
    broadcast = log.broadcast;
    file = join(folder, 'all.ndjson');
    await writeFile(file, `${[...odd, ...log.lines].join('\n')}\n`);
    stores = ['sqlite:replayed.db', await postgres.database()];
    for (const store of stores) await output(['replay', file, '--late', '--store', store], { folder });
  });

  it.each([
    [['export', 'series']],
    [['export', 'stays']],
    [['export', 'crashes', '--format', 'json']],
    [['report', '--format', 'json']],
  ])('gives the same bytes for %j', async ([command = '', ...rest]) => {
    const [what, options] = command === 'export' ? [rest.slice(0, 1), rest.slice(1)] : [[], rest];
    const [sqlite, other] = await Promise.all(
      stores.map((store) => output([command, ...what, broadcast, ...options, '--store', store], { folder })),
    );
    expect(sqlite?.length).toBeGreaterThan(100);
    expect(other).toBe(sqlite);
  });

  it('is refused in PostgreSQL as well where the broadcast is there, and replaced where that is asked for', async () => {
    const store = stores[1] ?? '';
    const refused = await headcount(['replay', file, '--store', store], { folder });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('already has the broadcast') });
    const before = await output(['export', 'series', broadcast, '--store', store], { folder });
    await output(['replay', file, '--late', '--replace', '--store', store], { folder });
    expect(await output(['export', 'series', broadcast, '--store', store], { folder })).toBe(before);
  });

  it('is doctored without telling the password', async () => {
    const { stdout } = await headcount(['doctor', '--store', stores[1] ?? ''], { folder });
    expect(stdout).toContain('can be read and written');
    expect(stdout).not.toMatch(/counts(%20| )heads/);
  });
});
