/** Who may look and who may write: asked again by every route handler and every page. */
import 'server-only';
import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { authSettings } from './auth-settings.ts';
import { problem } from './problem.ts';
import { cookieOf, readSession, SESSION_COOKIE } from './session.ts';

/** Null where the request may go on, else the answer that says why not. */
export async function refusal(request: Request): Promise<Response | null> {
  const foreign = foreignWrite(request);
  if (foreign !== null) return foreign;
  const auth = authSettings();
  if (auth.kind === 'none') return null;
  if (auth.kind === 'refused') return problem(503, 'Not set up', auth.why);
  if ((await readSession(auth, cookieOf(request, SESSION_COOKIE))) !== null) return null;
  return problem(
    401,
    'Not signed in',
    'A session was expected and none came, or it is over: sign in at /login with a browser and send its cookie.',
  );
}

/** Sends a browser without a session to the sign-in page, and back to where it was going afterwards. */
export async function admitPage(): Promise<void> {
  const auth = authSettings();
  if (auth.kind === 'none') return;
  const value = (await cookies()).get(SESSION_COOKIE)?.value;
  if (auth.kind !== 'refused' && (await readSession(auth, value)) !== null) return;
  redirect(signInPath((await headers()).get(ASKED_HEADER) ?? '/'));
}

/** Set by the proxy: the path and query that was asked for. */
export const ASKED_HEADER = 'x-headcount-asked';

export function signInPath(to: string): string {
  return to === '/' ? '/login' : `/login?${new URLSearchParams({ to })}`;
}

/** A path of this site out of what a link or a form says; `/` where it is anything else. */
export function pathOfSite(text: string | null | undefined): string {
  if (text === null || text === undefined || !/^\/(?![/\\])/.test(text)) return '/';
  const base = 'http://site.invalid';
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  return url === null || url.origin !== base ? '/' : `${url.pathname}${url.search}${url.hash}`;
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A page of another site must not write with this browser's session: the answer that says so, else null. */
export function foreignWrite(request: Request): Response | null {
  if (READS.has(request.method)) return null;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin' || site === 'none' ? null : foreign();
  const origin = request.headers.get('origin');
  if (origin === null) return null;
  const hosts = [request.headers.get('x-forwarded-host'), request.headers.get('host'), new URL(request.url).host];
  return URL.canParse(origin) && hosts.includes(new URL(origin).host) ? null : foreign();
}

function foreign(): Response {
  return problem(
    403,
    'Another site asked',
    'A request from a page of this dashboard was expected, and it came from another site: use the dashboard itself, or send it without an Origin header.',
  );
}
