/** Numbers and texts as bytes, one after the other, and back. */
import { asciiText } from '../event/text-cache.ts';
import type { Id } from './id.ts';
import { isAscii, type Texts, WIDE } from './texts.ts';

/** Room made at once, and the most a writer keeps between two takings. */
const ROOM = 4_096;
const KEPT = 2 ** 20;

const float = new Float64Array(1);
const octets = new Uint8Array(float.buffer);

export class ByteWriter {
  /** bytes written since the last taking */
  length = 0;
  #bytes = new Uint8Array(ROOM);

  /** Makes room for so many bytes more: whoever writes asks first. */
  reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
  }

  byte(value: number): void {
    this.#bytes[this.length++] = value;
  }

  /** an integer from 0 to 2^53 - 1; at most 8 bytes */
  number(value: number): void {
    let rest = value;
    while (rest >= 0x80000000) {
      this.#bytes[this.length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 0x80) {
      this.#bytes[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.length++] = rest;
  }

  /** an integer of either sign, below 2^52 */
  signed(value: number): void {
    this.number(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** any number; 8 bytes */
  float(value: number): void {
    float[0] = value;
    for (let i = 0; i < 8; i++) this.#bytes[this.length++] = octets[i] ?? 0;
  }

  /** the ASCII text of the bytes [start, end) */
  ascii(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const into = this.#bytes;
    let at = this.length;
    into[at++] = length & 0xff;
    into[at++] = length >>> 8;
    for (let i = start; i < end; i++) into[at++] = bytes[i] ?? 0;
    this.length = at;
  }

  /** any text of less than 2^15 units */
  text(text: string): void {
    const wide = !isAscii(text);
    this.reserve(2 * text.length + 2);
    const header = text.length | (wide ? WIDE : 0);
    this.byte(header & 0xff);
    this.byte(header >>> 8);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      this.byte(unit & 0xff);
      if (wide) this.byte(unit >>> 8);
    }
  }

  /** an id, as a text */
  id(id: Id): void {
    const { bytes, start, end, wide, units } = id;
    this.reserve(end - start + 2);
    this.byte(units & 0xff);
    this.byte((units >>> 8) | (wide ? WIDE >>> 8 : 0));
    const into = this.#bytes;
    let at = this.length;
    for (let i = start; i < end; i++) into[at++] = bytes[i] ?? 0;
    this.length = at;
  }

  /** a text that is kept in `texts`, of at most 256 units */
  kept(texts: Texts, ref: number): void {
    this.length = texts.copy(ref, this.#bytes, this.length);
  }

  /** What has been written; it begins anew. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.length);
    this.length = 0;
    if (this.#bytes.length > KEPT) this.#bytes = new Uint8Array(ROOM);
    return taken;
  }
}

export class ByteReader {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.at++] ?? 0;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  signed(): number {
    const value = this.number();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  float(): number {
    for (let i = 0; i < 8; i++) octets[i] = this.byte();
    return float[0] ?? 0;
  }

  text(): string {
    const header = this.byte() | (this.byte() << 8);
    const length = header & ~WIDE;
    const start = this.at;
    if ((header & WIDE) === 0) {
      this.at += length;
      return asciiText(this.#bytes, start, this.at);
    }
    let text = '';
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.byte() | (this.byte() << 8));
    return text;
  }
}
