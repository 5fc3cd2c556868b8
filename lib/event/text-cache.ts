/**
 * Texts that come again and again, found by their bytes: one string for all its occurrences instead of a new one each,
 * which saves the decoding, the memory, and the hashing when it is a key in a Map. It forgets as it likes: a slot holds
 * the latest text of its hash, so memory is bounded whatever comes, and a text never differs from its bytes.
 */

/** Longer texts are decoded each time: they are rare, and would make the bound a large one. */
const LONGEST = 64;

export class TextCache {
  readonly #mask: number;
  readonly #texts: string[];
  /** the bytes of each text, LONGEST places a slot */
  readonly #bytes: Uint8Array;

  /** holds up to 2^bits texts of at most 64 characters */
  constructor(bits: number) {
    this.#mask = 2 ** bits - 1;
    this.#texts = new Array<string>(2 ** bits).fill('');
    this.#bytes = new Uint8Array(2 ** bits * LONGEST);
  }

  /** The text of the ASCII bytes [start, end). `hash` is any function of these bytes alone. */
  text(bytes: Uint8Array, start: number, end: number, hash: number): string {
    const length = end - start;
    if (length > LONGEST) return asciiText(bytes, start, end);
    const slot = slotOf(hash, this.#mask);
    const known = this.#texts[slot] ?? '';
    if (known.length === length && isSame(this.#bytes, slot * LONGEST, bytes, start, length)) return known;
    const text = asciiText(bytes, start, end);
    for (let i = 0; i < length; i++) this.#bytes[slot * LONGEST + i] = bytes[start + i] ?? 0;
    this.#texts[slot] = text;
    return text;
  }
}

/** The slot of a hash, its bits well mixed; `mask` = number of slots - 1, a power of two less one. */
export function slotOf(hash: number, mask: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) & mask;
}

/** Whether `length` bytes of `a` from `i` on are those of `b` from `j` on. */
export function isSame(a: Uint8Array, i: number, b: Uint8Array, j: number, length: number): boolean {
  for (let k = 0; k < length; k++) if (a[i + k] !== b[j + k]) return false;
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
