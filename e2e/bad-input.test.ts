import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanUp, type Ended, freePorts, headcount, newFolder, output } from './product.ts';

let folder: string;

beforeAll(async () => {
  folder = await newFolder();
});
afterAll(cleanUp);

/** The one sentence of a command that failed: a single line, ended, without a stack, and nothing on standard output. */
function sentenceOf({ stdout, stderr }: Ended): string {
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^headcount[^\n]*[.\n]\n?$/);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  return stderr.trim();
}

describe('the command line says in one sentence what is wrong', () => {
  it('a mistyped command: which one may have been meant', async () => {
    const ended = await headcount(['ingset'], { folder });
    expect(sentenceOf(ended)).toContain('did you mean "ingest"?');
    expect(ended.code).toBe(2);
  });

  it.each([
    ['a mistyped option', ['replay', '--lte', 'x.ndjson'], '--lte'],
    ['a missing argument', ['export', 'series'], 'BROADCAST'],
    ['a format that is none', ['export', 'series', 'x', '--format', 'xml'], 'csv'],
    ['a scenario that is none', ['simulate', 'lunch', '--to', '-'], 'launch'],
    ['a store that is none', ['report', 'x', '--store', 'mysql://x'], 'sqlite:PATH'],
  ])('%s', async (_, args, says) => {
    const ended = await headcount(args, { folder });
    expect(sentenceOf(ended)).toContain(says);
    expect(ended.code).toBe(2);
  });

  it('a setting out of range: its name, what it may be, what came', async () => {
    const ended = await headcount(['ingest'], { folder, env: { HEADCOUNT_PORT: '70000' } });
    expect(sentenceOf(ended)).toMatch(/HEADCOUNT_PORT.*65535.*70000/);
    expect(ended.code).toBe(2);
  });

  it('an address that others can reach without a password', async () => {
    const ended = await headcount(['dashboard'], { folder, env: { HEADCOUNT_HOST: '0.0.0.0' } });
    expect(sentenceOf(ended)).toContain('HEADCOUNT_AUTH');
    expect(ended.code).toBe(2);
  });

  it.each([
    ['export', ['export', 'series', 'nobody']],
    ['report', ['report', 'nobody']],
  ])('an unknown broadcast: which ones there are (%s)', async (_, args) => {
    const store = `sqlite:${join(folder, 'known.db')}`;
    const log = join(folder, 'known.ndjson');
    await writeFile(log, '{"type":"join","ts":1700000000000,"broadcast":"known","listener":"u1"}\n');
    await output(['replay', log, '--store', store, '--replace'], { folder });
    const ended = await headcount([...args, '--store', store], { folder });
    expect(sentenceOf(ended)).toMatch(/nobody.*(known|headcount doctor)/);
    expect(ended.code).toBe(1);
  });

  it('a log that is not there', async () => {
    const ended = await headcount(['replay', 'nowhere.ndjson'], { folder });
    expect(sentenceOf(ended)).toContain('nowhere.ndjson');
    expect(ended.code).toBe(1);
  });

  describe('a log that is no log', () => {
    const line = '{"type":"join","ts":1700000000000,"broadcast":"b","listener":"u1"}\n';

    it.each([
      ['cut.ndjson.gz', gzipSync(line).subarray(0, 40), 'ends in the middle of its gzip data'],
      ['plain.ndjson.gz', Buffer.from(line), 'should be gzip data, as its name says, but it is not'],
      ['letter.ndjson', Buffer.from('Dear log,\nI am none.\n'), 'no record of it is one'],
      ['empty.ndjson', Buffer.alloc(0), 'no record of it is one'],
    ])('%s', async (name, bytes, says) => {
      await writeFile(join(folder, name), bytes);
      const ended = await headcount(['verify', name], { folder });
      expect(sentenceOf(ended)).toContain(name);
      expect(sentenceOf(ended)).toContain(says);
      expect(ended.code).toBe(1);
    });

    it('a folder', async () => {
      await mkdir(join(folder, 'logs'), { recursive: true });
      const ended = await headcount(['replay', 'logs', '--store', 'sqlite:logs.db'], { folder });
      expect(sentenceOf(ended)).toMatch(/logs, and it is a folder: name a file\.$/);
      expect(ended.code).toBe(1);
    });

    it('lines that are no events: how many, why, and where they are kept', async () => {
      await writeFile(join(folder, 'mixed.ndjson'), `${line}Dear log,\n{"type":"join"}\n`);
      const ended = await headcount(['replay', 'mixed.ndjson', '--store', 'sqlite:mixed/m.db'], { folder });
      expect(ended.stderr).toMatch(
        /2 of them were rejected \(json 1, field 1\) and are kept in mixed\/rejected\.ndjson/,
      );
      expect(ended.code).toBe(0);
    });
  });

  it.each([
    ['export', ['export', 'series', 'known']],
    ['report', ['report', 'known']],
    ['chart', ['chart', 'known']],
  ])('a place that cannot be written to (%s)', async (_, args) => {
    const store = `sqlite:${join(folder, 'known.db')}`;
    const ended = await headcount([...args, '--store', store, '--out', 'nowhere/file.svg'], { folder });
    expect(sentenceOf(ended)).toContain('nowhere/file.svg should be written, but its folder does not exist');
    expect(ended.code).toBe(1);
  });

  it('a store that a newer program wrote', async () => {
    const path = join(folder, 'newer.db');
    const log = join(folder, 'newer.ndjson');
    await writeFile(log, '{"type":"join","ts":1700000000000,"broadcast":"b","listener":"u1"}\n');
    await output(['replay', log, '--store', `sqlite:${path}`], { folder });
    const db = new Database(path);
    db.exec("UPDATE meta SET value = '999' WHERE key = 'schema'");
    db.close();
    const ended = await headcount(['report', 'b', '--store', `sqlite:${path}`], { folder });
    expect(sentenceOf(ended)).toMatch(/schema 999.*newer Headcount.*another store\.$/);
    expect(ended.code).toBe(1);
  });

  it('a broadcast that the store has already', async () => {
    const store = `sqlite:${join(folder, 'twice.db')}`;
    const log = join(folder, 'twice.ndjson');
    await writeFile(log, '{"type":"join","ts":1700000000000,"broadcast":"twice","listener":"u1"}\n');
    await output(['replay', log, '--store', store], { folder });
    const ended = await headcount(['replay', log, '--store', store], { folder });
    expect(ended.stderr).toMatch(/twice.*--replace/);
    expect(ended.code).toBe(1);
  });

  it.each(['start', 'ingest', 'dashboard'])(
    'a port in use: which, and the setting that chooses another (%s)',
    async (command) => {
      const taken = createServer();
      const port = await new Promise<number>((resolve) => {
        taken.listen(0, '127.0.0.1', () => {
          const address = taken.address();
          resolve(typeof address === 'object' && address !== null ? address.port : 0);
        });
      });
      const [dashboard, metrics] = await freePorts();
      const own = command === 'ingest' ? 'HEADCOUNT_METRICS_PORT' : 'HEADCOUNT_PORT';
      try {
        const env = { HEADCOUNT_PORT: String(dashboard), HEADCOUNT_METRICS_PORT: String(metrics), [own]: String(port) };
        const ended = await headcount([command], { folder: await newFolder(), env });
        const last = ended.stderr.trim().split('\n').at(-1);
        expect(last).toContain(String(port));
        expect(last).toContain(own);
        expect(last).toMatch(/^headcount.*\.$/);
        expect(ended.code).toBe(1);
      } finally {
        taken.close();
      }
    },
  );

  // a folder below a file cannot be made by anybody, not even by a user who may write everywhere
  it.each([
    ['ingest', ['ingest']],
    ['start', ['start']],
    ['replay', ['replay', 'one.ndjson']],
  ])('a data folder that cannot be written: where, and what to set (%s)', async (_, args) => {
    const own = await newFolder();
    await writeFile(join(own, 'one.ndjson'), '{"type":"join","ts":1700000000000,"broadcast":"b","listener":"u1"}\n');
    await writeFile(join(own, 'file'), '');
    const [dashboard, metrics] = await freePorts();
    const env = {
      HEADCOUNT_PORT: String(dashboard),
      HEADCOUNT_METRICS_PORT: String(metrics),
      HEADCOUNT_STORE: `sqlite:${join(own, 'file', 'data', 'headcount.db')}`,
    };
    const ended = await headcount(args, { folder: own, env });
    expect(sentenceOf(ended)).toContain(join(own, 'file'));
    expect(sentenceOf(ended)).toMatch(/HEADCOUNT_STORE|writ/);
    expect(ended.code).toBe(1);
  });

  it('an SQLite store that is another kind of file', async () => {
    const path = join(folder, 'letter.db');
    await writeFile(
      path,
      'Dear store, this is no database, and it is long enough to be told apart from an empty one.\n',
    );
    const ended = await headcount(['report', 'x', '--store', `sqlite:${path}`], { folder });
    expect(sentenceOf(ended)).toContain(path);
    expect(ended.code).toBe(1);
  });
});

describe('help', () => {
  const commands = ['start', 'ingest', 'dashboard', 'simulate', 'replay', 'export', 'report', 'verify', 'doctor'];

  it('lists every command', async () => {
    const text = await output(['--help'], { folder });
    for (const command of commands) expect(text).toContain(`\n  ${command} `);
  });

  it.each(commands)('%s --help says how it is used', async (command) => {
    expect(await output([command, '--help'], { folder })).toMatch(new RegExp(`^headcount ${command}\\b`));
  });
});
