import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testEngine } from './test-engine.ts';
import { whoWaits } from './who-waits.ts';

const START = Date.UTC(2026, 0, 1, 20);

describe('who waits', () => {
  it('is whoever waits for one that goes on, be it by way of others', () => {
    const waitsFor = new Map([
      [1, new Set([2])],
      [2, new Set([3])],
    ]);
    expect([...whoWaits(waitsFor, () => 0)]).toEqual([1, 2]);
  });

  it('is not the hindmost of a circle', () => {
    const waitsFor = new Map([
      [0, new Set([1])],
      [1, new Set([0])],
    ]);
    expect([...whoWaits(waitsFor, (partition) => [80, 90][partition] ?? 0)]).toEqual([1]);
  });

  it('never waits for ever, and none goes on that waits for one outside of every circle', () => {
    const partition = fc.integer({ min: 0, max: 7 });
    const graph = fc.array(fc.tuple(partition, fc.uniqueArray(partition, { minLength: 1 })), { maxLength: 8 });
    fc.assert(
      fc.property(graph, fc.array(fc.nat(3), { minLength: 8, maxLength: 8 }), (edges, read) => {
        const waitsFor = new Map(edges.map(([each, others]) => [each, new Set(others)]));
        const waiting = whoWaits(waitsFor, (each) => read[each] ?? 0);
        const reaches = (from: number, seen: Set<number>): boolean =>
          !waiting.has(from) ||
          [...(waitsFor.get(from) ?? [])].some((to) => !seen.has(to) && reaches(to, new Set([...seen, from])));
        for (const each of waiting) expect(reaches(each, new Set())).toBe(true);
        for (const [each, others] of waitsFor) {
          if ([...others].some((other) => !waitsFor.has(other))) expect(waiting.has(each)).toBe(true);
        }
      }),
    );
  });
});

describe('partitions far ahead of the others', () => {
  it('wait, and not each for the other where each is ahead in a broadcast of its own', async () => {
    let now = START + 3_600_000;
    const engine = testEngine({ now: () => now });
    const offsets = [0, 0, 0];
    /** Somebody joins so many seconds after the start. */
    const joins = async (partition: number, broadcast: string, seconds: number, waiting = 9): Promise<void> => {
      const offset = offsets[partition] ?? 0;
      offsets[partition] = offset + 1;
      const event = { broadcast, type: 'join', ts: START + seconds * 1000, listener: `u${partition}` };
      const records = [{ offset, value: Buffer.from(JSON.stringify(event)), timestampMs: null }];
      await engine.batch({ partition, records, nextOffset: offset + 1, endOffset: offset + 1 + waiting });
    };
    for (const partition of offsets.keys()) await engine.start(partition);
    // one that is idle is waited for by nobody
    await joins(2, 'two', 0, 0);
    now += 6_000;
    await joins(0, 'one', 0);
    await joins(1, 'one', 90);
    expect([...engine.held()]).toEqual([1]);
    await joins(1, 'two', 0);
    await joins(0, 'two', 80);
    expect([...engine.held()]).toEqual([1]);
  });
});
