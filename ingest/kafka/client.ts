/** A kafkajs client as the settings say. It logs nothing: what goes wrong is told once, by who called, in a sentence. */
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs';
import type { KafkaSasl, KafkaSettings } from './kafka-settings.ts';

/** How often kafkajs itself tries a request again before the error reaches us, and how long it waits between, ms. */
export interface Patience {
  retries: number;
  initialRetryTime: number;
  maxRetryTime: number;
}

const PATIENCE: Patience = { retries: 3, initialRetryTime: 100, maxRetryTime: 1000 };

export function kafkaClient(settings: KafkaSettings, patience: Patience = PATIENCE): Kafka {
  const config: KafkaConfig = {
    clientId: 'headcount',
    brokers: settings.brokers,
    connectionTimeout: 3000,
    authenticationTimeout: 10_000,
    requestTimeout: 15_000,
    logLevel: logLevel.NOTHING,
    // each try takes the next of the brokers, so all of them get their turn
    retry: { ...patience, retries: Math.max(patience.retries, settings.brokers.length) },
  };
  if (settings.ssl !== null) {
    const { ca, clientCertificate } = settings.ssl;
    config.ssl = { ...(ca === null ? {} : { ca: [ca] }), ...clientCertificate };
  }
  if (settings.sasl !== null) config.sasl = saslOptions(settings.sasl);
  return new Kafka(config);
}

/** One case each: kafkajs ties a mechanism to the shape of its options. */
function saslOptions({ mechanism, username, password }: KafkaSasl): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
