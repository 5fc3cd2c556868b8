/** How far a topic reaches, partition by partition. */
import type { Admin, Kafka } from 'kafkajs';

export interface OffsetRange {
  /** the first offset the broker still has */
  low: number;
  /** the offset after the last */
  high: number;
}

export interface TopicOffsets {
  /** Rejects when the broker does not answer or the topic is not there; the next call connects anew. */
  read(): Promise<ReadonlyMap<number, OffsetRange>>;
  close(): Promise<void>;
}

export function topicOffsets(kafka: Kafka, topic: string): TopicOffsets {
  let admin: Promise<Admin> | null = null;

  async function open(): Promise<Admin> {
    const opened = kafka.admin();
    await opened.connect();
    return opened;
  }

  async function close(): Promise<void> {
    const opened = admin;
    admin = null;
    // what never connected has nothing to close
    await opened?.then(
      (connected) => connected.disconnect(),
      () => {},
    );
  }

  async function read(): Promise<ReadonlyMap<number, OffsetRange>> {
    admin ??= open();
    try {
      const offsets = await (await admin).fetchTopicOffsets(topic);
      return new Map(offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
    } catch (error) {
      await close();
      throw error;
    }
  }

  return { read, close };
}

/**
 * Why reading cannot go on at `start`, one sentence; null where it can. Records that are gone leave a hole in the
 * numbers, so they are never passed over.
 */
export function holeAt(topic: string, partition: number, start: number, { low, high }: OffsetRange): string | null {
  if (start < low) {
    const count = low - start;
    return (
      `Topic ${topic}, partition ${partition}: reading has to go on at offset ${start}, and the broker has nothing before ${low}, ` +
      `so ${count} record${count === 1 ? ' was' : 's were'} deleted before being read. ` +
      'Raise retention.ms of the topic, then start with an empty HEADCOUNT_STORE to count what is left.'
    );
  }
  if (start > high) {
    const count = start - high;
    return (
      `Topic ${topic}, partition ${partition}: reading has to go on at offset ${start}, and the topic ends at ${high}, ` +
      `so ${count} record${count === 1 ? ' that was read is' : 's that were read are'} no longer in it. ` +
      'If it was created anew, start with an empty HEADCOUNT_STORE; else check that KAFKA_BROKERS and KAFKA_TOPIC name the same topic as before.'
    );
  }
  return null;
}
