/** The text of a recorded log, gunzipped where its name ends in .gz. What is wrong with the file is said in a sentence. */
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** `raw`: the bytes of the file at `path`. */
export async function* logText(raw: Readable, path: string, chunkBytes: number): AsyncGenerator<Buffer> {
  const text = path.endsWith('.gz') ? raw.pipe(createGunzip({ chunkSize: chunkBytes })) : raw;
  raw.on('error', (error) => text.destroy(error));
  let begun = false;
  try {
    for await (const chunk of text) {
      begun = true;
      yield chunk;
    }
  } catch (error) {
    throw explained(path, begun, error);
  }
}

function explained(path: string, begun: boolean, cause: unknown): unknown {
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
    begun
      ? `The log ${path} should be gzip data to its end, but it is damaged: copy it again, or unpack what there is (gunzip -c) and use that`
      : `The log ${path} should be gzip data, as its name says, but it is not: give it a name without .gz, or pack it with gzip`,
    { cause },
  );
}
