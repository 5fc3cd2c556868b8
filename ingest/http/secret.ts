/** Secrets are compared in a time that does not tell how much of them was right. */
import { createHash, timingSafeEqual } from 'node:crypto';

export function sameSecret(a: string | Buffer, b: string | Buffer): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(secret: string | Buffer): Buffer {
  return createHash('sha256').update(secret).digest();
}
