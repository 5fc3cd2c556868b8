import { pathOfSite } from '../../_data/access.ts';
import { authSettings } from '../../_data/auth-settings.ts';
import { problem } from '../../_data/problem.ts';
import { cookieOf, FLOW_COOKIE, forgottenCookie, readFlow, sessionCookie } from '../../_data/session.ts';
import { endSignIn } from '../../_data/sign-in.ts';
import { goTo, isSecure, loginPath } from '../answers.ts';

export const dynamic = 'force-dynamic';

/** Where the provider sends the browser back to. */
export async function GET(request: Request): Promise<Response> {
  const auth = authSettings();
  if (auth.kind !== 'oidc')
    return problem(404, 'No provider', 'HEADCOUNT_AUTH is not oidc: there is no provider to come back from.');
  const secure = isSecure(request);
  const flow = await readFlow(auth, cookieOf(request, FLOW_COOKIE));
  if (flow === null) return goTo(loginPath('/', 'expired'));
  const to = pathOfSite(flow.to);
  try {
    const name = await endSignIn(auth, new URL(request.url).search, flow);
    const session = await sessionCookie(auth, { kind: 'session', way: 'oidc', name }, secure);
    return goTo(to, [session, forgottenCookie(FLOW_COOKIE, secure)]);
  } catch (error) {
    console.error(`a sign-in through ${auth.issuer} failed: ${error instanceof Error ? error.message : error}`);
    return goTo(loginPath(to, 'refused'), [forgottenCookie(FLOW_COOKIE, secure)]);
  }
}
