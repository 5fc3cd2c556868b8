/** How the topic is reached, from the settings `KAFKA_…`. */
import { readFileSync } from 'node:fs';
import type { SettingReader } from '../setting-reader.ts';

export interface KafkaSettings {
  /** `host:port`, at least one */
  brokers: string[];
  topic: string;
  /** where rejected records are kept */
  dlqTopic: string;
  group: string;
  /** null: plain connections. Each part is PEM text; a null `ca` means the machine's own authorities */
  ssl: { ca: string | null; clientCertificate: { cert: string; key: string } | null } | null;
  sasl: KafkaSasl | null;
}

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

export interface KafkaSasl {
  mechanism: (typeof SASL_MECHANISMS)[number];
  username: string;
  password: string;
}

/** What Kafka allows as the name of a topic. */
const TOPIC_NAME = /^[a-zA-Z0-9._-]{1,249}$/;

/** Null where `KAFKA_BROKERS` is empty: no Kafka, and the other `KAFKA_…` settings do not matter. */
export function readKafkaSettings(read: SettingReader): KafkaSettings | null {
  const brokers = read.text('KAFKA_BROKERS');
  if (brokers === null) return null;
  const topic = topicName(read, 'KAFKA_TOPIC', 'broadcast-events');
  const dlqTopic = topicName(read, 'KAFKA_DLQ_TOPIC', 'broadcast-events.rejected');
  if (topic === dlqTopic) {
    read.problem(
      `KAFKA_DLQ_TOPIC must be another topic than KAFKA_TOPIC, and both are "${topic}": rejected records would be read again for ever, so choose another name.`,
    );
  }
  return {
    brokers: brokerList(read, brokers),
    topic,
    dlqTopic,
    group: read.text('KAFKA_GROUP') ?? 'headcount',
    ssl: readSsl(read),
    sasl: readSasl(read),
  };
}

function brokerList(read: SettingReader, value: string): string[] {
  const brokers = value.split(',').map((part) => part.trim());
  for (const broker of new Set(brokers)) {
    const port = Number(/^[^\s:]+:(\d{1,5})$|^\[[0-9a-fA-F:.]+\]:(\d{1,5})$/.exec(broker)?.slice(1).find(Boolean));
    if (!(port >= 1 && port <= 65535)) {
      read.problem(
        `KAFKA_BROKERS must be host:port, several separated by commas, and "${broker}" is not: write it like 127.0.0.1:9092, or leave it empty to do without Kafka.`,
      );
    }
  }
  return brokers;
}

function topicName(read: SettingReader, name: string, fallback: string): string {
  const value = read.text(name) ?? fallback;
  if (TOPIC_NAME.test(value) && value !== '.' && value !== '..') return value;
  read.problem(
    `${name} must be a topic's name of at most 249 letters, digits, dots, underscores and hyphens, not "${value}": correct it, or leave it out for ${fallback}.`,
  );
  return fallback;
}

function readSsl(read: SettingReader): KafkaSettings['ssl'] {
  const named = ['KAFKA_SSL_CA', 'KAFKA_SSL_CERT', 'KAFKA_SSL_KEY'].filter((name) => read.text(name) !== null);
  if (!read.flag('KAFKA_SSL')) {
    if (named.length > 0) {
      read.problem(
        `${named.join(', ')} needs KAFKA_SSL=true, and it is not: set KAFKA_SSL=true, or leave ${named.length > 1 ? 'them' : 'it'} out.`,
      );
    }
    return null;
  }
  const ca = pem(read, 'KAFKA_SSL_CA');
  const cert = pem(read, 'KAFKA_SSL_CERT');
  const key = pem(read, 'KAFKA_SSL_KEY');
  if (named.includes('KAFKA_SSL_CERT') !== named.includes('KAFKA_SSL_KEY')) {
    read.problem(
      'KAFKA_SSL_CERT and KAFKA_SSL_KEY belong together, and only one of them is set: set both, or neither.',
    );
  }
  return { ca, clientCertificate: cert === null || key === null ? null : { cert, key } };
}

/** PEM text, given as it is or as the path of a file that holds it. */
function pem(read: SettingReader, name: string): string | null {
  const value = read.text(name);
  if (value === null || value.startsWith('-----BEGIN')) return value;
  try {
    const text = readFileSync(value, 'utf8');
    if (text.includes('-----BEGIN')) return text;
    read.problem(`${name} must name a PEM file, and ${value} holds no "-----BEGIN": export it as PEM.`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    read.problem(`${name} must name a PEM file that can be read, and ${value} cannot (${reason}): correct the path.`);
  }
  return null;
}

function readSasl(read: SettingReader): KafkaSasl | null {
  const mechanism = read.choice('KAFKA_SASL_MECHANISM', ['none', ...SASL_MECHANISMS], 'none');
  const username = read.text('KAFKA_SASL_USERNAME');
  const password = read.text('KAFKA_SASL_PASSWORD');
  if (mechanism === 'none') {
    const given = username !== null ? 'KAFKA_SASL_USERNAME' : 'KAFKA_SASL_PASSWORD';
    if ((username ?? password) !== null && read.text('KAFKA_SASL_MECHANISM') === null) {
      read.problem(
        `${given} needs KAFKA_SASL_MECHANISM, and that is not set: set it to one of ${SASL_MECHANISMS.join(', ')}.`,
      );
    }
    return null;
  }
  if (username !== null && password !== null) return { mechanism, username, password };
  const missing = username === null ? 'KAFKA_SASL_USERNAME' : 'KAFKA_SASL_PASSWORD';
  read.problem(
    `KAFKA_SASL_MECHANISM=${mechanism} needs a user name and a password, and ${missing} is not set: set it.`,
  );
  return null;
}
