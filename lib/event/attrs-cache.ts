/**
 * Attributes that come again and again, found by the bytes of their JSON: one object for all its occurrences. It
 * forgets as it likes (a slot holds the latest of its hash), and what it gives is always what the bytes say.
 */
import { attributesOf, isJsonObject } from './fields.ts';
import { asciiText, isSame, slotOf } from './text-cache.ts';

export type Attrs = Readonly<Record<string, string>>;

const SLOTS = 4096;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CLOSE = 0x7d;

export class AttrsCache {
  readonly #bytes: Uint8Array[] = new Array<Uint8Array>(SLOTS).fill(new Uint8Array(0));
  readonly #attrs: (Attrs | null)[] = new Array<Attrs | null>(SLOTS).fill(null);
  /** where the object last read ends */
  end = 0;

  /**
   * The attributes of the JSON object that begins at `start`, `end` being the end of the record; null for all that is
   * not a flat object of short ASCII texts without escapes.
   */
  read(bytes: Uint8Array, start: number, end: number): Attrs | null {
    let hash = 0;
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === CLOSE) break;
      hash = ((hash << 5) | (hash >>> 27)) ^ byte;
    }
    const slot = slotOf(hash, SLOTS - 1);
    const known = this.#bytes[slot];
    const length = at + 1 - start;
    // a JSON object ends where it ends: bytes that begin with a whole one begin with that one
    if (at < end && known?.length === length && isSame(known, 0, bytes, start, length)) {
      this.end = at + 1;
      return this.#attrs[slot] ?? null;
    }
    return this.#learn(bytes, start, end, slot);
  }

  #learn(bytes: Uint8Array, start: number, end: number, slot: number): Attrs | null {
    const close = closeOf(bytes, start, end);
    if (close < 0) return null;
    const text = asciiText(bytes, start, close + 1);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return null;
    }
    const attrs = isJsonObject(value) ? attributesOf(value) : null;
    if (attrs === null) return null;
    // a copy: the record's buffer is not kept alive
    this.#bytes[slot] = new Uint8Array(bytes.subarray(start, close + 1));
    this.#attrs[slot] = attrs;
    this.end = close + 1;
    return attrs;
  }
}

/** Where the first brace outside of texts closes; -1 where something is not plain. */
function closeOf(bytes: Uint8Array, start: number, end: number): number {
  let inText = false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte > 0x7e || byte === BACKSLASH) return -1;
    if (byte === QUOTE) inText = !inText;
    else if (byte === CLOSE && !inText) return at;
  }
  return -1;
}
