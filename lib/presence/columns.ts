/** Counts as one Int32Array per row: the column of each name. */
import { COUNT_NAMES, type CountName } from '../numbers/second.ts';

export const COLUMNS = COUNT_NAMES.length;

export const COLUMN: Readonly<Record<CountName, number>> = (() => {
  const index = {} as Record<CountName, number>;
  for (const [i, name] of COUNT_NAMES.entries()) index[name] = i;
  return index;
})();
