/** Names of any characters, from senders who mean no good: counted like others, also by the next process. */
import { afterAll, expect, it, vi } from 'vitest';
import { cleanUp, headcount, newFolder, type Product, startProduct } from './product.ts';

const T = 1_700_000_000_000;
const ODD = [
  '\ud800',
  'a\udc00',
  '\ufffd',
  '\0',
  'two\r\nlines',
  '__proto__',
  'constructor',
  "'; --",
  '..',
  '%00',
  '🎙',
];
/** The fields that carry them. */
const FIELDS: Readonly<Record<string, (name: string) => Record<string, unknown>>> = {
  room: (room) => ({ room }),
  listener: (listener) => ({ listener }),
  connection: (connection) => ({ connection }),
  id: (id) => ({ id }),
  source: (source) => ({ source }),
  code: (code) => ({ type: 'error', code }),
  attrs: (name) => ({ attrs: { client: name, [name]: name } }),
};

afterAll(cleanUp);

it('an ingest process goes on where the one before it stood, whatever names it was sent', async () => {
  const folder = await newFolder();
  const joins: object[] = [];
  const leaves: object[] = [];
  for (const [i, name] of ODD.entries()) {
    for (const [field, of] of Object.entries(FIELDS)) {
      const at = T + joins.length * 10;
      const event = { type: 'join', ts: at, broadcast: 'odd', listener: `${field} ${i}`, connection: 'c', ...of(name) };
      joins.push(event);
      leaves.push({ ...event, type: 'leave', ts: at + 60_000, id: `${field} ${i}` });
    }
    joins.push({ type: 'join', ts: T, broadcast: name, listener: 'a' });
    leaves.push({ type: 'leave', ts: T + 60_000, broadcast: name, listener: 'a' });
  }
  // so much later that what was before is final
  const last = { type: 'join', ts: T + 1_200_000, broadcast: 'odd', listener: 'z' };
  const first = await startProduct('ingest', { folder });
  await send(first, joins);
  await vi.waitFor(async () => expect(await records(first)).toBe(joins.length), { timeout: 30_000 });
  await first.stop();
  const second = await startProduct('ingest', { folder });
  await send(second, [...leaves, last]);
  await vi.waitFor(async () => expect(await records(second)).toBe(leaves.length + 1), { timeout: 30_000 });
  await second.stop();
  expect(second.said()).not.toContain('refused');
  const counted = await headcount(['verify', 'odd'], { folder });
  expect([counted.code, counted.stdout]).toEqual([0, expect.stringMatching(/final seconds are the same counted both/)]);
  const log = await headcount(['verify', 'data/log/events.ndjson'], { folder });
  expect(log.stdout.split('\n').filter((line) => /the (store|recount)/.test(line))).toEqual([]);
  expect(log.code).toBe(0);
});

async function send(ingest: Product, events: readonly object[]): Promise<void> {
  const answer = await fetch(`${ingest.ingestUrl}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  });
  expect(await answer.json()).toEqual({ accepted: events.length, rejected: [] });
}

async function records(ingest: Product): Promise<number> {
  const text = await (await fetch(`${ingest.ingestUrl}/metrics`)).text();
  return Number(/^ingest_records_total\{partition="0"\} (\d+)$/m.exec(text)?.[1] ?? 0);
}
