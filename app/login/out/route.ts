import { foreignWrite } from '../../_data/access.ts';
import { forgottenCookie, SESSION_COOKIE } from '../../_data/session.ts';
import { goTo, isSecure } from '../answers.ts';

export const dynamic = 'force-dynamic';

/** Ends the session of this browser. */
export function POST(request: Request): Response {
  return foreignWrite(request) ?? goTo('/login', [forgottenCookie(SESSION_COOKIE, isSecure(request))]);
}
