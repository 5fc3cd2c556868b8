/**
 * Owncast signs webhooks only where its version and settings do so: `t=SECONDS.s=HEX` in a header, the hex being the
 * HMAC-SHA256 of `SECONDS.BODY`. Elsewhere the secret stands in the address that Owncast is given, `?secret=…`, or a proxy
 * adds it as `Authorization: Bearer …`. One of the three must hold.
 */
import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { sameSecret } from '../http/secret.ts';

/** A signed request older than this may be a replay, ms. */
const SIGNED_FOR_MS = 300_000;

/** What is wrong, one sentence, or null. `now`: wall clock, epoch ms. */
export function owncastSignatureProblem(
  headers: IncomingHttpHeaders,
  query: URLSearchParams,
  body: Buffer,
  secret: string,
  now: number,
): string | null {
  const signed = signatureIn(headers);
  if (signed) {
    if (Math.abs(now - signed.seconds * 1000) > SIGNED_FOR_MS) {
      return "The webhook was signed more than five minutes ago: set this machine's clock and Owncast's.";
    }
    const expected = createHmac('sha256', secret).update(`${signed.seconds}.`).update(body).digest('hex');
    return sameSecret(signed.hex, expected)
      ? null
      : 'The signature does not fit: set HEADCOUNT_OWNCAST_SECRET to the secret Owncast shows for this webhook.';
  }
  const shown = query.get('secret') ?? /^Bearer\s+(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? null;
  if (shown === null) {
    return 'An Owncast webhook needs the secret of HEADCOUNT_OWNCAST_SECRET: give Owncast the address with ?secret=… at its end.';
  }
  return sameSecret(shown, secret)
    ? null
    : 'The secret in the address is not the one of HEADCOUNT_OWNCAST_SECRET: correct one of them.';
}

/** By its form, whatever the header is called. */
function signatureIn(headers: IncomingHttpHeaders): { seconds: number; hex: string } | null {
  for (const [name, value] of Object.entries(headers)) {
    if (!name.includes('signature') || typeof value !== 'string') continue;
    const [, seconds, hex] = /^t=(\d{1,12})\.s=([0-9a-f]{64})$/i.exec(value.trim()) ?? [];
    if (seconds !== undefined && hex !== undefined) return { seconds: Number(seconds), hex: hex.toLowerCase() };
  }
  return null;
}
