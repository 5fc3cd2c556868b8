/** Answers of the sign-in: always another page, never kept. */

/** After a form (303 turns it into a GET); cookies as `Set-Cookie` carries them. */
export function goTo(path: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ location: path, 'cache-control': 'no-store' });
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  return new Response(null, { status: 303, headers });
}

export function loginPath(to: string, trouble: string): string {
  return `/login?${new URLSearchParams({ ...(to === '/' ? {} : { to }), trouble })}`;
}

/** Whether the browser came over TLS, directly or through a proxy that says so. */
export function isSecure(request: Request): boolean {
  const forwarded = request.headers.get('x-forwarded-proto')?.split(',')[0]?.trim();
  return (forwarded ?? new URL(request.url).protocol.replace(':', '')) === 'https';
}
