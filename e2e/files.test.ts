/** Files that leave the product, opened by other programs. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeUpLog } from './made-up-log.ts';
import { cleanUp, newFolder, output } from './product.ts';

const START = Date.UTC(2024, 2, 1, 20);
/** What a reader of CSV or JSON has to get right. */
const ODD_IDS = ['plain', 'with, a comma', 'with "quotes"', 'two\nlines', "'; --", ' blank ', 'ü 名 🎙', '=1+1'];

describe('a file of the product, opened by a database', () => {
  let folder: string;
  let reader: DuckDBConnection;

  const file = (name: string): string => `'${join(folder, name)}'`;
  async function rows(query: string): Promise<Record<string, unknown>[]> {
    return (await reader.runAndReadAll(query)).getRowObjectsJson();
  }
  const save = (name: string, ...args: string[]) => output(['export', ...args, '--out', name], { folder });

  beforeAll(async () => {
    folder = await newFolder();
    const made = await madeUpLog(folder, 'launch', { listeners: 200, minutes: 12, seed: 7, startAt: START });
    await writeFile(join(folder, 'launch.ndjson'), `${made.lines.join('\n')}\n`);
    await output(['replay', 'launch.ndjson', '--archive'], { folder });
    reader = await (await DuckDBInstance.create(':memory:')).connect();
  });
  afterAll(async () => {
    reader?.closeSync();
    await cleanUp();
  });

  it.each([
    ['series', ['series', 'launch']],
    ['series by step', ['series', 'launch', '--step', '10s']],
    ['series by room', ['series', 'launch', '--room']],
    ['stays', ['stays', 'launch']],
    ['crash windows', ['crashes', 'launch']],
    ['events', ['events', 'launch']],
  ])('%s: CSV, JSON, lines and Parquet say the same', async (_, args) => {
    const formats = ['csv', 'json', 'ndjson', 'parquet'];
    await Promise.all(formats.map((format) => save(`it.${format}`, ...args, '--format', format)));
    const parquet = `read_parquet(${file('it.parquet')})`;
    const columns = await rows(`DESCRIBE SELECT * FROM ${parquet}`);
    const typed = columns.map(({ column_name, column_type }) => `'${column_name}': '${column_type}'`).join(', ');
    const read = `read_csv(${file('it.csv')}, strict_mode = true, header = true, auto_detect = false, quote = '"', escape = '"', delim = ',', columns = {${typed}})`;
    expect(await rows(`SELECT * FROM ${read}`)).toEqual(await rows(`SELECT * FROM ${parquet}`));
    if (args[0] === 'crashes') return;
    const lines = `read_json(${file('it.ndjson')}, format = 'newline_delimited', columns = {${typed}})`;
    const json = `read_json(${file('it.json')}, format = 'array', columns = {${typed}})`;
    expect(await rows(`SELECT * FROM ${lines}`)).toEqual(await rows(`SELECT * FROM ${parquet}`));
    expect(await rows(`SELECT * FROM ${json}`)).toEqual(await rows(`SELECT * FROM ${parquet}`));
    if (args[0] !== 'events') return;
    // as the README says: what comes late is found where every line is looked at
    const sampled = `read_json(${file('it.ndjson')}, sample_size = -1)`;
    const labels = 'SELECT type, ts, label FROM';
    expect(await rows(`${labels} ${sampled} WHERE label IS NOT NULL`)).toEqual(
      await rows(`${labels} ${parquet} WHERE label IS NOT NULL`),
    );
  });

  it('adds up to the report', async () => {
    await save('series.parquet', 'series', 'launch', '--format', 'parquet');
    await save('stays.parquet', 'stays', 'launch', '--format', 'parquet');
    const report = JSON.parse(await output(['report', 'launch'], { folder }));
    const [sums] = await rows(
      `SELECT SUM(joins)::INT AS joins, SUM(leaves)::INT AS leaves, MAX(connected)::INT AS peak, SUM(connected)::DOUBLE / 60 AS minutes FROM read_parquet(${file('series.parquet')})`,
    );
    const leaves = Object.values<number>(report.leaves).reduce((sum, n) => sum + n, 0);
    expect(sums).toEqual({
      joins: report.joins,
      leaves,
      peak: report.peak.connected,
      minutes: report.listenerMinutes.connected,
    });
    const [people] = await rows(
      `SELECT COUNT(DISTINCT listener)::INT AS listeners, COUNT(*) FILTER ("end" IS NULL)::INT AS open FROM read_parquet(${file('stays.parquet')}) WHERE role = 'listener'`,
    );
    expect(people).toEqual({ listeners: report.unique, open: 0 });
    const types = await rows(`DESCRIBE SELECT * FROM read_parquet(${file('stays.parquet')})`);
    expect(types.map(({ column_type }) => column_type)).toEqual([
      'VARCHAR',
      'VARCHAR',
      'VARCHAR',
      'BIGINT',
      'BIGINT',
      'VARCHAR',
      'VARCHAR',
      'DOUBLE',
    ]);
  });

  it('keeps ids of any shape, and unknown apart from zero and from nothing written', async () => {
    const events = ODD_IDS.map((listener, at) =>
      JSON.stringify({
        type: 'join',
        ts: START + at,
        broadcast: 'odd',
        listener,
        ...(at % 2 === 0 ? { connection: 'c' } : {}),
      }),
    );
    await writeFile(join(folder, 'odd.ndjson'), `${events.join('\n')}\n`);
    await output(['replay', 'odd.ndjson'], { folder });
    for (const format of ['csv', 'parquet'] as const) await save(`odd.${format}`, 'stays', 'odd', '--format', format);
    const found = await rows(
      `SELECT listener, connection, "end", hearing_seconds FROM read_csv(${file('odd.csv')}, header = true, strict_mode = true, quote = '"', escape = '"', delim = ',', all_varchar = true) ORDER BY listener`,
    );
    expect(found.map(({ listener }) => listener).sort()).toEqual([...ODD_IDS].sort());
    expect(new Set(found.map(({ end, hearing_seconds }) => `${end} ${hearing_seconds}`))).toEqual(
      new Set(['null null']),
    );
    const kept = await rows(`SELECT listener FROM read_parquet(${file('odd.parquet')}) ORDER BY start`);
    expect(kept.map(({ listener }) => listener)).toEqual(ODD_IDS);
  });
});
