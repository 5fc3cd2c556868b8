/** Parts of the bench that need a store, a broker or the whole product, by name. */
import { clients } from './clients.ts';
import { kept } from './kept.ts';
import { overview } from './overview.ts';
import { stores } from './stores.ts';

export const SERVICES: Readonly<Record<string, (small: boolean) => Promise<string[]>>> = {
  overview,
  clients,
  stores,
  kept,
};
