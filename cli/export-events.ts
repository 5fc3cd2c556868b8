/** `headcount export events`: the distinct events that counted, from the archive, the embedded log or the topic. */
import { recordsOf } from '../ingest/records.ts';
import type { Settings } from '../ingest/settings.ts';
import type { BroadcastEvent } from '../lib/event/event.ts';
import { parseRecord } from '../lib/event/parse.ts';
import { printEvent } from '../lib/event/print.ts';
import { EVENT_COLUMNS, eventCells } from '../lib/export/event-table.ts';
import { EventLedger } from '../lib/export/events.ts';
import { type Cell, type TableFormat, tablePieces } from '../lib/export/table.ts';
import type { Reader } from '../lib/store/read.ts';

export interface EventChoice {
  /** late and rejected ones too */
  all: boolean;
  /** epoch ms, from <= ts < to */
  from: number | undefined;
  to: number | undefined;
}

export async function exportEvents(
  settings: Settings,
  reader: Reader,
  broadcast: string,
  choice: EventChoice,
  format: TableFormat,
  write: (text: string | Uint8Array) => Promise<void>,
): Promise<void> {
  const ledger = new EventLedger(broadcast);
  const rejected: Buffer[] = [];
  for await (const { partition, value, timestampMs } of recordsOf(settings, reader, broadcast)) {
    const parsed = parseRecord(value, timestampMs);
    if (parsed.kind === 'event') ledger.add(parsed.event, partition);
    else if (parsed.kind === 'rejected' && choice.all) rejected.push(Buffer.from(value));
  }
  for (const event of await reader.remarks(broadcast)) ledger.addControl(event);
  // a replay with --late counted them, and so the store knows of none
  const late = (await reader.facts(broadcast))?.ledger.late === 0 ? 'taken up' : choice.all ? 'beside' : 'left out';
  const chosen = eachWithin(ledger.events(late), choice);
  if (format === 'csv' || format === 'parquet') {
    for await (const piece of tablePieces(EVENT_COLUMNS, rowsOf(chosen), format)) await write(piece);
    return;
  }
  let text = format === 'json' ? '[' : '';
  let between = '\n';
  for (const event of chosen) {
    text += format === 'json' ? between + printEvent(event) : `${printEvent(event)}\n`;
    between = ',\n';
    if (text.length < PIECE) continue;
    await write(text);
    text = '';
  }
  for (const bytes of rejected) text += `${bytes.toString('utf8')}\n`;
  if (format === 'json') text += '\n]\n';
  if (text) await write(text);
}

/** Text of so many letters, and rows of so many events, are written at once. */
const PIECE = 1 << 16;
const PAGE = 1_000;

function* rowsOf(events: Iterable<BroadcastEvent>): Generator<Cell[][]> {
  let page: Cell[][] = [];
  for (const event of events) {
    page.push(eventCells(event));
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  yield page;
}

function* eachWithin(events: Iterable<BroadcastEvent>, choice: EventChoice): Generator<BroadcastEvent> {
  for (const event of events) if (within(event, choice)) yield event;
}

function within(event: BroadcastEvent, choice: EventChoice): boolean {
  return (choice.from === undefined || event.ts >= choice.from) && (choice.to === undefined || event.ts < choice.to);
}
