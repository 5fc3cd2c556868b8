import { foreignWrite, pathOfSite } from '../../_data/access.ts';
import { shortText } from '../../_data/answer.ts';
import { authSettings } from '../../_data/auth-settings.ts';
import { problem } from '../../_data/problem.ts';
import { sessionCookie } from '../../_data/session.ts';
import { checkPassword } from '../../_data/sign-in.ts';
import { goTo, isSecure, loginPath } from '../answers.ts';

export const dynamic = 'force-dynamic';

/** The form of the sign-in page: `password`, and `to`, the page that was asked for. */
export async function POST(request: Request): Promise<Response> {
  const foreign = foreignWrite(request);
  if (foreign !== null) return foreign;
  const auth = authSettings();
  if (auth.kind !== 'password')
    return problem(404, 'No password', 'HEADCOUNT_AUTH is not password: there is nothing to sign in to here.');
  const form = new URLSearchParams((await shortText(request)) ?? '');
  const to = pathOfSite(form.get('to'));
  const verdict = checkPassword(form.get('password') ?? '', auth.password, Date.now());
  if (verdict !== 'right') return goTo(loginPath(to, verdict));
  return goTo(to, [await sessionCookie(auth, { kind: 'session', way: 'password', name: null }, isSecure(request))]);
}
