import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { testEngine } from './test-engine.ts';

const START = Date.UTC(2026, 0, 1, 20);

describe('where a broadcast stands, when partitions that may hold it have not been read', () => {
  let now: number;
  let engine: Engine;
  const offsets = [0, 0];

  async function joins(partition: number, { ts, broadcast = 'demo', waiting = 0 }: Joining): Promise<void> {
    const offset = offsets[partition] ?? 0;
    offsets[partition] = offset + 1;
    const value = Buffer.from(JSON.stringify({ broadcast, type: 'join', ts: START + ts, listener: `at ${ts}` }));
    const records = [{ offset, value, timestampMs: null }];
    await engine.batch({ partition, records, nextOffset: offset + 1, endOffset: offset + 1 + waiting });
  }

  function watermark(): number {
    return engine.standing('demo', now).watermark - START;
  }

  beforeEach(async () => {
    now = START + 3_600_000;
    offsets.fill(0);
    engine = testEngine({ now: () => now });
    await engine.owned([0, 1]);
    await engine.start(0);
  });

  it('it waits for one that is owned and has not begun', async () => {
    await joins(0, { ts: 0 });
    expect(watermark()).toBe(Number.NEGATIVE_INFINITY);
  });

  it('it waits for one of which nothing has come, and no longer when nothing is there', async () => {
    await engine.start(1);
    await joins(0, { ts: 1_200_000 });
    expect(watermark()).toBe(Number.NEGATIVE_INFINITY);
    await engine.checkpoint();
    engine.caughtUp(1, 0);
    expect(watermark()).toBe(1_195_000);
  });

  it('it goes no further than one that waits has been read, whatever was in it, and says that it is catching up', async () => {
    await engine.start(1);
    await joins(0, { ts: 1_200_000 });
    await joins(1, { ts: 60_000, broadcast: 'another', waiting: 3 });
    expect(watermark()).toBe(55_000);
    expect(engine.standing('demo', now).catchingUp).toBe(true);
    await joins(1, { ts: 240_000 });
    expect(watermark()).toBe(235_000);
  });

  it('it waits for one that no process has stored anything of, once the log is known to reach there', async () => {
    await engine.owned([0]);
    await joins(0, { ts: 0 });
    expect(watermark()).toBe(-5_000);
    engine.heard(
      new Map([
        [0, 1],
        [1, 4],
      ]),
    );
    expect(watermark()).toBe(Number.NEGATIVE_INFINITY);
  });

  it('one that has been quiet is not idle when the log is known to hold more of it', async () => {
    await engine.start(1);
    await joins(1, { ts: 0 });
    now += 10_000;
    await joins(0, { ts: 1_200_000 });
    expect(watermark()).toBe(1_195_000);
    engine.heard(new Map([[1, 2]]));
    expect(watermark()).toBe(-5_000);
  });

  it('two that wait do not hold each other', async () => {
    await engine.start(1);
    await joins(0, { ts: 100_000, waiting: 1 });
    await joins(1, { ts: 10_000, waiting: 1 });
    await joins(1, { ts: 1_000_000, broadcast: 'another', waiting: 1 });
    expect([...engine.held()]).toEqual([0]);
  });
});

interface Joining {
  /** ms since the start */
  ts: number;
  broadcast?: string;
  /** records behind it */
  waiting?: number;
}
