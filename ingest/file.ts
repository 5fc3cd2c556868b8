/** A recorded log as a source: NDJSON, plain or gzipped, from a file or standard input. One partition; offsets are bytes of text. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { logText } from './log-text.ts';
import type { Lines, LogRecord, Sink, Source } from './source.ts';

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;
/** A line longer than any record may be is cut here, so that it is rejected by its size instead of filling memory. */
const LONGEST_LINE = 64 * 1024;

/** Bytes read of the file as it lies on disk, and its size (null: not known). */
export type FileProgress = (read: number, size: number | null) => void;

export function fileSource(
  path: string,
  progress: FileProgress,
  afterBatch: (sink: Sink) => Promise<void>,
  chunkBytes = CHUNK_BYTES,
): Source {
  return {
    name: path === '-' ? 'file:-' : `file:${path}`,
    trouble: () => null,
    async run(sink, signal) {
      const size = path === '-' ? null : (await stat(path)).size;
      // from its first listener on the stream flows: what it brought while the sink was still starting would be lost
      await sink.start(0);
      await sink.owned([0]);
      const raw: Readable = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: chunkBytes });
      let read = 0;
      raw.on('data', (chunk: Buffer) => {
        read += chunk.length;
      });
      for await (const { records, block, nextOffset } of blocks(logText(raw, path, chunkBytes))) {
        if (signal.aborted) return;
        await sink.batch({ partition: 0, records, block, nextOffset, endOffset: nextOffset });
        await afterBatch(sink);
        progress(read, size);
      }
    },
  };
}

/** Cuts a byte stream into pieces of whole lines; what straddles two chunks comes as a record of its own. */
async function* blocks(
  stream: AsyncIterable<Buffer>,
): AsyncGenerator<{ records: LogRecord[]; block: Lines; nextOffset: number }> {
  let offset = 0;
  let rest: Buffer = Buffer.alloc(0);
  let dropped = 0;
  for await (const chunk of stream) {
    const first = chunk.indexOf(NEWLINE);
    const records: LogRecord[] = [];
    let from = 0;
    if (rest.length > 0 && first >= 0) {
      records.push({ offset, value: Buffer.concat([rest, chunk.subarray(0, first)]), timestampMs: null });
      from = first + 1;
      offset += rest.length + dropped + from;
      rest = Buffer.alloc(0);
      dropped = 0;
    }
    const to = Math.max(from, chunk.lastIndexOf(NEWLINE) + 1);
    const block = { bytes: chunk, from, to, offset };
    offset += to - from;
    if (to < chunk.length) rest = Buffer.concat([rest, chunk.subarray(to)]);
    if (rest.length > LONGEST_LINE) {
      dropped += rest.length - LONGEST_LINE;
      rest = Buffer.from(rest.subarray(0, LONGEST_LINE));
    }
    if (records.length > 0 || to > from) yield { records, block, nextOffset: offset };
  }
  if (rest.length === 0) return;
  const nextOffset = offset + rest.length + dropped;
  const nothing = { bytes: rest, from: 0, to: 0, offset: nextOffset };
  yield { records: [{ offset, value: rest, timestampMs: null }], block: nothing, nextOffset };
}

/** Splits a byte stream into records, a chunk at a time; nothing is copied but what straddles two chunks. */
export async function* lines(
  stream: AsyncIterable<Buffer>,
): AsyncGenerator<{ records: LogRecord[]; nextOffset: number }> {
  let offset = 0;
  let rest: Buffer | null = null;
  let dropped = 0;
  for await (const chunk of stream) {
    const bytes: Buffer = rest ? Buffer.concat([rest, chunk]) : chunk;
    const records: LogRecord[] = [];
    let from = 0;
    for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
      records.push({ offset, value: bytes.subarray(from, to), timestampMs: null });
      offset += to + 1 - from + dropped;
      dropped = 0;
      from = to + 1;
    }
    rest = from < bytes.length ? bytes.subarray(from) : null;
    if (rest && rest.length > LONGEST_LINE) {
      dropped += rest.length - LONGEST_LINE;
      rest = Buffer.from(rest.subarray(0, LONGEST_LINE));
    }
    if (records.length > 0) yield { records, nextOffset: offset };
  }
  if (rest) yield { records: [{ offset, value: rest, timestampMs: null }], nextOffset: offset + rest.length + dropped };
}
