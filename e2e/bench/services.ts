/** Parts of the bench that need a store, a broker or the whole product, by name. */
import { overview } from './overview.ts';

export const SERVICES: Readonly<Record<string, (small: boolean) => Promise<string[]>>> = { overview };
