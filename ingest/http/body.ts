/** Request bodies as bytes: streamed, unzipped, and never more than a limit. */
import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { Problem } from './problem.ts';

const CHUNK_BYTES = 256 << 10;

/** Bytes of bodies held at one moment, over all requests of a server. */
export class HeldBytes {
  readonly #limit: number;
  #held = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  take(bytes: number): void {
    if (this.#held + bytes > this.#limit) {
      throw new Problem(503, 'Too much is being taken in at this moment: send this again in a second.', {
        'retry-after': '1',
      });
    }
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}

/**
 * The body, a chunk at a time, unzipped where it says gzip. Throws a Problem where it has more than `limit` bytes, as sent or
 * unzipped. `held.take` is asked for every chunk; who reads the body gives back what `taken` says.
 */
export async function* bodyOf(
  request: IncomingMessage,
  limit: number,
  held: HeldBytes,
  taken: { bytes: number },
): AsyncGenerator<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  for await (const chunk of unzipped(request)) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A request body came as text; it must come as bytes.');
    held.take(chunk.length);
    taken.bytes += chunk.length;
    if (taken.bytes > limit) throw tooLarge(limit);
    yield chunk;
  }
}

/** Leaving the loop early does not destroy the request: its sender is still to be answered. */
async function* unzipped(request: IncomingMessage): AsyncGenerator<unknown> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') {
    yield* request.iterator({ destroyOnReturn: false });
    return;
  }
  if (encoding !== 'gzip' && encoding !== 'x-gzip') {
    throw new Problem(
      415,
      `A body may be plain or gzip, and this one says Content-Encoding: ${encoding}: send it so.`,
      {
        'accept-encoding': 'gzip',
      },
    );
  }
  const plain = createGunzip({ chunkSize: CHUNK_BYTES });
  // a pipe does not pass on that the sender went away
  const gone = (): void => {
    if (!request.readableEnded) plain.destroy(new Error('The sender went away before the body was whole.'));
  };
  request.once('close', gone).once('error', gone);
  request.pipe(plain);
  try {
    yield* plain;
  } catch (cause) {
    throw new Problem(400, 'The body says Content-Encoding: gzip and is not whole gzip: zip it again.', {}, cause);
  } finally {
    request.off('close', gone).unpipe();
    plain.destroy();
  }
}

function tooLarge(limit: number): Problem {
  return new Problem(
    413,
    `A body may have at most ${limit} bytes, unzipped too, and this one has more: send it in parts, as an event sent twice counts once.`,
  );
}

/** The whole body. */
export async function wholeBody(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
