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
  // an empty value is an unset one
  const text = (name: string): string | null => env[name]?.trim() || null;
  const zone = text('HEADCOUNT_TIMEZONE') ?? 'UTC';
  const metricsPort = text('HEADCOUNT_METRICS_PORT') ?? '9464';
  const brokers = text('KAFKA_BROKERS');
  return {
    store: text('HEADCOUNT_STORE') ?? 'sqlite:./data/headcount.db',
    zone: isZone(zone) ? zone : 'UTC',
    kafka: brokers === null ? null : { brokers, topic: text('KAFKA_TOPIC') ?? 'broadcast-events' },
    metricsPort,
    eventDoor: `http://${doorHost(text('HEADCOUNT_HOST') ?? '127.0.0.1')}:${metricsPort}/v1/events`,
    eventsToken: text('HEADCOUNT_EVENTS_TOKEN'),
  };
}

/** Where a bind to that address answers on this machine. */
function doorHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  if (bare === '0.0.0.0' || bare === '::') return '127.0.0.1';
  return bare.includes(':') ? `[${bare}]` : bare;
}
