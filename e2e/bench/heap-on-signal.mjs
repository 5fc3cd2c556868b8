/**
 * Before a command: on SIGUSR2 it collects what is garbage and writes what its heap then holds, bytes, into a file of the
 * folder HEADCOUNT_BENCH_HEAPS, named after its process.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

process.on('SIGUSR2', () => {
  setFlagsFromString('--expose_gc');
  runInNewContext('gc')();
  const file = join(process.env.HEADCOUNT_BENCH_HEAPS ?? '.', String(process.pid));
  writeFileSync(`${file}.part`, String(process.memoryUsage().heapUsed));
  renameSync(`${file}.part`, file);
});
