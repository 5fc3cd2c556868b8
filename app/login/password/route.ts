import { foreignWrite, pathOfSite } from '../../_data/access.ts';
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
  const form = await request.formData().catch(() => null);
  const [given, asked] = [form?.get('password'), form?.get('to')];
  const to = pathOfSite(typeof asked === 'string' ? asked : null);
  const verdict = checkPassword(typeof given === 'string' ? given : '', auth.password, Date.now());
  if (verdict !== 'right') return goTo(loginPath(to, verdict));
  return goTo(to, [await sessionCookie(auth, { kind: 'session', way: 'password', name: null }, isSecure(request))]);
}
