/** Who may look, as the dashboard's own environment says it; the command line has refused what is wrong before. */
import 'server-only';

export type Auth =
  | { kind: 'none' }
  | { kind: 'password'; password: string; sessionSecret: string }
  | { kind: 'oidc'; issuer: string; clientId: string; clientSecret: string; sessionSecret: string; url: string }
  /** nobody gets in: a sentence says what to set */
  | { kind: 'refused'; why: string };

/** A shorter secret could be guessed. */
const SECRET_LENGTH = 32;
const LOOPBACK = /^(localhost|\[?::1\]?|127(\.\d{1,3}){3})$/;

let read: Auth | null = null;

export function authSettings(): Auth {
  read ??= parseAuth(process.env);
  return read;
}

export function parseAuth(env: Readonly<Record<string, string | undefined>>): Auth {
  const text = (name: string): string => env[name]?.trim() ?? '';
  const kind = text('HEADCOUNT_AUTH') || 'none';
  if (kind === 'none') {
    const host = text('HEADCOUNT_HOST') || '127.0.0.1';
    if (LOOPBACK.test(host)) return { kind };
    return refused(
      `HEADCOUNT_HOST is ${host}, which other machines can reach, and HEADCOUNT_AUTH is none: set HEADCOUNT_AUTH=password with HEADCOUNT_PASSWORD and HEADCOUNT_SESSION_SECRET (or oidc), or keep HEADCOUNT_HOST=127.0.0.1.`,
    );
  }
  const names = NEEDED[kind];
  if (names === undefined) {
    return refused(`HEADCOUNT_AUTH must be none, password or oidc, and is "${kind}": correct it.`);
  }
  const missing = names.filter((name) => text(name) === '');
  if (missing.length > 0)
    return refused(`HEADCOUNT_AUTH=${kind} needs ${missing.join(', ')}: set ${pronoun(missing)}.`);
  const sessionSecret = text('HEADCOUNT_SESSION_SECRET');
  if (sessionSecret.length < SECRET_LENGTH) {
    return refused(
      `HEADCOUNT_SESSION_SECRET must have at least ${SECRET_LENGTH} characters, and it has ${sessionSecret.length}: make one with \`openssl rand -base64 32\`.`,
    );
  }
  if (kind === 'password') return { kind, password: text('HEADCOUNT_PASSWORD'), sessionSecret };
  return {
    kind: 'oidc',
    issuer: text('HEADCOUNT_OIDC_ISSUER').replace(/\/+$/, ''),
    clientId: text('HEADCOUNT_OIDC_CLIENT_ID'),
    clientSecret: text('HEADCOUNT_OIDC_CLIENT_SECRET'),
    sessionSecret,
    url: text('HEADCOUNT_URL').replace(/\/+$/, ''),
  };
}

const NEEDED: Readonly<Record<string, readonly string[]>> = {
  password: ['HEADCOUNT_PASSWORD', 'HEADCOUNT_SESSION_SECRET'],
  oidc: [
    'HEADCOUNT_OIDC_ISSUER',
    'HEADCOUNT_OIDC_CLIENT_ID',
    'HEADCOUNT_OIDC_CLIENT_SECRET',
    'HEADCOUNT_SESSION_SECRET',
    'HEADCOUNT_URL',
  ],
};

function refused(why: string): Auth {
  return { kind: 'refused', why };
}

function pronoun(names: readonly string[]): string {
  return names.length === 1 ? 'it' : 'them';
}
