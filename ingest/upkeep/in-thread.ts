/** One round of upkeep in a thread of its own, with its own connections: counting goes on beside it. */
import { setTimeout as after } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openReadStore, openTables } from '../../lib/store/open.ts';
import type { UpkeepWork } from './keeper.ts';
import { Upkeep } from './upkeep.ts';

const { store, retention, folder, now }: UpkeepWork = workerData;
const ending = new AbortController();
parentPort?.once('message', () => ending.abort());
parentPort?.unref();

const reader = await openReadStore(store);
const tables = await openTables(store);
try {
  const upkeep = new Upkeep({
    ...{ tables, reader, retention, folder },
    rest: (ms) => after(ms, undefined, { signal: ending.signal }).catch(() => undefined),
    signal: ending.signal,
  });
  await upkeep.round(now);
} finally {
  await tables.destroy();
  await reader.close();
}
