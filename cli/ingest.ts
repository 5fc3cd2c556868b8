/** `headcount ingest`: the consumer alone. */
import { openLive } from '../ingest/live.ts';
import { hostInAddress, withoutPassword } from '../ingest/settings.ts';
import { parseCommand } from './arguments.ts';
import { settingsFor } from './context.ts';
import { untilSignal } from './signals.ts';

export const help = `headcount ingest [options]

Reads the Kafka topic (KAFKA_BROKERS) or, without one, the embedded log into the store. Metrics, health and POST /v1/events
are on HEADCOUNT_METRICS_PORT. Many may share one consumer group on PostgreSQL. Ctrl-C ends it after a last checkpoint.

  --store URL       sqlite:PATH or postgres://…
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseCommand(args, { store: { type: 'string' } });
  const settings = settingsFor({ store: values.store });
  const say = (sentence: string): void => void process.stderr.write(`headcount ingest: ${sentence}\n`);
  const live = await openLive(settings, say);
  const from = settings.kafka
    ? `topic ${settings.kafka.topic} of ${settings.kafka.brokers.join(',')}`
    : 'the embedded log';
  say(
    `reading ${from} into ${withoutPassword(settings.store)}; metrics on http://${hostInAddress(settings.host)}:${live.port}/metrics`,
  );
  try {
    await Promise.race([untilSignal(), live.ended]);
  } finally {
    await live.close();
  }
  return 0;
}
