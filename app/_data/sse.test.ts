import { describe, expect, it } from 'vitest';
import { Clients, COMMENT, eventBytes, goingDown } from './sse.ts';

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

async function open(clients: Clients, signal = new AbortController().signal) {
  const response = clients.response(
    eventBytes({ id: '1.0.1', name: 'frame', data: { n: 1 } }),
    signal,
    () => undefined,
  );
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error('a response with a body was expected');
  return { response, next: async () => text((await reader.read()).value), reader };
}

describe('server-sent events', () => {
  it('carry id, name and one line of data', () => {
    expect(text(eventBytes({ id: '7.3.1', name: 'frame', data: { a: 'x\ny' } }))).toBe(
      'id: 7.3.1\nevent: frame\ndata: {"a":"x\\ny"}\n\n',
    );
    expect(text(eventBytes({ name: 'beat', data: {} }))).toBe('event: beat\ndata: {}\n\n');
  });

  it('begin with how soon to come back, then the first frame', async () => {
    const { response, next } = await open(new Clients());
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(await next()).toBe('retry: 1000\n\n');
    expect(await next()).toContain('id: 1.0.1');
  });

  it('reach every client as the same bytes', async () => {
    const clients = new Clients();
    const [a, b] = [await open(clients), await open(clients)];
    clients.send(COMMENT);
    for (const client of [a, b]) {
      await client.next();
      await client.next();
      expect(await client.next()).toBe(': still here\n\n');
    }
  });
});

describe('a client', () => {
  it('is let go when its request ends', async () => {
    const clients = new Clients();
    const request = new AbortController();
    await open(clients, request.signal);
    expect(clients.size).toBe(1);
    request.abort();
    expect(clients.size).toBe(0);
  });

  it('that does not read is dropped, the others are not held up', async () => {
    const clients = new Clients();
    await open(clients);
    const quick = await open(clients);
    for (let sent = 0; sent < 20; sent += 1) {
      clients.send(COMMENT);
      await quick.next();
    }
    expect(clients.size).toBe(1);
    clients.send(eventBytes({ name: 'beat', data: {} }));
    expect(clients.size).toBe(1);
  });

  it('is sent away, to come back, by a process that stops', () => {
    const answer = goingDown();
    expect([answer.status, answer.headers.get('connection')]).toEqual([503, 'close']);
  });
});
