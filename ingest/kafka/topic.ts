/** Makes sure that a topic is there. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { kafkaClient } from './client.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { kafkaTrouble, troubleSentence } from './trouble.ts';

/** The partitions of a new topic are served after this at the latest, ms. */
const SERVED_MS = 30_000;
const LOOK_EVERY_MS = 100;

export interface TopicState {
  created: boolean;
  partitions: number;
}

/**
 * Creates `topic` (default: the one of the settings) with `partitions` partitions where it is missing, replicated as
 * the broker does by default, else once; one that is there stays as it is. Rejects with a sentence.
 */
export async function ensureTopic(
  settings: KafkaSettings,
  partitions: number,
  topic = settings.topic,
): Promise<TopicState> {
  const admin = kafkaClient(settings).admin();
  // kafkajs would look for the leaders once, at once, and a busy broker has none yet
  const create = (replicationFactor: number) =>
    admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: partitions, replicationFactor }] });
  try {
    await admin.connect();
    const there = (await admin.listTopics()).includes(topic);
    if (!there) {
      await create(-1).catch((error: unknown) => {
        if (!isReplicationRefused(error)) throw error;
        return create(1);
      });
      await served(admin, topic);
    }
    const [metadata] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
    return { created: !there, partitions: metadata?.partitions.length ?? partitions };
  } catch (error) {
    throw new Error(troubleSentence(kafkaTrouble(error, settings, topic)), { cause: error });
  } finally {
    await admin.disconnect();
  }
}

/** Resolves once every partition of a topic that exists can be written and read. */
export async function whenServed(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await served(admin, topic);
  } finally {
    await admin.disconnect();
  }
}

async function served(admin: Admin, topic: string): Promise<void> {
  for (const endAt = performance.now() + SERVED_MS; ; await pause(LOOK_EVERY_MS)) {
    try {
      // each leader is asked, and refuses until it is one
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (performance.now() > endAt || !isPassing(error)) throw error;
    }
  }
}

/** kafkajs takes it for something that passes, as it does what a broker says of a partition it is about to lead. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('retriable' in error && error.retriable === true) || isPassing(error.cause);
}

function isReplicationRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('type' in error && error.type === 'INVALID_REPLICATION_FACTOR') return true;
  return 'errors' in error && Array.isArray(error.errors) && error.errors.some(isReplicationRefused);
}
