/** Server-sent events as bytes, and the shelf of clients that read the same bytes. */

const encoder = new TextEncoder();

/** Chunks a client may be behind before it is let go; it comes back with its `Last-Event-ID`. */
const MOST_BEHIND = 16;
const RETRY_MS = 1000;

export function eventBytes(event: { id?: string; name: string; data: unknown }): Uint8Array {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  return encoder.encode(`${id}event: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`);
}

export const COMMENT = encoder.encode(': still here\n\n');
const OPENING = encoder.encode(`retry: ${RETRY_MS}\n\n`);

/** The process is stopping: a client that comes over a connection still open is sent away and finds the next one. */
export function goingDown(): Response {
  return new Response(null, { status: 503, headers: { connection: 'close', 'retry-after': '1' } });
}

export class Clients {
  private readonly open = new Set<ReadableStreamDefaultController<Uint8Array>>();

  get size(): number {
    return this.open.size;
  }

  /** One buffer to all; who reads too slowly is dropped. */
  send(bytes: Uint8Array): void {
    for (const client of this.open) {
      if (client.desiredSize === null || client.desiredSize <= 0) this.drop(client);
      else client.enqueue(bytes);
    }
  }

  /** A response that starts with `first` and then carries all that is sent, until the client goes. */
  response(first: Uint8Array, signal: AbortSignal, gone: () => void): Response {
    let mine: ReadableStreamDefaultController<Uint8Array> | null = null;
    const leave = (): void => {
      if (mine !== null) this.open.delete(mine);
      gone();
    };
    const stream = new ReadableStream<Uint8Array>(
      {
        start: (client) => {
          mine = client;
          client.enqueue(OPENING);
          client.enqueue(first);
          this.open.add(client);
          signal.addEventListener('abort', () => {
            leave();
            try {
              client.close();
            } catch {
              // closed already by its reader
            }
          });
        },
        cancel: leave,
      },
      new CountQueuingStrategy({ highWaterMark: MOST_BEHIND }),
    );
    return new Response(stream, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      },
    });
  }

  /** Lets every client go. */
  close(): void {
    for (const client of this.open) this.drop(client);
  }

  private drop(client: ReadableStreamDefaultController<Uint8Array>): void {
    this.open.delete(client);
    try {
      client.close();
    } catch {
      // closed already by its reader
    }
  }
}
