/** Threads of this process that run TypeScript. */
import { Worker } from 'node:worker_threads';

/** Runs a module in a thread of its own; it finds `data` as its `workerData`. */
export function startThread(module: URL, data?: unknown): Worker {
  return new Worker(new URL('./thread.mjs', import.meta.url), { argv: [module.href], workerData: data });
}
