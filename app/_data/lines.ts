/**
 * Answers that stay open. The framework judges a request for one with a draft of the answer; when a line was taken for
 * it, the real answer carries on by itself, and nothing that the framework made for the request stays in memory.
 */
import { subscribe } from 'node:diagnostics_channel';
import { IncomingMessage, type RequestListener, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** Names the line of a request to whoever answers it. What clients send under this name is replaced. */
const LINE_HEADER = 'x-headcount-line';
/** Sends in a row that met a client still busy with earlier ones, before it is let go. */
const MOST_BEHIND = 16;

export class Line {
  readonly #answer: ServerResponse;
  /** sent before the draft was done; null: it is */
  #waiting: Uint8Array[] | null = null;
  #behind = 0;
  #taken = false;

  constructor(answer: ServerResponse) {
    this.#answer = answer;
  }

  get taken(): boolean {
    return this.#taken;
  }

  /** The answer will be this line. `gone` is called once, when its client has gone or was let go. */
  take(gone: () => void): void {
    this.#taken = true;
    this.#waiting = [];
    if (this.#answer.destroyed) gone();
    else this.#answer.once('close', gone);
  }

  /** What was decided of the answer: from now on everything goes to the client at once. */
  open(head: Pick<ServerResponse, 'statusCode' | 'getHeaders'>): void {
    if (this.#answer.destroyed) return;
    this.#answer.statusCode = head.statusCode;
    for (const [name, value] of Object.entries(head.getHeaders())) {
      if (value !== undefined) this.#answer.setHeader(name, value);
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const bytes of waiting) this.#answer.write(bytes);
  }

  /** The bytes are shared, never copied. A client that cannot follow is cut off: it comes back and goes on. */
  send(bytes: Uint8Array): void {
    if (this.#waiting !== null) {
      this.#waiting.push(bytes);
      return;
    }
    if (this.#answer.destroyed) return;
    this.#behind = this.#answer.writableLength === 0 ? 0 : this.#behind + 1;
    if (this.#behind > MOST_BEHIND) this.#answer.destroy();
    else this.#answer.write(bytes);
  }

  /** Its connection goes too, after what was sent: one that waits for another request holds a process that stops. */
  close(): void {
    const { socket } = this.#answer;
    this.#answer.end();
    socket?.destroySoon();
  }
}

/** What sends need of a line. */
export type OpenLine = Pick<Line, 'take' | 'send' | 'close'>;

declare global {
  var headcountLines: Map<string, Line> | undefined;
}

/** By the value of LINE_HEADER; pages and route handlers are bundled apart, and the process has one of it. */
function lines(): Map<string, Line> {
  globalThis.headcountLines ??= new Map();
  return globalThis.headcountLines;
}

/** The line that may be taken for an answer; null where none was made for the request. */
export function lineOf(request: Request): Line | null {
  return lines().get(request.headers.get(LINE_HEADER) ?? '') ?? null;
}

/** From now on requests whose path is `wanted` have a line, on every server of this process. */
export function offerLines(wanted: (path: string) => boolean): void {
  const known = new WeakSet<Server>();
  subscribe('http.server.request.start', (message) => {
    const { server } = message as { server: Server };
    if (known.has(server)) return;
    known.add(server);
    for (const listener of server.listeners('request') as RequestListener[]) {
      server.off('request', listener);
      server.on('request', (request, answer) => {
        const [path = ''] = (request.url ?? '').split('?');
        if (/^(GET|HEAD)$/.test(request.method ?? '') && wanted(path)) viaDraft(listener, request, answer);
        else listener(request, answer);
      });
    }
  });
}

/** Takes what is written and keeps none of it. */
class Sink extends Socket {
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
  override _writev(_chunks: unknown, done: () => void): void {
    done();
  }
}

function viaDraft(listener: RequestListener, request: IncomingMessage, answer: ServerResponse): void {
  const id = crypto.randomUUID();
  const line = new Line(answer);
  const draft = new ServerResponse(copyOf(request, id));
  draft.assignSocket(new Sink());
  const left = (): void => void draft.destroy();
  answer.once('close', left);
  draft.once('finish', () => {
    lines().delete(id);
    answer.off('close', left);
    draft.destroy();
    if (!line.taken) return listener(request, answer);
    line.open(draft);
    if (request.method === 'HEAD') line.close();
  });
  draft.once('close', () => lines().delete(id));
  lines().set(id, line);
  listener(draft.req, draft);
}

/** A request without a body, as it came, with the name of its line. */
function copyOf(request: IncomingMessage, line: string): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders } = request;
  Object.assign(copy, { method, url, httpVersion, httpVersionMajor, httpVersionMinor, rawHeaders, complete: true });
  copy.headers = { ...headers, [LINE_HEADER]: line };
  copy.push(null);
  return copy;
}
