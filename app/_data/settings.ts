/** What the dashboard reads from its environment, once. */
import 'server-only';
import { isZone } from '../../lib/format/clock.ts';

export interface Settings {
  /** `sqlite:PATH` or `postgres://…` */
  store: string;
  /** IANA name: the zone broadcasts are shown in unless the link says otherwise */
  zone: string;
  /** where events go, for the first-run page */
  kafka: { brokers: string; topic: string } | null;
  metricsPort: string;
  /** where the ingest process takes events over HTTP */
  eventDoor: string;
  /** what it asks for; null: nothing */
  eventsToken: string | null;
}

let read: Settings | null = null;

export function settings(): Settings {
  read ??= fromEnvironment(process.env);
  return read;
}

function fromEnvironment(env: NodeJS.ProcessEnv): Settings {
  const zone = env.HEADCOUNT_TIMEZONE ?? '';
  const metricsPort = env.HEADCOUNT_METRICS_PORT ?? '9464';
  const host = env.HEADCOUNT_HOST ?? '127.0.0.1';
  const brokers = env.KAFKA_BROKERS ?? '';
  return {
    store: env.HEADCOUNT_STORE ?? 'sqlite:./data/headcount.db',
    zone: zone !== '' && isZone(zone) ? zone : 'UTC',
    kafka: brokers === '' ? null : { brokers, topic: env.KAFKA_TOPIC ?? 'broadcast-events' },
    metricsPort,
    eventDoor: `http://${doorHost(host)}:${metricsPort}/v1/events`,
    eventsToken: env.HEADCOUNT_EVENTS_TOKEN?.trim() || null,
  };
}

/** Where a bind to that address answers on this machine. */
function doorHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
