/** What an error of the Kafka client means to a person: what is wrong, and what to do about it. */
import type { KafkaSettings } from './kafka-settings.ts';

export interface KafkaTrouble {
  /**
   * `unreachable` nobody answers · `topic` it is not there · `access` refused · `crash` a failure that may pass ·
   * `codec` and `fault` will not pass by trying again
   */
  kind: 'unreachable' | 'topic' | 'access' | 'crash' | 'codec' | 'fault';
  /** half a sentence, capitalised, without a full stop */
  what: string;
  /** the other half: the next step */
  todo: string;
}

/** One sentence: what is wrong and what to do. */
export function troubleSentence({ what, todo }: KafkaTrouble): string {
  return `${what}: ${todo}.`;
}

const UNREACHABLE = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSBrokerNotFound',
  'KafkaJSLockTimeout',
]);

const NOT_ALLOWED = /_AUTHORIZATION_FAILED$/;
const BAD_CERTIFICATE = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

export function kafkaTrouble(error: unknown, settings: KafkaSettings, topic = settings.topic): KafkaTrouble {
  const at = settings.brokers.join(',');
  const causes = causesOf(error);
  const root = causes.at(-1);
  const message = root?.message ?? String(error);
  const code = causes.map((cause) => cause.code).find((value) => typeof value === 'string');
  const type = causes.map((cause) => cause.type).find((value) => typeof value === 'string') ?? '';
  const is = (name: string) => causes.some((cause) => cause.name === name);

  if (is('KafkaJSSASLAuthenticationError') || type === 'SASL_AUTHENTICATION_FAILED') {
    return {
      kind: 'access',
      what: `Kafka at ${at} refuses the sign-in (${message})`,
      todo: 'check KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD',
    };
  }
  if (NOT_ALLOWED.test(type)) {
    return {
      kind: 'access',
      what: `Kafka at ${at} does not allow this client what it needs (${message})`,
      todo: `grant it Describe and Read on topic ${topic}, Write on ${settings.dlqTopic}, and Read on group ${settings.group}`,
    };
  }
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION' || is('KafkaJSTopicMetadataNotLoaded')) {
    return {
      kind: 'topic',
      what: `Topic ${topic} does not exist on ${at}`,
      todo: `create it, e.g. kafka-topics.sh --bootstrap-server ${settings.brokers[0]} --create --topic ${topic} --partitions 12, or correct its name in the settings`,
    };
  }
  if (is('KafkaJSNotImplemented')) {
    const codec = /^(\w+) compression/.exec(message)?.[1]?.toLowerCase() ?? 'unknown';
    return {
      kind: 'codec',
      what: `Topic ${topic} holds records compressed with ${codec}, which this reader does not know`,
      todo: `have producers use gzip or none, or set compression.type=gzip on the topic for what comes from now on`,
    };
  }
  if (code !== undefined && BAD_CERTIFICATE.test(code)) {
    return {
      kind: 'access',
      what: `The encrypted connection to Kafka at ${at} fails (${message})`,
      todo: 'check KAFKA_SSL and KAFKA_SSL_CA, and that KAFKA_BROKERS names the port for encrypted connections',
    };
  }
  if (causes.some((cause) => UNREACHABLE.has(cause.name))) {
    const broker = causes.map((cause) => cause.broker).find((value) => typeof value === 'string');
    const elsewhere = broker !== undefined && !settings.brokers.includes(broker);
    return {
      kind: 'unreachable',
      what: `Kafka at ${elsewhere ? broker : at} does not answer (${code ?? message})`,
      todo: elsewhere
        ? `it is what Kafka at ${at} says to connect to, so check advertised.listeners there`
        : 'check KAFKA_BROKERS and that the broker runs',
    };
  }
  if (is('KafkaJSNumberOfRetriesExceeded') || root?.retriable === true) {
    return {
      kind: 'crash',
      what: `Kafka at ${at} could not serve a request (${message})`,
      todo: "see the broker's log",
    };
  }
  return {
    kind: 'fault',
    what: `The Kafka client failed on topic ${topic} in a way that trying again does not mend (${message})`,
    todo: "see the broker's log and start again",
  };
}

interface Cause {
  name: string;
  message: string;
  code?: unknown;
  type?: unknown;
  broker?: unknown;
  retriable?: unknown;
}

/** The error and what caused it, outermost first; for errors that stand for several, the first of them. */
function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = [];
  let current = error;
  while (current instanceof Error && causes.length < 10) {
    causes.push(current);
    const several: unknown = 'errors' in current && Array.isArray(current.errors) ? current.errors[0] : undefined;
    current = several ?? current.cause;
  }
  return causes;
}
