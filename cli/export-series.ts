/** `headcount export series`: a row a second, or a step; of the whole, of rooms, or of the values of an attribute. */
import { csvLine } from '../lib/export/csv.ts';
import { secondPages, seriesColumns, seriesLines, seriesRow, stepPages } from '../lib/export/series.ts';
import { type Cell, type TableFormat, tablePieces } from '../lib/export/table.ts';
import { publisher } from '../lib/numbers/rows.ts';
import { keptWords, stepKept } from '../lib/series/kept-words.ts';
import type { Reader } from '../lib/store/read.ts';
import type { BroadcastStatus, SeriesQuery } from '../lib/store/store.ts';
import { UsageError } from './arguments.ts';

export type RoomChoice = null | 'all' | { name: string };

export interface SeriesChoice {
  query: { from?: number; to?: number };
  step: number;
  room: RoomChoice;
  by: string | undefined;
}

type Write = (text: string | Uint8Array) => Promise<void>;

interface Group {
  /** cells of the leading columns */
  lead: Cell[];
  query: SeriesQuery;
}

/** Text of so many letters is written at once. */
const PIECE = 1 << 16;

/** `onRow` hears how many rows have been made. */
export async function exportSeries(
  reader: Reader,
  status: BroadcastStatus,
  choice: SeriesChoice,
  format: TableFormat,
  write: Write,
  onRow: (rows: number) => void,
): Promise<void> {
  const { broadcast } = status;
  const groups = await groupsOf(reader, broadcast, choice);
  const step = stepKept(status.kept, choice.query.from ?? null, choice.step);
  if (step !== choice.step) process.stderr.write(`${keptWords(status.kept)}; this file has steps of ${step} s.\n`);
  const stepped = step > 1;
  const lead = choice.by !== undefined ? ['attribute', 'value'] : choice.room !== null ? ['room'] : [];
  const columns = seriesColumns(lead, stepped);
  const published = publisher(status);
  let made = 0;
  if (format === 'csv' && !stepped && status.complete && status.kind === 'events') {
    let text = csvLine(columns.map(({ name }) => name));
    for (const group of groups) {
      for await (const runs of reader.runPages(broadcast, group.query, status)) {
        for (const line of seriesLines(runs, group.lead, published)) {
          text += line;
          made++;
          if (text.length < PIECE) continue;
          await write(text);
          onRow(made);
          text = '';
        }
      }
    }
    await write(text);
    return;
  }
  const pages = async function* (): AsyncGenerator<Cell[][]> {
    for (const group of groups) {
      const runs = reader.runPages(broadcast, group.query, status);
      const rows = stepped ? stepPages(runs, step, published) : secondPages(runs, published);
      for await (const page of rows) {
        made += page.length;
        onRow(made);
        yield page.map((row) => seriesRow(row, group.lead));
      }
    }
  };
  for await (const piece of tablePieces(columns, pages(), format)) await write(piece);
}

async function groupsOf(reader: Reader, broadcast: string, choice: SeriesChoice): Promise<Group[]> {
  const { by, room, query } = choice;
  if (by !== undefined) {
    if (room !== null) {
      throw new UsageError('Rows are kept by room and by attribute, not by both at once: give --room or --by');
    }
    const found = (await reader.groups(broadcast)).filter((group) => group.attribute === by);
    if (found.length === 0) {
      throw new Error(
        `No rows are kept by "${by}" for this broadcast: set HEADCOUNT_BREAKDOWNS before it is read, or choose an attribute that its joins carry`,
      );
    }
    return found.map(({ value }) => ({ lead: [by, value], query: { ...query, attribute: by, value } }));
  }
  if (room === null) return [{ lead: [], query }];
  const known = (await reader.groups(broadcast)).filter((group) => group.room !== '').map((group) => group.room);
  const wanted = room === 'all' ? known : known.filter((name) => name === room.name);
  if (wanted.length === 0 && room !== 'all') {
    throw new Error(`The broadcast has no room "${room.name}"; it has ${known.slice(0, 5).join(', ') || 'none'}`);
  }
  return wanted.map((name) => ({ lead: [name], query: { ...query, room: name } }));
}
