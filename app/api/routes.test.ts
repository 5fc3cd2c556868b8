/** Every address of the API against a store with a small recording in it, and its answers against their description. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import { DOCUMENT } from './openapi.json/document.ts';

vi.mock('server-only', () => ({}));

const ROOT = join(import.meta.dirname, '..', '..');
/** An id with a character that a path has to encode. */
const ID = 'show/1 é';
const folder = mkdtempSync(join(tmpdir(), 'headcount-api-'));

type Handler = (request: Request, context: { params: Promise<{ id: string; claim: string }> }) => Promise<Response>;
type Handlers = Partial<Record<'GET' | 'POST' | 'DELETE', Handler>>;

/** What the ingest process was sent, and how it answers. */
const door = { status: 200, lines: [] as string[] };
let doorServer: Server;
let routes: Record<string, Handlers>;

beforeAll(async () => {
  const log = join(folder, 'log.ndjson');
  const store = `sqlite:${join(folder, 'store.db')}`;
  const run = (...args: string[]): void => {
    execFileSync(process.execPath, [join(ROOT, 'cli', 'headcount.mjs'), ...args], { stdio: 'ignore' });
  };
  const size = ['--listeners', '80', '--minutes', '12', '--heartbeat', '10000'];
  run('simulate', 'launch', ...size, '--broadcast', ID, '--to', log);
  run('replay', log, '--store', store);
  doorServer = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      door.lines = body.trim().split('\n');
      response.writeHead(door.status).end('no room');
    });
  });
  doorServer.listen(0, '127.0.0.1');
  await once(doorServer, 'listening');
  const address = doorServer.address();
  vi.stubEnv('HEADCOUNT_STORE', store);
  vi.stubEnv('HEADCOUNT_METRICS_PORT', String(typeof address === 'object' ? address?.port : address));
  vi.stubEnv('SOURCE_DATE_EPOCH', '1700000000');
  routes = {
    '/api/broadcasts/{id}': await import('./broadcasts/[id]/route.ts'),
    '/api/broadcasts/{id}/crashes': await import('./broadcasts/[id]/crashes/route.ts'),
    '/api/broadcasts/{id}/report': await import('./broadcasts/[id]/report/route.ts'),
    '/api/broadcasts/{id}/actions': await import('./broadcasts/[id]/actions/route.ts'),
    '/api/broadcasts/{id}/stays': await import('./broadcasts/[id]/stays/route.ts'),
    '/api/broadcasts/{id}/chart.svg': await import('./broadcasts/[id]/chart.svg/route.ts'),
    '/api/broadcasts/{id}/chart.png': await import('./broadcasts/[id]/chart.png/route.ts'),
    '/api/broadcasts/{id}/segments': await import('./broadcasts/[id]/segments/route.ts'),
    '/api/broadcasts/{id}/claims': await import('./broadcasts/[id]/claims/route.ts'),
    '/api/broadcasts/{id}/claims/{claim}': await import('./broadcasts/[id]/claims/[claim]/route.ts'),
    '/api/broadcasts/{id}/notes': await import('./broadcasts/[id]/notes/route.ts'),
    '/api/broadcasts/{id}/series': await import('./broadcasts/[id]/series/route.ts'),
    '/api/openapi.json': await import('./openapi.json/route.ts'),
    '/api/{path}': await import('./[[...path]]/route.ts'),
  };
}, 120_000);

afterAll(() => {
  vi.unstubAllEnvs();
  doorServer?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Asking {
  method?: 'GET' | 'POST' | 'DELETE';
  query?: string;
  body?: unknown;
  id?: string;
  claim?: string;
  headers?: Record<string, string>;
}

async function ask(path: string, asking: Asking = {}): Promise<Response> {
  const { method = 'GET', query = '', body, id = ID, claim = '', headers = {} } = asking;
  const handler = routes[path]?.[method];
  if (handler === undefined) throw new Error(`no handler for ${method} ${path}`);
  const address = `http://127.0.0.1:3000${path.replace('{id}', encodeURIComponent(id))}${query}`;
  const init: RequestInit = { method, headers };
  if (body !== undefined) {
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
    init.headers = { 'content-type': 'application/json', ...headers };
  }
  return handler(new Request(address, init), { params: Promise.resolve({ id, claim }) });
}

async function problemOf(response: Response): Promise<{ status: number; detail: string }> {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem: { status: number; detail: string } = await response.json();
  expect(faults(problem, { $ref: '#/components/schemas/Problem' })).toEqual([]);
  expect(problem.status).toBe(response.status);
  return problem;
}

const IS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** Where a value does not fit its schema. Properties that the schema does not know are faults too. */
function faults(value: unknown, schema: Record<string, unknown>, place = '$'): string[] {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? '';
    const found = Object.entries(DOCUMENT.components.schemas).find(([known]) => known === name)?.[1];
    return found === undefined ? [`${place}: no schema ${name}`] : faults(value, found, place);
  }
  if (Array.isArray(schema.oneOf)) {
    const fits = schema.oneOf.filter((one) => faults(value, one, place).length === 0).length;
    return fits === 1 ? [] : [`${place}: fits ${fits} of oneOf: ${JSON.stringify(value)?.slice(0, 200)}`];
  }
  const types = [schema.type ?? []].flat().map(String);
  if (types.length > 0 && !types.some((type) => IS[type]?.(value))) return [`${place}: is no ${types.join(' or ')}`];
  if (value === null) return [];
  if ('const' in schema && schema.const !== value) return [`${place}: is not ${String(schema.const)}`];
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return [`${place}: ${String(value)} is none of enum`];
  if (typeof schema.minimum === 'number' && Number(value) < schema.minimum) return [`${place}: below the minimum`];
  if (Array.isArray(value)) {
    const prefix: Record<string, unknown>[] = Array.isArray(schema.prefixItems) ? schema.prefixItems : [];
    return value.flatMap((item, index) => faults(item, prefix[index] ?? asSchema(schema.items), `${place}[${index}]`));
  }
  if (typeof value !== 'object') return [];
  const properties = asSchema(schema.properties);
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const missing = required.filter((name) => !(name in value)).map((name) => `${place}.${name}: is missing`);
  const inside = Object.entries(value).flatMap(([name, child]) => {
    const known = properties[name] ?? schema.additionalProperties;
    if (known === undefined) return schema.properties === undefined ? [] : [`${place}.${name}: is not described`];
    return faults(child, asSchema(known), `${place}.${name}`);
  });
  return [...missing, ...inside];
}

function asSchema(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The description of the JSON answer of an operation. */
function schemaOf(path: string, method: string, status: number): Record<string, unknown> {
  const item = asSchema(asSchema(DOCUMENT.paths)[path]);
  const answer = asSchema(asSchema(asSchema(item[method.toLowerCase()]).responses)[status]);
  return asSchema(asSchema(asSchema(answer.content)['application/json']).schema);
}

async function described(path: string, asking: Asking = {}, status = 200): Promise<Record<string, unknown>> {
  const response = await ask(path, asking);
  expect(response.status).toBe(status);
  const value = await response.json();
  expect(faults(value, schemaOf(path, asking.method ?? 'GET', status))).toEqual([]);
  return value;
}

describe('the report', () => {
  it('is the fact sheet, as described', async () => {
    const report = await described('/api/broadcasts/{id}');
    expect(report.broadcast).toBe(ID);
    expect(report.claims).toEqual([]);
  });

  it('of an unknown broadcast is a problem that says where to look', async () => {
    const problem = await problemOf(await ask('/api/broadcasts/{id}', { id: 'nobody' }));
    expect(problem.status).toBe(404);
    expect(problem.detail).toContain('GET /api/broadcasts');
  });
});

describe('the series', () => {
  it('is as described', async () => {
    const { rows } = await described('/api/broadcasts/{id}/series', { query: '?step=60s' });
    expect(Array.isArray(rows) && rows.length).toBeGreaterThan(5);
  });
});

describe('the fact sheet as a document', () => {
  const sheet = (query: string) => ask('/api/broadcasts/{id}/report', { query });

  it.each([
    ['md', 'text/markdown; charset=utf-8', /^# .*launch/i],
    [
      'html',
      'text/html; charset=utf-8',
      /^<!doctype html>[\s\S]*data:font\/woff2[\s\S]*Fullest minute[\s\S]*Final, revision 1/,
    ],
    ['pdf', 'application/pdf', /^%PDF-/],
  ])('comes as %s, the same bytes again', async (format, type, begins) => {
    const [first, again] = [await sheet(`?format=${format}`), await sheet(`?format=${format}`)];
    expect(first.headers.get('content-type')).toBe(type);
    const bytes = Buffer.from(await first.arrayBuffer());
    expect(bytes.toString('latin1')).toMatch(begins);
    expect(Buffer.compare(bytes, Buffer.from(await again.arrayBuffer()))).toBe(0);
  });

  it('as JSON is the report', async () => {
    expect(await (await sheet('')).json()).toEqual(await described('/api/broadcasts/{id}'));
  });

  it.each(['?format=doc', '?tz=Mars/Olympus'])('refuses %s', async (query) => {
    expect((await problemOf(await sheet(query))).status).toBe(400);
  });
});

describe('crash windows', () => {
  it('come as described, or as CSV or lines', async () => {
    const windows = await (await ask('/api/broadcasts/{id}/crashes')).json();
    expect(faults(windows, schemaOf('/api/broadcasts/{id}/crashes', 'GET', 200))).toEqual([]);
    expect(windows.length).toBeGreaterThan(0);
    const csv = await (await ask('/api/broadcasts/{id}/crashes', { query: '?format=csv' })).text();
    expect(csv.split('\n')[0]?.split(',')).toEqual(DOCUMENT.components.schemas.CrashWindow.required);
    const lines = await (await ask('/api/broadcasts/{id}/crashes', { query: '?format=ndjson' })).text();
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(windows);
  });

  it('are those that touch the span', async () => {
    const query = '?from=2000-01-01T00:00:00Z&to=2001-01-01T00:00:00Z';
    expect(await (await ask('/api/broadcasts/{id}/crashes', { query })).json()).toEqual([]);
  });
});

describe('stays', () => {
  it('come as CSV in the order of the export, sent in pieces', async () => {
    const response = await ask('/api/broadcasts/{id}/stays');
    expect(response.headers.get('content-type')).toContain('text/csv');
    const [head, ...rows] = (await response.text()).trim().split('\n');
    expect(head).toBe('listener,connection,room,start,end,reason,role,hearing_seconds');
    const starts = rows.map((row) => Number(row.split(',')[3]));
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  it('are the same as JSON and as lines, as described', async () => {
    const list = await (await ask('/api/broadcasts/{id}/stays', { query: '?format=json' })).json();
    expect(faults(list, schemaOf('/api/broadcasts/{id}/stays', 'GET', 200))).toEqual([]);
    const lines = await (await ask('/api/broadcasts/{id}/stays', { query: '?format=ndjson' })).text();
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(list);
  });

  it('hide who it was behind a key, and nothing else', async () => {
    const ids = async (query: string): Promise<string[]> => {
      const list: { listener: string }[] = await (await ask('/api/broadcasts/{id}/stays', { query })).json();
      return list.map(({ listener }) => listener);
    };
    const [open, hidden, other] = [
      await ids('?format=json'),
      await ids('?format=json&pseudonymise=a'),
      await ids('?format=json&pseudonymise=b'),
    ];
    expect(new Set(hidden).size).toBe(new Set(open).size);
    expect(hidden.some((id) => open.includes(id) || other.includes(id))).toBe(false);
  });

  it('answer a HEAD with their kind and no body', async () => {
    const handler = routes['/api/broadcasts/{id}/stays']?.GET;
    const response = await handler?.(new Request('http://x/', { method: 'HEAD' }), {
      params: Promise.resolve({ id: ID, claim: '' }),
    });
    expect([response?.status, response?.body]).toEqual([200, null]);
  });
});

describe('the chart', () => {
  it('is the same SVG for the same question', async () => {
    const query = '?width=900&height=500&theme=dark&tz=America/New_York';
    const [a, b] = [
      await ask('/api/broadcasts/{id}/chart.svg', { query }),
      await ask('/api/broadcasts/{id}/chart.svg', { query }),
    ];
    expect(a.headers.get('content-type')).toContain('image/svg+xml');
    const text = await a.text();
    expect(text).toContain('width="900"');
    expect(await b.text()).toBe(text);
  });

  it('is a PNG of the size asked for', async () => {
    const response = await ask('/api/broadcasts/{id}/chart.png', { query: '?width=640&height=360' });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([640, 360]);
  });

  it.each(['?width=1', '?height=big', '?theme=pink', '?align=middle', '?tz=Mars', '?compare=a,b,c,d,e'])(
    'refuses %s',
    async (query) => {
      expect((await problemOf(await ask('/api/broadcasts/{id}/chart.svg', { query }))).status).toBe(400);
    },
  );

  it('says what it cannot be compared with', async () => {
    const problem = await problemOf(await ask('/api/broadcasts/{id}/chart.svg', { query: '?compare=nobody' }));
    expect(problem.status).toBe(422);
    expect(problem.detail).toContain('nobody');
  });
});

describe('parameters of a span', () => {
  const paths = ['/api/broadcasts/{id}/crashes', '/api/broadcasts/{id}/stays', '/api/broadcasts/{id}/chart.svg'];
  const wrong = ['?from=yesterday', '?to=2023-05-24T22:04:12', '?from=5000&to=1000'];
  it.each(paths.flatMap((path) => wrong.map((query) => [path, query] as const)))(
    '%s refuses %s',
    async (path, query) => {
      expect((await problemOf(await ask(path, { query }))).status).toBe(400);
    },
  );

  it.each(paths.slice(0, 2))('%s refuses a format it does not have', async (path) => {
    const problem = await problemOf(await ask(path, { query: '?format=xml' }));
    expect(problem.detail).toMatch(/expected as .*came as "xml"/);
  });
});

describe('segments', () => {
  it('are listed as described', async () => {
    const { segments } = await described('/api/broadcasts/{id}/segments');
    expect(Array.isArray(segments) && segments.length).toBeGreaterThan(0);
  });

  it('are added as two marks through the door of all events', async () => {
    door.status = 200;
    const body = { label: 'the speech', from: 1_700_000_000_000, to: 1_700_000_060_000, author: 'ops' };
    await described('/api/broadcasts/{id}/segments', { method: 'POST', body }, 201);
    const sent = door.lines.map((line) => JSON.parse(line));
    expect(sent).toMatchObject([
      { type: 'segment_start', ts: body.from, broadcast: ID, label: body.label, author: 'ops' },
      { type: 'segment_end', ts: body.to, broadcast: ID, label: body.label },
    ]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(2);
  });

  it('that the ingest process refuses are not said to be kept', async () => {
    door.status = 507;
    const response = await ask('/api/broadcasts/{id}/segments', { method: 'POST', body: { label: 'x' } });
    expect((await problemOf(response)).detail).toContain('507');
  });

  it.each([
    '',
    '[]',
    '{}',
    '{"label":""}',
    '{"label":7}',
    '{"label":"x","from":"now"}',
    '{"label":"x","from":2e12,"to":1e12}',
  ])('refuse %s', async (body) => {
    const response = await ask('/api/broadcasts/{id}/segments', { method: 'POST', body });
    expect((await problemOf(response)).status).toBe(400);
  });
});

describe('notes', () => {
  it('are added through the door of all events', async () => {
    door.status = 200;
    const note = await described(
      '/api/broadcasts/{id}/notes',
      { method: 'POST', body: { label: 'moved capacity' } },
      201,
    );
    expect(JSON.parse(door.lines[0] ?? '')).toMatchObject({
      type: 'note',
      broadcast: ID,
      id: note.id,
      label: 'moved capacity',
    });
  });
});

describe('notes and segments that are corrected', () => {
  it('stand in for what holds, and are written down', async () => {
    door.status = 200;
    const { segments } = await described('/api/broadcasts/{id}/segments');
    const [first] = Array.isArray(segments) ? segments : [];
    const replaces = { start: first.id, end: first.endId };
    const body = { label: first.label, from: first.from + 1000, to: first.to, replaces, author: 'ann' };
    await described('/api/broadcasts/{id}/segments', { method: 'POST', body }, 201);
    expect(door.lines.map((line) => JSON.parse(line).replaces)).toEqual([first.id, first.endId]);
    const { notes } = await described('/api/broadcasts/{id}/notes');
    const [note] = Array.isArray(notes) ? notes : [];
    const back = { label: '', at: note.at, replaces: note.id };
    await described('/api/broadcasts/{id}/notes', { method: 'POST', body: back }, 201);
    expect(JSON.parse(door.lines[0] ?? '')).toMatchObject({ type: 'note', label: '', replaces: note.id });
    const { actions } = await described('/api/broadcasts/{id}/actions');
    expect(Array.isArray(actions) && actions.slice(-2)).toMatchObject([
      { what: 'segment', verb: 'corrected', author: 'ann', label: first.label },
      { what: 'note', verb: 'taken back', author: null, label: note.label },
    ]);
  });

  it.each(['notes', 'segments', 'claims', 'crashes'])('%s read no more than a sentence needs', async (what) => {
    const body = JSON.stringify({ label: 'x', more: 'x'.repeat(70_000) });
    const asking = { method: 'POST', body } as const;
    expect(await problemOf(await ask(`/api/broadcasts/{id}/${what}`, asking))).toMatchObject({ status: 413 });
  });

  it.each([
    ['notes', { label: 'x', replaces: 'no-such-note' }],
    ['segments', { label: 'x', from: 1_700_000_000_000, replaces: { start: 'no-such-mark' } }],
  ] as const)('%s that hold are named, or refused', async (what, body) => {
    const problem = await problemOf(await ask(`/api/broadcasts/{id}/${what}`, { method: 'POST', body }));
    expect(problem).toMatchObject({ status: 404 });
    expect(problem.detail).toContain('no-such');
  });
});

describe('crash windows that people decide about', () => {
  const decide = (body: unknown) => ask('/api/broadcasts/{id}/crashes', { method: 'POST', body });
  const revOf = async () => Number((await described('/api/broadcasts/{id}')).rev);
  const windowsOf = async (): Promise<CrashWindow[]> => (await ask('/api/broadcasts/{id}/crashes')).json();

  it('are acknowledged without a new revision; dismissed and back again with one each', async () => {
    const [window] = await windowsOf();
    const [rev, before] = [await revOf(), await described('/api/broadcasts/{id}')];
    const id = window?.id ?? '';
    const acknowledge = { window: id, action: 'acknowledge', author: 'ann' };
    await described('/api/broadcasts/{id}/crashes', { method: 'POST', body: acknowledge }, 201);
    expect(await revOf()).toBe(rev);
    expect((await decide({ window: id, action: 'dismiss', reason: 'a test of the failover' })).status).toBe(201);
    expect(await revOf()).toBe(rev + 1);
    const dismissed = (await windowsOf()).find((one) => one.id === id);
    expect(dismissed).toMatchObject({ state: 'withdrawn', rev: (window?.rev ?? 0) + 1 });
    expect(dismissed?.decisions).toMatchObject([
      { verb: 'acknowledged', author: 'ann', reason: null },
      { verb: 'dismissed', author: null, reason: 'a test of the failover' },
    ]);
    const without = await described('/api/broadcasts/{id}');
    expect(without.averageMinuteAudience).not.toEqual(before.averageMinuteAudience);
    expect((await decide({ window: id, action: 'dismiss', reason: 'again' })).status).toBe(409);
    expect((await decide({ window: id, action: 'restore' })).status).toBe(201);
    expect(await revOf()).toBe(rev + 2);
    expect((await windowsOf()).find((one) => one.id === id)).toMatchObject({ ...window, rev: (window?.rev ?? 0) + 2 });
  });

  it.each([
    [{ window: 'w-1', action: 'acknowledge' }, 404],
    [{ window: 'w-1', action: 'dismiss' }, 400],
    [{ action: 'dismiss' }, 400],
  ])('refuse %j', async (body, status) => expect((await problemOf(await decide(body))).status).toBe(status));
});

describe('claims', () => {
  const body = { text: 'about 80 at the start', kind: 'peak' };

  it('are checked without being kept', async () => {
    const checked = await described('/api/broadcasts/{id}/claims', { method: 'POST', body: { ...body, keep: false } });
    expect(checked).toMatchObject({ id: null, kind: 'peak', claimed: { value: 80, about: true } });
    expect(await described('/api/broadcasts/{id}/claims')).toEqual({ claims: [] });
  });

  it('are kept once, stand in the report, and can be taken back', async () => {
    const first = await described('/api/broadcasts/{id}/claims', { method: 'POST', body }, 201);
    const again = await described('/api/broadcasts/{id}/claims', { method: 'POST', body }, 201);
    expect(again.id).toBe(first.id);
    expect((await described('/api/broadcasts/{id}')).claims).toEqual([first]);
    const place = { method: 'DELETE', claim: String(first.id) } as const;
    expect((await ask('/api/broadcasts/{id}/claims/{claim}', place)).status).toBe(204);
    expect((await problemOf(await ask('/api/broadcasts/{id}/claims/{claim}', place))).status).toBe(404);
  });

  it('speak of published figures too', async () => {
    const about = {
      text: 'more than the watermelon',
      value: '807,000',
      kind: 'peak',
      about: 'watermelon-2016',
      keep: false,
    };
    const checked = await described('/api/broadcasts/{id}/claims', { method: 'POST', body: about });
    expect(checked).toMatchObject({ verdict: 'supported', measured: { state: 'reported' } });
  });

  it.each([
    '',
    '{"text":""}',
    '{"text":"many came"}',
    '{"text":"5 of 9"}',
    '{"text":"9 came","kind":"souls"}',
    '{"text":"x","value":"nine"}',
    '{"text":"9 came","at":1700000000000,"segment":"a"}',
    '{"text":"9 came","keep":"no"}',
  ])('refuse %s', async (json) => {
    const response = await ask('/api/broadcasts/{id}/claims', { method: 'POST', body: json });
    expect((await problemOf(response)).status).toBe(400);
  });
});

describe('all addresses', () => {
  it('describe themselves', async () => {
    expect(await (await ask('/api/openapi.json')).json()).toEqual(DOCUMENT);
  });

  it('take no writing from a page of another site', async () => {
    const send = (headers: Record<string, string>): Promise<Response> =>
      ask('/api/broadcasts/{id}/claims', { method: 'POST', body: { text: '9 came', keep: false }, headers });
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
    ]) {
      expect((await problemOf(await send(headers))).status).toBe(403);
    }
    for (const headers of [{}, { 'sec-fetch-site': 'same-origin' }, { origin: 'http://127.0.0.1:3000' }]) {
      expect((await send(headers)).status).toBe(200);
    }
  });

  it('take no body that is not said to be JSON', async () => {
    for (const path of ['/api/broadcasts/{id}/claims', '/api/broadcasts/{id}/segments', '/api/broadcasts/{id}/notes']) {
      const headers = { 'content-type': 'text/plain' };
      const answer = await ask(path, { method: 'POST', body: { text: '9 came', label: 'x', keep: false }, headers });
      expect((await problemOf(answer)).status).toBe(415);
    }
  });

  it('that are none are a problem too', async () => {
    const problem = await problemOf(await ask('/api/{path}'));
    expect(problem.status).toBe(404);
    expect(problem.detail).toContain('/api/openapi.json');
  });
});
