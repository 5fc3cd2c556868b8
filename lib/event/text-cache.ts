/**
 * Texts that come again and again, found by their bytes: one string for all its occurrences instead of a new one each,
 * which saves the decoding, the memory, and the hashing when it is a key in a Map. It forgets as it likes: a slot holds
 * the latest text of its hash, so memory is bounded whatever comes, and a text never differs from its bytes.
 */

/** Longer texts are decoded each time: they are rare, and would make the bound a large one. */
const LONGEST = 64;

export class TextCache {
  readonly #slots: string[];
  readonly #mask: number;

  /** holds up to 2^bits texts of at most 64 characters */
  constructor(bits: number) {
    this.#mask = 2 ** bits - 1;
    this.#slots = new Array<string>(2 ** bits).fill('');
  }

  /** The text of the ASCII bytes [start, end). `hash` is any function of these bytes alone. */
  text(bytes: Uint8Array, start: number, end: number, hash: number): string {
    const length = end - start;
    if (length > LONGEST) return asciiText(bytes, start, end);
    const slot = (hash ^ (hash >>> 15)) & this.#mask;
    const known = this.#slots[slot] ?? '';
    if (known.length === length && isText(known, bytes, start)) return known;
    const text = asciiText(bytes, start, end);
    this.#slots[slot] = text;
    return text;
  }
}

/** Whether the bytes from `start` on are those of the ASCII text. */
export function isText(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

/** The text of the ASCII bytes [start, end): a copy, which does not keep the buffer alive. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  if (decodesLatin1(bytes)) return bytes.latin1Slice(start, end);
  let text = '';
  for (let i = start; i < end; i += 4096) {
    text += String.fromCharCode(...bytes.subarray(i, Math.min(end, i + 4096)));
  }
  return text;
}

/** Node's Buffer decodes a range natively, many times faster than any other way. */
interface Latin1Decoder {
  latin1Slice(start: number, end: number): string;
}

function decodesLatin1(bytes: Uint8Array): bytes is Uint8Array & Latin1Decoder {
  return 'latin1Slice' in bytes && typeof bytes.latin1Slice === 'function';
}
