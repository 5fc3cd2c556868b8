/** The embedded log as a source: read from where the store stands, then followed as it grows. */
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as after } from 'node:timers/promises';
import { lines } from '../file.ts';
import type { Sink, Source } from '../source.ts';
import { chunksOf, endOfWholeLines } from './whole-lines.ts';

export const EMBEDDED_SOURCE = 'embedded';
const PARTITION = 0;
/** How often a log that another process writes is looked at, ms. */
const POLL_MS = 200;

/** How far a log may be read: to the end of its last line that is safe on disk. */
export interface LogEnd {
  /** byte position; 0 while there is no file */
  safe(file: FileHandle, from: number): number | Promise<number>;
  /** resolves once the end may have moved since this was called, or `signal` aborted */
  moved(signal: AbortSignal): Promise<void>;
}

/** The log of another process: flushed by the reader, so that nothing is counted that a power cut takes back. */
export const FOREIGN_END: LogEnd = {
  async safe(file, from) {
    await file.datasync();
    const { size } = await file.stat();
    return size < from ? size : endOfWholeLines(file, from, size);
  },
  async moved(signal) {
    await after(POLL_MS, undefined, { signal }).catch(() => {});
  },
};

/** Offsets are byte positions in the file at `path`. Its one partition is 0. */
export function tail(path: string, end: LogEnd): Source {
  return {
    name: EMBEDDED_SOURCE,
    trouble: () => null,
    async run(sink, signal) {
      let at = (await sink.start(PARTITION)) ?? 0;
      await sink.owned([PARTITION]);
      let file: FileHandle | null = null;
      try {
        while (!signal.aborted) {
          const moved = end.moved(signal);
          file ??= await openIfThere(path);
          const safe = file ? await end.safe(file, at) : 0;
          if (safe < at) throw new Error(shrunk(path, safe, at));
          if (file && at < safe && sink.held?.().has(PARTITION) !== true) {
            await read(file, at, safe, sink, signal);
            at = safe;
            continue;
          }
          if (at === safe) sink.caughtUp(PARTITION, safe);
          await moved;
        }
      } finally {
        await file?.close();
      }
    },
  };
}

/** Hands on the lines of [from, to). Stops between batches when `signal` aborts. */
async function read(file: FileHandle, from: number, to: number, sink: Sink, signal: AbortSignal): Promise<void> {
  for await (const { records, nextOffset } of lines(chunksOf(file, from, to))) {
    if (signal.aborted) return;
    for (const record of records) record.offset += from;
    await sink.batch({ partition: PARTITION, records, nextOffset: from + nextOffset, endOffset: to });
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function shrunk(path: string, size: number, counted: number): string {
  return (
    `The store has counted the log ${path} up to byte ${counted}, and the log ends at ${size}: it was cut or replaced. ` +
    'Put the right file back, or count this one anew with `headcount replay FILE --replace` into a fresh store.'
  );
}
