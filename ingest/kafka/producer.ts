/** Writes events to the topic. */
import { CompressionTypes, type Message, Partitioners } from 'kafkajs';
import { kafkaClient } from './client.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { kafkaTrouble, troubleSentence } from './trouble.ts';

export interface OutgoingRecord {
  /** the listener id; a control event goes by its broadcast id. Null: any partition */
  key: string | null;
  value: string;
  /** the record's own time, epoch ms; default: now */
  timestampMs?: number;
}

export interface EventProducer {
  /**
   * Resolves once every in-sync replica has all of `records`, in their order per key. Rejects with a sentence: then some
   * of them may be there already, and sending all of them again is harmless, as an event counts once.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Bytes of one request: a broker refuses batches above 1 MiB by default, and `RECORD_OVERHEAD` is generous. */
const REQUEST_BYTES = 900 << 10;
const RECORD_OVERHEAD = 70;

/** Rejects with a sentence when Kafka does not answer. Keys find their partitions as in every Kafka client (murmur2). */
export async function openProducer(settings: KafkaSettings): Promise<EventProducer> {
  const producer = kafkaClient(settings, { retries: 8, initialRetryTime: 100, maxRetryTime: 2000 }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  const sentence = (error: unknown) => new Error(troubleSentence(kafkaTrouble(error, settings)), { cause: error });
  await producer.connect().catch((error: unknown) => {
    throw sentence(error);
  });
  return {
    async send(records) {
      for (const messages of requests(records)) {
        await producer
          .send({ topic: settings.topic, acks: -1, compression: CompressionTypes.None, messages })
          .catch((error: unknown) => {
            throw sentence(error);
          });
      }
    },
    close: () => producer.disconnect(),
  };
}

/** Records in order, in lots that fit a request; a record too large for one goes alone. */
export function* requests(records: readonly OutgoingRecord[], limit = REQUEST_BYTES): Generator<Message[]> {
  let lot: Message[] = [];
  let bytes = 0;
  for (const { key, value, timestampMs } of records) {
    const size = RECORD_OVERHEAD + Buffer.byteLength(value) + (key === null ? 0 : Buffer.byteLength(key));
    if (lot.length > 0 && bytes + size > limit) {
      yield lot;
      lot = [];
      bytes = 0;
    }
    lot.push(timestampMs === undefined ? { key, value } : { key, value, timestamp: String(timestampMs) });
    bytes += size;
  }
  if (lot.length > 0) yield lot;
}
