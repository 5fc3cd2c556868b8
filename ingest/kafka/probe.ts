/** Looks at Kafka as `doctor` does: is it there, is the topic there, and is it keyed as counting needs it? */
import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { kafkaClient } from './client.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { keying, type SampledRecord } from './keying.ts';
import { removeGroup } from './remove-group.ts';
import { type OffsetRange, topicOffsets } from './topic-offsets.ts';
import { kafkaTrouble, troubleSentence } from './trouble.ts';

export interface Finding {
  level: 'ok' | 'warning' | 'problem';
  /** what was found and, unless it is fine, what to do next */
  sentence: string;
}

/** Newest records looked at in each partition. */
const SAMPLE = 500;

/** Where the looking ends: `at` of `performance.now`, or once `signal` aborts. */
interface Until {
  at: number;
  signal: AbortSignal;
}

const NEVER = new AbortController().signal;

/** How the newest records are keyed; null where that is not known after `timeoutMs`, or soon after `signal` aborts. */
export async function probeKeying(
  settings: KafkaSettings,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Finding | null> {
  const until = { at: performance.now() + timeoutMs, signal };
  const offsets = topicOffsets(kafkaClient(settings), settings.topic);
  try {
    const ranges = await before(until, offsets.read());
    const sample = ranges && (await sampleOf(settings, ranges, until));
    return sample && sample.records.length > 0 ? keying(settings.topic, sample.records) : null;
  } catch {
    // what is wrong with the topic, who reads it says
    return null;
  } finally {
    void offsets.close();
  }
}

/** Ends after about `timeoutMs` with what it knows by then. Changes nothing in Kafka: its group is removed again. */
export async function probeKafka(settings: KafkaSettings, timeoutMs: number): Promise<Finding[]> {
  const until = { at: performance.now() + timeoutMs, signal: NEVER };
  const offsets = topicOffsets(kafkaClient(settings), settings.topic);
  try {
    const ranges = await before(until, offsets.read());
    if (ranges === null)
      return [problem(`${at(settings)} did not answer in ${timeoutMs / 1000} s: check KAFKA_BROKERS.`)];
    const findings = [sizeOf(settings, ranges)];
    const sample = await sampleOf(settings, ranges, until);
    findings.push(sample.trouble ?? keying(settings.topic, sample.records));
    return findings;
  } catch (error) {
    return [problem(troubleSentence(kafkaTrouble(error, settings)))];
  } finally {
    void offsets.close();
  }
}

function problem(sentence: string): Finding {
  return { level: 'problem', sentence };
}

function at(settings: KafkaSettings): string {
  return `Kafka at ${settings.brokers.join(',')}`;
}

function sizeOf(settings: KafkaSettings, ranges: ReadonlyMap<number, OffsetRange>): Finding {
  const records = [...ranges.values()].reduce((sum, { low, high }) => sum + high - low, 0);
  const partitions = `${ranges.size} partition${ranges.size === 1 ? '' : 's'}`;
  const sentence = `${at(settings)} has topic ${settings.topic} with ${partitions} and ${records} records`;
  if (ranges.size > 1) return { level: 'ok', sentence: `${sentence}.` };
  return {
    level: 'warning',
    sentence: `${sentence}: only one process can read it, so give it more partitions before many people listen, e.g. 12.`,
  };
}

/** The newest records of each partition, as many as come in time; `trouble` where they cannot be read at all. */
async function sampleOf(
  settings: KafkaSettings,
  ranges: ReadonlyMap<number, OffsetRange>,
  until: Until,
): Promise<{ records: SampledRecord[]; trouble: Finding | null }> {
  const { topic } = settings;
  const group = `${settings.group}-doctor-${randomUUID()}`;
  const kafka = kafkaClient(settings);
  const consumer = kafka.consumer({
    groupId: group,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 100,
    retry: { restartOnFailure: async () => false },
  });
  const records: SampledRecord[] = [];
  const awaited = new Set([...ranges].filter(([, { low, high }]) => high > low).map(([partition]) => partition));
  let done: () => void = () => {};
  let failed: (error: unknown) => void = () => {};
  const read = new Promise<void>((resolve, reject) => {
    done = resolve;
    failed = reject;
  });
  if (awaited.size === 0) return { records, trouble: null };

  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const partition of awaited) {
      const { low, high } = ranges.get(partition) ?? { low: 0, high: 0 };
      consumer.seek({ topic, partition, offset: String(Math.max(low, high - SAMPLE)) });
    }
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => failed(payload.error));
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const { high } = ranges.get(payload.partition) ?? { high: 0 };
    if (Number(payload.lastOffset) + 1 >= high) awaited.delete(payload.partition);
    if (awaited.size === 0) done();
  });
  const started = consumer
    .connect()
    .then(() => consumer.subscribe({ topics: [topic], fromBeginning: true }))
    .then(() =>
      consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch: { partition, messages } }) => {
          for (const { key, value } of messages) {
            if (value !== null) records.push({ partition, key: key?.toString() ?? null, value });
          }
        },
      }),
    );
  started.catch(failed);
  try {
    const inTime = await before(
      until,
      read.then(() => true),
    );
    if (inTime || records.length > 0) return { records, trouble: null };
    return { records, trouble: problem(`The newest records of topic ${topic} did not come in time: try again.`) };
  } catch (error) {
    const { what, todo } = kafkaTrouble(error, settings);
    return { records, trouble: problem(`The newest records of topic ${topic} could not be read. ${what}: ${todo}.`) };
  } finally {
    await before(
      { at: performance.now() + 2000, signal: NEVER },
      started
        .then(() => consumer.disconnect())
        .catch(() => {})
        .then(() => removeGroup(settings, group)),
    );
  }
}

/** What `work` gives, or null when it is not there in time. */
async function before<T>({ at: end, signal }: Until, work: Promise<T>): Promise<T | null> {
  const tooLate = new AbortController();
  const either = AbortSignal.any([tooLate.signal, signal]);
  const timer = after(Math.max(0, end - performance.now()), null, { signal: either }).catch(() => null);
  try {
    return await Promise.race([work, timer]);
  } finally {
    tooLate.abort();
  }
}
