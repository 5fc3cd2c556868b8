/** The door in front of every page and address: headers, methods, and the way to the sign-in page. */
import { type NextRequest, NextResponse } from 'next/server';
import { ASKED_HEADER, refusal, signInPath } from './app/_data/access.ts';
import { FILE_POLICY, pagePolicy } from './app/_data/content-policy.ts';
import { allowedMethods } from './app/_data/methods.ts';
import { problem } from './app/_data/problem.ts';

export const config = { matcher: ['/((?!_next/|icon.svg$).*)'] };

/** Open to everybody: whether the process lives is asked by machines without a session. */
const OPEN = /^\/(healthz|readyz|login)(\/|$)/;

/** Pages are read; the sign-in alone takes forms. */
const READS = ['GET', 'HEAD', 'OPTIONS'];
const WRITES = /^\/login\//;

export async function proxy(request: NextRequest): Promise<Response> {
  const { pathname, search } = request.nextUrl;
  const isApi = /^\/api(\/|$)/.test(pathname);
  if (!isDecodable(pathname)) {
    return problem(
      400,
      'Bad address',
      'The address was expected percent-encoded as UTF-8, and is not: encode it anew.',
    );
  }
  const allowed = isApi ? allowedMethods(pathname) : WRITES.test(pathname) ? null : READS;
  if (allowed !== null && !allowed.includes(request.method)) {
    const answer = problem(
      405,
      'Method not allowed',
      `${allowed.join(' or ')} was expected at ${pathname}, and ${request.method} came: ${isApi ? 'see GET /api/openapi.json' : 'ask so'}.`,
    );
    answer.headers.set('allow', allowed.join(', '));
    return answer;
  }
  if (!OPEN.test(pathname)) {
    const refused = await refusal(request);
    if (refused !== null) {
      if (isApi || refused.status !== 401) return refused;
      return NextResponse.redirect(new URL(signInPath(`${pathname}${search}`), request.url));
    }
  }
  const headers = new Headers(request.headers);
  headers.set(ASKED_HEADER, `${pathname}${search}`);
  const policy = isApi ? FILE_POLICY : pagePolicy(crypto.randomUUID().replaceAll('-', ''));
  // the renderer reads the nonce from here and writes it on every tag of its own
  headers.set('content-security-policy', policy);
  const answer = NextResponse.next({ request: { headers } });
  answer.headers.set('content-security-policy', policy);
  answer.headers.set('x-content-type-options', 'nosniff');
  answer.headers.set('x-frame-options', 'DENY');
  answer.headers.set('referrer-policy', 'same-origin');
  return answer;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
