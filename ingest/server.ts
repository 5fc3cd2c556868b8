/** The ingest process over HTTP: metrics, health, and the way in for events of those without a Kafka client. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Answer, Problem, problemAnswer } from './http/problem.ts';
import { type RouteOptions, type Routes, routes } from './http/routes.ts';

export type { AcceptedRecord } from './http/read-events.ts';

export interface ServerOptions extends RouteOptions {
  host: string;
  /** 0: any free one */
  port: number;
  /** takes a sentence on an error that is ours */
  log: (sentence: string) => void;
}

export interface RunningServer {
  port: number;
  /** takes no more requests, answers those under way, then resolves */
  close(): Promise<void>;
}

/** A sender that dawdles is let go of, ms: to send its headers, to send all of it, to send its next request; and how often that is looked at. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 120_000;
const KEEP_ALIVE_MS = 5_000;
const LOOK_EVERY_MS = 5_000;
const CONNECTIONS = 1_000;
/** How long requests under way may take when the process ends, and a refused body may go on coming, ms. */
const CLOSE_MS = 10_000;
const DRAIN_MS = 1_000;

/** Rejects with a sentence where the port or the host cannot be had. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const table = routes(options);
  const server = createServer({
    requestTimeout: REQUEST_MS,
    headersTimeout: HEADERS_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: LOOK_EVERY_MS,
  });
  server.maxConnections = CONNECTIONS;
  server.on('request', (request, response) => void serve(table, request, response, server, options.log));
  server.on('clientError', refuseGarbage);
  await listen(server, options);
  server.on('error', (error) => options.log(`The ingest server met with an error and goes on: ${error.message}`));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The ingest server has no port.');
  let closing: Promise<void> | null = null;
  return {
    port: address.port,
    close() {
      closing ??= close(server);
      return closing;
    },
  };
}

async function serve(
  table: Routes,
  request: IncomingMessage,
  response: ServerResponse,
  server: Server,
  log: (sentence: string) => void,
): Promise<void> {
  const answer = await answerOf(table, request, response, log);
  if (response.destroyed) return;
  const unread = !request.complete;
  const headers = {
    ...answer.headers,
    'content-length': String(Buffer.byteLength(answer.body)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(unread || !server.listening ? { connection: 'close' } : {}),
  };
  response.writeHead(answer.status, headers);
  response.end(request.method === 'HEAD' ? undefined : answer.body);
  if (!unread) return;
  // the sender hears the answer only if what it still sends is taken off the line for a moment
  request.on('error', () => {});
  request.resume();
  setTimeout(() => request.destroy(), DRAIN_MS).unref();
}

async function answerOf(
  table: Routes,
  request: IncomingMessage,
  response: ServerResponse,
  log: (sentence: string) => void,
): Promise<Answer> {
  try {
    return await handlerAnswer(table, request);
  } catch (error) {
    if (error instanceof Problem) return problemAnswer(error);
    const why = error instanceof Error ? error.message : String(error);
    // a sender that went away in mid-body is no fault of ours
    if (!response.destroyed) log(`The request ${request.method} ${pathOf(request)} could not be answered: ${why}`);
    return problemAnswer(
      new Problem(500, 'This request could not be answered, by a fault of this program: see its log.'),
    );
  }
}

async function handlerAnswer(table: Routes, request: IncomingMessage): Promise<Answer> {
  const target = `http://ingest${request.url ?? '/'}`;
  if (!URL.canParse(target)) throw new Problem(400, 'The address of this request cannot be read: correct it.');
  const url = new URL(target);
  const route = table.get(url.pathname);
  if (!route) throw new Problem(404, `There is nothing at this address; there is ${[...table.keys()].join(', ')}.`);
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const handler = method === 'GET' ? route.GET : method === 'POST' ? route.POST : undefined;
  if (!handler) {
    const allowed = Object.keys(route).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
    throw new Problem(405, `${url.pathname} answers ${allowed.join(' and ')}, not ${request.method}: use that.`, {
      allow: allowed.join(', '),
    });
  }
  return handler(request, url);
}

/** without the query, which may hold a secret */
function pathOf(request: IncomingMessage): string {
  return request.url?.split('?')[0] ?? '/';
}

/** What is no HTTP, and what comes too slowly. */
function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const slow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const large = error.code === 'HPE_HEADER_OVERFLOW';
  const { status, headers, body } = problemAnswer(
    slow
      ? new Problem(408, 'The request did not come whole in time: send it again.')
      : large
        ? new Problem(431, 'The headers of this request are too large: send fewer.')
        : new Problem(400, 'This is no HTTP request: correct the sender.'),
  );
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: ${headers['content-type']}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function listen(server: Server, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Error(refusal(error, host, port), { cause: error })));
    server.listen({ host, port }, resolve);
  });
}

function refusal(error: NodeJS.ErrnoException, host: string, port: number): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host}, where metrics and events are to be served, is taken by another process: stop that one, or set HEADCOUNT_METRICS_PORT to another port (0 takes a free one).`;
    case 'EACCES':
      return `Port ${port} may not be opened by this user: set HEADCOUNT_METRICS_PORT to one from 1024 up.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HEADCOUNT_HOST is ${host}, which is no address of this machine: set it to one that is, such as 127.0.0.1.`;
    default:
      return `Metrics and events cannot be served at ${host}, port ${port} (${error.message}): set HEADCOUNT_HOST and HEADCOUNT_METRICS_PORT to what can be had.`;
  }
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const impatient = setTimeout(() => server.closeAllConnections(), CLOSE_MS);
  await closed;
  clearTimeout(impatient);
}
