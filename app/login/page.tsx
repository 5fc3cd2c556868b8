import '../_style/login.css';
import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { pathOfSite } from '../_data/access.ts';
import { authSettings } from '../_data/auth-settings.ts';
import { readSession, SESSION_COOKIE } from '../_data/session.ts';
import { one, type SearchParams } from '../_data/view.ts';

export const metadata: Metadata = { title: 'Sign in' };

const TROUBLES: Readonly<Record<string, string>> = {
  wrong: 'That is not the password. Try again, or ask whoever runs this dashboard.',
  busy: 'Too many wrong passwords came in the last minute. Wait a minute, then try again.',
  provider: 'The sign-in provider does not answer. Try again; if it stays so, check HEADCOUNT_OIDC_ISSUER.',
  expired: 'The sign-in took longer than ten minutes, or began in another browser. Start it again.',
  refused: 'The provider did not confirm the sign-in. Start it again, or ask whoever runs the provider.',
};

export default async function LoginPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const to = pathOfSite(one(params.to));
  const trouble = TROUBLES[one(params.trouble) ?? ''];
  const auth = authSettings();
  if (auth.kind === 'none') redirect('/');
  if (auth.kind === 'refused') {
    return (
      <main className="say">
        <h1>This dashboard is not set up yet.</h1>
        <p>{auth.why}</p>
      </main>
    );
  }
  const session = await readSession(auth, (await cookies()).get(SESSION_COOKIE)?.value);
  if (session !== null) {
    return (
      <main className="say">
        <h1>{session.name === null ? 'You are signed in.' : `You are signed in as ${session.name}.`}</h1>
        <form method="post" action="/login/out" className="do">
          <a className="btn primary" href={to}>
            To the broadcasts
          </a>
          <button type="submit" className="btn">
            Sign out
          </button>
        </form>
      </main>
    );
  }
  return (
    <main className="say">
      <h1>Sign in to Headcount</h1>
      {trouble === undefined ? null : (
        <p className="stale" role="alert">
          {trouble}
        </p>
      )}
      {auth.kind === 'password' ? (
        <form method="post" action="/login/password" className="sign-in">
          <input type="hidden" name="to" value={to} />
          <label htmlFor="password">Password</label>
          <input
            id="password"
            name="password"
            type="password"
            autoComplete="current-password"
            required
            // biome-ignore lint/a11y/noAutofocus: the only field of a page that has no other purpose
            autoFocus
          />
          <button type="submit" className="btn primary">
            Sign in
          </button>
        </form>
      ) : (
        <p className="do">
          <a className="btn primary" href={`/login/oidc?${new URLSearchParams({ to })}`}>
            Sign in with {new URL(auth.issuer).host}
          </a>
        </p>
      )}
    </main>
  );
}
