/** All settings, parsed once when a process starts. Past this door they are exact, and nothing else reads the environment. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type KafkaSettings, readKafkaSettings } from './kafka/kafka-settings.ts';
import { type Env, type SettingReader, settingReader } from './setting-reader.ts';

export type StoreUrl = `sqlite:${string}` | `postgres://${string}` | `postgresql://${string}`;

export interface Settings {
  store: StoreUrl;
  /** where the embedded log and the archive live: beside a SQLite store, else `data` */
  dataFolder: string;
  host: string;
  /** 0: any free port */
  port: number;
  metricsPort: number;
  /** heartbeat period of connections that say none, ms; 0: they send none */
  heartbeatMs: number;
  /** attributes that numbers are broken down by, and causes looked for in */
  breakdowns: string[];
  retention: Retention;
  /** error codes that are metric labels; others are `other` there */
  errorCodes: string[];
  /** IANA name, for people's eyes only: files and JSON are UTC */
  timezone: string;
  archive: 'auto' | 'on' | 'off';
  kafka: KafkaSettings | null;
  auth: Auth;
  /** asked for by POST /v1/events; null: whoever reaches the port may send */
  eventsToken: string | null;
  livekit: { apiKey: string; apiSecret: string } | null;
  owncast: { secret: string } | null;
}

/** How long rows are kept, counted from the time of writing, ms; null: for ever. */
export interface Retention {
  secondsFor: number | null;
  /** blocks of 10 s */
  tensFor: number | null;
  minutesFor: number | null;
}

export type Auth =
  | { kind: 'none' }
  | { kind: 'password'; password: string; sessionSecret: string }
  | { kind: 'oidc'; issuer: string; clientId: string; clientSecret: string; sessionSecret: string; url: string };

export type SettingsResult = { ok: true; settings: Settings } | { ok: false; problems: string[] };

export const DEFAULT_ERROR_CODES = [
  'network',
  'server',
  'capacity',
  'auth',
  'media',
  'audio_dropout',
  'audio_garbled',
  'timeout',
] as const;

const DAY_MS = 86_400_000;
/** How long blocks of 10 s are kept where nothing is said of them. */
const TENS_MS = 365 * DAY_MS;

/** Empty values are unset. Every problem is named, not only the first. */
export function readSettings(env: Env): SettingsResult {
  const read = settingReader(env);
  const store = readStore(read);
  const settings: Settings = {
    store,
    dataFolder: store.startsWith('sqlite:') ? dirname(store.slice('sqlite:'.length)) : 'data',
    host: (read.text('HEADCOUNT_HOST') ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1'),
    port: read.integer('HEADCOUNT_PORT', 3000, 0, 65535),
    metricsPort: read.integer('HEADCOUNT_METRICS_PORT', 9464, 0, 65535),
    heartbeatMs: read.integer('HEADCOUNT_HEARTBEAT_MS', 0, 0, 600_000),
    breakdowns: read.list('HEADCOUNT_BREAKDOWNS', ['client', 'region', 'edge'], { items: 8, length: 128 }),
    retention: readRetention(read),
    errorCodes: read.list('HEADCOUNT_ERROR_CODES', DEFAULT_ERROR_CODES, { items: 50, length: 64 }),
    timezone: readTimezone(read),
    archive: read.choice('HEADCOUNT_ARCHIVE', ['auto', 'on', 'off'], 'auto'),
    kafka: readKafkaSettings(read),
    auth: readAuth(read),
    eventsToken: read.text('HEADCOUNT_EVENTS_TOKEN'),
    livekit: readLiveKit(read),
    owncast: null,
  };
  const secret = read.text('HEADCOUNT_OWNCAST_SECRET');
  if (secret !== null) settings.owncast = { secret };
  if (settings.port !== 0 && settings.port === settings.metricsPort) {
    read.problem(
      `HEADCOUNT_PORT and HEADCOUNT_METRICS_PORT must differ, and both are ${settings.port}: change one of them.`,
    );
  }
  if (settings.auth.kind === 'none') refuseOpenBind(read, settings.host);
  return read.problems.length === 0 ? { ok: true, settings } : { ok: false, problems: [...read.problems] };
}

/** The environment with what `.env` in `folder` adds to it; what is set in the environment wins. No file is no harm. */
export function loadEnv(folder: string, env: Env = process.env): Env {
  try {
    return { ...parseEnvFile(readFileSync(join(folder, '.env'), 'utf8')), ...env };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return env;
    throw new Error(`The settings file ${join(folder, '.env')} cannot be read: make it readable, or remove it.`, {
      cause: error,
    });
  }
}

/**
 * Lines `NAME=value`; blank lines, `# …` and a leading `export` are allowed. A value in quotes is taken as it is, in
 * double quotes `\n` is a line break (for PEM text); after one without quotes ` #` begins a comment.
 */
export function parseEnvFile(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const [, name, rest] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || rest === undefined) continue;
    const [, double, single] = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:#.*)?$/.exec(rest) ?? [];
    values[name] =
      double?.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)) ??
      single ??
      rest.replace(/(^|\s)#.*$/, '').trim();
  }
  return values;
}

function readStore(read: SettingReader): StoreUrl {
  const fallback: StoreUrl = 'sqlite:./data/headcount.db';
  const value = read.text('HEADCOUNT_STORE');
  if (value === null) return fallback;
  if (isStoreUrl(value)) return value;
  read.problem(
    `HEADCOUNT_STORE must be sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE, not "${withoutPassword(value)}": correct it, or leave it out for ${fallback}.`,
  );
  return fallback;
}

/** Whether `url` names a store: the same rule for the setting and for `--store`. */
export function isStoreUrl(url: string): url is StoreUrl {
  return /^sqlite:./.test(url) || (/^postgres(ql)?:\/\/./.test(url) && URL.canParse(url));
}

/** A host as it stands in an address: one of IPv6 in brackets. */
export function hostInAddress(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** A store's URL as people may see it. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/[^:@]*):.*@/, '$1:…@');
}

function readRetention(read: SettingReader): Retention {
  const retention: Retention = { secondsFor: 30 * DAY_MS, tensFor: TENS_MS, minutesFor: null };
  const value = read.text('HEADCOUNT_RETENTION');
  if (value === null) return retention;
  let tens: number | null | undefined;
  for (const part of value.split(',')) {
    const [, rows, count, unit] = /^\s*(seconds|10s|minutes)\s*=\s*(?:(\d{1,5})([dh])|forever)\s*$/.exec(part) ?? [];
    const lasts = count === undefined ? null : Number(count) * (unit === 'd' ? DAY_MS : DAY_MS / 24);
    if (rows === undefined || lasts === 0) {
      read.problem(
        `HEADCOUNT_RETENTION must be like seconds=30d,minutes=forever (days d, hours h, at least 1), and "${part.trim()}" is not: correct it.`,
      );
      return retention;
    }
    if (rows === 'seconds') retention.secondsFor = lasts;
    else if (rows === '10s') tens = lasts;
    else retention.minutesFor = lasts;
  }
  const forEver = Number.POSITIVE_INFINITY;
  const [seconds, minutes] = [retention.secondsFor ?? forEver, retention.minutesFor ?? forEver];
  // where nothing is said of them: a year, and what the others leave room for
  const lasts = tens === undefined ? Math.min(minutes, Math.max(seconds, TENS_MS)) : (tens ?? forEver);
  retention.tensFor = lasts === forEver ? null : lasts;
  if (minutes < seconds || lasts < seconds || minutes < lasts) {
    read.problem(
      `HEADCOUNT_RETENTION must keep minutes at least as long as the seconds they are made of, and the rows of 10 s in between, and "${value}" does not: lengthen minutes or shorten seconds.`,
    );
  }
  return retention;
}

function readTimezone(read: SettingReader): string {
  const value = read.text('HEADCOUNT_TIMEZONE') ?? 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    read.problem(
      `HEADCOUNT_TIMEZONE must be the name of a time zone such as Europe/Berlin, not "${value}": correct it, or leave it out for UTC.`,
    );
    return 'UTC';
  }
}

function readLiveKit(read: SettingReader): Settings['livekit'] {
  const apiKey = read.text('HEADCOUNT_LIVEKIT_API_KEY');
  const apiSecret = read.text('HEADCOUNT_LIVEKIT_API_SECRET');
  if (apiKey !== null && apiSecret !== null) return { apiKey, apiSecret };
  if (apiKey !== null || apiSecret !== null) {
    read.problem(
      'HEADCOUNT_LIVEKIT_API_KEY and HEADCOUNT_LIVEKIT_API_SECRET must be set together, and only one of them is: set both, or neither.',
    );
  }
  return null;
}

/** A session secret signs and seals the cookie: shorter than this it could be guessed. */
const SECRET_LENGTH = 32;

function readAuth(read: SettingReader): Auth {
  const kind = read.choice('HEADCOUNT_AUTH', ['none', 'password', 'oidc'], 'none');
  if (kind === 'none') return { kind };
  const needed = (name: string): string => {
    const value = read.text(name);
    if (value === null) read.problem(`HEADCOUNT_AUTH=${kind} needs ${name}, and it is not set: set it.`);
    return value ?? '';
  };
  const sessionSecret = needed('HEADCOUNT_SESSION_SECRET');
  if (sessionSecret !== '' && sessionSecret.length < SECRET_LENGTH) {
    read.problem(
      `HEADCOUNT_SESSION_SECRET must have at least ${SECRET_LENGTH} characters, and it has ${sessionSecret.length}: make one with \`openssl rand -base64 32\`.`,
    );
  }
  if (kind === 'password') return { kind, password: needed('HEADCOUNT_PASSWORD'), sessionSecret };
  return {
    kind,
    issuer: httpUrl(read, 'HEADCOUNT_OIDC_ISSUER', needed('HEADCOUNT_OIDC_ISSUER')),
    clientId: needed('HEADCOUNT_OIDC_CLIENT_ID'),
    clientSecret: needed('HEADCOUNT_OIDC_CLIENT_SECRET'),
    sessionSecret,
    url: httpUrl(read, 'HEADCOUNT_URL', needed('HEADCOUNT_URL')),
  };
}

/** Without an ending slash. An empty value was named already. */
function httpUrl(read: SettingReader, name: string, value: string): string {
  const valid = URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
  if (value !== '' && !valid) {
    read.problem(`${name} must be an address such as https://headcount.example.org, not "${value}": correct it.`);
  }
  return value.replace(/\/+$/, '');
}

function refuseOpenBind(read: SettingReader, host: string): void {
  if (host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)) return;
  read.problem(
    `HEADCOUNT_HOST is ${host}, which other machines can reach, and HEADCOUNT_AUTH is none, so anyone there could read and annotate every broadcast: ` +
      'set HEADCOUNT_AUTH=password with HEADCOUNT_PASSWORD and HEADCOUNT_SESSION_SECRET (or oidc), or keep HEADCOUNT_HOST=127.0.0.1 behind your own proxy.',
  );
}
