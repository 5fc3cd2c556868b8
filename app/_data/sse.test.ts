import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lineOf, offerLines } from './lines.ts';
import { Clients, COMMENT, comeAgain, eventBytes } from './sse.ts';

const FIRST = eventBytes({ id: '1.0.1', name: 'frame', data: { n: 1 } });
const WAIT = { timeout: 60_000, interval: 20 };

let clients: Clients;
let server: Server;
const sockets: Socket[] = [];

/** As the pages' server answers: a refusal for who asks for it, else a line. */
beforeAll(async () => {
  offerLines((path) => path === '/live');
  server = createServer(async (request, answer) => {
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as [string, string]);
    const line = lineOf(new Request('http://pages/live', { headers }));
    await new Promise(setImmediate);
    const refused = request.url !== '/live' || line === null;
    const said = refused ? new Response('no', { status: 404 }) : clients.response(FIRST, line);
    answer.statusCode = said.status;
    said.headers.forEach((value, name) => void answer.setHeader(name, value));
    answer.end(await said.text());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
beforeEach(() => {
  clients = new Clients();
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

/** A connection that has asked for `path`. */
async function ask(path = '/live', { method = 'GET', reads = true } = {}): Promise<{ socket: Socket; text: string }> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  const client = { socket, text: '' };
  socket.on('error', () => undefined);
  const hear = (bytes: Buffer): void => {
    client.text += bytes.toString('latin1');
  };
  if (reads) socket.on('data', hear);
  socket.write(`${method} ${path} HTTP/1.1\r\nhost: pages\r\n\r\n`);
  return client;
}

async function open(reads = true): Promise<{ socket: Socket; text: string }> {
  const before = clients.size;
  const client = await ask('/live', { reads });
  await vi.waitFor(() => expect(clients.size).toBe(before + 1), WAIT);
  if (reads) await vi.waitFor(() => expect(client.text).toContain('id: 1.0.1'), WAIT);
  return client;
}

describe('server-sent events', () => {
  it('carry id, name and one line of data', () => {
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    expect(text(eventBytes({ id: '7.3.1', name: 'frame', data: { a: 'x\ny' } }))).toBe(
      'id: 7.3.1\nevent: frame\ndata: {"a":"x\\ny"}\n\n',
    );
    expect(text(eventBytes({ name: 'beat', data: {} }))).toBe('event: beat\ndata: {}\n\n');
  });

  it('begin with what they are and how soon to come back, then the first frame', async () => {
    const { text } = await open();
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(text).toMatch(/\r\ncontent-type: text\/event-stream/i);
    expect(text).toMatch(/\r\ncache-control: no-cache, no-transform\r\n/i);
    expect(text.indexOf('retry: 1000\n\n')).toBeLessThan(text.indexOf('id: 1.0.1'));
  });

  it('reach every client as the same bytes', async () => {
    const both = [await open(), await open()];
    clients.send(COMMENT);
    for (const client of both) await vi.waitFor(() => expect(client.text).toContain(': still here\n\n'), WAIT);
  });

  it('are none where the answer is another, which comes as it is', async () => {
    const other = await ask('/live?refuse');
    await vi.waitFor(() => expect(other.text).toMatch(/^HTTP\/1.1 404 .*\r\n\r\nno$/s), WAIT);
    expect(clients.size).toBe(0);
    // the connection goes on
    other.socket.write('GET /live HTTP/1.1\r\nhost: pages\r\n\r\n');
    await vi.waitFor(() => expect(other.text).toContain('id: 1.0.1'), WAIT);
  });

  it('are only announced to who asks for the head', async () => {
    const { socket, text: _ } = await ask('/live', { method: 'HEAD' });
    const [bytes]: Buffer[] = await once(socket, 'data');
    expect(bytes?.toString()).toMatch(/^HTTP\/1.1 200 OK\r\n.*\r\n\r\n$/s);
    await vi.waitFor(() => expect(clients.size).toBe(0), WAIT);
  });
});

describe('a client', () => {
  it('is let go when it goes', async () => {
    const { socket } = await open();
    expect(clients.size).toBe(1);
    socket.destroy();
    await vi.waitFor(() => expect(clients.size).toBe(0), WAIT);
  });

  it('that never reads is dropped before much is kept for it, and holds nobody up', async () => {
    const slow = await open(false);
    const quick = await open();
    const frame = new Uint8Array(1 << 20).fill(0x78);
    let sent = 0;
    let got = 0;
    quick.socket.on('data', (bytes: Buffer) => {
      got += bytes.length;
    });
    // the system holds some megabytes for each of the two, this process a few frames
    while (clients.size > 1 && sent < 200) {
      clients.send(frame);
      sent++;
      await vi.waitFor(() => expect(got).toBeGreaterThanOrEqual(sent * frame.length), WAIT);
    }
    expect(sent).toBeLessThan(200);
    expect(clients.size).toBe(1);
    // who is dropped finds its connection closed, and comes back
    slow.socket.resume();
    await once(slow.socket, 'close');
    clients.send(COMMENT);
    await vi.waitFor(() => expect(quick.text).toContain(': still here'), WAIT);
  });

  it('sees its line end, and its connection, when all are let go', async () => {
    const client = await open();
    const closed = once(client.socket, 'close');
    clients.close();
    await closed;
    expect(client.text).toMatch(/\r\n0\r\n\r\n$/);
    expect(clients.size).toBe(0);
  });

  it('is sent away, to come back, by a process that stops', () => {
    const answer = comeAgain();
    expect([answer.status, answer.headers.get('connection')]).toEqual([503, 'close']);
  });
});
