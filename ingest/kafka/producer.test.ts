import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, describe, expect, it } from 'vitest';
import { openBroker } from '../../e2e/broker.ts';
import type { DeadLetter } from '../engine.ts';
import { deadLetterTopic } from './dead-letter.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { probeKafka } from './probe.ts';
import { openProducer, requests } from './producer.ts';
import { recordingSink } from './recording-sink.ts';
import { kafkaSource } from './source.ts';
import { ensureTopic } from './topic.ts';

const opened = await openBroker();
const broker = 'skipped' in opened ? null : opened;

const TEST_MS = 30_000;

function newSettings(brokers = broker?.brokers ?? ''): KafkaSettings {
  const topic = `t-${randomUUID()}`;
  return { brokers: [brokers], topic, dlqTopic: `${topic}.rejected`, group: `g-${topic}`, ssl: null, sasl: null };
}

/** Everything a topic holds, by partition, as the source gives it. */
async function readAll(settings: KafkaSettings, topic = settings.topic) {
  const sink = recordingSink();
  await kafkaSource({ ...settings, topic }, () => {}, { mode: 'replay' }).run(sink, new AbortController().signal);
  return sink;
}

/** The messages of a topic as kafkajs gives them, with headers and keys. */
async function messagesOf(topic: string, count: number) {
  const kafka = new Kafka({ brokers: [broker?.brokers ?? ''], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `g-${randomUUID()}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const messages: { key: string | null; value: Buffer | null; headers: Record<string, string> }[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
        messages.push({
          key: message.key?.toString() ?? null,
          value: message.value,
          headers: Object.fromEntries(headers),
        });
        if (messages.length === count) resolve();
      },
    });
  });
  await consumer.disconnect();
  return messages;
}

function letter(settings: KafkaSettings, offset: number, fields: Partial<DeadLetter> = {}): DeadLetter {
  const bytes = Buffer.from([0xff, 0x00, offset]);
  return {
    source: `kafka:${settings.topic}`,
    partition: 3,
    offset,
    reason: 'json',
    detail: 'no JSON object',
    bytes,
    ...fields,
  };
}

afterAll(() => broker?.stop());

describe.runIf(broker !== null)('a topic', { timeout: TEST_MS }, () => {
  it('is created where it is missing and left alone where it is there', async () => {
    const settings = newSettings();
    expect(await ensureTopic(settings, 12)).toEqual({ created: true, partitions: 12 });
    expect(await ensureTopic(settings, 3)).toEqual({ created: false, partitions: 12 });
  });

  it('gets records in order, all of one key in one partition', async () => {
    const settings = newSettings();
    await ensureTopic(settings, 4);
    const producer = await openProducer(settings);
    const records = Array.from({ length: 400 }, (_, index) => ({
      key: `k${index % 20}`,
      value: `k${index % 20} ${index}`,
    }));
    await producer.send(records);
    await producer.send([{ key: null, value: 'no key', timestampMs: 1_684_965_600_000 }]);
    await producer.close();
    const sink = await readAll(settings);
    const homes = new Map<string, Set<number>>();
    const seen = [0, 1, 2, 3].flatMap((partition) => {
      const values = sink.values(partition).filter((value) => value !== 'no key');
      for (const value of values) {
        const key = value.split(' ')[0] ?? '';
        homes.set(key, (homes.get(key) ?? new Set()).add(partition));
      }
      const order = values.map((value) => Number(value.split(' ')[1]));
      expect(order).toEqual(order.toSorted((a, b) => a - b));
      return values;
    });
    expect(seen.toSorted()).toEqual(records.map(({ value }) => value).toSorted());
    expect([...homes.values()].every((partitions) => partitions.size === 1)).toBe(true);
    expect(homes.size).toBe(20);
    const keyless = [...sink.taken.values()].flat().find(({ value }) => value.toString() === 'no key');
    expect(keyless?.timestampMs).toBe(1_684_965_600_000);
  });

  it('takes more at once than fits one request', async () => {
    const settings = newSettings();
    await ensureTopic(settings, 1);
    const producer = await openProducer(settings);
    await producer.send(
      Array.from({ length: 300 }, (_, index) => ({ key: 'k', value: `${index} `.padEnd(10_000, 'x') })),
    );
    await producer.close();
    const order = (await readAll(settings)).values(0).map((value) => Number.parseInt(value, 10));
    expect(order).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });

  it('is missed by a producer in one sentence', async () => {
    const producer = await openProducer(newSettings());
    await expect(producer.send([{ key: 'a', value: 'b' }])).rejects.toThrow(/^Topic t-.* does not exist .*: create it/);
    await producer.close();
  });
});

describe.runIf(broker !== null)('the topic of rejected records', { timeout: TEST_MS }, () => {
  it('keeps their bytes with where they were and why they were rejected', async () => {
    const settings = newSettings();
    const letters = deadLetterTopic(settings, () => {});
    await Promise.all([1, 2, 3].map((offset) => letters.send(letter(settings, offset))));
    await letters.send(letter(settings, 4, { reason: 'clock', detail: 'ts is in the future' }));
    await letters.close();
    const messages = await messagesOf(settings.dlqTopic, 4);
    expect(messages.map(({ value }) => value)).toEqual([1, 2, 3, 4].map((offset) => Buffer.from([0xff, 0x00, offset])));
    expect(messages[3]?.headers).toEqual({
      topic: settings.topic,
      partition: '3',
      offset: '4',
      reason: 'clock',
      detail: 'ts is in the future',
    });
  });

  it('keeps the beginning of what is too large to be kept', async () => {
    const settings = newSettings();
    const letters = deadLetterTopic(settings, () => {});
    await letters.send(letter(settings, 1, { reason: 'size', bytes: Buffer.alloc(2 << 20, 'x') }));
    await letters.close();
    const [message] = await messagesOf(settings.dlqTopic, 1);
    expect(message?.value?.length).toBe(256 << 10);
    expect(message?.headers).toMatchObject({ offset: '1', truncatedFrom: String(2 << 20) });
  });
});

it('waits for a broker that is away, and rejects once it is closed', { timeout: TEST_MS }, async () => {
  let said: (sentence: string) => void = () => {};
  const sentence = new Promise<string>((resolve) => {
    said = resolve;
  });
  const settings = newSettings('127.0.0.1:1');
  const letters = deadLetterTopic(settings, said);
  const kept = letters.send(letter(settings, 1)).catch((error: Error) => error.message);
  expect(await sentence).toMatch(/^A rejected record cannot be kept: Kafka at 127\.0\.0\.1:1 does not answer/);
  await letters.close();
  expect(await kept).toMatch(/^A rejected record cannot be kept/);
});

describe.runIf(broker !== null)('a look at Kafka', { timeout: TEST_MS }, () => {
  async function topicWith(events: { key: string | null; listener: string }[], partitions = 2): Promise<KafkaSettings> {
    const settings = newSettings();
    await ensureTopic(settings, partitions);
    const producer = await openProducer(settings);
    await producer.send(
      events.map(({ key, listener }) => ({
        key,
        value: JSON.stringify({ type: 'join', ts: 1, broadcast: 'b', listener }),
      })),
    );
    await producer.close();
    return settings;
  }

  const people = Array.from({ length: 200 }, (_, index) => `l${index}`);

  it('finds a topic that is keyed by listener id', async () => {
    const settings = await topicWith(people.map((listener) => ({ key: listener, listener })));
    const findings = await probeKafka(settings, 10_000);
    expect(findings.map(({ level }) => level)).toEqual(['ok', 'ok']);
    expect(findings[0]?.sentence).toContain('with 2 partitions and 200 records.');
    expect(findings[1]?.sentence).toContain('is keyed by listener id (200 records sampled)');
  });

  it('finds one that is not', async () => {
    const settings = await topicWith([...people, ...people].map((listener, index) => ({ key: `${index}`, listener })));
    const [, found] = await probeKafka(settings, 10_000);
    expect(found).toMatchObject({ level: 'problem', sentence: expect.stringContaining('is not keyed by listener id') });
  });

  it('finds an empty topic of one partition', async () => {
    const findings = await probeKafka(await topicWith([], 1), 10_000);
    expect(findings.map(({ level }) => level)).toEqual(['warning', 'warning']);
  });

  it('finds that the topic is missing', async () => {
    const [found] = await probeKafka(newSettings(), 10_000);
    expect(found).toMatchObject({ level: 'problem', sentence: expect.stringContaining('does not exist') });
  });
});

it('finds that nobody answers', { timeout: TEST_MS }, async () => {
  const [found] = await probeKafka(newSettings('127.0.0.1:1'), 10_000);
  expect(found?.level).toBe('problem');
  expect(found?.sentence).toContain('does not answer (ECONNREFUSED): check KAFKA_BROKERS');
});

it('fills requests up to the limit, in order', () => {
  const record = (value: string) => ({ key: null, value });
  const lots = [...requests([record('a'), record('b'), record('x'.repeat(500)), record('c')], 200)];
  expect(lots.map((lot) => lot.map(({ value }) => String(value).slice(0, 1)))).toEqual([['a', 'b'], ['x'], ['c']]);
});
