/** Signing in: a password compared, or a provider asked (authorization code with PKCE). */
import 'server-only';
import { createHash, timingSafeEqual } from 'node:crypto';
import * as oidc from 'openid-client';
import type { Auth } from './auth-settings.ts';

/** Wrong passwords in a minute before no more are looked at. */
const MOST_WRONG = 30;
const MINUTE_MS = 60_000;

type Oidc = Extract<Auth, { kind: 'oidc' }>;

declare global {
  var headcountWrongPasswords: number[] | undefined;
  var headcountProvider: { key: string; configuration: Promise<oidc.Configuration> } | undefined;
}

/** `busy`: too many wrong ones came in the last minute. `now` in epoch ms. */
export function checkPassword(given: string, password: string, now: number): 'right' | 'wrong' | 'busy' {
  globalThis.headcountWrongPasswords ??= [];
  const wrong = globalThis.headcountWrongPasswords;
  while (wrong[0] !== undefined && now - wrong[0] >= MINUTE_MS) wrong.shift();
  if (wrong.length >= MOST_WRONG) return 'busy';
  // digests are of equal length, so the comparison tells nothing about the password's
  if (timingSafeEqual(digest(given), digest(password))) return 'right';
  wrong.push(now);
  return 'wrong';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

export interface SignInFlow {
  url: URL;
  state: string;
  nonce: string;
  verifier: string;
}

/** Where to send the browser, and what to remember until it is back. Throws where the provider does not answer. */
export async function beginSignIn(auth: Oidc): Promise<SignInFlow> {
  const configuration = await provider(auth);
  const verifier = oidc.randomPKCECodeVerifier();
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: callbackOf(auth),
    scope: 'openid profile email',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  return { url, state, nonce, verifier };
}

/** The name of who signed in. Throws where the provider, or what the browser brought, does not fit the flow. */
export async function endSignIn(auth: Oidc, search: string, flow: Omit<SignInFlow, 'url'>): Promise<string | null> {
  const tokens = await oidc.authorizationCodeGrant(await provider(auth), new URL(`${callbackOf(auth)}${search}`), {
    pkceCodeVerifier: flow.verifier,
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  const name = claims?.name ?? claims?.email ?? claims?.sub;
  return typeof name === 'string' ? name : null;
}

function callbackOf({ url }: Oidc): string {
  return `${url}/login/callback`;
}

/** Read once from the provider; a failed reading is tried again at the next sign-in. */
async function provider(auth: Oidc): Promise<oidc.Configuration> {
  const key = `${auth.issuer} ${auth.clientId}`;
  if (globalThis.headcountProvider?.key !== key) {
    const issuer = new URL(auth.issuer);
    const options = issuer.protocol === 'http:' ? { execute: [oidc.allowInsecureRequests] } : {};
    globalThis.headcountProvider = {
      key,
      configuration: oidc.discovery(issuer, auth.clientId, auth.clientSecret, undefined, options),
    };
  }
  try {
    return await globalThis.headcountProvider.configuration;
  } catch (error) {
    globalThis.headcountProvider = undefined;
    throw error;
  }
}
