/** What the overview reads, in a process that begins and in one that goes on, with few and with many broadcasts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { markChanged } from '../../lib/store/changed.ts';
import { openReadStore, openTables } from '../../lib/store/open.ts';
import { PAGE_SORTS } from '../../lib/store/store.ts';
import { openPostgres } from '../postgres.ts';
import { fillStore } from './many-broadcasts.ts';

const figure = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const ROUNDS = 20;
const PAGE = { group: null, crashed: false, search: '', descending: true, limit: 50, offset: 100 } as const;

export async function overview(small: boolean): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'headcount-bench-'));
  const postgres = await openPostgres({ own: true, durable: true });
  const lines: string[] = [];
  try {
    for (const broadcasts of small ? [365] : [365, 5_000]) {
      const urls = [['SQLite', `sqlite:${join(folder, `${broadcasts}.db`)}`]];
      if (!('skipped' in postgres)) urls.push(['PostgreSQL', await postgres.database()]);
      for (const [name = '', url = ''] of urls) lines.push(await measure(name, url, broadcasts));
    }
    return lines;
  } finally {
    if ('stop' in postgres) await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(name: string, url: string, broadcasts: number): Promise<string> {
  const { seconds, minutes } = await fillStore(url, broadcasts);
  const first = await timed(url);
  const firsts = [first];
  for (let i = 0; i < 4; i++) firsts.push(await timed(url));
  const reader = await openReadStore(url);
  const tables = await openTables(url);
  await reader.broadcasts();
  const again: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    // one of them is live: its summary is another each time
    await tables.updateTable('watermarks').set({ stored_at: i }).where('broadcast_id', '=', 1).execute();
    await markChanged(tables, 1);
    const startedAt = performance.now();
    await Promise.all([reader.broadcasts(), reader.pipeline()]);
    again.push(performance.now() - startedAt);
  }
  const pages: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    await markChanged(tables, 1);
    const startedAt = performance.now();
    await Promise.all([
      reader.broadcastsPage({ ...PAGE, sort: PAGE_SORTS[i % PAGE_SORTS.length] ?? 'ended' }),
      reader.pipeline(),
    ]);
    pages.push(performance.now() - startedAt);
  }
  await tables.destroy();
  await reader.close();
  return `overview of ${figure.format(broadcasts)} broadcasts in ${name} (${figure.format(seconds)} rows of seconds, ${figure.format(minutes)} of minutes): first read of a process median ${figure.format(median(firsts))} ms, at most ${figure.format(Math.max(...firsts))} ms; while one is live median ${figure.format(median(again))} ms, at most ${figure.format(Math.max(...again))} ms; a page of ${PAGE.limit} of them, in each of its orders, median ${figure.format(median(pages))} ms, at most ${figure.format(Math.max(...pages))} ms`;
}

/** As a dashboard that has just begun. */
async function timed(url: string): Promise<number> {
  const reader = await openReadStore(url);
  try {
    await reader.changeToken();
    const startedAt = performance.now();
    await Promise.all([reader.broadcasts(), reader.pipeline()]);
    return performance.now() - startedAt;
  } finally {
    await reader.close();
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
