import { beforeEach, describe, expect, it } from 'vitest';
import type { Checkpoint, Standing } from '../lib/store/checkpoint.ts';
import type { Engine } from './engine.ts';
import { MemoryStore } from './memory-store.ts';
import { testEngine } from './test-engine.ts';

const START = Date.UTC(2026, 0, 1, 20);

describe('where a broadcast stands, when its log cannot be read for a while', () => {
  let now: number;
  let engine: Engine;
  let stored: Standing | undefined;
  const offsets = [0, 0];

  beforeEach(async () => {
    now = START;
    offsets.fill(0);
    stored = undefined;
    const store = new MemoryStore();
    const commit = store.commit.bind(store);
    store.commit = async (checkpoint: Checkpoint) => {
      stored = checkpoint.standings[0] ?? stored;
      await commit(checkpoint);
    };
    engine = testEngine({ store, now: () => now });
    for (const partition of [0, 1]) await engine.start(partition);
  });

  /** A heartbeat of that partition's only listener, dated `ts`; so many more wait behind it. */
  async function reads(partition: number, ts: number, waiting = 0): Promise<void> {
    const offset = offsets[partition] ?? 0;
    offsets[partition] = offset + 1;
    const event = { broadcast: 'demo', type: 'join', ts, listener: `l${partition}`, heartbeatMs: 10_000, id: `${ts}` };
    const records = [{ offset, value: Buffer.from(JSON.stringify(event)), timestampMs: null }];
    await engine.batch({ partition, records, nextOffset: offset + 1, endOffset: offset + 1 + waiting });
  }

  function hears(...ends: number[]): void {
    engine.heard(new Map(ends.map((end, partition) => [partition, end])));
  }

  async function stands(): Promise<{ second: number; watermark: number; catchingUp: boolean }> {
    await engine.checkpoint();
    if (stored === undefined) throw new Error('A standing was expected to be stored.');
    const { liveSecond, watermark, catchingUp } = stored;
    return { second: liveSecond - START / 1000, watermark: watermark - START, catchingUp };
  }

  it('time stands still, and nobody times out', async () => {
    for (const partition of [0, 1]) await reads(partition, START);
    hears(1, 1);
    const before = await stands();
    now += 300_000;
    expect(await stands()).toEqual(before);
    expect(before).toEqual({ second: -1, watermark: -5_000, catchingUp: false });
  });

  it('a log that says nothing new is silence, and time goes on', async () => {
    for (const partition of [0, 1]) await reads(partition, START);
    now += 300_000;
    hears(1, 1);
    expect(await stands()).toEqual({ second: 299, watermark: 295_000, catchingUp: false });
  });

  it('what waits when it can be read again is waited for', async () => {
    for (const partition of [0, 1]) await reads(partition, START);
    hears(1, 1);
    await stands();
    now += 60_000;
    hears(3, 3);
    await reads(0, START + 58_000, 1);
    expect(await stands()).toEqual({ second: -1, watermark: -5_000, catchingUp: true });
    await reads(0, now);
    await reads(1, START + 58_000, 1);
    expect(await stands()).toEqual({ second: 57, watermark: 53_000, catchingUp: false });
  });

  it('a partition that speaks again a little behind the others does not turn the live second back', async () => {
    await reads(1, START);
    now += 6_000;
    await reads(0, now);
    hears(1, 1);
    expect((await stands()).second).toBe(5);
    now += 1_000;
    await reads(1, now - 4_000);
    expect(await stands()).toEqual({ second: 5, watermark: -2_000, catchingUp: false });
  });

  it('one that is far behind turns it back, and that is said', async () => {
    await reads(1, START);
    now += 60_000;
    await reads(0, now);
    hears(1, 1);
    expect((await stands()).second).toBe(59);
    await reads(1, START + 30_000);
    expect(await stands()).toEqual({ second: 29, watermark: 25_000, catchingUp: true });
    await reads(1, now);
    expect((await stands()).catchingUp).toBe(false);
  });
});
