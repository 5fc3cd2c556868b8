/** The sealed cookie that says who signed in. Read and written here alone; times in epoch ms. */
import 'server-only';
import { sealData, unsealData } from 'iron-session';
import type { Auth } from './auth-settings.ts';

export const SESSION_COOKIE = 'headcount-session';
/** What a sign-in with a provider must remember until the browser is back. */
export const FLOW_COOKIE = 'headcount-sign-in';

const SESSION_SECONDS = 12 * 3600;
const FLOW_SECONDS = 600;

export interface Session {
  kind: 'session';
  /** of the settings it was made under: a cookie of a password that has changed opens nothing */
  way: 'password' | 'oidc';
  /** a name to show; null where everybody has the same password */
  name: string | null;
}

export interface Flow {
  kind: 'flow';
  state: string;
  nonce: string;
  verifier: string;
  /** the page that was asked for */
  to: string;
}

/** Settings under which people sign in. */
export type SignIn = Extract<Auth, { sessionSecret: string }>;

export async function sessionCookie(auth: SignIn, session: Session, secure: boolean): Promise<string> {
  const value = await sealData(session, { password: keyOf(auth), ttl: SESSION_SECONDS });
  return cookieText(SESSION_COOKIE, value, SESSION_SECONDS, secure);
}

export async function flowCookie(auth: SignIn, flow: Flow, secure: boolean): Promise<string> {
  return cookieText(
    FLOW_COOKIE,
    await sealData(flow, { password: keyOf(auth), ttl: FLOW_SECONDS }),
    FLOW_SECONDS,
    secure,
  );
}

export function forgottenCookie(name: string, secure: boolean): string {
  return cookieText(name, '', 0, secure);
}

/** Null where the cookie is absent, too old, of other settings, or not ours. */
export async function readSession(auth: SignIn, value: string | undefined): Promise<Session | null> {
  const found = await unsealed(auth, value, SESSION_SECONDS);
  if (found?.kind !== 'session' || found.way !== auth.kind) return null;
  return { kind: 'session', way: auth.kind, name: typeof found.name === 'string' ? found.name : null };
}

export async function readFlow(auth: SignIn, value: string | undefined): Promise<Flow | null> {
  const found = await unsealed(auth, value, FLOW_SECONDS);
  if (found?.kind !== 'flow') return null;
  const { state, nonce, verifier, to } = found;
  if (typeof state !== 'string' || typeof nonce !== 'string' || typeof verifier !== 'string') return null;
  return { kind: 'flow', state, nonce, verifier, to: typeof to === 'string' ? to : '/' };
}

/** A cookie out of a request's `Cookie` header. */
export function cookieOf(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

async function unsealed(auth: SignIn, value: string | undefined, ttl: number): Promise<Record<string, unknown> | null> {
  if (value === undefined || value === '') return null;
  try {
    return await unsealData<Record<string, unknown>>(value, { password: keyOf(auth), ttl });
  } catch {
    // sealed with another secret, or cut: whoever brought it signs in again
    return null;
  }
}

/** A changed password ends the sessions it opened. */
function keyOf(auth: SignIn): string {
  return auth.kind === 'password' ? `${auth.sessionSecret}\n${auth.password}` : auth.sessionSecret;
}

function cookieText(name: string, value: string, seconds: number, secure: boolean): string {
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}
