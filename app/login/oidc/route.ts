import { pathOfSite } from '../../_data/access.ts';
import { authSettings } from '../../_data/auth-settings.ts';
import { problem } from '../../_data/problem.ts';
import { flowCookie } from '../../_data/session.ts';
import { beginSignIn } from '../../_data/sign-in.ts';
import { goTo, isSecure, loginPath } from '../answers.ts';

export const dynamic = 'force-dynamic';

/** Sends the browser to the provider; `to` is the page that was asked for. */
export async function GET(request: Request): Promise<Response> {
  const auth = authSettings();
  if (auth.kind !== 'oidc')
    return problem(404, 'No provider', 'HEADCOUNT_AUTH is not oidc: there is no provider to sign in with.');
  const to = pathOfSite(new URL(request.url).searchParams.get('to'));
  try {
    const { url, state, nonce, verifier } = await beginSignIn(auth);
    return goTo(url.href, [await flowCookie(auth, { kind: 'flow', state, nonce, verifier, to }, isSecure(request))]);
  } catch (error) {
    console.error(`the provider at ${auth.issuer} does not answer: ${error instanceof Error ? error.message : error}`);
    return goTo(loginPath(to, 'provider'));
  }
}
