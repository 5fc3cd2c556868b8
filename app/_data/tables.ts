/** The one handle through which this process writes what people enter by hand. */
import 'server-only';
import type { Kysely } from 'kysely';
import { openTables } from '../../lib/store/open.ts';
import type { Tables } from '../../lib/store/schema.ts';
import { settings } from './settings.ts';

declare global {
  var headcountTables: Promise<Kysely<Tables>> | undefined;
}

/** Opens at the first call; a failed opening is tried again at the next one. */
export async function tables(): Promise<Kysely<Tables>> {
  globalThis.headcountTables ??= openTables(settings().store);
  try {
    return await globalThis.headcountTables;
  } catch (error) {
    globalThis.headcountTables = undefined;
    throw error;
  }
}
