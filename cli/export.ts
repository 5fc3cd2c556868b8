/** `headcount export`: what the store knows, as a file. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { crashColumns, crashRow, touches } from '../lib/export/crashes.ts';
import { STAY_COLUMNS, type StayChoice, stayRows } from '../lib/export/stays.ts';
import { type Cell, TABLE_FORMATS, type TableFormat, tablePieces } from '../lib/export/table.ts';
import { openReadStore } from '../lib/store/open.ts';
import { type Reader, rowRange } from '../lib/store/read.ts';
import type { BroadcastStatus } from '../lib/store/store.ts';
import { choiceOption, instantOption, parseCommand, UsageError } from './arguments.ts';
import { cannotWrite } from './cannot-write.ts';
import { settingsFor } from './context.ts';
import { KINDS, refuseForeign, roomOption, stepOption } from './export-options.ts';
import { exportSeries } from './export-series.ts';
import { type Progress, progress } from './progress.ts';

export const help = `headcount export series|stays|crashes|events BROADCAST [options]

  --format csv|json|ndjson|parquet   default: csv for series and stays, json for crashes, ndjson for events
  --from TIME --to TIME              ISO 8601 or epoch ms; from <= t < to; stays and crashes: those that touch it
  --step 10s                         series: means over steps of so many seconds, counters summed
  --room [ROOM]                      series of every room, or of one
  --by ATTRIBUTE                     series of every value of an attribute
  --pseudonymise KEY                 stays: ids as hashes with this key
  --all                              events: late and rejected ones too, as ndjson
  --out FILE                         default, and -: standard output
  --store URL                        sqlite:PATH or postgres://…
`;

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
    choiceOption('format', values.format, TABLE_FORMATS) ??
    (kind === 'events' ? 'ndjson' : kind === 'crashes' ? 'json' : 'csv');
  refuseForeign(kind, { ...values, room: room === null ? undefined : true });
  const from = instantOption('from', values.from);
  const to = instantOption('to', values.to);
  if (from !== undefined && to !== undefined && from >= to) throw new UsageError('--from must be before --to');
  if (values.all === true && format !== 'ndjson') {
    throw new UsageError(`--all keeps rejected records as they came, which needs --format ndjson, not ${format}`);
  }
  if (values.pseudonymise === '') throw new UsageError('--pseudonymise needs a key of one character or more');
  const step = stepOption(values.step);
  const settings = settingsFor({ store: values.store });
  const reader = await openReadStore(settings.store);
  const path = values.out === '-' ? undefined : values.out;
  const out = path === undefined ? process.stdout : createWriteStream(path);
  try {
    const status = await reader.status(broadcast);
    if (!status) {
      const known = (await reader.broadcasts()).map((b) => b.broadcast);
      throw new Error(
        `The store has no broadcast "${broadcast}"${known.length > 0 ? `; it has ${known.slice(0, 5).join(', ')}` : ' and is empty: replay a log or start ingest first'}`,
      );
    }
    const write = writer(out, path);
    const bar = quietAtFirst(progress({ label: `export ${kind}`, total: null, unit: 'rows', stream: process.stderr }));
    if (kind === 'series') {
      const query = {
        ...(from === undefined ? {} : { from: Math.ceil(from / 1000) }),
        ...(to === undefined ? {} : { to: Math.ceil(to / 1000) }),
      };
      await exportSeries(reader, status, { query, step, room, by: values.by }, format, write, bar.update);
    } else if (kind === 'stays') {
      const span = { from: from ?? null, to: to ?? null, key: values.pseudonymise ?? null };
      await exportStays(reader, status, span, format, write, bar);
    } else if (kind === 'crashes') await exportCrashes(reader, status, { from, to }, format, write);
    else {
      const { exportEvents } = await import('./export-events.ts');
      await exportEvents(settings, reader, broadcast, { all: values.all === true, from, to }, format, write);
    }
    bar.end();
    if (out !== process.stdout) {
      out.end();
      await once(out, 'finish');
    }
  } finally {
    await reader.close();
  }
  return 0;
}

/** What is done in a moment is not told of, nor on a terminal that shows the rows themselves. */
function quietAtFirst(bar: Progress): Progress {
  const from = performance.now() + QUIET_MS;
  let told = process.stdout.isTTY === true ? null : false;
  return {
    update(done, total) {
      if (told === null || performance.now() < from) return;
      told = true;
      bar.update(done, total);
    },
    end() {
      if (told) bar.end();
    },
  };
}

const QUIET_MS = 2_000;

type Write = (text: string | Uint8Array) => Promise<void>;

/** Writes with back-pressure; a reader that has gone away ends the command quietly. */
function writer(out: Writable, path: string | undefined): Write {
  out.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    process.stderr.write(`headcount export: ${cannotWrite(path ?? 'Standard output', error)}.\n`);
    process.exit(1);
  });
  return async (text) => {
    if (!out.write(text)) await once(out, 'drain');
  };
}

async function exportStays(
  reader: Reader,
  status: BroadcastStatus,
  choice: Pick<StayChoice, 'from' | 'to' | 'key'>,
  format: TableFormat,
  write: Write,
  bar: Progress,
): Promise<void> {
  const openEnd = (rowRange(status).to - 1) * 1000;
  let all: number | undefined;
  // read first, as a whole, since they are kept by listener and told by start: half of the way
  const pages = reader.staysByStart(status.broadcast, (read) => {
    all = read;
    bar.update(read / 2);
  });
  let told = 0;
  const rows = stayRows(pages, { ...choice, hearing: status.known.hearing, openEnd });
  const counted = async function* (): AsyncGenerator<Cell[][]> {
    for await (const page of rows) {
      told += page.length;
      bar.update(((all ?? told) + told) / 2, all);
      yield page;
    }
  };
  for await (const piece of tablePieces(STAY_COLUMNS, counted(), format)) await write(piece);
}

async function exportCrashes(
  reader: Reader,
  status: BroadcastStatus,
  { from, to }: { from: number | undefined; to: number | undefined },
  format: TableFormat,
  write: Write,
): Promise<void> {
  const windows = (await reader.windows(status.broadcast)).filter((window) =>
    touches(window, from ?? null, to ?? null),
  );
  if (format === 'json') await write(`${JSON.stringify(windows, null, 1)}\n`);
  else if (format === 'ndjson') await write(windows.map((window) => `${JSON.stringify(window)}\n`).join(''));
  else {
    const columns = crashColumns(windows);
    const rows = windows.map((window) => crashRow(window, columns));
    for await (const piece of tablePieces(columns, [rows], format)) await write(piece);
  }
}
