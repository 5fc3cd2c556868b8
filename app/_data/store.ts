/** The one handle to the store this process reads through. */
import 'server-only';
import { openReadStore } from '../../lib/store/open.ts';
import type { Reader } from '../../lib/store/read.ts';
import { settings } from './settings.ts';

declare global {
  var headcountReadStore: Promise<Reader> | undefined;
}

/**
 * Opens at the first call; a failed opening is tried again at the next one. Pages and route handlers are bundled apart
 * and load this module twice; the process must hold one connection.
 */
export async function readStore(): Promise<Reader> {
  globalThis.headcountReadStore ??= openReadStore(settings().store);
  try {
    return await globalThis.headcountReadStore;
  } catch (error) {
    globalThis.headcountReadStore = undefined;
    throw error;
  }
}
