/** The same log into SQLite and into PostgreSQL, in turn: how fast one process counts into each, and the ratio of a pair. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printEvent } from '../../lib/event/print.ts';
import { simulate } from '../../lib/simulate/scenario.ts';
import { openWriteStore } from '../../lib/store/open.ts';
import { openPostgres } from '../postgres.ts';
import { replayed } from './replayed.ts';

const figure = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

export async function stores(small: boolean): Promise<string[]> {
  const postgres = await openPostgres({ own: true, durable: true });
  if ('skipped' in postgres) return [postgres.skipped];
  const folder = mkdtempSync(join(tmpdir(), 'headcount-bench-'));
  try {
    const listeners = small ? 500 : 5_000;
    const log = simulate({ scenario: 'launch', broadcast: 'launch', listeners, minutes: 60, seed: 1 });
    const lines = [...log].map((event) => printEvent(event));
    const timed = async (url: string): Promise<number> => {
      // tables are made once in the life of a store
      await (await openWriteStore(url)).close();
      const startedAt = performance.now();
      await replayed(url, lines);
      return (performance.now() - startedAt) / 1000;
    };
    await timed(`sqlite:${join(folder, 'warm.db')}`);
    const ratios: number[] = [];
    const said: string[] = [];
    for (let pair = 0; pair < (small ? 2 : 5); pair++) {
      const sqlite = await timed(`sqlite:${join(folder, `${pair}.db`)}`);
      const other = await timed(await postgres.database());
      ratios.push(sqlite / other);
      said.push(
        `pair ${pair + 1}: ${figure.format(Math.round(lines.length / sqlite))} records/s into SQLite, ${figure.format(Math.round(lines.length / other))} into PostgreSQL, ${figure.format(sqlite / other)} of it`,
      );
    }
    ratios.sort((a, b) => a - b);
    return [
      ...said,
      `a replay of ${figure.format(lines.length)} records, crash windows found: PostgreSQL takes median ${figure.format(ratios[ratios.length >> 1] ?? 0)} of SQLite's records/s (${figure.format(ratios[0] ?? 0)} to ${figure.format(ratios.at(-1) ?? 0)})`,
    ];
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
