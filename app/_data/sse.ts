/** Server-sent events as bytes, and the shelf of clients that read the same bytes. */
import type { OpenLine } from './lines.ts';

const encoder = new TextEncoder();
const RETRY_MS = 1000;

export function eventBytes(event: { id?: string; name: string; data: unknown }): Uint8Array {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  return encoder.encode(`${id}event: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`);
}

export const COMMENT = encoder.encode(': still here\n\n');
const OPENING = encoder.encode(`retry: ${RETRY_MS}\n\n`);

/** The process is stopping, or not wholly there yet: the client is sent away and finds it, or the next one. */
export function comeAgain(): Response {
  return new Response(null, { status: 503, headers: { connection: 'close', 'retry-after': '1' } });
}

export class Clients {
  private readonly open = new Set<OpenLine>();

  get size(): number {
    return this.open.size;
  }

  /** One buffer to all; who reads too slowly is dropped, and comes back with its `Last-Event-ID`. */
  send(bytes: Uint8Array): void {
    for (const line of this.open) line.send(bytes);
  }

  /** The line starts with `first` and then carries all that is sent, until the client goes. */
  response(first: Uint8Array, line: OpenLine, gone: () => void = () => {}): Response {
    this.open.add(line);
    line.take(() => {
      this.open.delete(line);
      gone();
    });
    line.send(OPENING);
    line.send(first);
    return new Response(null, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      },
    });
  }

  /** Lets every client go. */
  close(): void {
    for (const line of this.open) line.close();
    this.open.clear();
  }
}
