/** `export stays`: one row per final presence interval. */
import { createHmac } from 'node:crypto';
import type { Stay } from '../presence/stay.ts';
import type { Cell, Column } from './table.ts';

export const STAY_COLUMNS: readonly Column[] = [
  { name: 'listener', type: 'text' },
  { name: 'connection', type: 'text' },
  { name: 'room', type: 'text' },
  { name: 'start', type: 'integer' },
  { name: 'end', type: 'integer' },
  { name: 'reason', type: 'text' },
  { name: 'role', type: 'text' },
  { name: 'hearing_seconds', type: 'real', csv: secondsText },
];

/** Time heard in a stay, ms; an interval that lasts ends at `openEnd`. */
export function hearingMs(stay: Stay, openEnd: number): number {
  let sum = 0;
  for (const [from, to] of stay.hearing) sum += (to ?? stay.end ?? openEnd) - from;
  return sum;
}

/** Seconds as text with at least one decimal: 65.8, 0.0, 59.999 */
function secondsText(seconds: Cell): string {
  const text = String(seconds);
  return text.includes('.') ? text : `${text}.0`;
}

/** `hearing` says whether the broadcast sends audio events at all; `openEnd` where a stay that never ended stops being summed. */
export function stayCells(stay: Stay, hearing: boolean, openEnd: number): Cell[] {
  return [
    stay.listener,
    stay.connection,
    stay.room,
    stay.start,
    stay.end,
    stay.reason,
    stay.role,
    hearing ? hearingMs(stay, openEnd) / 1000 : null,
  ];
}

/** Ids as keyed hashes: the same id with the same key gives the same text, and nothing else is told. */
export function pseudonymise(stay: Stay, key: string): Stay {
  const hash = (text: string): string =>
    text === '' ? '' : createHmac('sha256', key).update(text).digest('hex').slice(0, 24);
  return { ...stay, listener: hash(stay.listener), connection: hash(stay.connection) };
}

export interface StayChoice {
  /** those that touch from <= t < to, epoch ms; null: without that end */
  from: number | null;
  to: number | null;
  /** ids are hashes with it; null: as they came */
  key: string | null;
  /** whether the broadcast sends audio events, and where a stay that never ended stops being summed, epoch ms */
  hearing: boolean;
  openEnd: number;
}

/** Rows of STAY_COLUMNS. `pages`: by start. */
export async function* stayRows(
  pages: AsyncIterable<readonly Stay[]>,
  { from, to, key, hearing, openEnd }: StayChoice,
): AsyncGenerator<Cell[][]> {
  for await (const page of pages) {
    const within = page.filter(
      (stay) => (to === null || stay.start < to) && (from === null || stay.end === null || stay.end > from),
    );
    yield within.map((stay) => stayCells(key === null ? stay : pseudonymise(stay, key), hearing, openEnd));
    if (to !== null && (page.at(-1)?.start ?? to) >= to && page.length > 0) return;
  }
}
