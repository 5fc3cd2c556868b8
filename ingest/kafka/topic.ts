/** Makes sure that a topic is there. */
import { kafkaClient } from './client.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { kafkaTrouble, troubleSentence } from './trouble.ts';

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
  const create = (replicationFactor: number) =>
    admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor }] });
  try {
    await admin.connect();
    const there = (await admin.listTopics()).includes(topic);
    if (!there) {
      await create(-1).catch((error: unknown) => {
        if (!isReplicationRefused(error)) throw error;
        return create(1);
      });
    }
    const [metadata] = (await admin.fetchTopicMetadata({ topics: [topic] })).topics;
    return { created: !there, partitions: metadata?.partitions.length ?? partitions };
  } catch (error) {
    throw new Error(troubleSentence(kafkaTrouble(error, settings, topic)), { cause: error });
  } finally {
    await admin.disconnect();
  }
}

function isReplicationRefused(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('type' in error && error.type === 'INVALID_REPLICATION_FACTOR') return true;
  return 'errors' in error && Array.isArray(error.errors) && error.errors.some(isReplicationRefused);
}
