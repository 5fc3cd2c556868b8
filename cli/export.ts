/** `headcount export`: what the store knows, as a file. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { crashCells, crashColumns, crashesCsv } from '../lib/export/crashes.ts';
import { csvLine } from '../lib/export/csv.ts';
import { SERIES_COLUMNS, seriesCells, seriesLines, seriesObject, steps } from '../lib/export/series.ts';
import { pseudonymise, STAY_COLUMNS, stayCells } from '../lib/export/stays.ts';
import { publish, type StoredRow } from '../lib/numbers/rows.ts';
import type { SecondRow } from '../lib/numbers/second.ts';
import { keptWords, stepKept } from '../lib/series/kept-words.ts';
import { openReadStore } from '../lib/store/open.ts';
import { type Reader, rowRange } from '../lib/store/read.ts';
import type { BroadcastStatus, SeriesQuery } from '../lib/store/store.ts';
import { choiceOption, instantOption, parseCommand, UsageError } from './arguments.ts';
import { settingsFor } from './context.ts';

export const help = `headcount export series|stays|crashes|events BROADCAST [options]

  --format csv|json|ndjson|parquet   default: csv for series and stays, json for crashes, ndjson for events
  --from TIME --to TIME              ISO 8601 or epoch ms; from <= t < to
  --step 10s                         series: means over steps of so many seconds, counters summed
  --room [ROOM]                      series of every room, or of one
  --by ATTRIBUTE                     series of every value of an attribute
  --pseudonymise KEY                 stays: ids as hashes with this key
  --all                              events: late and rejected ones too
  --out FILE                         default: standard output
  --store URL                        sqlite:PATH or postgres://…
`;

const KINDS = ['series', 'stays', 'crashes', 'events'] as const;
const FORMATS = ['csv', 'json', 'ndjson', 'parquet'] as const;

export async function run(given: string[]): Promise<number> {
  const { args, room } = roomOption(given);
  const { values, positionals } = parseCommand(
    args,
    {
      format: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      step: { type: 'string' },
      by: { type: 'string' },
      pseudonymise: { type: 'string' },
      all: { type: 'boolean' },
      out: { type: 'string' },
      store: { type: 'string' },
    },
    ['series|stays|crashes|events', 'BROADCAST'],
  );
  const kind = KINDS.find((k) => k === positionals[0]);
  if (!kind) throw new UsageError(`What to export must be one of ${KINDS.join(', ')}, not "${positionals[0]}"`);
  const broadcast = positionals[1] ?? '';
  const format =
    choiceOption('format', values.format, FORMATS) ??
    (kind === 'events' ? 'ndjson' : kind === 'crashes' ? 'json' : 'csv');
  const from = instantOption('from', values.from);
  const to = instantOption('to', values.to);
  const step = stepOption(values.step);
  const settings = settingsFor({ store: values.store });
  const reader = await openReadStore(settings.store);
  const out = values.out === undefined ? process.stdout : createWriteStream(values.out);
  try {
    const status = await reader.status(broadcast);
    if (!status) {
      const known = (await reader.broadcasts()).map((b) => b.broadcast);
      throw new Error(
        `The store has no broadcast "${broadcast}"${known.length > 0 ? `; it has ${known.slice(0, 5).join(', ')}` : ' and is empty: replay a log or start ingest first'}`,
      );
    }
    const write = writer(out);
    if (kind === 'series') {
      const query = {
        ...(from === undefined ? {} : { from: Math.ceil(from / 1000) }),
        ...(to === undefined ? {} : { to: Math.ceil(to / 1000) }),
      };
      await exportSeries(reader, status, { query, step, room, by: values.by }, format, write);
    } else if (kind === 'stays') await exportStays(reader, status, values.pseudonymise, format, write);
    else if (kind === 'crashes') await exportCrashes(reader, status, format, write);
    else {
      const { exportEvents } = await import('./export-events.ts');
      await exportEvents(settings, reader, broadcast, { all: values.all === true, from, to }, write);
    }
    if (out !== process.stdout) {
      out.end();
      await once(out, 'finish');
    }
  } finally {
    await reader.close();
  }
  return 0;
}

type Write = (text: string | Uint8Array) => Promise<void>;

/** Writes with back-pressure; a reader that has gone away ends the command quietly. */
function writer(out: Writable): Write {
  out.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`headcount export: ${error.message}\n`);
    process.exit(1);
  });
  return async (text) => {
    if (!out.write(text)) await once(out, 'drain');
  };
}

function stepOption(text: string | undefined): number {
  if (text === undefined) return 1;
  const match = /^(\d+)(s|m|h)?$/.exec(text);
  const seconds = match
    ? Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] === 'm' || match[2] === 'h' ? match[2] : 's']
    : 0;
  if (seconds < 1 || seconds > 86_400)
    throw new UsageError(`--step must be a duration such as 1s, 10s or 1m, not "${text}"`);
  return seconds;
}

/** `--room` alone asks for every room, `--room ROOM` for one: a third word without a dash is its name. */
function roomOption(args: string[]): { args: string[]; room: RoomChoice } {
  const at = args.findIndex((arg) => arg === '--room' || arg.startsWith('--room='));
  const option = args[at];
  if (option === undefined) return { args, room: null };
  const rest = args.toSpliced(at, 1);
  if (option !== '--room') return { args: rest, room: { name: option.slice('--room='.length) } };
  const next = rest[at];
  const words = rest.filter((arg, i) => !arg.startsWith('-') && !TAKES_VALUE.has(rest[i - 1] ?? ''));
  if (next === undefined || next.startsWith('-') || words.length < 3) return { args: rest, room: 'all' };
  return { args: rest.toSpliced(at, 1), room: { name: next } };
}

const TAKES_VALUE = new Set(['--format', '--from', '--to', '--step', '--by', '--pseudonymise', '--out', '--store']);

type RoomChoice = null | 'all' | { name: string };

interface SeriesChoice {
  query: { from?: number; to?: number };
  step: number;
  room: RoomChoice;
  by: string | undefined;
}

async function exportSeries(
  reader: Reader,
  status: BroadcastStatus,
  choice: SeriesChoice,
  format: (typeof FORMATS)[number],
  write: Write,
): Promise<void> {
  const groups: { lead: Record<string, string>; query: SeriesQuery }[] = [];
  const { broadcast } = status;
  if (choice.by !== undefined) {
    const by = choice.by;
    if (choice.room !== null) throw new UsageError('--room and --by cannot be given together');
    const found = (await reader.groups(broadcast)).filter((g) => g.attribute === by);
    if (found.length === 0) {
      throw new Error(
        `No rows are kept by "${by}" for this broadcast: set HEADCOUNT_BREAKDOWNS before it is read, or choose an attribute that its joins carry`,
      );
    }
    for (const g of found) {
      groups.push({
        lead: { attribute: by, value: g.value },
        query: { ...choice.query, attribute: by, value: g.value },
      });
    }
  } else if (choice.room !== null) {
    const known = (await reader.groups(broadcast)).filter((g) => g.room !== '').map((g) => g.room);
    const wanted =
      choice.room === 'all' ? known : known.filter((r) => choice.room !== 'all' && r === choice.room?.name);
    if (wanted.length === 0 && choice.room !== 'all') {
      throw new Error(
        `The broadcast has no room "${choice.room.name}"; it has ${known.slice(0, 5).join(', ') || 'none'}`,
      );
    }
    for (const room of wanted) {
      groups.push({ lead: { room }, query: { ...choice.query, room } });
    }
  } else groups.push({ lead: {}, query: choice.query });

  const step = stepKept(status.kept, choice.query.from ?? null, choice.step);
  if (step !== choice.step) process.stderr.write(`${keptWords(status.kept)}; this file has steps of ${step} s.\n`);
  const stepped = step > 1;
  const lead = choice.by !== undefined ? ['attribute', 'value'] : choice.room !== null ? ['room'] : [];
  const columns = [...lead, ...SERIES_COLUMNS, ...(stepped ? ['connected_min', 'connected_max'] : [])];
  if (format === 'csv') await write(csvLine(columns));
  const objects: Record<string, string | number | null>[] = [];
  let first = true;
  if (format === 'json') await write('[');
  for (const group of groups) {
    const leadCells = lead.map((name) => group.lead[name] ?? null);
    let text = '';
    if (format === 'csv' && !stepped && status.complete && status.kind === 'events') {
      const published = (row: StoredRow): SecondRow => publish(row, status.known, status, status.rev);
      for (const line of seriesLines(await reader.runs(broadcast, group.query), leadCells, published)) {
        text += line;
        if (text.length < 1 << 16) continue;
        await write(text);
        text = '';
      }
      await write(text);
      continue;
    }
    const rows = await reader.eachSecond(broadcast, group.query);
    for (const row of stepped ? steps(rows, step) : rows) {
      const extra = 'connectedMin' in row ? { connected_min: row.connectedMin, connected_max: row.connectedMax } : {};
      if (format === 'csv') text += csvLine([...leadCells, ...seriesCells(row), ...Object.values(extra)]);
      else {
        const object = { ...group.lead, ...seriesObject(row), ...extra };
        if (format === 'parquet') objects.push(object);
        else
          text += `${format === 'json' ? (first ? '\n' : ',\n') : ''}${JSON.stringify(object)}${format === 'ndjson' ? '\n' : ''}`;
        first = false;
      }
      if (text.length > 1 << 16) {
        await write(text);
        text = '';
      }
    }
    if (text) await write(text);
  }
  if (format === 'json') await write('\n]\n');
  if (format === 'parquet') await writeParquet(columns, objects, write);
}

async function exportStays(
  reader: Reader,
  status: BroadcastStatus,
  key: string | undefined,
  format: (typeof FORMATS)[number],
  write: Write,
): Promise<void> {
  const openEnd = (rowRange(status).to - 1) * 1000;
  const objects: Record<string, string | number | null>[] = [];
  if (format === 'csv') await write(csvLine(STAY_COLUMNS));
  if (format === 'json') await write('[');
  let first = true;
  let text = '';
  for await (const found of reader.stays(status.broadcast)) {
    const stay = key === undefined ? found : pseudonymise(found, key);
    const cells = stayCells(stay, status.known.hearing, openEnd);
    if (format === 'csv') text += csvLine(cells);
    else {
      const object: Record<string, string | number | null> = {};
      for (const [i, name] of STAY_COLUMNS.entries())
        object[name] = name === 'hearing_seconds' && cells[i] !== null ? Number(cells[i]) : (cells[i] ?? null);
      if (format === 'parquet') objects.push(object);
      else
        text += `${format === 'json' ? (first ? '\n' : ',\n') : ''}${JSON.stringify(object)}${format === 'ndjson' ? '\n' : ''}`;
      first = false;
    }
    if (text.length > 1 << 16) {
      await write(text);
      text = '';
    }
  }
  if (text) await write(text);
  if (format === 'json') await write('\n]\n');
  if (format === 'parquet') await writeParquet([...STAY_COLUMNS], objects, write);
}

async function exportCrashes(
  reader: Reader,
  status: BroadcastStatus,
  format: (typeof FORMATS)[number],
  write: Write,
): Promise<void> {
  const windows = await reader.windows(status.broadcast);
  if (format === 'json') await write(`${JSON.stringify(windows, null, 1)}\n`);
  else if (format === 'ndjson') await write(windows.map((w) => `${JSON.stringify(w)}\n`).join(''));
  else {
    const columns = crashColumns(windows);
    if (format === 'csv') await write(crashesCsv(windows));
    else {
      await writeParquet(
        columns,
        windows.map((window) => crashCells(window, columns)),
        write,
      );
    }
  }
}

async function writeParquet(
  columns: readonly string[],
  rows: readonly Record<string, unknown>[],
  write: Write,
): Promise<void> {
  const { parquetBytes } = await import('../lib/export/parquet.ts');
  await write(parquetBytes(columns, rows));
}
