import { describe, expect, it } from 'vitest';
import type { KafkaSettings } from './kafka-settings.ts';
import { kafkaTrouble, troubleSentence } from './trouble.ts';

const settings: KafkaSettings = {
  brokers: ['a:9092', 'b:9092'],
  topic: 'events',
  dlqTopic: 'events.rejected',
  group: 'g',
  ssl: null,
  sasl: null,
};

/** An error as kafkajs throws it: known by its name and fields. */
function kafkaError(name: string, message: string, fields: object = {}, cause?: Error): Error {
  return Object.assign(new Error(message, { cause }), { name, ...fields });
}

const refused = kafkaError('KafkaJSConnectionError', 'connect failed', { code: 'ECONNREFUSED', broker: 'b:9092' });

describe('kafkaTrouble', () => {
  it.each([
    [
      kafkaError('KafkaJSNumberOfRetriesExceeded', 'x', {}, refused),
      'unreachable',
      'Kafka at a:9092,b:9092 does not answer (ECONNREFUSED): check KAFKA_BROKERS',
    ],
    [
      kafkaError('KafkaJSConnectionError', 'x', { code: 'ENOTFOUND', broker: 'inner:9092' }),
      'unreachable',
      'Kafka at inner:9092 does not answer (ENOTFOUND): it is what Kafka at a:9092,b:9092 says to connect to',
    ],
    [
      kafkaError('KafkaJSProtocolError', 'no such topic', { type: 'UNKNOWN_TOPIC_OR_PARTITION' }),
      'topic',
      'Topic events does not exist on a:9092,b:9092: create it, e.g. kafka-topics.sh --bootstrap-server a:9092',
    ],
    [
      kafkaError('KafkaJSSASLAuthenticationError', 'bad password'),
      'access',
      'refuses the sign-in (bad password): check KAFKA_SASL_MECHANISM',
    ],
    [
      kafkaError('KafkaJSProtocolError', 'not authorised', { type: 'GROUP_AUTHORIZATION_FAILED' }),
      'access',
      'Read on group g',
    ],
    [
      kafkaError('KafkaJSConnectionError', 'self-signed certificate', { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
      'access',
      'check KAFKA_SSL and KAFKA_SSL_CA',
    ],
    [
      kafkaError('KafkaJSNotImplemented', 'ZSTD compression not implemented', { retriable: false }),
      'codec',
      'holds records compressed with zstd',
    ],
    [
      kafkaError('KafkaJSProtocolError', 'not leader', { type: 'NOT_LEADER_FOR_PARTITION', retriable: true }),
      'crash',
      'could not serve a request (not leader)',
    ],
    [new TypeError('undefined is no function'), 'fault', 'undefined is no function'],
  ])('understands %s', (error, kind, words) => {
    const trouble = kafkaTrouble(error, settings);
    expect(trouble.kind).toBe(kind);
    expect(troubleSentence(trouble)).toContain(words);
  });

  it('looks into errors that stand for several', () => {
    const several = Object.assign(new Error('Topic creation errors'), {
      errors: [kafkaError('KafkaJSCreateTopicError', 'denied', { type: 'TOPIC_AUTHORIZATION_FAILED' })],
    });
    expect(kafkaTrouble(several, settings).kind).toBe('access');
  });
});
