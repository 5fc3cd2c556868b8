/** Signing in by password and through a provider, with the handlers themselves and a small provider beside them. */
import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

vi.mock('server-only', () => ({}));
vi.mock('next/headers', () => ({}));
vi.mock('next/navigation', () => ({}));

const SECRET = 's'.repeat(32);

beforeEach(() => {
  vi.resetModules();
  globalThis.headcountWrongPasswords = undefined;
  globalThis.headcountProvider = undefined;
});
afterEach(() => vi.unstubAllEnvs());

function withPassword(password = 'open sesame'): void {
  vi.stubEnv('HEADCOUNT_AUTH', 'password');
  vi.stubEnv('HEADCOUNT_PASSWORD', password);
  vi.stubEnv('HEADCOUNT_SESSION_SECRET', SECRET);
}

async function enter(
  password: string,
  to = '/b/launch?tz=UTC',
  headers: Record<string, string> = {},
): Promise<Response> {
  const { POST } = await import('./password/route.ts');
  const body = new URLSearchParams({ password, to });
  return POST(new Request('http://127.0.0.1:3000/login/password', { method: 'POST', body, headers }));
}

/** The cookie as a browser would send it back. */
function cookieFrom(response: Response, name: string): string {
  const set = response.headers.getSetCookie().find((one) => one.startsWith(`${name}=`)) ?? '';
  return set.split(';')[0] ?? '';
}

async function refusalOf(cookie: string): Promise<number | null> {
  const { refusal } = await import('../_data/access.ts');
  const answer = await refusal(new Request('http://127.0.0.1:3000/api/broadcasts', { headers: { cookie } }));
  return answer?.status ?? null;
}

describe('a password', () => {
  it('opens the page that was asked for, with a cookie no script can read', async () => {
    withPassword();
    const answer = await enter('open sesame');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/b/launch?tz=UTC']);
    expect(answer.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax$/);
    expect(await refusalOf(cookieFrom(answer, 'headcount-session'))).toBeNull();
  });

  it('is asked for again where there is no session, or a broken one', async () => {
    withPassword();
    const cookie = cookieFrom(await enter('open sesame'), 'headcount-session');
    expect(await refusalOf('')).toBe(401);
    expect(await refusalOf(cookie.slice(0, -3))).toBe(401);
    expect(await refusalOf('headcount-session=nonsense')).toBe(401);
  });

  it('that was changed ends the sessions it opened', async () => {
    withPassword();
    const cookie = cookieFrom(await enter('open sesame'), 'headcount-session');
    vi.resetModules();
    withPassword('another one');
    expect(await refusalOf(cookie)).toBe(401);
  });

  it('that is wrong gives no session, and too many of them nothing at all', async () => {
    withPassword();
    const answer = await enter('open barley');
    expect(answer.headers.get('location')).toContain('trouble=wrong');
    expect(answer.headers.getSetCookie()).toEqual([]);
    for (let tries = 0; tries < 30; tries++) await enter('open rye');
    expect((await enter('open sesame')).headers.get('location')).toContain('trouble=busy');
  });

  it('is not taken from a page of another site, and leads to no other site', async () => {
    withPassword();
    expect((await enter('open sesame', '/', { origin: 'https://elsewhere.example' })).status).toBe(403);
    for (const to of [
      'https://elsewhere.example/',
      '//elsewhere.example',
      '/\\elsewhere.example',
      'javascript:alert(1)',
    ]) {
      expect((await enter('open sesame', to)).headers.get('location')).toBe('/');
    }
  });

  it('marks its cookie secure behind a proxy that speaks TLS', async () => {
    withPassword();
    const answer = await enter('open sesame', '/', { 'x-forwarded-proto': 'https' });
    expect(answer.headers.get('set-cookie')).toMatch(/; Secure$/);
  });
});

describe('settings that let nobody in', () => {
  it.each([
    [{ HEADCOUNT_HOST: '0.0.0.0' }, 'HEADCOUNT_AUTH=password'],
    [{ HEADCOUNT_AUTH: 'password', HEADCOUNT_PASSWORD: 'x' }, 'HEADCOUNT_SESSION_SECRET'],
    [{ HEADCOUNT_AUTH: 'password', HEADCOUNT_PASSWORD: 'x', HEADCOUNT_SESSION_SECRET: 'short' }, '32 characters'],
    [{ HEADCOUNT_AUTH: 'oidc', HEADCOUNT_SESSION_SECRET: SECRET }, 'HEADCOUNT_OIDC_ISSUER'],
    [{ HEADCOUNT_AUTH: 'magic' }, 'none, password or oidc'],
  ])('%j say what to set', async (env, words) => {
    const { parseAuth } = await import('../_data/auth-settings.ts');
    const auth = parseAuth(env);
    expect(auth).toMatchObject({ kind: 'refused' });
    expect('why' in auth && auth.why).toContain(words);
  });

  it('are none where only this machine can reach the dashboard', async () => {
    const { parseAuth } = await import('../_data/auth-settings.ts');
    for (const host of [undefined, '', 'localhost', '127.0.0.1', '127.8.8.8', '::1', '[::1]']) {
      expect(parseAuth(host === undefined ? {} : { HEADCOUNT_HOST: host }).kind).toBe('none');
    }
  });
});

describe('a provider', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let server: Server;
  let issuer = '';
  /** the code challenge and the nonce of the last sign-in, and what the token endpoint does */
  const seen = { challenge: '', nonce: '', verified: false };

  beforeEach(async () => {
    seen.verified = false;
    server = createServer((request, response) => {
      const json = (value: unknown): void =>
        void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
      if (request.url === '/.well-known/openid-configuration') {
        json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256'],
          code_challenge_methods_supported: ['S256'],
        });
      } else if (request.url === '/keys')
        json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] });
      else {
        let body = '';
        request.on('data', (piece) => {
          body += piece;
        });
        request.on('end', () => {
          const verifier = new URLSearchParams(body).get('code_verifier') ?? '';
          seen.verified = createHash('sha256').update(verifier).digest('base64url') === seen.challenge;
          json({ access_token: 'a', token_type: 'bearer', id_token: token() });
        });
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    vi.stubEnv('HEADCOUNT_AUTH', 'oidc');
    vi.stubEnv('HEADCOUNT_OIDC_ISSUER', issuer);
    vi.stubEnv('HEADCOUNT_OIDC_CLIENT_ID', 'headcount');
    vi.stubEnv('HEADCOUNT_OIDC_CLIENT_SECRET', 'hush');
    vi.stubEnv('HEADCOUNT_SESSION_SECRET', SECRET);
    vi.stubEnv('HEADCOUNT_URL', 'https://headcount.example.org');
  });
  afterEach(() => server.close());

  function token(): string {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const text = `${part({ alg: 'RS256', kid: 'k' })}.${part({ iss: issuer, aud: 'headcount', sub: '1', name: 'Ada', nonce: seen.nonce, iat: now, exp: now + 60 })}`;
    return `${text}.${sign('sha256', Buffer.from(text), createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))).toString('base64url')}`;
  }

  async function begin(): Promise<{ url: URL; cookie: string }> {
    const { GET } = await import('./oidc/route.ts');
    const answer = await GET(new Request('http://127.0.0.1:3000/login/oidc?to=/compare'));
    const url = new URL(answer.headers.get('location') ?? '', 'http://x/');
    seen.challenge = url.searchParams.get('code_challenge') ?? '';
    seen.nonce = url.searchParams.get('nonce') ?? '';
    return { url, cookie: cookieFrom(answer, 'headcount-sign-in') };
  }

  async function back(query: Record<string, string>, cookie: string): Promise<Response> {
    const { GET } = await import('./callback/route.ts');
    const address = `http://127.0.0.1:3000/login/callback?${new URLSearchParams(query)}`;
    return GET(new Request(address, { headers: { cookie } }));
  }

  it('is asked with PKCE, and lets in who comes back with its word', async () => {
    const { url, cookie } = await begin();
    expect(url.href.startsWith(`${issuer}/authorize`)).toBe(true);
    expect(url.searchParams.get('redirect_uri')).toBe('https://headcount.example.org/login/callback');
    const answer = await back({ code: 'c', state: url.searchParams.get('state') ?? '' }, cookie);
    expect(answer.headers.get('location')).toBe('/compare');
    expect(seen.verified).toBe(true);
    expect(await refusalOf(cookieFrom(answer, 'headcount-session'))).toBeNull();
  });

  it('that sends somebody with another state, or without a beginning, opens nothing', async () => {
    const { cookie } = await begin();
    const answer = await back({ code: 'c', state: 'made up' }, cookie);
    expect(answer.headers.get('location')).toContain('trouble=refused');
    expect(cookieFrom(answer, 'headcount-session')).toBe('');
    expect((await back({ code: 'c', state: 'x' }, '')).headers.get('location')).toContain('trouble=expired');
  });

  it('that does not answer is said to be silent', async () => {
    vi.stubEnv('HEADCOUNT_OIDC_ISSUER', 'http://127.0.0.1:9');
    expect((await begin()).url.search).toContain('trouble=provider');
  });
});
