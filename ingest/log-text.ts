/** The text of a recorded log, gunzipped where its name ends in .gz or its first bytes say so. What is wrong with it is said in a sentence. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** `raw`: the bytes of the file at `path`; of `-`, standard input, there is no name to go by. */
export async function* logText(raw: Readable, path: string, chunkBytes: number): AsyncGenerator<Buffer> {
  let begun = false;
  try {
    for await (const chunk of textOf(raw, path.endsWith('.gz'), chunkBytes)) {
      begun = true;
      yield chunk;
    }
  } catch (error) {
    throw explained(path, begun, error);
  }
}

/** What begins gzip data begins no record. */
const GZIP = Buffer.from([0x1f, 0x8b]);

async function* textOf(raw: Readable, zipped: boolean, chunkBytes: number): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = raw[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < GZIP.length) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  const whole = async function* (): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    for (;;) {
      const { done, value } = await chunks.next();
      if (done) return;
      yield value;
    }
  };
  if (!zipped && !head.subarray(0, GZIP.length).equals(GZIP)) {
    yield* whole();
    return;
  }
  const packed = Readable.from(whole());
  const text = packed.pipe(createGunzip({ chunkSize: chunkBytes }));
  packed.on('error', (error) => text.destroy(error));
  yield* text;
}

function explained(name: string, begun: boolean, cause: unknown): unknown {
  const path = name === '-' ? 'on standard input' : name;
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'EISDIR') return new Error(`A log was expected at ${path}, and it is a folder: name a file`, { cause });
  if (code === 'Z_BUF_ERROR') {
    return new Error(
      `The log ${path} should be whole, but it ends in the middle of its gzip data: copy it again, or unpack what there is (gunzip -c) and use that`,
      { cause },
    );
  }
  if (code !== 'Z_DATA_ERROR') return cause;
  return new Error(
    begun || !name.endsWith('.gz')
      ? `The log ${path} should be gzip data to its end, but it is damaged: copy it again, or unpack what there is (gunzip -c) and use that`
      : `The log ${path} should be gzip data, as its name says, but it is not: give it a name without .gz, or pack it with gzip`,
    { cause },
  );
}
