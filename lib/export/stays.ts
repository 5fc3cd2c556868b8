/** `export stays`: one row per final presence interval. */
import { createHmac } from 'node:crypto';
import type { Stay } from '../presence/stay.ts';

export const STAY_COLUMNS = [
  'listener',
  'connection',
  'room',
  'start',
  'end',
  'reason',
  'role',
  'hearing_seconds',
] as const;

/** Time heard in a stay, ms; an interval that lasts ends at `openEnd`. */
export function hearingMs(stay: Stay, openEnd: number): number {
  let sum = 0;
  for (const [from, to] of stay.hearing) sum += (to ?? stay.end ?? openEnd) - from;
  return sum;
}

/** Seconds as text with at least one decimal: 65.8, 0.0, 59.999 */
export function secondsText(ms: number): string {
  const text = String(ms / 1000);
  return text.includes('.') ? text : `${text}.0`;
}

/** `hearing` says whether the broadcast sends audio events at all; `openEnd` where a stay that never ended stops being summed. */
export function stayCells(stay: Stay, hearing: boolean, openEnd: number): (string | number | null)[] {
  return [
    stay.listener,
    stay.connection,
    stay.room,
    stay.start,
    stay.end,
    stay.reason,
    stay.role,
    hearing ? secondsText(hearingMs(stay, openEnd)) : null,
  ];
}

/** Ids as keyed hashes: the same id with the same key gives the same text, and nothing else is told. */
export function pseudonymise(stay: Stay, key: string): Stay {
  const hash = (text: string): string =>
    text === '' ? '' : createHmac('sha256', key).update(text).digest('hex').slice(0, 24);
  return { ...stay, listener: hash(stay.listener), connection: hash(stay.connection) };
}
