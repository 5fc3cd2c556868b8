import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Broker, openBroker } from '../../e2e/broker.ts';
import type { Source } from '../source.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { openProducer } from './producer.ts';
import { type RecordingSink, type RecordingSinkOptions, recordingSink } from './recording-sink.ts';
import { kafkaSource, type RestartReason } from './source.ts';
import { whenServed } from './topic.ts';

const opened = await openBroker({ own: true });
const broker: Broker | null = 'skipped' in opened ? null : opened;

const TEST_MS = 240_000;

/** what of kafkajs fetches: a test can make it fall silent only from within */
const Runner: { prototype: { fetch(): Promise<void> } } = createRequire(import.meta.url)('kafkajs/src/consumer/runner');

function settings(topic: string, brokers = broker?.brokers ?? ''): KafkaSettings {
  return { brokers: [brokers], topic, dlqTopic: `${topic}.rejected`, group: `g-${topic}`, ssl: null, sasl: null };
}

/** A client for what only a test does. */
function kafka(): Kafka {
  return new Kafka({ brokers: [broker?.brokers ?? ''], logLevel: logLevel.NOTHING, retry: { retries: 10 } });
}

async function newTopic(partitions: number, config?: Record<string, string>): Promise<KafkaSettings> {
  const topic = `t-${randomUUID()}`;
  await broker?.topic(topic, partitions, config);
  return settings(topic);
}

async function send(to: KafkaSettings, values: readonly string[], key = (value: string) => value): Promise<void> {
  // where some partitions answer and others do not yet, a producer sends everything again
  await whenServed(kafka(), to.topic);
  const producer = await openProducer(to);
  await producer.send(values.map((value) => ({ key: key(value), value })));
  await producer.close();
}

function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `r${from + index}`);
}

/** A source that runs until the test is over, or until `stop`. */
function running(
  of: KafkaSettings,
  options: RecordingSinkOptions & { mode?: 'live' | 'replay'; stallMs?: number } = {},
) {
  const sink = recordingSink(options);
  const said: string[] = [];
  const restarts: RestartReason[] = [];
  let heard: (() => void)[] = [];
  const log = (sentence: string) => {
    said.push(sentence);
    for (const wake of heard) wake();
  };
  const source: Source = kafkaSource(of, log, {
    onRestart: (reason) => void restarts.push(reason),
    mode: options.mode ?? 'live',
    ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
  });
  const aborting = new AbortController();
  const run = source.run(sink, aborting.signal);
  run.then(
    () => sink.over(new Error('The source ended before what was waited for.')),
    (error: unknown) => sink.over(error),
  );
  const stop = async () => {
    aborting.abort();
    await run;
  };
  onTestFinished(() => stop().catch(() => {}));
  /** resolves with the first sentence that has `words` */
  async function says(words: string): Promise<string> {
    for (;;) {
      const sentence = said.find((candidate) => candidate.includes(words));
      if (sentence !== undefined) return sentence;
      await new Promise<void>((resolve) => {
        heard = [...heard, resolve];
      });
    }
  }
  return { sink, source, said, says, restarts, run, stop };
}

function offsetsOf(sink: RecordingSink, partition: number): number[] {
  return (sink.taken.get(partition) ?? []).map(({ offset }) => offset);
}

describe.runIf(broker !== null)('a Kafka topic as a source', { timeout: TEST_MS }, () => {
  afterAll(() => broker?.stop());

  describe('with records in it', () => {
    let topic: KafkaSettings;
    beforeAll(async () => {
      topic = await newTopic(3);
      await send(topic, numbered(3000));
    }, TEST_MS);

    it('gives every record once, in order, partition by partition, and says where they end', async () => {
      const before = Date.now();
      const { sink, source } = running(topic);
      await sink.until(() => sink.total() >= 3000);
      const values = [0, 1, 2].flatMap((partition) => sink.values(partition));
      expect(values.toSorted()).toEqual(numbered(3000).toSorted());
      for (const partition of [0, 1, 2]) {
        const offsets = offsetsOf(sink, partition);
        expect(offsets).toEqual(offsets.map((_, index) => index));
        const sent = sink.values(partition).map((value) => Number(value.slice(1)));
        expect(sent).toEqual(sent.toSorted((a, b) => a - b));
        const last = sink.batches.filter((batch) => batch.partition === partition).at(-1);
        expect(last).toMatchObject({ nextOffset: offsets.length, endOffset: offsets.length });
      }
      const timestamp = sink.taken.get(0)?.[0]?.timestampMs ?? 0;
      expect(Math.abs(timestamp - before)).toBeLessThan(TEST_MS * 10);
      expect(sink.assignments).toEqual([[0, 1, 2]]);
      expect(source.trouble()).toBeNull();
      expect(source.name).toBe(`kafka:${topic.topic}`);
    });

    it('begins where the sink says, not where the group was', async () => {
      const first = running(topic);
      await first.sink.until(() => first.sink.total() >= 3000);
      await first.stop();
      const starts = new Map([
        [0, 5],
        [1, 900],
      ]);
      const { sink } = running(topic, { starts });
      const sizes = [0, 1, 2].map((partition) => first.sink.values(partition).length);
      const expected = (sizes[0] ?? 0) - 5 + Math.max(0, (sizes[1] ?? 0) - 900) + (sizes[2] ?? 0);
      await sink.until(() => sink.total() >= expected);
      expect(sink.values(0)).toEqual(first.sink.values(0).slice(5));
      expect(sink.values(1)).toEqual(first.sink.values(1).slice(900));
      expect(sink.values(2)).toEqual(first.sink.values(2));
    });

    it('replays to the end it found at the start, whatever comes later, and ends', async () => {
      let later: Promise<void> | null = null;
      const onBatch = async () => {
        later ??= send(topic, ['late-a', 'late-b', 'late-c', 'late-d']);
        await later;
      };
      const { sink, run } = running(topic, { mode: 'replay', onBatch });
      await run;
      expect(sink.total()).toBe(3000);
    });

    it('stops within two seconds', async () => {
      const { sink, stop } = running(topic);
      await sink.until(() => sink.total() >= 3000);
      const asked = performance.now();
      await stop();
      expect(performance.now() - asked).toBeLessThan(2000);
    });

    it('ends with the error of a sink that fails', async () => {
      const onBatch = () => {
        throw new Error('The disk is full.');
      };
      const { run } = running(topic, { onBatch });
      await expect(run).rejects.toThrow('The disk is full.');
    });
  });

  it('gives what is sent while it reads, and says when nothing waits', async () => {
    const topic = await newTopic(2);
    const { sink } = running(topic);
    await sink.until(() => sink.caught.get(0) === 0 && sink.caught.get(1) === 0);
    await send(topic, numbered(10), () => 'one key');
    await sink.until(() => sink.total() === 10 && [...sink.caught.values()].includes(10));
    expect([sink.values(0), sink.values(1)]).toContainEqual(numbered(10));
  });

  it('hands partitions over inside a group without losing or repeating a record', async () => {
    const topic = await newTopic(4);
    await send(topic, numbered(500));
    const store: NonNullable<RecordingSinkOptions['store']> = { next: new Map(), values: [] };
    const first = running(topic, { store });
    await first.sink.until(() => store.values.length === 500);
    const second = running(topic, { store });
    await second.sink.until(() => second.sink.assignments.some((partitions) => partitions.length === 2));
    await send(topic, numbered(500, 500));
    await Promise.all([
      first.sink.until(() => first.sink.assignments.some((partitions) => partitions.length === 2)),
      second.sink.until(() => second.sink.total() > 0),
    ]);
    await second.stop();
    await first.sink.until(() => first.sink.assignments.at(-1)?.length === 4);
    await send(topic, numbered(500, 1000));
    await first.sink.until(() => store.values.length >= 1500);
    expect(store.values.toSorted()).toEqual(numbered(1500).toSorted());
  });

  it('leaves unread what the sink holds back, until it no longer does', async () => {
    const topic = await newTopic(2);
    await send(topic, numbered(200));
    const held = new Set([0]);
    const { sink } = running(topic, { held: () => held });
    await sink.until(() => sink.values(1).length > 0);
    await send(topic, numbered(200, 200));
    await sink.until(() => sink.caught.has(1) && sink.values(1).length > 150);
    const before = sink.values(0).length;
    held.clear();
    await sink.until(() => sink.total() === 400);
    expect(before).toBeLessThan(sink.values(0).length);
  });

  it('steps over what a transaction took back and over its marks', async () => {
    const topic = await newTopic(1);
    const producer = kafka().producer({ transactionalId: randomUUID(), maxInFlightRequests: 1, idempotent: true });
    await producer.connect();
    const write = async (values: string[], keep: boolean) => {
      const transaction = await producer.transaction();
      await transaction.send({ topic: topic.topic, messages: values.map((value) => ({ value })) });
      await (keep ? transaction.commit() : transaction.abort());
    };
    await write(['a', 'b'], true);
    await write(['never'], false);
    await write(['nor this'], false);
    const { sink } = running(topic);
    await sink.until(() => sink.caught.get(0) === 7);
    await write(['c'], true);
    await sink.until(() => sink.caught.get(0) === 9);
    await producer.disconnect();
    expect(sink.values(0)).toEqual(['a', 'b', 'c']);
  });

  describe('when records are gone', () => {
    async function shortened(low: number): Promise<KafkaSettings> {
      const topic = await newTopic(1);
      await send(topic, numbered(100));
      await deleteBefore(topic, low);
      return topic;
    }

    async function deleteBefore(topic: KafkaSettings, low: number): Promise<void> {
      const admin = kafka().admin();
      await admin.connect();
      // kafkajs deletes only in topics that it has met
      await admin.fetchTopicOffsets(topic.topic);
      await admin.deleteTopicRecords({ topic: topic.topic, partitions: [{ partition: 0, offset: String(low) }] });
      await admin.disconnect();
    }

    it('begins with the first record there is where nothing was read before', async () => {
      const { sink } = running(await shortened(30));
      await sink.until(() => sink.total() === 70);
      expect(offsetsOf(sink, 0)[0]).toBe(30);
    });

    it('ends with how many were lost where they were to be read next', async () => {
      const { run, sink } = running(await shortened(30), { starts: new Map([[0, 10]]) });
      await expect(run).rejects.toThrow(/partition 0.*offset 10.*nothing before 30.*20 records were deleted.*Raise/);
      expect(sink.total()).toBe(0);
    });

    it('ends with how many were lost while it fell behind', async () => {
      const topic = await newTopic(1);
      await send(topic, numbered(50));
      const held = new Set<number>();
      const { run, sink } = running(topic, { held: () => held, onBatch: () => void held.add(0) });
      await sink.until(() => sink.total() === 50);
      await send(topic, numbered(50, 50));
      await deleteBefore(topic, 80);
      held.clear();
      await expect(run).rejects.toThrow('30 records were deleted before being read');
      expect(sink.total()).toBe(50);
    });

    it('ends where the topic is shorter than what was read of it', async () => {
      const { run } = running(await shortened(0), { starts: new Map([[0, 1000]]) });
      await expect(run).rejects.toThrow(/ends at 100, so 900 records that were read are no longer in it/);
    });
  });

  it('names a compression it cannot read', async () => {
    const topic = await newTopic(1, { 'compression.type': 'lz4' });
    await send(topic, numbered(100));
    await expect(running(topic).run).rejects.toThrow(/compressed with lz4.*use gzip or none/);
  });

  it('waits for a topic that is missing, says so, and reads it once it is there', async () => {
    const missing = settings(`t-${randomUUID()}`);
    const { sink, source, says } = running(missing);
    const sentence = await says('does not exist');
    expect(sentence).toContain(`Topic ${missing.topic} does not exist on ${broker?.brokers}; trying again every 5 s`);
    expect(source.trouble()).toBe(sentence);
    await broker?.topic(missing.topic, 1);
    await send(missing, ['first']);
    await sink.until(() => sink.total() === 1);
    await says('is being read again');
    expect(source.trouble()).toBeNull();
  });

  it('is begun anew when its consumer falls silent, and goes on where it was', async () => {
    const topic = await newTopic(1);
    await send(topic, numbered(10));
    const { sink, says, restarts } = running(topic, { stallMs: 1_500 });
    await sink.until(() => sink.total() === 10);
    // as a consumer of kafkajs may: it waits for a fetch that never comes back
    const silent = vi.spyOn(Runner.prototype, 'fetch').mockImplementation(() => new Promise(() => {}));
    expect(await says('fell silent')).toContain('is begun anew; trying again every 5 s');
    silent.mockRestore();
    await send(topic, numbered(10, 10));
    await sink.until(() => sink.total() === 20);
    await says('is being read again');
    expect(sink.values(0)).toEqual(numbered(20));
    expect(restarts).toEqual(['stalled']);
  });

  it('outlives the broker, and goes on where it was', async () => {
    const topic = await newTopic(2);
    await send(topic, numbered(100));
    const { sink, source, says, restarts } = running(topic);
    await sink.until(() => sink.total() === 100);
    await broker?.kill();
    expect(await says('does not answer')).toMatch(
      /^Kafka at 127\.0\.0\.1:\d+ does not answer \(.+\); trying again every 5 s: check KAFKA_BROKERS/,
    );
    expect(source.trouble()).toContain('does not answer');
    await broker?.restart();
    await send(topic, numbered(100, 100));
    await sink.until(() => sink.total() === 200);
    expect([...sink.values(0), ...sink.values(1)].toSorted()).toEqual(numbered(200).toSorted());
    await says('is being read again');
    expect(source.trouble()).toBeNull();
    expect(restarts).toEqual(['unreachable']);
  });
});

it('keeps trying where no broker is, says so, and stops when asked', { timeout: TEST_MS }, async () => {
  // nothing listens on the port that means "none"
  const { says, stop, run } = running(settings('broadcast-events', '127.0.0.1:1'));
  expect(await says('ECONNREFUSED')).toBe(
    'Kafka at 127.0.0.1:1 does not answer (ECONNREFUSED); trying again every 5 s: check KAFKA_BROKERS and that the broker runs.',
  );
  await stop();
  await expect(run).resolves.toBeUndefined();
});
