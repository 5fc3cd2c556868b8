import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { madeUpLog } from './made-up-log.ts';
import { openPostgres } from './postgres.ts';
import { cleanUp, newFolder, output, type Product, startProduct } from './product.ts';

const postgres = await openPostgres();

afterAll(async () => {
  await cleanUp();
  if ('stop' in postgres) await postgres.stop();
});

/** Where a parameter of an address decides what comes, each of them. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/api/broadcasts': ['', '?limit=1', '?limit=1&cursor=launch', '?limit=no'],
  '/api/broadcasts/{id}/report': ['', '?format=md', '?format=html', '?format=no'],
  '/api/broadcasts/{id}/series': ['', '?step=60s&format=csv', '?from=2024-03-01T20:10:00Z&to=1709324400000'],
  '/api/broadcasts/{id}/crashes': ['', '?format=csv', '?format=ndjson'],
  '/api/broadcasts/{id}/stays': ['', '?format=json', '?format=ndjson&pseudonymise=key', '?format=parquet'],
};

const WITHIN = { timeout: 40_000, interval: 500 };
const PAGES = ['/', '/?sort=-peak', '/b/{id}', '/b/{id}/replay', '/b/{id}/claims', '/compare?b=launch&b=calm', '/help'];
const EVENTS = ['/api/live', '/api/broadcasts/{id}/live'];

/** What is done to a broadcast by POST, in this order; without an ingest process what needs one is refused. */
const DEEDS: readonly [string, Record<string, unknown>][] = [
  ['claims', { text: '160 listened', value: '160', kind: 'peak' }],
  ['claims', { text: 'nobody', value: 'none at all', kind: 'peak' }],
  ['notes', { at: Date.UTC(2024, 2, 1, 20, 5), label: 'moved capacity' }],
  ['segments', { label: 'speech', from: Date.UTC(2024, 2, 1, 20, 20), to: Date.UTC(2024, 2, 1, 20, 30) }],
];

describe.skipIf('skipped' in postgres)('dashboards on SQLite and on PostgreSQL, loaded with the same log', () => {
  let both: Product[];
  let startedAt: number;
  let windowId: string;

  beforeAll(async () => {
    if ('skipped' in postgres) return;
    startedAt = Date.now();
    const folder = await newFolder();
    const size = { listeners: 120, minutes: 40, seed: 5, startAt: Date.UTC(2024, 2, 1, 20) };
    const made = [await madeUpLog(folder, 'launch', size), await madeUpLog(folder, 'calm', size)];
    const file = join(folder, 'all.ndjson');
    await writeFile(file, `${made.flatMap(({ lines }) => lines).join('\n')}\n`);
    both = await Promise.all(
      [`sqlite:${join(folder, 'same.db')}`, await postgres.database()].map(async (store) => {
        await output(['replay', file, '--late', '--store', store], { folder });
        const env = { HEADCOUNT_STORE: store, SOURCE_DATE_EPOCH: '1709400000', HEADCOUNT_TIMEZONE: 'Europe/Berlin' };
        return startProduct('dashboard', { folder, env });
      }),
    );
    const windows: { id: string }[] = await (await fetch(`${both[0]?.url}/api/broadcasts/launch/crashes`)).json();
    windowId = windows[0]?.id ?? '';
  });

  /** Bytes as latin1; without what names the server, what is drawn anew for each answer, and instants of this run. */
  const neutral = (text: string): string =>
    text
      .replaceAll(/\b(127\.0\.0\.1|localhost):\d+/g, 'HOST')
      .replaceAll(/\bnonce(=|-|":")"?[0-9a-f]{32}"?/g, 'NONCE')
      .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID')
      .replaceAll(/\b1\d{12}\b/g, (at) => (Number(at) >= startedAt ? '0' : at));

  interface Answer {
    status: number;
    headers: Record<string, string>;
    body: string;
  }

  async function ask(product: Product, path: string, init: RequestInit = {}): Promise<Answer> {
    const answer = await fetch(product.url + path, { ...init, redirect: 'manual' });
    const headers = Object.fromEntries(answer.headers);
    for (const name of ['date', 'etag', 'content-length', 'keep-alive']) delete headers[name];
    const body = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    const text = neutral(body);
    return { status: answer.status, headers: JSON.parse(neutral(JSON.stringify(headers))), body: text };
  }

  async function same(path: string, init?: RequestInit): Promise<Answer> {
    const [sqlite, other] = await Promise.all(both.map((product) => ask(product, path, init)));
    expect(other).toEqual(sqlite);
    if (sqlite === undefined) throw new Error('Two dashboards were expected, and there is none.');
    return sqlite;
  }

  it('answer every GET of the API alike', async () => {
    const document: { paths: Record<string, { get?: unknown }> } = JSON.parse((await same('/api/openapi.json')).body);
    const addresses = Object.entries(document.paths).flatMap(([path, item]) => ('get' in item ? [path] : []));
    expect(addresses.length).toBeGreaterThan(12);
    expect(addresses).toEqual(expect.arrayContaining([...Object.keys(QUERIES), ...EVENTS]));
    for (const path of addresses.filter((address) => !EVENTS.includes(address))) {
      for (const query of QUERIES[path] ?? ['']) {
        const { status, body } = await same(path.replace('{id}', 'launch') + query);
        expect([status, body.length > 10], path + query).toEqual([query.endsWith('=no') ? 400 : 200, true]);
      }
      if (path.includes('{id}')) expect((await same(path.replace('{id}', 'nobody'))).status).toBe(404);
    }
  });

  it('begin every stream of events alike', async () => {
    for (const path of EVENTS.map((address) => address.replace('{id}', 'launch'))) {
      const [sqlite, other] = await Promise.all(both.map(async ({ url }) => neutral(await firstEvent(url + path))));
      expect(sqlite).toContain('event: frame');
      expect(other).toBe(sqlite);
    }
  });

  it('show every page alike', async () => {
    for (const path of PAGES) {
      const differ = async (): Promise<string> => {
        const [sqlite, other] = await Promise.all(both.map((product) => ask(product, path.replace('{id}', 'launch'))));
        expect([sqlite?.status, other?.status], path).toEqual([200, 200]);
        const [a, b] = [shownOf(sqlite?.body ?? ''), shownOf(other?.body ?? '')];
        expect(a.length, path).toBeGreaterThan(1_000);
        return difference(a, b);
      };
      // one was loaded a moment after the other, which a page may tell for that moment
      await expect.poll(differ, WITHIN).toBe('');
    }
  });

  it('take every POST and DELETE alike, and show it alike', async () => {
    const json = { 'content-type': 'application/json' };
    const post = (what: string, body: unknown): Promise<Answer> =>
      same(`/api/broadcasts/launch/${what}`, { method: 'POST', headers: json, body: JSON.stringify(body) });
    const statuses: number[] = [];
    for (const [what, body] of DEEDS) statuses.push((await post(what, body)).status);
    expect(statuses).toEqual([201, 400, 503, 503]);
    const decided = await post('crashes', { window: windowId, action: 'acknowledge', author: 'ann' });
    expect(decided.status, decided.body).toBe(201);
    for (const what of ['claims', 'crashes', 'actions']) await same(`/api/broadcasts/launch/${what}`);
    const { claims }: { claims: { id: string }[] } = JSON.parse((await same('/api/broadcasts/launch/claims')).body);
    expect(claims).toHaveLength(1);
    expect((await same(`/api/broadcasts/launch/claims/${claims[0]?.id}`, { method: 'DELETE' })).status).toBe(204);
    await same('/api/broadcasts/launch/claims');
  });
});

/** Where two texts part, and how they go on; empty: nowhere. */
function difference(a: string, b: string): string {
  if (a === b) return '';
  let at = 0;
  while (a[at] === b[at]) at++;
  return `${a.slice(Math.max(0, at - 100), at + 100)}\n${b.slice(Math.max(0, at - 100), at + 100)}`;
}

/** What a page shows: its text and marks, without the data that its scripts bring along in pieces as they come. */
function shownOf(html: string): string {
  return html.replaceAll(/<script\b.*?<\/script>/gs, '').replaceAll(/<link\b[^>]*>/g, '');
}

async function firstEvent(url: string): Promise<string> {
  const ending = new AbortController();
  const answer = await fetch(url, { signal: AbortSignal.any([ending.signal, AbortSignal.timeout(30_000)]) });
  let text = '';
  for await (const bytes of answer.body ?? []) {
    text += Buffer.from(bytes).toString('latin1');
    if (/\ndata: .*\n\n/.test(text)) break;
  }
  ending.abort();
  return text.slice(0, text.indexOf('\n\n', text.indexOf('data: ')));
}
