import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Env } from './setting-reader.ts';
import { hostInAddress, loadEnv, parseEnvFile, readSettings } from './settings.ts';

function accepted(env: Env) {
  const result = readSettings(env);
  if (!result.ok) throw new Error(result.problems.join('\n'));
  return result.settings;
}

function problems(env: Env): string[] {
  const result = readSettings(env);
  return result.ok ? [] : result.problems;
}

const SECRET = 'x'.repeat(32);
const KAFKA = { KAFKA_BROKERS: 'a:9092' };

describe('readSettings', () => {
  it('has a default for everything', () => {
    expect(accepted({})).toEqual({
      store: 'sqlite:./data/headcount.db',
      dataFolder: './data',
      host: '127.0.0.1',
      port: 3000,
      metricsPort: 9464,
      heartbeatMs: 0,
      breakdowns: ['client', 'region', 'edge'],
      retention: { secondsFor: 30 * 86_400_000, tensFor: 365 * 86_400_000, minutesFor: null },
      errorCodes: ['network', 'server', 'capacity', 'auth', 'media', 'audio_dropout', 'audio_garbled', 'timeout'],
      timezone: 'UTC',
      archive: 'auto',
      kafka: null,
      auth: { kind: 'none' },
      eventsToken: null,
      livekit: null,
      owncast: null,
    });
  });

  it('takes what is set', () => {
    const settings = accepted({
      HEADCOUNT_STORE: 'postgres://u:p@db/headcount',
      HEADCOUNT_HEARTBEAT_MS: '15000',
      HEADCOUNT_BREAKDOWNS: 'edge, version',
      HEADCOUNT_RETENTION: 'seconds=12h,minutes=400d',
      HEADCOUNT_TIMEZONE: 'America/New_York',
      HEADCOUNT_ARCHIVE: 'off',
    });
    expect(settings.store).toBe('postgres://u:p@db/headcount');
    expect(settings.dataFolder).toBe('data');
    expect(settings.heartbeatMs).toBe(15_000);
    expect(settings.breakdowns).toEqual(['edge', 'version']);
    expect(settings.retention).toEqual({
      secondsFor: 12 * 3_600_000,
      tensFor: 365 * 86_400_000,
      minutesFor: 400 * 86_400_000,
    });
    expect(settings.timezone).toBe('America/New_York');
    expect(settings.archive).toBe('off');
  });

  it('reads Kafka with all that it needs', () => {
    const settings = accepted({
      KAFKA_BROKERS: 'a:9092, b:9093',
      KAFKA_TOPIC: 'events',
      KAFKA_DLQ_TOPIC: 'events.bad',
      KAFKA_GROUP: 'g',
      KAFKA_SSL: 'true',
      KAFKA_SSL_CA: '-----BEGIN CERTIFICATE-----\nabc',
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'u',
      KAFKA_SASL_PASSWORD: 'p',
    });
    expect(settings.kafka).toEqual({
      brokers: ['a:9092', 'b:9093'],
      topic: 'events',
      dlqTopic: 'events.bad',
      group: 'g',
      ssl: { ca: '-----BEGIN CERTIFICATE-----\nabc', clientCertificate: null },
      sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
    });
  });

  it('reads the three ways of access', () => {
    const password = { HEADCOUNT_AUTH: 'password', HEADCOUNT_PASSWORD: 'pw', HEADCOUNT_SESSION_SECRET: SECRET };
    expect(accepted({ ...password, HEADCOUNT_HOST: '0.0.0.0' }).auth).toEqual({
      kind: 'password',
      password: 'pw',
      sessionSecret: SECRET,
    });
    const oidc = {
      HEADCOUNT_AUTH: 'oidc',
      HEADCOUNT_SESSION_SECRET: SECRET,
      HEADCOUNT_OIDC_ISSUER: 'https://login.example.org',
      HEADCOUNT_OIDC_CLIENT_ID: 'id',
      HEADCOUNT_OIDC_CLIENT_SECRET: 'secret',
      HEADCOUNT_URL: 'https://headcount.example.org/',
    };
    expect(accepted(oidc).auth).toMatchObject({ kind: 'oidc', url: 'https://headcount.example.org' });
  });

  it.each([
    [{ HEADCOUNT_STORE: 'mysql://u:geheim@h/d' }, 'not "mysql://u:…@h/d"'],
    [{ HEADCOUNT_PORT: '70000' }, 'HEADCOUNT_PORT must be a whole number from 0 to 65535, not "70000"'],
    [{ HEADCOUNT_PORT: '9464' }, 'must differ, and both are 9464'],
    [{ HEADCOUNT_HEARTBEAT_MS: '15s' }, 'HEADCOUNT_HEARTBEAT_MS must be a whole number from 0 to 600000'],
    [{ HEADCOUNT_BREAKDOWNS: 'a,,b' }, 'HEADCOUNT_BREAKDOWNS must be at most 8 names'],
    [{ HEADCOUNT_RETENTION: 'seconds=soon' }, '"seconds=soon" is not'],
    [{ HEADCOUNT_RETENTION: 'seconds=0d' }, '"seconds=0d" is not'],
    [{ HEADCOUNT_RETENTION: 'minutes=1d' }, 'must keep minutes at least as long as the seconds'],
    [{ HEADCOUNT_RETENTION: 'seconds=9d,10s=8d' }, 'and the rows of 10 s in between'],
    [{ HEADCOUNT_TIMEZONE: 'Mars/Olympus' }, 'HEADCOUNT_TIMEZONE must be the name of a time zone'],
    [{ HEADCOUNT_ARCHIVE: 'maybe' }, 'HEADCOUNT_ARCHIVE must be one of auto, on, off, not "maybe"'],
    [{ HEADCOUNT_HOST: '0.0.0.0' }, 'HEADCOUNT_HOST is 0.0.0.0, which other machines can reach'],
    [{ HEADCOUNT_AUTH: 'password', HEADCOUNT_SESSION_SECRET: SECRET }, 'needs HEADCOUNT_PASSWORD'],
    [{ HEADCOUNT_AUTH: 'password', HEADCOUNT_PASSWORD: 'p', HEADCOUNT_SESSION_SECRET: 'short' }, 'it has 5'],
    [{ KAFKA_BROKERS: 'localhost' }, '"localhost" is not: write it like 127.0.0.1:9092'],
    [{ ...KAFKA, KAFKA_TOPIC: 'a b' }, "KAFKA_TOPIC must be a topic's name"],
    [{ ...KAFKA, KAFKA_TOPIC: 'x', KAFKA_DLQ_TOPIC: 'x' }, 'both are "x"'],
    [{ ...KAFKA, KAFKA_SSL_CA: '/ca.pem' }, 'KAFKA_SSL_CA needs KAFKA_SSL=true'],
    [{ ...KAFKA, KAFKA_SSL: 'true', KAFKA_SSL_CA: '/no/such.pem' }, '/no/such.pem cannot (ENOENT'],
    [{ KAFKA_BROKERS: ',,' }, '"" is not: write it like 127.0.0.1:9092'],
    [{ ...KAFKA, KAFKA_SASL_USERNAME: 'u' }, 'KAFKA_SASL_USERNAME needs KAFKA_SASL_MECHANISM'],
    [{ ...KAFKA, KAFKA_SASL_PASSWORD: 'p' }, 'KAFKA_SASL_PASSWORD needs KAFKA_SASL_MECHANISM'],
    [{ ...KAFKA, KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u' }, 'KAFKA_SASL_PASSWORD is not set'],
  ])('refuses %j in one sentence', (env, sentence) => {
    expect(problems(env)).toEqual([expect.stringContaining(sentence)]);
  });

  it('names every problem at once', () => {
    expect(problems({ HEADCOUNT_PORT: 'x', HEADCOUNT_METRICS_PORT: 'y', HEADCOUNT_AUTH: 'oidc' })).toHaveLength(7);
  });

  it('knows an address of IPv6 with brackets and without', () => {
    expect(accepted({ HEADCOUNT_HOST: '[::1]' }).host).toBe('::1');
    expect(hostInAddress('::1')).toBe('[::1]');
    expect(hostInAddress('localhost')).toBe('localhost');
  });

  it.each(['localhost', '127.0.0.1', '127.3.2.1', '::1'])('lets %s be open', (host) => {
    expect(accepted({ HEADCOUNT_HOST: host }).host).toBe(host);
  });
});

describe('.env.example', () => {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');
  const example = parseEnvFile(text);

  /** every name that reading asks for, whatever kind of access and Kafka is set */
  function askedNames(): string[] {
    const asked = new Set<string>();
    for (const kind of ['none', 'password', 'oidc']) {
      const env: Env = { HEADCOUNT_AUTH: kind, KAFKA_BROKERS: 'a:9092', KAFKA_SSL: 'true' };
      const watched = new Proxy(env, {
        get(target, name) {
          if (typeof name !== 'string') return undefined;
          asked.add(name);
          return target[name];
        },
      });
      readSettings(watched);
    }
    return [...asked].sort();
  }

  it('lists exactly the settings there are', () => {
    expect(Object.keys(example).sort()).toEqual(askedNames());
  });

  it('says what holds when nothing is set', () => {
    expect(readSettings(example)).toEqual(readSettings({}));
    expect(readSettings({ ...example, ...KAFKA })).toEqual(readSettings(KAFKA));
  });

  it('has one comment line above each', () => {
    const lines = text.split('\n');
    const alone = lines.filter((line, index) => /^[A-Z]/.test(line) && !/^# \S.*[^,]$/.test(lines[index - 1] ?? ''));
    expect(alone).toEqual([]);
  });
});

describe('loadEnv', () => {
  it('lets the environment win over .env, and does without one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'headcount-env-'));
    try {
      expect(loadEnv(folder, { A: '1' })).toEqual({ A: '1' });
      writeFileSync(join(folder, '.env'), 'A=2\nB=3\n');
      expect(loadEnv(folder, { A: '1' })).toEqual({ A: '1', B: '3' });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['A=1 # one', '1'],
    ['A=a#b', 'a#b'],
    ['export A = 1 ', '1'],
    ['A="a # b" # c', 'a # b'],
    ["A='a\\n'", 'a\\n'],
    ['A="a\\nb\\"c"', 'a\nb"c'],
    ['A=', ''],
    ['A=# nothing', ''],
    ['A=x=y', 'x=y'],
  ])('reads the line %s', (line, value) => {
    expect(parseEnvFile(`# A=9\n\n${line}\n`)).toEqual({ A: value });
  });
});
