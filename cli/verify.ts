/** `headcount verify`: a recount from the log by brute force, compared cell by cell. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileRecords, recordsOf } from '../ingest/records.ts';
import { replayFile } from '../ingest/replay.ts';
import type { Settings } from '../ingest/settings.ts';
import { parseRecord } from '../lib/event/parse.ts';
import { csvLine } from '../lib/export/csv.ts';
import { SERIES_COLUMNS, seriesCells } from '../lib/export/series.ts';
import { STAY_COLUMNS, stayRows } from '../lib/export/stays.ts';
import { tablePieces } from '../lib/export/table.ts';
import { seriesCsv, staysCsv } from '../lib/oracle/csv.ts';
import { Oracle } from '../lib/oracle/oracle.ts';
import { readNumbers } from '../lib/report/read.ts';
import { keptWords } from '../lib/series/kept-words.ts';
import { openReadStore } from '../lib/store/open.ts';
import { type Reader, rowRange } from '../lib/store/read.ts';
import { parseCommand } from './arguments.ts';
import { settingsFor } from './context.ts';
import { differingFields } from './verify-report.ts';

export const help = `headcount verify BROADCAST|FILE [options]

Counts a broadcast again from its log (the archive, the embedded log or the topic), slowly and plainly, and compares every
second, every stay and the numbers of the report with what the store says. A FILE is counted both ways. Exit 1 on any
difference.

  --store URL       sqlite:PATH or postgres://…
`;

/** Differences shown of each comparison. */
const SHOWN = 5;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseCommand(args, { store: { type: 'string' } }, ['BROADCAST|FILE']);
  const what = positionals[0] ?? '';
  const settings = settingsFor({ store: values.store });
  if (existsSync(what)) return verifyFile(what, settings);
  const reader = await openReadStore(settings.store);
  try {
    const status = await reader.status(what);
    if (!status) {
      throw new Error(
        `A broadcast of the store or a file was expected, and "${what}" is neither: check the name or the path`,
      );
    }
    // a replay with --late counted them, and so the store knows of none
    const takesLate = (await reader.facts(what))?.ledger.late === 0;
    const oracle = new Oracle({ defaultHeartbeatMs: settings.heartbeatMs, breakdowns: [], takesLate });
    for await (const { partition, value, timestampMs } of recordsOf(settings, reader, what)) {
      const parsed = parseRecord(value, timestampMs);
      // a topic holds others too, and all that is counted by brute force is kept in memory
      if (parsed.kind === 'event' && parsed.event.broadcast !== what) continue;
      oracle.add(parsed, partition);
    }
    return await compare(reader, oracle, what, !status.complete);
  } finally {
    await reader.close();
  }
}

async function verifyFile(path: string, settings: Settings): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'headcount-verify-'));
  try {
    const own: Settings = { ...settings, store: `sqlite:${join(folder, 'verify.db')}`, dataFolder: folder };
    await replayFile(
      path,
      { settings: own, speed: null, slices: 4, takeLate: false, replace: false, archive: false },
      () => undefined,
    );
    const oracle = new Oracle({ defaultHeartbeatMs: settings.heartbeatMs, breakdowns: [] });
    for await (const { value } of fileRecords(path)) oracle.add(parseRecord(value, null), 0);
    const reader = await openReadStore(own.store);
    try {
      if (oracle.broadcasts().length === 0) {
        throw new Error(`A log of events was expected at ${path}, and no record of it is one: check the file`);
      }
      let worst = 0;
      for (const broadcast of oracle.broadcasts())
        worst = Math.max(worst, await compare(reader, oracle, broadcast, false));
      return worst;
    } finally {
      await reader.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `onlyFinal`: the broadcast still runs, and what is not final may still move. */
async function compare(reader: Reader, oracle: Oracle, broadcast: string, onlyFinal: boolean): Promise<number> {
  const result = oracle.finish(broadcast);
  const status = await reader.status(broadcast);
  if (!result || !status) {
    process.stderr.write(`${broadcast}: ${result ? 'the store' : 'the log'} has nothing of it\n`);
    return 1;
  }
  if (status.kept !== null) {
    process.stderr.write(
      `${broadcast}: ${keptWords(status.kept)}; replay the log into another store to compare every second\n`,
    );
    return 1;
  }
  const rows = await reader.series(broadcast);
  const kept = onlyFinal ? rows.filter((r) => r.state === 'final') : rows;
  const series =
    csvLine(SERIES_COLUMNS) + kept.map((r) => csvLine(seriesCells({ ...r, rev: r.rev === null ? null : 1 }))).join('');
  const wanted = onlyFinal
    ? seriesCsv(result)
        .split('\n')
        .slice(0, kept.length + 1)
        .join('\n')
    : seriesCsv(result);
  const openEnd = (rowRange(status).to - 1) * 1000;
  let stays = '';
  const choice = { from: null, to: null, key: null, hearing: status.known.hearing, openEnd };
  const stayCells = stayRows(reader.staysByStart(broadcast), choice);
  for await (const piece of tablePieces(STAY_COLUMNS, stayCells, 'csv')) stays += piece;
  const report = onlyFinal ? null : await readNumbers(reader, broadcast);
  const differences = [
    ...shown('series', differing('series', series, wanted)),
    ...(onlyFinal ? [] : shown('stays', differing('stays', stays, staysCsv(result)))),
    ...(report ? shown('report', differingFields(report, result.report)) : []),
  ];
  for (const d of differences) process.stdout.write(`${broadcast}: ${d}\n`);
  if (differences.length > 0) return 1;
  const state = onlyFinal ? ' final' : '';
  process.stdout.write(
    `${broadcast}: ${kept.length}${state} seconds${onlyFinal ? '' : ` and ${result.stays.length} stays`} are the same counted both ways\n`,
  );
  return 0;
}

function differing(name: string, got: string, wanted: string): string[] {
  // a store keeps text as UTF-8, which has no half of a pair
  const g = got.trim().toWellFormed().split('\n');
  const w = wanted.trim().toWellFormed().split('\n');
  const found: string[] = [];
  for (let i = 0; i < Math.max(g.length, w.length); i++) {
    if (g[i] !== w[i]) found.push(`${name} line ${i + 1}: the store says "${g[i] ?? ''}", the recount "${w[i] ?? ''}"`);
  }
  return found;
}

/** The first few, and how many more there are. */
function shown(name: string, differences: readonly string[]): string[] {
  if (differences.length <= SHOWN) return [...differences];
  return [...differences.slice(0, SHOWN), `${name}: and ${differences.length - SHOWN} more differences`];
}
