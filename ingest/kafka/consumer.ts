/** A kafkajs consumer as reading an event log needs it: quick to notice a record, a vanished member, a broken connection. */
import type { Consumer, Kafka } from 'kafkajs';

export const HEARTBEAT_MS = 1_500;
/** A fetch waits this long for a first record, ms. */
const FETCH_WAIT_MS = 50;
/** Bytes of one fetch over all partitions, and the bounds for one: equal shares let partitions catch up side by side. */
const FETCH_BYTES = 48 << 20;
const PARTITION_BYTES = { min: 256 << 10, max: 4 << 20 };
/**
 * A member that vanished is missed after this: nobody reads its partitions meanwhile, also not we after a broker's restart.
 * As short as brokers allow unless told otherwise (`group.min.session.timeout.ms`).
 */
const SESSION_MS = 6_000;
/** A rebalance waits this long for members that are busy with a batch, ms. */
const REBALANCE_MS = 20_000;

/** Reads only what is committed, commits nothing by itself, and crashes rather than beginning again. */
export function openConsumer(kafka: Kafka, group: string, partitions: number): Consumer {
  const share = Math.floor(FETCH_BYTES / Math.max(1, partitions));
  const maxBytesPerPartition = Math.min(PARTITION_BYTES.max, Math.max(PARTITION_BYTES.min, share));
  return kafka.consumer({
    groupId: group,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    maxBytesPerPartition,
    // below this the partitions named last in a request would starve while the first ones are full
    maxBytes: maxBytesPerPartition * Math.max(1, partitions),
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: REBALANCE_MS,
    heartbeatInterval: HEARTBEAT_MS,
    // the source begins a new session instead: that is one way to recover, not two
    retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: async () => false },
  });
}
