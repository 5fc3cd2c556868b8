/** A producer as a platform has one: events into a topic, keyed by listener. */
import { Kafka, logLevel } from 'kafkajs';

export interface TopicWriter {
  /** resolves once the broker has them. `keyed: false` sends them without a key */
  send(lines: readonly string[], options?: { keyed?: boolean }): Promise<void>;
  close(): Promise<void>;
}

const LOT = 5_000;

export async function topicWriter(brokers: string, topic: string): Promise<TopicWriter> {
  const kafka = new Kafka({
    brokers: brokers.split(','),
    clientId: 'headcount-e2e',
    logLevel: logLevel.NOTHING,
    // a broker that restarts is waited for
    retry: { retries: 60, initialRetryTime: 100, maxRetryTime: 1_000 },
  });
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  return {
    async send(lines, { keyed = true } = {}) {
      for (let at = 0; at < lines.length; at += LOT) {
        const messages = lines.slice(at, at + LOT).map((value) => ({ key: keyed ? keyOf(value) : null, value }));
        await producer.send({ topic, acks: -1, messages });
      }
    },
    close: () => producer.disconnect(),
  };
}

function keyOf(line: string): string {
  const event: { listener?: string; broadcast: string } = JSON.parse(line);
  return event.listener ?? event.broadcast;
}
