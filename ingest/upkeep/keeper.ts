/** Upkeep of the store beside live ingest: a round now and then, in a thread that is there only for it. */
import { once } from 'node:events';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Retention, Settings } from '../settings.ts';
import { startThread } from '../thread.ts';

/** Between the end of a round and the next one, and before the first, ms. */
const EVERY_MS = 10 * 60_000;
const FIRST_MS = 20_000;
/** A round that is told to stop ends after its transaction; it is not waited for longer than this, ms. */
const GOODBYE_MS = 1_500;

/** What the thread is given. */
export interface UpkeepWork {
  store: string;
  retention: Retention;
  /** where stays go */
  folder: string;
  /** wall clock, epoch ms */
  now: number;
}

export interface Keeper {
  close(): Promise<void>;
}

/** Rounds while `mine` says so: of processes that share a store one does it. What goes wrong is said, and tried again. */
export function startKeeper(settings: Settings, mine: () => boolean, say: (sentence: string) => void): Keeper {
  let worker: Worker | null = null;
  let said = '';
  const round = (): void => {
    if (worker !== null || !mine()) return;
    const work: UpkeepWork = {
      store: settings.store,
      retention: settings.retention,
      folder: join(settings.dataFolder, 'stays'),
      now: Date.now(),
    };
    worker = startThread(new URL('./in-thread.ts', import.meta.url), work);
    worker.on('error', (error) => {
      const why = error instanceof Error ? error.message : String(error);
      if (why !== said) say(`Upkeep of the store was put off: ${why}`);
      said = why;
    });
    worker.on('exit', () => {
      worker = null;
    });
  };
  const first = setTimeout(round, FIRST_MS);
  const timer = setInterval(round, EVERY_MS);
  return {
    async close() {
      clearTimeout(first);
      clearInterval(timer);
      if (worker === null) return;
      const ended = once(worker, 'exit');
      worker.postMessage('stop');
      const late = setTimeout(() => void worker?.terminate(), GOODBYE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
