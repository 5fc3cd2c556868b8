/** A point that thinning leaves: levels as they are then, and counters of the seconds since the one before. */
import type { StoredRow } from '../numbers/rows.ts';
import { type CountName, LEAVE_COLUMNS, LEVELS } from '../numbers/second.ts';

/** What points are made of. */
export const THINNED = [
  ...LEVELS,
  'joins',
  ...LEAVE_COLUMNS,
  'errors',
  'attempts',
  'failures',
  'failuresByJoin',
  'comments',
] as const satisfies readonly CountName[];

export interface ThinnedRow {
  row: StoredRow;
  /** how many seconds its counters cover */
  seconds: number;
}
