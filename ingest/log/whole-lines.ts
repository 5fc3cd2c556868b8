/** Where the whole lines of a file end: what lies behind is a line still being written, or torn by a crash. */
import type { FileHandle } from 'node:fs/promises';

const NEWLINE = 0x0a;
const BACK_BYTES = 64 << 10;

/** The offset after the last line end in [from, size), or `from` where there is none. */
export async function endOfWholeLines(file: FileHandle, from: number, size: number): Promise<number> {
  const back = Buffer.alloc(Math.min(BACK_BYTES, Math.max(0, size - from)));
  for (let to = size; to > from; ) {
    const length = Math.min(back.length, to - from);
    await readFully(file, back.subarray(0, length), to - length);
    const at = back.subarray(0, length).lastIndexOf(NEWLINE);
    if (at >= 0) return to - length + at + 1;
    to -= length;
  }
  return from;
}

/** The bytes of [from, to), a chunk at a time; each chunk is a buffer of its own. */
export async function* chunksOf(file: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  for (let at = from; at < to; ) {
    const chunk = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, to - at));
    await readFully(file, chunk, at);
    yield chunk;
    at += chunk.length;
  }
}

const CHUNK_BYTES = 1 << 20;

async function readFully(file: FileHandle, into: Buffer, position: number): Promise<void> {
  for (let at = 0; at < into.length; ) {
    const { bytesRead } = await file.read(into, at, into.length - at, position + at);
    if (bytesRead === 0) {
      throw new Error(
        `A log of at least ${position + into.length} bytes was expected and it ended at ${position + at}.`,
      );
    }
    at += bytesRead;
  }
}
