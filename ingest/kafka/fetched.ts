/** What a fetch brought, in our words. */
import type { Batch as KafkaBatch, KafkaMessage } from 'kafkajs';
import type { LogRecord } from '../source.ts';

/** Where the fetch began: kafkajs has it, untyped. The first record may lie later, where a log has gaps. */
export function fetchedOffset(batch: KafkaBatch): number {
  const known = 'fetchedOffset' in batch && typeof batch.fetchedOffset === 'string';
  return Number(known ? batch.fetchedOffset : batch.firstOffset());
}

const NO_VALUE = Buffer.alloc(0);

/** The records of offsets below `limit`. A record without a value is an empty one. */
export function recordsBefore(messages: readonly KafkaMessage[], limit: number): LogRecord[] {
  const records: LogRecord[] = [];
  for (const message of messages) {
    const offset = Number(message.offset);
    if (offset >= limit) break;
    const timestampMs = Number(message.timestamp);
    records.push({ offset, value: message.value ?? NO_VALUE, timestampMs: timestampMs >= 0 ? timestampMs : null });
  }
  return records;
}
