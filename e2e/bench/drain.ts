/**
 * Draining a real topic, each way in a process of its own and on the same records: kafkajs alone, kafkajs with JSON.parse,
 * and ingest with everything on. The rate is from the first record to the last, so joining the group is not in it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { type Consumer, Kafka, logLevel } from 'kafkajs';
import { openConsumer } from '../../ingest/kafka/consumer.ts';
import { openLive } from '../../ingest/live.ts';
import { readSettings } from '../../ingest/settings.ts';
import { openBroker } from '../broker.ts';
import { eachLine, heartbeats, joins, type Made, START } from './lines.ts';

export const TOPIC = 'drain';
export const PARTITIONS = 12;
const HEARTBEAT_MS = 30_000;
const AT_ONCE = 5_000;

export interface Drained {
  records: number;
  seconds: number;
  /** of this process, µs a record */
  processorUs: number;
}

/** A broker with `records` records of `listeners` who join within a minute and are heard of every 30 s. */
export async function filledTopic(
  records: number,
  listeners: number,
): Promise<{ brokers: string; records: number; stop: () => Promise<void> } | { skipped: string }> {
  const broker = await openBroker({ own: true });
  if ('skipped' in broker) return broker;
  await broker.topic(TOPIC, PARTITIONS);
  const producer = clientOf(broker.brokers).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const send = async (made: Made): Promise<void> => {
    let messages: { key: string; value: Buffer }[] = [];
    const sends: Promise<unknown>[] = [];
    const flush = (): void => {
      sends.push(producer.send({ topic: TOPIC, messages, acks: 1 }));
      messages = [];
    };
    eachLine(made, (bytes, start, end) => {
      const value = bytes.subarray(start, end);
      const at = value.indexOf('"listener":"') + 12;
      messages.push({ key: value.toString('latin1', at, value.indexOf('"', at)), value });
      if (messages.length === AT_ONCE) flush();
    });
    if (messages.length > 0) flush();
    await Promise.all(sends);
  };
  await send(joins(0, listeners, START, Math.max(1, Math.ceil(listeners / 60_000)), HEARTBEAT_MS));
  let sent = listeners;
  for (let round = 1; sent < records; round++) {
    await send(heartbeats(0, listeners, START + round * HEARTBEAT_MS, HEARTBEAT_MS, round));
    sent += listeners;
  }
  await producer.disconnect();
  return { brokers: broker.brokers, records: sent, stop: () => broker.stop() };
}

function clientOf(brokers: string): Kafka {
  return new Kafka({ clientId: 'bench', brokers: [brokers], logLevel: logLevel.NOTHING });
}

/** kafkajs alone, or with each value given to `read`. */
export async function drainedByKafkajs(
  brokers: string,
  records: number,
  read: ((value: Buffer) => unknown) | null,
): Promise<Drained> {
  const consumer: Consumer = openConsumer(clientOf(brokers), `bench-${process.pid}`, PARTITIONS);
  await consumer.connect();
  await consumer.subscribe({ topics: [TOPIC], fromBeginning: true });
  const clock = new Clock();
  // what the first fetch brings is decoded before the first batch is handed out
  consumer.on(consumer.events.FETCH_START, () => clock.begin());
  let taken = 0;
  let kept: unknown;
  await new Promise<void>((done, fail) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error));
    consumer
      .run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: async ({ batch, resolveOffset }) => {
          for (const { value } of batch.messages) if (read !== null && value !== null) kept = read(value);
          taken += batch.messages.length;
          resolveOffset(batch.lastOffset());
          if (taken >= records) done();
        },
      })
      .catch(fail);
  });
  const drained = clock.end(taken);
  if (kept === 0) throw new Error('A value was expected to be read.');
  await consumer.disconnect();
  return drained;
}

/** Ingest as `headcount ingest` runs it, into SQLite, until all is stored. `look` sees the store then, ingest still running. */
export async function drainedByIngest(
  brokers: string,
  records: number,
  look: (store: string) => void = () => {},
): Promise<Drained> {
  const folder = mkdtempSync(join(tmpdir(), 'headcount-bench-'));
  const store = join(folder, 'bench.db');
  const read = readSettings({
    KAFKA_BROKERS: brokers,
    KAFKA_TOPIC: TOPIC,
    HEADCOUNT_STORE: `sqlite:${store}`,
    HEADCOUNT_METRICS_PORT: '0',
  });
  if (!read.ok) throw new Error(`Settings were expected to hold: ${JSON.stringify(read)}`);
  const live = await openLive(read.settings, (sentence) => process.stderr.write(`${sentence}\n`));
  const clock = new Clock();
  clock.begin();
  try {
    for (;;) {
      const { taken, lag } = await progress(live.port);
      if (taken === 0) clock.restart();
      if (taken >= records && lag === 0) break;
      await after(10);
    }
    const drained = clock.end(records);
    look(store);
    return drained;
  } finally {
    await live.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function progress(port: number): Promise<{ taken: number; lag: number }> {
  const url = `http://127.0.0.1:${port}/metrics`;
  // a connection kept open may have been closed while this process was busy
  const answer = await fetch(url).catch(() => fetch(url));
  const text = await answer.text();
  const sum = (name: string): number => {
    let total = 0;
    for (const [, value] of text.matchAll(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'gm'))) total += Number(value);
    return total;
  };
  return { taken: sum('ingest_records_total'), lag: sum('ingest_lag_records') };
}

/** From the first record on. */
class Clock {
  #startedAt = Number.NaN;
  #cpu = process.cpuUsage();

  begin(): void {
    if (Number.isNaN(this.#startedAt)) this.restart();
  }

  restart(): void {
    this.#startedAt = performance.now();
    this.#cpu = process.cpuUsage();
  }

  end(records: number): Drained {
    const { user, system } = process.cpuUsage(this.#cpu);
    return {
      records,
      seconds: (performance.now() - this.#startedAt) / 1000,
      processorUs: (user + system) / records,
    };
  }
}
