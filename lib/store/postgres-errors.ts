/** What PostgreSQL and the way to it say, as one sentence that tells what to do. */
import { StoreError } from './store-error.ts';

/** Where a store is, without its password. */
export interface PostgresPlace {
  host: string;
  port: number;
  user: string;
  database: string;
}

/** No answer, or an answer that ended midway. */
const AWAY = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'ENOENT',
  '57P01',
  '57P02',
  '57P03',
];

const UNTRUSTED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
];

/** The statement may hold when it is tried again: two processes stood in each other's way. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error instanceof StoreError ? error.cause : error);
  return code === '40P01' || code === '40001';
}

export function explainPostgres(error: unknown, place: PostgresPlace): Error {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  const said = error instanceof Error ? error.message : String(error);
  const at = `${place.host}:${place.port}`;
  const why = code === '' ? said : code;
  const sentence = (text: string): StoreError => new StoreError(text, error);
  // what the server says has a code; without one it is the way to it that ended
  if (
    AWAY.includes(code) ||
    code.startsWith('08') ||
    (code === '' && /timeout|terminated|not queryable|ended/i.test(said))
  ) {
    return sentence(
      `PostgreSQL was expected at ${at} and does not answer (${why}): start it, or correct HEADCOUNT_STORE.`,
    );
  }
  if (code.startsWith('28') || said.startsWith('SASL')) {
    return sentence(
      `PostgreSQL at ${at} does not let the user "${place.user}" in (${why}): correct user and password in HEADCOUNT_STORE.`,
    );
  }
  if (code === '3D000') {
    return sentence(
      `A database "${place.database}" was expected in PostgreSQL at ${at}, and there is none: create it with CREATE DATABASE, or correct HEADCOUNT_STORE.`,
    );
  }
  if (code === '42501') {
    return sentence(
      `The user "${place.user}" may not do in the database "${place.database}" of PostgreSQL at ${at} what the store needs (${said}): make it the database's owner, or set another user in HEADCOUNT_STORE.`,
    );
  }
  if (code === '25006') {
    return sentence(
      `PostgreSQL at ${at} takes no writes (it is a standby or set to read only): set HEADCOUNT_STORE to the primary.`,
    );
  }
  if (code === '53300') {
    return sentence(
      `PostgreSQL at ${at} has no connection left (${said}): raise max_connections there, or run fewer processes.`,
    );
  }
  if (code.startsWith('53')) {
    return sentence(
      `PostgreSQL at ${at} is out of means (${said}): give it disk or memory; what was read is not lost.`,
    );
  }
  if (code === '55P03' || code === '25P03') {
    return sentence(`PostgreSQL at ${at} kept a process waiting for another one too long (${why}); it is tried again.`);
  }
  if (UNTRUSTED.includes(code)) {
    return sentence(
      `The certificate of PostgreSQL at ${at} is not trusted (${code}): name its authority with sslrootcert=FILE in HEADCOUNT_STORE.`,
    );
  }
  if (/SSL/.test(said)) {
    return sentence(`No encrypted connection to PostgreSQL at ${at} (${said}): correct sslmode in HEADCOUNT_STORE.`);
  }
  return sentence(
    `PostgreSQL at ${at} refused a statement (${code === '' ? '' : `${code}: `}${said}): the tables are not as Headcount made them, or this is a fault of Headcount; see the server's log.`,
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
