/** A topic from its beginning to the ends it has now, into the store. */
import { threadedKafkaSource } from './kafka/threaded-source.ts';
import { openReplay, type ReplayOptions } from './replay.ts';

/** Time between two looks at how far it is, ms. */
const LOOK_MS = 500;

export async function replayKafka(
  options: ReplayOptions,
  progress: (records: number) => void,
): Promise<{ records: number; rejected: Record<string, number> }> {
  const { kafka } = options.settings;
  if (!kafka) throw new Error('A topic to replay was expected and KAFKA_BROKERS is not set: set it, or name a file');
  const replay = await openReplay(`kafka:${kafka.topic}`, { ...options, slices: 1 });
  const looking = setInterval(() => {
    progress(replay.records());
    void replay.engine.checkpoint().catch(() => undefined);
  }, LOOK_MS);
  try {
    await replay.run(
      threadedKafkaSource(kafka, (sentence) => process.stderr.write(`${sentence}\n`), { mode: 'replay' }),
    );
  } finally {
    clearInterval(looking);
  }
  return { records: replay.records(), rejected: replay.rejected() };
}
