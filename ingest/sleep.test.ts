import { describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { MemoryStore } from './memory-store.ts';
import { testEngine } from './test-engine.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1, 20);

class Station {
  now = START;
  offset = 0;
  engine: Engine;
  #store: MemoryStore;

  constructor(store: MemoryStore) {
    this.#store = store;
    this.engine = this.#engine();
  }

  #engine(): Engine {
    return testEngine({ store: this.#store, slices: 2, now: () => this.now });
  }

  async restart(): Promise<void> {
    this.engine = this.#engine();
    await this.engine.start(0);
  }

  async send(...events: object[]): Promise<void> {
    await this.take(...events);
    await this.engine.checkpoint();
  }

  async take(...events: object[]): Promise<void> {
    const records = events.map((e) => ({
      offset: this.offset++,
      value: Buffer.from(JSON.stringify({ broadcast: 'demo', ...e })),
      timestampMs: null,
    }));
    await this.engine.batch({ partition: 0, records, nextOffset: this.offset, endOffset: this.offset });
  }

  async pass(minutes: number): Promise<void> {
    this.now += minutes * MINUTE;
    await this.engine.checkpoint();
    await this.engine.checkpoint();
  }

  /** what the partition's log has said, as every checkpoint writes it */
  async written(): Promise<string> {
    return (await this.#store.load('test', 0))?.lane ?? '';
  }

  asleep(): boolean | undefined {
    return this.engine.lanes.get(0)?.broadcasts.get('demo')?.asleep;
  }
}

/** Rows of the whole broadcast, without those that sum up to nothing. */
function rows(store: MemoryStore): string[] {
  return [...(store.rows.get('demo|||') ?? [])]
    .map(([second, counts]) => `${second} ${JSON.stringify(Object.entries(counts).filter(([, n]) => n !== 0))}`)
    .filter((line) => !line.endsWith(' []'))
    .sort();
}

const EARLY = [
  { type: 'join', ts: START, listener: 'ann', heartbeatMs: 10_000 },
  { type: 'join', ts: START + 1_000, listener: 'bob' },
];
const LATER = [
  { type: 'heartbeat', ts: START + 130 * MINUTE, listener: 'ann' },
  { type: 'leave', ts: START + 131 * MINUTE, listener: 'bob' },
];

async function story(rest: (station: Station) => Promise<void>): Promise<MemoryStore> {
  const store = new MemoryStore();
  const station = new Station(store);
  await station.engine.start(0);
  await station.send(...EARLY);
  await rest(station);
  await station.send(...LATER);
  station.engine.complete();
  await station.engine.checkpoint();
  return store;
}

describe('a broadcast that has long fallen silent', () => {
  it('is let go of, and taken up again where it was when it speaks', async () => {
    const slept = await story(async (station) => {
      await station.pass(5);
      expect(station.asleep()).toBe(false);
      await station.pass(60);
      expect(station.asleep()).toBe(true);
    });
    expect(rows(slept)).toEqual(rows(await story(async () => {})));
    expect(slept.stays.size).toBe(3);
  });

  it('costs a checkpoint nothing: it is in the store alone, with all that its partition knew of it', async () => {
    const awake = rows(await story(async () => {}));
    for (const restarts of [false, true]) {
      const slept = await story(async (station) => {
        expect(await station.written()).toContain('demo');
        await station.pass(65);
        await station.pass(1);
        await station.pass(1);
        expect(station.asleep()).toBeUndefined();
        expect(await station.written()).not.toContain('demo');
        if (restarts) await station.restart();
        expect(station.asleep()).toBeUndefined();
        // too late by what the partition had seen before it slept
        await station.send({ type: 'join', ts: START - 130_000, listener: 'cy' });
        expect([station.asleep(), station.engine.lanes.get(0)?.late]).toEqual([false, 1]);
        expect(JSON.parse(await station.written())).toMatchObject({ late: 1, broadcasts: { demo: { late: 1 } } });
      });
      expect(rows(slept)).toEqual(awake);
      expect(slept.stays.size).toBe(3);
    }
  });

  it('wakes while the checkpoint is stored that would let go of it', async () => {
    const store = new MemoryStore();
    const station = new Station(store);
    await station.engine.start(0);
    await station.send(...EARLY);
    await station.pass(65);
    const commit = store.commit.bind(store);
    let meanwhile: Promise<void> | null = null;
    store.commit = async (checkpoint) => {
      await commit(checkpoint);
      if (checkpoint.partitions.some(({ asleep = [] }) => asleep.length > 0)) meanwhile ??= station.take(...LATER);
      await meanwhile;
    };
    await station.pass(1);
    expect(meanwhile).not.toBeNull();
    expect(station.asleep()).toBe(false);
    await station.engine.checkpoint();
    expect(await station.written()).toContain('demo');
    await station.restart();
    expect(station.asleep()).toBe(false);
    station.engine.complete();
    await station.engine.checkpoint();
    expect(rows(store)).toEqual(rows(await story(async () => {})));
  });

  it('is awake after a restart where its time was stored as held back, until it is over again', async () => {
    const store = new MemoryStore();
    const station = new Station(store);
    await station.engine.start(0);
    await station.send(...EARLY);
    await station.pass(65);
    expect(station.asleep()).toBe(true);
    store.watermarks.set('demo', START + MINUTE);
    await station.restart();
    expect(station.asleep()).toBe(false);
    station.engine.caughtUp(0);
    await station.pass(1);
    expect(store.watermarks.get('demo')).toBeGreaterThan(START + 60 * MINUTE);
    expect(station.asleep()).toBe(true);
  });

  it('stays asleep over a restart, and counts the same', async () => {
    const slept = await story(async (station) => {
      await station.pass(65);
      await station.restart();
      expect(station.asleep()).toBe(true);
    });
    expect(rows(slept)).toEqual(rows(await story(async () => {})));
  });
});
