import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { testEngine } from './test-engine.ts';

const START = Date.UTC(2026, 0, 1, 20);

describe('a second that no checkpoint has stored yet', () => {
  let now: number;
  let engine: Engine;
  const offsets = [0, 0];

  async function heartbeat(partition: number, at: number): Promise<void> {
    const offset = offsets[partition] ?? 0;
    offsets[partition] = offset + 1;
    const event = { broadcast: 'demo', type: 'heartbeat', ts: START + at, listener: `in ${partition}` };
    const records = [{ offset, value: Buffer.from(JSON.stringify(event)), timestampMs: null }];
    await engine.batch({ partition, records, nextOffset: offset + 1, endOffset: offset + 1 });
  }

  beforeEach(async () => {
    now = START;
    offsets.fill(0);
    engine = testEngine({ now: () => now });
    await engine.start(0);
    await engine.start(1);
    await heartbeat(0, 100);
    await heartbeat(1, 200);
    await engine.checkpoint();
  });

  it('is there once every partition is past its end, and a second more', async () => {
    expect(engine.hasNewSecond()).toBe(false);
    await heartbeat(0, 1_900);
    expect(engine.hasNewSecond()).toBe(false);
    await heartbeat(1, 1_000);
    expect(engine.hasNewSecond()).toBe(true);
  });

  it('is stored by the next checkpoint', async () => {
    await heartbeat(0, 1_900);
    await heartbeat(1, 1_000);
    await engine.checkpoint();
    expect(engine.hasNewSecond()).toBe(false);
  });

  it('does not wait for a partition in which nothing comes any more', async () => {
    engine.caughtUp(1);
    now += 6_000;
    await heartbeat(0, 6_000);
    expect(engine.hasNewSecond()).toBe(true);
  });

  it('is not there where nothing comes at all', async () => {
    now += 6_000;
    await engine.checkpoint();
    now += 1_000;
    expect(engine.hasNewSecond()).toBe(false);
  });
});
