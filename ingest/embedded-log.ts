/**
 * The durable log of those without Kafka: NDJSON in `<data folder>/log/events.ndjson`, only ever appended to. It is
 * also the archive. A line is in it for good once `append` has resolved; a crash may leave a torn line at its end,
 * which opening takes care of.
 */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRecord } from '../lib/event/parse.ts';
import { GroupCommit } from './log/group-commit.ts';
import { lockLog } from './log/log-lock.ts';
import { FOREIGN_END, type LogEnd, tail } from './log/tail.ts';
import { endOfWholeLines } from './log/whole-lines.ts';
import type { Source } from './source.ts';

export interface EmbeddedLog {
  /**
   * Lines without their line ends, or a buffer of whole lines. Resolves once they are safe on disk; rejects with a
   * sentence where they are not, and then none of them is in the log.
   */
  append(lines: readonly string[] | Buffer): Promise<void>;
  /** the log from where the store stands, then followed; notices an append at once */
  source(): Source;
  /** bytes that are safe on disk */
  size(): number;
  /** what opening did to a line that a crash tore, one sentence, or null */
  readonly repaired: string | null;
  /** after the appends under way; later ones are refused */
  close(): Promise<void>;
}

export function embeddedLogPath(dataFolder: string): string {
  return join(dataFolder, 'log', 'events.ndjson');
}

/** The log for reading alone, while another process may write it: its appends are noticed within a fraction of a second. */
export function embeddedSource(dataFolder: string): Source {
  return tail(embeddedLogPath(dataFolder), FOREIGN_END);
}

/** Rejects with a sentence where another process writes it already. The folder is made where it is missing. */
export async function openEmbeddedLog(dataFolder: string): Promise<EmbeddedLog> {
  const folder = join(dataFolder, 'log');
  const path = embeddedLogPath(dataFolder);
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The log's folder ${folder} cannot be made (${why}): make the data folder writable.`, { cause });
  });
  const lock = lockLog(folder);
  let file: FileHandle | null = null;
  try {
    file = await openForAppending(path, folder);
    const { size, repaired } = await mend(file, path);
    return logOn(file, path, size, repaired, lock.release);
  } catch (error) {
    await file?.close();
    lock.release();
    throw error;
  }
}

function logOn(
  file: FileHandle,
  path: string,
  safe: number,
  repaired: string | null,
  release: () => void,
): EmbeddedLog {
  const growth = bell();
  const commit = new GroupCommit(file, path, safe, growth.ring);
  let closing: Promise<void> | null = null;
  const end: LogEnd = { safe: () => commit.size, moved: growth.rung };

  async function close(): Promise<void> {
    await commit.idle();
    await file.close();
    release();
  }

  return {
    repaired,
    size: () => commit.size,
    async append(lines) {
      if (closing)
        throw new Error(`The log ${path} is closed and takes no more events: send them to the next process.`);
      await commit.append(asBytes(lines));
    },
    source() {
      const source = tail(path, end);
      return {
        ...source,
        async run(sink, signal) {
          signal.addEventListener('abort', growth.ring, { once: true });
          try {
            await source.run(sink, signal);
          } finally {
            signal.removeEventListener('abort', growth.ring);
          }
        },
      };
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

/** Wakes all who wait for the next ring; a ring before the wait is not missed, as the wait is begun before looking. */
function bell(): { ring: () => void; rung: () => Promise<void> } {
  let wake = () => {};
  let next = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return {
    ring() {
      wake();
      next = new Promise((resolve) => {
        wake = resolve;
      });
    },
    rung: () => next,
  };
}

function asBytes(lines: readonly string[] | Buffer): Uint8Array {
  if (Buffer.isBuffer(lines)) {
    return lines.length === 0 || lines.at(-1) === 0x0a ? lines : Buffer.concat([lines, Buffer.from('\n')]);
  }
  const broken = lines.find((line) => line.includes('\n'));
  if (broken !== undefined) {
    throw new Error(`An event must be one line, and this one has a line end: ${JSON.stringify(broken.slice(0, 80))}.`);
  }
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** Not with `a`: a failed write is cut off again by position. A new file's name is made safe too. */
async function openForAppending(path: string, folder: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const file = await open(path, 'wx+');
  const directory = await open(folder, 'r');
  // some systems cannot flush a folder; the file itself is flushed with every append
  await directory.sync().catch(() => {});
  await directory.close();
  return file;
}

/**
 * What stands after the last line end was never acknowledged. A whole event there (a file that came from elsewhere) gets
 * its line end; anything else is half a line, which would spoil the next one, and is cut off.
 */
async function mend(file: FileHandle, path: string): Promise<{ size: number; repaired: string | null }> {
  const { size } = await file.stat();
  const whole = await endOfWholeLines(file, 0, size);
  const torn = size - whole;
  let end = whole;
  let repaired: string | null = null;
  if (torn > 0) {
    const bytes = Buffer.alloc(Math.min(torn, LONGEST_EVENT));
    await file.read(bytes, 0, bytes.length, whole);
    if (torn <= LONGEST_EVENT && parseRecord(bytes, null).kind === 'event') {
      await file.write('\n', size);
      end = size + 1;
      repaired = `The log ${path} ended in an event without a line end, which it has now.`;
    } else {
      await file.truncate(whole);
      repaired = `The log ${path} ended in ${torn} bytes of a line that was never finished, nor acknowledged: they were cut off.`;
    }
  }
  // also what a process that was killed had written and not flushed: from here on it is counted
  await file.datasync();
  return { size: end, repaired };
}

/** bytes of the longest record there may be, with room for what frames it */
const LONGEST_EVENT = 20_000;
