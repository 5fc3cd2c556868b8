import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, openBroker } from '../../e2e/broker.ts';
import type { Packed } from '../source.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { openProducer } from './producer.ts';
import { recordingSink } from './recording-sink.ts';
import { threadedKafkaSource } from './threaded-source.ts';

const opened = await openBroker({ own: true });
const broker: Broker | null = 'skipped' in opened ? null : opened;
const TEST_MS = 90_000;
const RECORDS = 3_000;

function valuesOf({ bytes, ends }: Packed): string[] {
  return [...ends].map((end, i) => bytes.toString('latin1', ends[i - 1] ?? 0, end));
}

describe.runIf(broker !== null)('a topic fetched in a thread of its own', { timeout: TEST_MS }, () => {
  const topic = `t-${randomUUID()}`;
  const settings: KafkaSettings = {
    brokers: [broker?.brokers ?? ''],
    topic,
    dlqTopic: `${topic}.rejected`,
    group: `g-${topic}`,
    ssl: null,
    sasl: null,
  };

  beforeAll(async () => {
    await broker?.topic(topic, 3);
    const producer = await openProducer(settings);
    const values = Array.from({ length: RECORDS }, (_, i) => `r${i}`);
    await producer.send(values.map((value) => ({ key: value, value })));
    await producer.close();
  }, TEST_MS);
  afterAll(() => broker?.stop());

  it('gives every record once, in order, with its offset, and ends where the topic did', async () => {
    const taken = new Map<number, { offset: number; value: string }[]>();
    const sink = recordingSink({
      onBatch: ({ partition, records, packed }) => {
        expect(records).toEqual([]);
        if (packed === undefined) throw new Error('Packed records were expected.');
        const values = valuesOf(packed);
        const list = values.map((value, i) => ({ offset: packed.offsets[i] ?? -1, value }));
        expect([...packed.timestamps].every((at) => Math.abs(at - Date.now()) < TEST_MS)).toBe(true);
        taken.set(partition, [...(taken.get(partition) ?? []), ...list]);
      },
    });
    const source = threadedKafkaSource(settings, () => undefined, { mode: 'replay' });
    await source.run(sink, new AbortController().signal);
    const all = [...taken.values()].flat();
    expect(all.map(({ value }) => value).sort()).toEqual(Array.from({ length: RECORDS }, (_, i) => `r${i}`).sort());
    for (const list of taken.values()) expect(list.map(({ offset }) => offset)).toEqual(list.map((_, i) => i));
    expect(sink.assignments).toEqual([[0, 1, 2]]);
    expect(source.trouble()).toBeNull();
  });

  it('begins where the sink says', async () => {
    const starts = new Map([0, 1, 2].map((partition) => [partition, 10]));
    const first: number[] = [];
    const sink = recordingSink({ starts, onBatch: ({ packed }) => void first.push(packed?.offsets[0] ?? -1) });
    await threadedKafkaSource(settings, () => undefined, { mode: 'replay' }).run(sink, new AbortController().signal);
    expect(first.slice(0, 3)).toEqual([10, 10, 10]);
  });

  it('ends with what the sink failed with', async () => {
    const sink = recordingSink({
      onBatch: () => {
        throw new RangeError('The disk is full.');
      },
    });
    const run = threadedKafkaSource(settings, () => undefined).run(sink, new AbortController().signal);
    await expect(run).rejects.toThrow(RangeError);
  });

  it('ends with a sentence where records are gone', async () => {
    const sink = recordingSink({ starts: new Map([0, 1, 2].map((partition) => [partition, 10 * RECORDS])) });
    const run = threadedKafkaSource(settings, () => undefined).run(sink, new AbortController().signal);
    await expect(run).rejects.toThrow(/records that were read are no longer in it/);
  });

  it('stops when asked', async () => {
    const stopping = new AbortController();
    const sink = recordingSink();
    const run = threadedKafkaSource(settings, () => undefined).run(sink, stopping.signal);
    await sink.until(() => sink.batches.length > 0);
    stopping.abort();
    await run;
  });
});
