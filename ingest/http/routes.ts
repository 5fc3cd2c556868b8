/** What each address of the ingest process answers. */
import type { IncomingMessage } from 'node:http';
import { isJsonObject, type JsonObject } from '../../lib/event/fields.ts';
import type { DeadLetter } from '../engine.ts';
import { liveKitEvents, type OutgoingEvent } from '../webhooks/livekit.ts';
import { type LiveKitKeys, liveKitSignatureProblem } from '../webhooks/livekit-signature.ts';
import { owncastEvents } from '../webhooks/owncast.ts';
import { owncastSignatureProblem } from '../webhooks/owncast-signature.ts';
import { bodyOf, HeldBytes, wholeBody } from './body.ts';
import { type Answer, jsonAnswer, Problem, textAnswer } from './problem.ts';
import { type AcceptedRecord, type ReadEvents, readEvents } from './read-events.ts';
import { sameSecret } from './secret.ts';

/** a POST of events, unzipped too */
export const EVENTS_BYTES = 32 << 20;
const WEBHOOK_BYTES = 1 << 20;
/** all bodies of one moment */
const HELD_BYTES = 256 << 20;

/** The kinds of content a page of another origin cannot send here without asking first, which is never granted. */
const NDJSON_TYPES: readonly string[] = [
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/json',
];

export interface RouteOptions {
  /** the metrics as text, at the moment of asking */
  metrics: { readonly contentType: string; text(): Promise<string> };
  /** why this process is not ready, one sentence, or null */
  ready: () => string | null;
  /** wall clock, epoch ms */
  now: () => number;
  /** resolves once the events are safe; rejects with a sentence */
  append: (records: readonly AcceptedRecord[]) => Promise<void>;
  /** resolves once a refused line is kept; source is `http:…`, its offset the line's number in that request */
  reject: (letter: DeadLetter) => Promise<void>;
  /** asked for as `Authorization: Bearer …` by POST /v1/events; null: whoever reaches the port may send */
  eventsToken: string | null;
  /** null: this webhook is off */
  livekit: LiveKitKeys | null;
  owncast: { secret: string } | null;
}

export type Handler = (request: IncomingMessage, url: URL) => Promise<Answer>;
export type Routes = ReadonlyMap<string, Readonly<Partial<Record<'GET' | 'POST', Handler>>>>;

export function routes(options: RouteOptions): Routes {
  const held = new HeldBytes(HELD_BYTES);

  /** Safe first, answered then. */
  async function take(read: ReadEvents, source: string): Promise<Answer> {
    try {
      await Promise.all([
        read.accepted.length > 0 ? options.append(read.accepted) : null,
        ...read.rejected.map(({ line, reason, detail, bytes }) =>
          options.reject({ source: `http:${source}`, partition: 0, offset: line, reason, detail, bytes }),
        ),
      ]);
    } catch (cause) {
      const sentence = cause instanceof Error ? cause.message : String(cause);
      throw new Problem(503, sentence, { 'retry-after': '5' }, cause);
    }
    return jsonAnswer({
      accepted: read.accepted.length,
      rejected: read.rejected.map(({ line, reason, detail }) => ({ line, reason, detail })),
    });
  }

  async function withBody<T>(
    request: IncomingMessage,
    limit: number,
    use: (body: AsyncIterable<Buffer>) => Promise<T>,
  ): Promise<T> {
    const taken = { bytes: 0 };
    try {
      return await use(bodyOf(request, limit, held, taken));
    } finally {
      held.give(taken.bytes);
    }
  }

  function webhook(
    name: string,
    eventsOf: (body: Buffer, request: IncomingMessage, url: URL, now: number) => OutgoingEvent[],
  ): Handler {
    return (request, url) =>
      withBody(request, WEBHOOK_BYTES, async (chunks) => {
        const now = options.now();
        const events = eventsOf(await wholeBody(chunks), request, url, now);
        const text = Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'));
        return take(await readEvents(once(text), now), name);
      });
  }

  return new Map([
    [
      '/metrics',
      {
        GET: async () => ({
          status: 200,
          headers: { 'content-type': options.metrics.contentType },
          body: await options.metrics.text(),
        }),
      },
    ],
    ['/healthz', { GET: async () => textAnswer(200, 'ok') }],
    [
      '/readyz',
      {
        GET: async () => {
          const trouble = options.ready();
          return trouble === null ? textAnswer(200, 'ready') : textAnswer(503, trouble);
        },
      },
    ],
    [
      '/v1/events',
      {
        POST: (request) => {
          checkToken(request, options.eventsToken);
          checkType(request);
          return withBody(request, EVENTS_BYTES, async (body) => take(await readEvents(body, options.now()), 'events'));
        },
      },
    ],
    [
      '/v1/webhooks/livekit',
      {
        POST: webhook('livekit', (body, request, url, now) => {
          const keys = options.livekit;
          if (!keys) throw off('LiveKit', 'HEADCOUNT_LIVEKIT_API_KEY and HEADCOUNT_LIVEKIT_API_SECRET');
          refuse(liveKitSignatureProblem(request.headers.authorization, body, keys, now));
          return liveKitEvents(jsonObject(body), url.searchParams.get('broadcast'));
        }),
      },
    ],
    [
      '/v1/webhooks/owncast',
      {
        POST: webhook('owncast', (body, request, url, now) => {
          const { owncast } = options;
          if (!owncast) throw off('Owncast', 'HEADCOUNT_OWNCAST_SECRET');
          refuse(owncastSignatureProblem(request.headers, url.searchParams, body, owncast.secret, now));
          return owncastEvents(jsonObject(body), url.searchParams.get('broadcast'), now);
        }),
      },
    ],
  ]);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  if (bytes.length > 0) yield bytes;
}

function checkToken(request: IncomingMessage, token: string | null): void {
  if (token === null) return;
  const shown = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (shown !== undefined && sameSecret(shown, token)) return;
  throw new Problem(
    401,
    'Events are taken only with the token of HEADCOUNT_EVENTS_TOKEN: send it as Authorization: Bearer TOKEN.',
    {
      'www-authenticate': 'Bearer',
    },
  );
}

function checkType(request: IncomingMessage): void {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (NDJSON_TYPES.includes(type)) return;
  throw new Problem(
    415,
    `Events come as one JSON object a line, with Content-Type: application/x-ndjson, and this request says ${type === '' ? 'none' : type}: send it so.`,
    { accept: NDJSON_TYPES.join(', ') },
  );
}

function refuse(sentence: string | null): void {
  if (sentence !== null) throw new Problem(401, sentence);
}

function off(name: string, settings: string): Problem {
  return new Problem(403, `${name} webhooks are not taken, as their senders could not be known: set ${settings}.`);
}

function jsonObject(body: Buffer): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    if (isJsonObject(value)) return value;
  } catch (cause) {
    throw new Problem(
      400,
      'A webhook is one JSON object, and this body cannot be read as JSON: correct the sender.',
      {},
      cause,
    );
  }
  throw new Problem(400, 'A webhook is one JSON object, and this body is another kind of JSON: correct the sender.');
}
