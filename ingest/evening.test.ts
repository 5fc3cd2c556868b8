/** A made-up evening with a crash in it, through the real store: live, killed, in parts, in disorder. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type BroadcastEvent, isControl } from '../lib/event/event.ts';
import { printEvent } from '../lib/event/print.ts';
import type { SecondRow } from '../lib/numbers/second.ts';
import { simulate } from '../lib/simulate/scenario.ts';
import { openReadStore, openWriteStore } from '../lib/store/open.ts';
import type { Reader } from '../lib/store/read.ts';
import type { Engine } from './engine.ts';
import { testEngine } from './test-engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'headcount-evening-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LOG: readonly BroadcastEvent[] = [
  ...simulate({ scenario: 'crash', broadcast: 'evening', listeners: 150, minutes: 20, seed: 7, heartbeatMs: 10_000 }),
];

interface Way {
  partitions: number;
  slices: number;
  /** events between two checkpoints; null: one at the end */
  every: number | null;
  /** events after which the process is killed and begun again */
  kills: readonly number[];
  complete: boolean;
  log?: readonly BroadcastEvent[];
}

let stores = 0;

async function counted(way: Way): Promise<Reader> {
  const url = `sqlite:${join(folder, `${stores++}.db`)}`;
  const store = await openWriteStore(url);
  let now = 0;
  const open = async (): Promise<Engine> => {
    const engine = testEngine({ store, slices: way.slices, breakdowns: ['edge'], now: () => now });
    for (let p = 0; p < way.partitions; p++) next[p] = (await engine.start(p)) ?? 0;
    return engine;
  };
  const log = way.log ?? LOG;
  // each partition's own log, to read again from where the store stands
  const logs = Array.from({ length: way.partitions }, (): BroadcastEvent[] => []);
  const next: number[] = [];
  for (const [i, event] of log.entries()) {
    logs[isControl(event) ? i % way.partitions : hash(event.listener) % way.partitions]?.push(event);
  }
  let engine = await open();
  const read = logs.map(() => 0);
  const give = async (partition: number, to: number): Promise<void> => {
    const from = next[partition] ?? 0;
    const events = logs[partition]?.slice(from, to) ?? [];
    if (events.length === 0) return;
    const records = events.map((e, k) => ({ offset: from + k, value: Buffer.from(printEvent(e)), timestampMs: null }));
    await engine.batch({
      partition,
      records,
      nextOffset: from + events.length,
      endOffset: logs[partition]?.length ?? 0,
    });
    next[partition] = from + events.length;
  };
  const kills = new Set(way.kills);
  for (let i = 0; i < log.length; i += way.every ?? log.length) {
    now += 1000;
    const share = Math.min(1, (i + (way.every ?? log.length)) / log.length);
    for (let p = 0; p < way.partitions; p++) {
      read[p] = Math.ceil((logs[p]?.length ?? 0) * share);
      await give(p, read[p] ?? 0);
    }
    if ([...kills].some((k) => k >= i && k < i + (way.every ?? log.length))) {
      // what was read since the last checkpoint is gone with the process
      engine = await open();
      for (let p = 0; p < way.partitions; p++) await give(p, read[p] ?? 0);
    }
    await engine.checkpoint();
  }
  if (way.complete) engine.complete();
  else for (const lane of engine.lanes.values()) lane.lag = 1;
  await engine.checkpoint();
  await store.close();
  return openReadStore(url);
}

function hash(text: string): number {
  let h = 0;
  for (const c of text) h = (h * 31 + c.charCodeAt(0)) >>> 0;
  return h;
}

async function finalRows(reader: Reader): Promise<Map<number, string>> {
  const rows = await reader.series('evening');
  return new Map(rows.filter((r) => r.state === 'final').map((r) => [r.second, JSON.stringify({ ...r, rev: 1 })]));
}

const ONE_GO: Way = { partitions: 1, slices: 1, every: null, kills: [], complete: true };
const LIVE: Way = { partitions: 1, slices: 2, every: 400, kills: [], complete: false };

describe('a replay gives what was live', () => {
  it('in every final second', async () => {
    const replayed = await finalRows(await counted(ONE_GO));
    const live = await finalRows(await counted(LIVE));
    expect(live.size).toBeGreaterThan(600);
    for (const [second, row] of live) expect(row).toBe(replayed.get(second));
  });
});

describe('what is final', () => {
  for (const [name, way] of [
    ['live, in 2 slices', LIVE],
    ['live, in 3 partitions', { ...LIVE, partitions: 3 }],
    ['live, with kills', { ...LIVE, kills: [3_000, 8_000] }],
    ['live, in any order within 100 s', { ...LIVE, log: shuffled(100_000) }],
  ] as const) {
    it(`is never revised by what comes in time: ${name}`, async () => {
      expect((await (await counted(way)).status('evening'))?.rev).toBe(1);
    });
  }
});

describe('the same events give the same numbers', () => {
  const ways: [string, Way][] = [
    ['in 3 partitions, checkpoint after checkpoint', { ...LIVE, partitions: 3, slices: 1, complete: true }],
    ['in 12 partitions', { ...ONE_GO, partitions: 12 }],
    ['in 12 slices', { ...ONE_GO, slices: 12 }],
    ['killed three times', { ...LIVE, kills: [2_000, 5_000, 9_000], complete: true }],
    ['with every third event twice', { ...ONE_GO, log: LOG.flatMap((e, i) => (i % 3 === 0 ? [e, e] : [e])) }],
    ['in any order within 100 s', { ...LIVE, complete: true, log: shuffled(100_000) }],
  ];
  for (const [name, way] of ways) {
    it(name, async () => {
      expect([...(await finalRows(await counted(way)))]).toEqual([...(await finalRows(await counted(ONE_GO)))]);
    });
  }
});

describe('parts add up', () => {
  it('joins less leaves are the change of connections, and no level exceeds the one it is part of', async () => {
    const reader = await counted(LIVE);
    const rows = await reader.series('evening');
    let before: SecondRow | null = null;
    for (const row of rows) {
      expect(row.connections).toBe((before?.connections ?? 0) + row.joins - row.leaves);
      expect(row.connected).toBeLessThanOrEqual(row.connections);
      expect(row.hearing ?? 0).toBeLessThanOrEqual(row.connected);
      before = row;
    }
    expect(rows.length).toBeGreaterThan(1_000);
  });

  it('values of an attribute that everyone has sum up to the whole', async () => {
    const reader = await counted(ONE_GO);
    const whole = await reader.counts('evening');
    const sums = new Map<number, number>();
    for (const group of await reader.groups('evening')) {
      if (group.attribute !== 'edge') continue;
      for (const row of await reader.counts('evening', { attribute: 'edge', value: group.value })) {
        sums.set(row.second, (sums.get(row.second) ?? 0) + row.connections);
      }
    }
    for (const row of whole) expect(sums.get(row.second)).toBe(row.connections);
  });
});

/** By `ts` plus a delay that depends on the event alone. */
function shuffled(mostMs: number): BroadcastEvent[] {
  return LOG.map((event) => ({ event, at: event.ts + (hash(printEvent(event)) % mostMs) }))
    .sort((a, b) => a.at - b.at)
    .map(({ event }) => event);
}
