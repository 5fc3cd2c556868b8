/** A topic's records as they lie there now, one by one, for counting again: no state, no group left behind. */
import type { Batch, Sink } from '../source.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { kafkaSource } from './source.ts';

export interface RawRecord {
  partition: number;
  value: Buffer;
  timestampMs: number | null;
}

/** Batches that may wait to be taken before reading pauses. */
const WAITING = 8;

/** Reads every partition from its beginning to the end it has now. Rejects with a sentence when it cannot. */
export async function* topicRecords(settings: KafkaSettings): AsyncGenerator<RawRecord> {
  const waiting: Batch[] = [];
  let wake: () => void = () => undefined;
  let room: () => void = () => undefined;
  const stopping = new AbortController();
  const sink: Sink = {
    start: async () => null,
    owned: async () => {},
    async batch(batch) {
      waiting.push(batch);
      wake();
      if (waiting.length > WAITING) await new Promise<void>((resolve) => (room = resolve));
    },
    caughtUp: () => undefined,
    safeOffsets: () => new Map(),
  };
  const end: { error: unknown; done: boolean } = { error: null, done: false };
  const reading = kafkaSource(settings, (sentence) => process.stderr.write(`${sentence}\n`), { mode: 'replay' })
    .run(sink, stopping.signal)
    .catch((error: unknown) => {
      end.error = error;
    })
    .finally(() => {
      end.done = true;
      wake();
    });
  try {
    for (;;) {
      const batch = waiting.shift();
      if (batch) {
        room();
        for (const { value, timestampMs } of batch.records) yield { partition: batch.partition, value, timestampMs };
        continue;
      }
      if (end.done) break;
      await new Promise<void>((resolve) => (wake = resolve));
    }
    if (end.error) throw end.error;
  } finally {
    stopping.abort();
    room();
    await reading;
  }
}
