/** Who did what, kept with the broadcast: what people enter is never without a trace. */
import 'server-only';
import { randomUUID } from 'node:crypto';
import type { RemarkAction, WindowAction } from '../../lib/numbers/action.ts';
import { putAction } from '../../lib/store/actions.ts';
import { authSettings } from './auth-settings.ts';
import { cookieOf, readSession, SESSION_COOKIE } from './session.ts';
import { tables } from './tables.ts';

/** Without the id and the instant, which are given here. */
type NewAction = Omit<RemarkAction, 'id' | 'at'> | Omit<WindowAction, 'id' | 'at'>;

/** Who is signed in under a name; else who the body says it was. */
export async function authorOf(request: Request, said: string | null): Promise<string | null> {
  const auth = authSettings();
  if (auth.kind === 'none' || auth.kind === 'refused') return said;
  return (await readSession(auth, cookieOf(request, SESSION_COOKIE)))?.name ?? said;
}

/** False where the broadcast went away meanwhile. `revises`: its revision goes up with it. */
export async function recordAction(
  broadcast: string,
  action: NewAction,
  { revises = false, now = Date.now() }: { revises?: boolean; now?: number } = {},
): Promise<boolean> {
  return putAction(await tables(), broadcast, { ...action, id: randomUUID(), at: now }, { revises });
}
