import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeadLetter } from './engine.ts';
import { type AcceptedRecord, type RunningServer, type ServerOptions, startServer } from './server.ts';

const NOW = 1_700_000_000_000;
const running: RunningServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function serve(options: Partial<ServerOptions> = {}) {
  const log: AcceptedRecord[] = [];
  const letters: DeadLetter[] = [];
  const said: string[] = [];
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    metrics: { contentType: 'text/plain; version=0.0.4', text: async () => 'up 1\n' },
    ready: () => null,
    now: () => NOW,
    append: async (records) => void log.push(...records),
    reject: async (letter) => void letters.push(letter),
    eventsToken: null,
    livekit: null,
    owncast: null,
    log: (sentence) => said.push(sentence),
    ...options,
  });
  running.push(server);
  const at = `http://127.0.0.1:${server.port}`;
  const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(at + path, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers: { 'content-type': 'application/x-ndjson', ...headers },
    });
  return { at, post, log, letters, said, server };
}

const join = (listener: string) => JSON.stringify({ type: 'join', ts: NOW, broadcast: 'b', listener });

async function problem(response: Response): Promise<{ status: number; type: string | null; detail: string }> {
  const { status, detail }: { status: number; detail: string } = JSON.parse(await response.text());
  expect(status).toBe(response.status);
  return { status, type: response.headers.get('content-type'), detail };
}

describe('health', () => {
  it('serves the metrics as they are at the moment of asking', async () => {
    const { at } = await serve();
    const response = await fetch(`${at}/metrics`);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/plain; version=0.0.4',
      'up 1\n',
    ]);
  });

  it('is alive while it is not ready, and says why it is not', async () => {
    let trouble: string | null = 'Broker 127.0.0.1:9092 does not answer; trying again.';
    const { at } = await serve({ ready: () => trouble });
    const ready = async () => {
      const response = await fetch(`${at}/readyz`);
      return [response.status, await response.text()];
    };
    expect((await fetch(`${at}/healthz`)).status).toBe(200);
    expect(await ready()).toEqual([503, `${trouble}\n`]);
    trouble = null;
    expect(await ready()).toEqual([200, 'ready\n']);
  });

  it('names what there is at an unknown address, and what an address answers', async () => {
    const { at, post } = await serve();
    const unknown = await problem(await fetch(`${at}/metric`));
    expect(unknown).toMatchObject({ status: 404, type: 'application/problem+json' });
    expect(unknown.detail).toContain('/metrics');
    const wrong = await post('/metrics', '');
    expect(wrong.headers.get('allow')).toBe('GET, HEAD');
    expect((await problem(wrong)).status).toBe(405);
    expect((await fetch(`${at}/healthz`, { method: 'HEAD' })).status).toBe(200);
  });

  it('answers a fault of its own without telling of it, and logs it', async () => {
    const { at, said } = await serve({
      metrics: { contentType: 'text/plain', text: () => Promise.reject(new Error('secret')) },
    });
    const { status, detail } = await problem(await fetch(`${at}/metrics`));
    expect([status, detail.includes('secret')]).toEqual([500, false]);
    expect(said).toEqual(['The request GET /metrics could not be answered: secret']);
  });
});

describe('POST /v1/events', () => {
  it('takes the good lines, keeps the bad ones with their reason, and tells both', async () => {
    const { post, log, letters } = await serve();
    const response = await post('/v1/events', `${join('a')}\r\n\n{"type":"join"\n  ${join('b')}  \n{"type":"wave"}`);
    const answer = await response.json();
    expect(answer).toEqual({
      accepted: 2,
      rejected: [
        { line: 3, reason: 'json', detail: expect.stringContaining('JSON') },
        { line: 5, reason: 'field', detail: expect.stringContaining('ts') },
      ],
    });
    expect(log).toEqual([
      { key: 'a', value: join('a') },
      { key: 'b', value: join('b') },
    ]);
    expect(letters.map((l) => [l.source, l.offset, l.reason, l.bytes.toString()])).toEqual([
      ['http:events', 3, 'json', '{"type":"join"'],
      ['http:events', 5, 'field', '{"type":"wave"}'],
    ]);
  });

  it('keys a control event by its broadcast', async () => {
    const { post, log } = await serve();
    await post('/v1/events', JSON.stringify({ type: 'room_end', ts: NOW, broadcast: 'b', room: 'r' }));
    expect(log.map(({ key }) => key)).toEqual(['b']);
  });

  it('refuses a clock from the future at the door', async () => {
    const { post } = await serve();
    const late = JSON.stringify({ type: 'join', ts: NOW + 60_001, broadcast: 'b', listener: 'a' });
    expect(await (await post('/v1/events', late)).json()).toMatchObject({
      accepted: 0,
      rejected: [{ reason: 'clock' }],
    });
  });

  it('answers only after the events are safe', async () => {
    let safe = () => {};
    let asked = () => {};
    const appending = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { post } = await serve({
      append: () => {
        asked();
        return new Promise((resolve) => {
          safe = resolve;
        });
      },
    });
    let answered = false;
    const response = post('/v1/events', join('a')).then((r) => {
      answered = true;
      return r;
    });
    await appending;
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    safe();
    expect((await response).status).toBe(200);
  });

  it('says that nothing was kept when it was not', async () => {
    const { post } = await serve({ append: () => Promise.reject(new Error('The disk is full.')) });
    const response = await post('/v1/events', join('a'));
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await problem(response)).toEqual({
      status: 503,
      type: 'application/problem+json',
      detail: 'The disk is full.',
    });
  });

  it('takes gzip, and refuses other codings and broken gzip', async () => {
    const { post, log } = await serve();
    const zipped = gzipSync(`${join('a')}\n${join('b')}\n`);
    expect(await (await post('/v1/events', zipped, { 'content-encoding': 'gzip' })).json()).toEqual({
      accepted: 2,
      rejected: [],
    });
    const torn = await post('/v1/events', zipped.subarray(0, 40), { 'content-encoding': 'gzip' });
    expect(await problem(torn)).toMatchObject({ status: 400 });
    expect((await post('/v1/events', zipped, { 'content-encoding': 'br' })).status).toBe(415);
    expect(log).toHaveLength(2);
  });

  it('refuses content that any web page could send', async () => {
    const { post } = await serve();
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      expect(await problem(await post('/v1/events', join('a'), { 'content-type': type }))).toMatchObject({
        status: 415,
      });
    }
  });

  it('refuses more than it takes at once, as sent and as unzipped, and takes nothing of it', async () => {
    const { post, log } = await serve();
    const long = JSON.stringify({ type: 'join', ts: NOW, broadcast: 'b', listener: 'a', ignored: 'x'.repeat(16_000) });
    const large = Buffer.alloc((32 << 20) + 1, `${long}\n`);
    expect(await problem(await post('/v1/events', large))).toMatchObject({ status: 413 });
    const bomb = gzipSync(large);
    expect(bomb.length).toBeLessThan(1 << 20);
    expect(await problem(await post('/v1/events', bomb, { 'content-encoding': 'gzip' }))).toMatchObject({
      status: 413,
    });
    expect(log).toEqual([]);
  });

  it('refuses a body that is no events at all as a whole', async () => {
    const { post, letters } = await serve();
    expect(await problem(await post('/v1/events', 'x\n'.repeat(10_001)))).toMatchObject({ status: 400 });
    expect(letters).toEqual([]);
  });

  it('asks for the token where there is one', async () => {
    const { post } = await serve({ eventsToken: 'open sesame' });
    expect((await post('/v1/events', join('a'))).status).toBe(401);
    expect((await post('/v1/events', join('a'), { authorization: 'Bearer wrong' })).status).toBe(401);
    expect((await post('/v1/events', join('a'), { authorization: 'Bearer open sesame' })).status).toBe(200);
  });

  it('takes nothing of a body whose sender went away in the middle', async () => {
    const { server, log, said } = await serve();
    for (const coding of ['identity', 'gzip']) {
      const request = httpRequest({
        port: server.port,
        host: '127.0.0.1',
        path: '/v1/events',
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', 'content-encoding': coding, 'content-length': '1000' },
      });
      request.on('error', () => {});
      await new Promise<void>((resolve) => request.write(`${join('a')}\n`, () => resolve()));
      request.destroy();
      await new Promise((resolve) => request.once('close', resolve));
    }
    await server.close();
    expect([log, said]).toEqual([[], []]);
  });
});

describe('the server', () => {
  it('says which setting helps when its port is taken', async () => {
    const { server } = await serve();
    await expect(serve({ port: server.port })).rejects.toThrow(
      /^Port \d+ of 127\.0\.0\.1, .* is taken by another process: .* set HEADCOUNT_METRICS_PORT/,
    );
  });

  it('answers what is no HTTP, and lives on', async () => {
    const { at, server } = await serve();
    const socket = connect(server.port, '127.0.0.1');
    socket.end('hello?\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await fetch(`${at}/healthz`)).status).toBe(200);
  });
});

describe('webhooks', () => {
  const KEYS = { apiKey: 'key', apiSecret: 'secret' };
  const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  function signed(body: string, { apiKey, apiSecret } = KEYS, exp = NOW / 1000 + 300): string {
    const head = base64url({ alg: 'HS256', typ: 'JWT' });
    const payload = base64url({ iss: apiKey, exp, sha256: createHash('sha256').update(body).digest('base64') });
    const signature = createHmac('sha256', apiSecret).update(`${head}.${payload}`).digest('base64url');
    return `${head}.${payload}.${signature}`;
  }
  const joined = JSON.stringify({
    event: 'participant_joined',
    room: { sid: 'RM_1', name: 'launch' },
    participant: { sid: 'PA_1', identity: 'ann' },
    id: 'EV_1',
    createdAt: String(NOW / 1000),
  });

  it('takes what LiveKit signed', async () => {
    const { post, log } = await serve({ livekit: KEYS });
    const response = await post('/v1/webhooks/livekit', joined, {
      'content-type': 'application/webhook+json',
      authorization: signed(joined),
    });
    expect(await response.json()).toEqual({ accepted: 1, rejected: [] });
    expect(log.map(({ key, value }) => [key, JSON.parse(value)])).toEqual([
      ['ann', expect.objectContaining({ type: 'join', ts: NOW, broadcast: 'launch', listener: 'ann' })],
    ]);
  });

  it.each([
    ['nothing', '', 'carries a signed token'],
    ['another secret', signed(joined, { apiKey: 'key', apiSecret: 'guess' }), 'HEADCOUNT_LIVEKIT_API_SECRET'],
    ['another key', signed(joined, { apiKey: 'other', apiSecret: 'secret' }), 'HEADCOUNT_LIVEKIT_API_KEY'],
    ['an old signature', signed(joined, KEYS, NOW / 1000 - 61), 'has expired'],
    ['the signature of another body', signed(`${joined} `), 'not the one that was signed'],
    ['no algorithm', `${base64url({ alg: 'none' })}.${base64url({ iss: 'key' })}.`, 'HS256'],
  ])('refuses %s', async (_, authorization, sentence) => {
    const { post, log } = await serve({ livekit: KEYS });
    const answer = await problem(await post('/v1/webhooks/livekit', joined, { authorization }));
    expect(answer.status).toBe(401);
    expect(answer.detail).toContain(sentence);
    expect(log).toEqual([]);
  });

  const chat = JSON.stringify({
    type: 'CHAT',
    eventData: { id: 'c1', timestamp: new Date(NOW).toISOString(), user: { id: 'ann' } },
  });

  it('takes what Owncast sends to the address with the secret, or signed', async () => {
    const { post } = await serve({ owncast: { secret: 's' } });
    const seconds = Math.floor(NOW / 1000);
    const hex = createHmac('sha256', 's').update(`${seconds}.${chat}`).digest('hex');
    const path = '/v1/webhooks/owncast?broadcast=evening';
    const statuses = await Promise.all([
      post(`${path}&secret=s`, chat),
      post(path, chat, { authorization: 'Bearer s' }),
      post(path, chat, { 'x-owncast-signature': `t=${seconds}.s=${hex}` }),
      post(path, chat),
      post(`${path}&secret=guess`, chat),
      post(`${path}&secret=s`, chat, { 'x-owncast-signature': `t=${seconds - 301}.s=${hex}` }),
      post(`${path}&secret=s`, `${chat} `, { 'x-owncast-signature': `t=${seconds}.s=${hex}` }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200, 401, 401, 401, 401]);
  });

  it('is off where no secret is set, and refuses what is no JSON object', async () => {
    const { post } = await serve();
    expect((await problem(await post('/v1/webhooks/livekit', joined))).detail).toContain('HEADCOUNT_LIVEKIT_API_KEY');
    expect((await post('/v1/webhooks/owncast?secret=', chat)).status).toBe(403);
    const { post: open } = await serve({ owncast: { secret: 's' } });
    expect((await open('/v1/webhooks/owncast?secret=s', '[]')).status).toBe(400);
  });

  it('tells what of a webhook the door refused', async () => {
    const { post, letters } = await serve({ owncast: { secret: 's' } });
    const answer = await (await post('/v1/webhooks/owncast?secret=s', chat)).json();
    expect(answer).toMatchObject({ accepted: 0, rejected: [{ reason: 'field' }] });
    expect(letters.map(({ source }) => source)).toEqual(['http:owncast']);
  });
});
