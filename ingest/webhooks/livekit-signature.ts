/**
 * LiveKit signs a webhook with a JWT (RFC 7519, HS256) in `Authorization`: `iss` is the API key, `sha256` the body's hash
 * in base64. https://docs.livekit.io/home/server/webhooks/
 */
import { createHash, createHmac } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../lib/event/fields.ts';
import { sameSecret } from '../http/secret.ts';

export interface LiveKitKeys {
  apiKey: string;
  apiSecret: string;
}

/** Two machines' clocks may differ by this, ms. */
const CLOCK_SLACK_MS = 60_000;

/** What is wrong with the signature, one sentence, or null. `now`: wall clock, epoch ms. */
export function liveKitSignatureProblem(
  authorization: string | undefined,
  body: Buffer,
  keys: LiveKitKeys,
  now: number,
): string | null {
  const token = authorization?.replace(/^Bearer\s+/i, '').trim() ?? '';
  const [head, payload, signature, ...rest] = token.split('.');
  if (head === undefined || payload === undefined || signature === undefined || rest.length > 0) {
    return 'A LiveKit webhook carries a signed token in Authorization, and this request has none: send it from LiveKit.';
  }
  if (jsonOf(head)?.alg !== 'HS256') return 'The token in Authorization must be signed with HS256, as LiveKit does.';
  const expected = createHmac('sha256', keys.apiSecret).update(`${head}.${payload}`).digest('base64url');
  if (!sameSecret(signature.replace(/=+$/, ''), expected)) {
    return 'The signature does not fit: set HEADCOUNT_LIVEKIT_API_SECRET to the secret of the key that signs the webhooks.';
  }
  const claims = jsonOf(payload);
  if (claims?.iss !== keys.apiKey) {
    return 'The webhook is signed with another API key: set HEADCOUNT_LIVEKIT_API_KEY to the one LiveKit signs with.';
  }
  const { exp, nbf, sha256 } = claims;
  if (typeof exp !== 'number' || exp * 1000 < now - CLOCK_SLACK_MS) {
    return "The token in Authorization has expired: set this machine's clock and LiveKit's.";
  }
  if (typeof nbf === 'number' && nbf * 1000 > now + CLOCK_SLACK_MS) {
    return "The token in Authorization is from the future: set this machine's clock and LiveKit's.";
  }
  const hash = createHash('sha256').update(body).digest('base64');
  if (typeof sha256 !== 'string' || !sameSecret(sha256, hash)) {
    return 'The body is not the one that was signed: let nothing between LiveKit and here rewrite it.';
  }
  return null;
}

function jsonOf(part: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
