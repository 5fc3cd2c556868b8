/** When a file is made, for the line that says so: SOURCE_DATE_EPOCH where it is set, so that files can be compared. */
import { UsageError } from './arguments.ts';

/** Epoch ms. Throws `UsageError` where SOURCE_DATE_EPOCH is set to something else than whole seconds. */
export function madeAt(): number {
  const text = process.env.SOURCE_DATE_EPOCH;
  if (text === undefined || text === '') return Date.now();
  if (!/^\d{1,11}$/.test(text)) {
    throw new UsageError(`SOURCE_DATE_EPOCH must be whole seconds since 1970, not "${text}": correct it, or unset it`);
  }
  return Number(text) * 1000;
}
