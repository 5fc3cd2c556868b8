/** Rejected records without a Kafka topic to put them in: one JSON line each, with position, reason and the original bytes. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeadLetter } from './engine.ts';

export const DEAD_LETTER_FILE = 'rejected.ndjson';

/**
 * `add` resolves once the line is safe on disk; many lines share one flush. The file is made with the first of them. Other
 * processes may append to it too; what a full disk or a crash left of a line is a line of its own and spoils no other.
 */
export function deadLetterFile(folder: string): {
  add: (letter: DeadLetter) => Promise<void>;
  close: () => Promise<void>;
} {
  const path = join(folder, DEAD_LETTER_FILE);
  let file: FileHandle | null = null;
  /** whether the file ends in the middle of a line */
  let torn = false;
  let waiting: string[] = [];
  /** the flush that takes what waits, once the last one is over */
  let next: Promise<void> | null = null;
  let last: Promise<void> = Promise.resolve();

  async function flush(): Promise<void> {
    const text = waiting.join('');
    waiting = [];
    next = null;
    try {
      if (file === null) {
        await mkdir(folder, { recursive: true });
        file = await open(path, 'a+');
        torn = await endsInMiddle(file);
      }
      const begins = torn ? '\n' : '';
      torn = true;
      await file.appendFile(begins + text);
      torn = false;
      await file.datasync();
    } catch (cause) {
      throw notKept(path, cause);
    }
  }

  return {
    add(letter) {
      waiting.push(`${printLetter(letter)}\n`);
      if (next === null) {
        next = last.catch(() => undefined).then(flush);
        last = next;
      }
      return next;
    },
    async close() {
      // who added what could not be kept has been told
      await last.catch(() => undefined);
      await file?.close();
    },
  };
}

/** With the code of its cause, by which a full disk is known. */
function notKept(path: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  const error = new Error(
    `Rejected records should be kept in ${path}, and cannot be (${why}): make room there and send them again.`,
    { cause },
  );
  return cause instanceof Error && 'code' in cause ? Object.assign(error, { code: cause.code }) : error;
}

/** Whether the last line has no end. */
async function endsInMiddle(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

/** Text where the bytes are UTF-8, else base64. */
function printLetter(letter: DeadLetter): string {
  const { bytes, ...rest } = letter;
  const text = bytes.toString('utf8');
  const whole = Buffer.from(text, 'utf8').equals(bytes);
  return JSON.stringify({ ...rest, ...(whole ? { record: text } : { recordBase64: bytes.toString('base64') }) });
}
