import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from './engine.ts';
import { MemoryStore } from './memory-store.ts';
import { testEngine } from './test-engine.ts';

const START = Date.UTC(2026, 0, 1, 20);

describe('where a broadcast stands, when others own some of its partitions', () => {
  let now: number;
  let store: MemoryStore;
  let ours: Engine;
  let theirs: Engine;
  const offsets = [0, 0];

  function engine(): Engine {
    return testEngine({ store, now: () => now });
  }

  async function joins(to: Engine, partition: number, listener: string): Promise<void> {
    const offset = offsets[partition] ?? 0;
    offsets[partition] = offset + 1;
    const value = Buffer.from(JSON.stringify({ broadcast: 'demo', type: 'join', ts: now, listener }));
    const records = [{ offset, value, timestampMs: null }];
    await to.batch({ partition, records, nextOffset: offset + 1, endOffset: offset + 1 });
    await to.checkpoint();
  }

  beforeEach(async () => {
    now = START;
    offsets.fill(0);
    store = new MemoryStore();
    ours = engine();
    theirs = engine();
    await ours.start(0);
    await theirs.start(1);
    await joins(theirs, 1, 'bob');
  });

  async function standing(): Promise<{ watermark: number; catchingUp: boolean }> {
    await ours.checkpoint();
    const { watermark, catchingUp } = ours.standing('demo', now);
    return { watermark: watermark - START, catchingUp };
  }

  it('it waits for what one of them has not read, and says that it is catching up', async () => {
    now += 20_000;
    await joins(ours, 0, 'ann');
    ours.heard(
      new Map([
        [0, 1],
        [1, 5],
      ]),
    );
    expect(await standing()).toEqual({ watermark: -5_000, catchingUp: true });
  });

  it('it waits until it has heard where the log ends', async () => {
    now += 20_000;
    await joins(ours, 0, 'ann');
    expect(await standing()).toEqual({ watermark: -5_000, catchingUp: true });
  });

  it('it does not wait for a partition that nothing waits in', async () => {
    now += 20_000;
    await joins(ours, 0, 'ann');
    ours.heard(
      new Map([
        [0, 1],
        [1, 1],
      ]),
    );
    expect(await standing()).toEqual({ watermark: 15_000, catchingUp: false });
  });

  it('it goes on once the partition has been read, also past what is no record', async () => {
    now += 20_000;
    await joins(ours, 0, 'ann');
    ours.heard(new Map([[1, 3]]));
    expect((await standing()).catchingUp).toBe(true);
    theirs.caughtUp(1, 3);
    await theirs.checkpoint();
    expect(await standing()).toEqual({ watermark: 15_000, catchingUp: false });
    expect((await store.load('test', 1))?.nextOffset).toBe(3);
  });

  it('over for long it goes from the partitions of all, once it is stored that it is over, and is not stored any more', async () => {
    const ends = new Map([
      [0, 0],
      [1, 1],
    ]);
    const lane = async (): Promise<string> => (await store.load('test', 1))?.lane ?? '';
    /** an hour, and after it so many checkpoints that all is settled */
    const pass = async (engines: readonly Engine[]): Promise<number> => {
      now += 3_600_000;
      for (let times = 0; times < 5; times++) {
        for (const one of engines) {
          one.heard(ends);
          await one.checkpoint();
        }
      }
      return store.watermarks.get('demo') ?? Number.NaN;
    };
    ours.caughtUp(0);
    theirs.caughtUp(1);
    // nobody says yet where the broadcast stands
    await pass([theirs]);
    expect(await lane()).toContain('demo');
    expect(await pass([ours, theirs])).toBeGreaterThan(START + 3_600_000);
    expect(await lane()).not.toContain('demo');
    expect([...theirs.broadcasts()]).toEqual([]);
    await ours.checkpoint();
    const stands = store.watermarks.get('demo');
    expect(await pass([ours, theirs])).toBe(stands);
  });

  it('a partition far ahead of those of others waits for them', async () => {
    now += 90_000;
    await joins(ours, 0, 'ann');
    ours.heard(new Map([[1, 1]]));
    await standing();
    expect([...ours.held()]).toEqual([]);
    ours.heard(new Map([[1, 5]]));
    await standing();
    expect([...ours.held()]).toEqual([0]);
  });
});
