/** Stays as pieces of text, a few thousand rows each: nobody has to hold all of them. */
import { csvLine } from '../../../../../lib/export/csv.ts';
import { pseudonymise, STAY_COLUMNS, stayCells } from '../../../../../lib/export/stays.ts';
import type { Stay } from '../../../../../lib/presence/stay.ts';
import { rowRange } from '../../../../../lib/store/read.ts';
import type { BroadcastStatus } from '../../../../../lib/store/store.ts';

export const STAY_FORMATS = ['csv', 'json', 'ndjson'] as const;

export const STAY_TYPES: Readonly<Record<(typeof STAY_FORMATS)[number], string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
};

export interface StayChoice {
  /** epoch ms; null: without that end */
  from: number | null;
  to: number | null;
  format: (typeof STAY_FORMATS)[number];
  /** ids are hashes with it; null: as they came */
  key: string | null;
}

/** A piece is sent when it has so many letters. */
const PIECE = 1 << 16;

export async function* staysText(
  stays: AsyncIterable<Stay>,
  status: Pick<BroadcastStatus, 'known' | 'firstAt' | 'lastAt'>,
  { from, to, format, key }: StayChoice,
): AsyncGenerator<string> {
  const openEnd = (rowRange(status).to - 1) * 1000;
  let text = format === 'csv' ? csvLine(STAY_COLUMNS) : format === 'json' ? '[' : '';
  let between = '\n';
  for await (const found of stays) {
    if (to !== null && found.start >= to) break;
    if (from !== null && found.end !== null && found.end <= from) continue;
    const cells = stayCells(key === null ? found : pseudonymise(found, key), status.known.hearing, openEnd);
    if (format === 'csv') text += csvLine(cells);
    else if (format === 'ndjson') text += `${JSON.stringify(asObject(cells))}\n`;
    else {
      text += between + JSON.stringify(asObject(cells));
      between = ',\n';
    }
    if (text.length > PIECE) {
      yield text;
      text = '';
    }
  }
  yield format === 'json' ? `${text}\n]\n` : text;
}

function asObject(cells: readonly (string | number | null)[]): Record<string, string | number | null> {
  const object: Record<string, string | number | null> = {};
  for (const [index, name] of STAY_COLUMNS.entries()) {
    const cell = cells[index] ?? null;
    object[name] = name === 'hearing_seconds' && cell !== null ? Number(cell) : cell;
  }
  return object;
}
