/** `headcount export events`: the distinct events that counted, from the archive, the embedded log or the topic. */
import { recordsOf } from '../ingest/records.ts';
import type { Settings } from '../ingest/settings.ts';
import type { BroadcastEvent } from '../lib/event/event.ts';
import { parseRecord } from '../lib/event/parse.ts';
import { printEvent } from '../lib/event/print.ts';
import { EventLedger } from '../lib/export/events.ts';
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
  write: (text: string) => Promise<void>,
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
  let text = '';
  for (const event of ledger.events(late)) {
    if (!within(event, choice)) continue;
    text += `${printEvent(event)}\n`;
    if (text.length > 1 << 16) {
      await write(text);
      text = '';
    }
  }
  for (const bytes of rejected) text += `${bytes.toString('utf8')}\n`;
  if (text) await write(text);
}

function within(event: BroadcastEvent, choice: EventChoice): boolean {
  return (choice.from === undefined || event.ts >= choice.from) && (choice.to === undefined || event.ts < choice.to);
}
