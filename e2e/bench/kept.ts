/** Bytes kept of a broadcast of an hour: while its seconds are there, when they are rows of 10 s and its stays a file, and by minutes. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Upkeep } from '../../ingest/upkeep/upkeep.ts';
import { printEvent } from '../../lib/event/print.ts';
import { simulate } from '../../lib/simulate/scenario.ts';
import { openReadStore, openTables } from '../../lib/store/open.ts';
import { filesBelow } from '../soak/sample.ts';
import { replayed } from './replayed.ts';

const DAY_MS = 86_400_000;
const figure = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

export async function kept(small: boolean): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'headcount-bench-'));
  const [path, stays] = [join(folder, 'kept.db'), join(folder, 'stays')];
  try {
    const listeners = small ? 500 : 20_000;
    const log = simulate({
      scenario: 'launch',
      broadcast: 'launch',
      listeners,
      minutes: 60,
      seed: 1,
      heartbeatMs: 30_000,
    });
    const lines = [...log].map((event) => printEvent(event));
    await replayed(`sqlite:${path}`, lines);
    const reader = await openReadStore(`sqlite:${path}`);
    const tables = await openTables(`sqlite:${path}`);
    const retention = { secondsFor: 30 * DAY_MS, tensFor: 365 * DAY_MS, minutesFor: null };
    const upkeep = new Upkeep({ tables, reader, retention, folder: stays, rest: async () => {} });
    const said = [
      `a launch of ${figure.format(listeners)} listeners, ${figure.format(lines.length)} records: ${taken(path)}`,
    ];
    const now = Date.now();
    for (const [after, what] of [
      [31, 'after 31 days'],
      [366, 'after 366 days'],
    ] as const) {
      await upkeep.round(now + after * DAY_MS);
      const files = filesBelow(stays).reduce((sum, name) => sum + statSync(join(stays, name)).size, 0);
      said.push(`${what}: ${taken(path)}, stays as a file ${figure.format(files / 1e6)} MB`);
    }
    await tables.destroy();
    await reader.close();
    return said;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What of the file is in use: pages that became free are written again before it grows. */
function taken(path: string): string {
  const db = new Database(path, { readonly: true });
  try {
    const pragma = (name: string): number => Number(db.pragma(name, { simple: true }));
    const count = (what: string): string => figure.format(Number(db.prepare(`SELECT ${what}`).pluck().get() ?? 0));
    const bytes = (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
    return `${figure.format(bytes / 1e6)} MB in the store (${count('COUNT(*) FROM stays')} stays, ${count('COUNT(*) FROM rows_final')} rows of seconds, ${count('COUNT(*) FROM rolled')} coarser ones)`;
  } finally {
    db.close();
  }
}
