/** Rejected records without a Kafka topic to put them in: one JSON line each, with position, reason and the original bytes. */
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeadLetter } from './engine.ts';

export const DEAD_LETTER_FILE = 'rejected.ndjson';

/** `add` resolves once the line is safe on disk; many lines share one flush. The file is made with the first of them. */
export function deadLetterFile(folder: string): {
  add: (letter: DeadLetter) => Promise<void>;
  close: () => Promise<void>;
} {
  const path = join(folder, DEAD_LETTER_FILE);
  let file: Promise<FileHandle> | null = null;
  let waiting: string[] = [];
  let flushing: Promise<void> | null = null;
  const flush = async (): Promise<void> => {
    await Promise.resolve();
    const text = waiting.join('');
    waiting = [];
    flushing = null;
    file ??= mkdir(folder, { recursive: true }).then(() => open(path, 'a'));
    const handle = await file;
    await handle.appendFile(text);
    await handle.datasync();
  };
  return {
    add(letter) {
      waiting.push(`${printLetter(letter)}\n`);
      flushing ??= flush();
      return flushing;
    },
    async close() {
      if (flushing) await flushing;
      await (await file)?.close();
    },
  };
}

/** Text where the bytes are UTF-8, else base64. */
function printLetter(letter: DeadLetter): string {
  const { bytes, ...rest } = letter;
  const text = bytes.toString('utf8');
  const whole = Buffer.from(text, 'utf8').equals(bytes);
  return JSON.stringify({ ...rest, ...(whole ? { record: text } : { recordBase64: bytes.toString('base64') }) });
}
