/**
 * Texts kept as bytes outside the heap: ids of listeners, connections and events. A text is named by a number below
 * 2^31; a block whose texts have all been released is used again.
 */
import { asciiText } from '../event/text-cache.ts';
import { Blocks } from './blocks.ts';

/** texts begin at multiples of 4 bytes: 2^14 places a block, 2^17 blocks */
const PLACE_BITS = 14;
const PLACES = 2 ** PLACE_BITS;
/** set in the header of a text that has units above 0x7f, which takes two bytes a unit */
export const WIDE = 0x8000;

export class Texts {
  readonly #blocks = new Blocks();

  /** Keeps the ASCII text of the bytes [start, end), at most 256 of them. */
  addAscii(bytes: Uint8Array, start: number, end: number): number {
    const length = end - start;
    const block = this.#blocks.room(2 + length);
    const place = this.#keep(block, length, length);
    for (let i = 0; i < length; i++) block[place + 2 + i] = bytes[start + i] ?? 0;
    return this.#blocks.current * PLACES + place / 4;
  }

  /** Keeps any text of at most 256 units. */
  add(text: string): number {
    const wide = !isAscii(text);
    const bytes = text.length * (wide ? 2 : 1);
    const block = this.#blocks.room(2 + bytes);
    const place = this.#keep(block, text.length | (wide ? WIDE : 0), bytes);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (wide) {
        block[place + 2 + 2 * i] = unit & 0xff;
        block[place + 3 + 2 * i] = unit >>> 8;
      } else block[place + 2 + i] = unit;
    }
    return this.#blocks.current * PLACES + place / 4;
  }

  /** Writes the header of a text of that many bytes; where it stands in the block. */
  #keep(block: Uint8Array, header: number, bytes: number): number {
    const place = this.#blocks.at;
    this.#blocks.at = (place + 2 + bytes + 3) & ~3;
    block[place] = header & 0xff;
    block[place + 1] = header >>> 8;
    return place;
  }

  text(ref: number): string {
    const block = this.#blocks.block(ref >>> PLACE_BITS);
    const place = (ref & (PLACES - 1)) * 4;
    const header = (block[place] ?? 0) | ((block[place + 1] ?? 0) << 8);
    const length = header & ~WIDE;
    if ((header & WIDE) === 0) return asciiText(block, place + 2, place + 2 + length);
    let text = '';
    for (let i = 0; i < length; i++) {
      text += String.fromCharCode((block[place + 2 + 2 * i] ?? 0) | ((block[place + 3 + 2 * i] ?? 0) << 8));
    }
    return text;
  }

  /** Copies a text into `into` from `at` on: its header of two bytes, then its bytes; where it ends there. */
  copy(ref: number, into: Uint8Array, at: number): number {
    const block = this.#blocks.block(ref >>> PLACE_BITS);
    const place = (ref & (PLACES - 1)) * 4;
    const header = (block[place] ?? 0) | ((block[place + 1] ?? 0) << 8);
    const bytes = 2 + ((header & WIDE) === 0 ? header : 2 * (header & ~WIDE));
    for (let i = 0; i < bytes; i++) into[at + i] = block[place + i] ?? 0;
    return at + bytes;
  }

  isSame(a: number, b: number): boolean {
    const x = this.#blocks.block(a >>> PLACE_BITS);
    const y = this.#blocks.block(b >>> PLACE_BITS);
    const i = (a & (PLACES - 1)) * 4;
    const j = (b & (PLACES - 1)) * 4;
    if (x[i] !== y[j] || x[i + 1] !== y[j + 1]) return false;
    const header = (x[i] ?? 0) | ((x[i + 1] ?? 0) << 8);
    const bytes = (header & WIDE) === 0 ? header : 2 * (header & ~WIDE);
    // ids count up more often than down: they differ in their last characters
    for (let k = bytes + 1; k > 1; k--) if (x[i + k] !== y[j + k]) return false;
    return true;
  }

  release(ref: number): void {
    this.#blocks.release(ref >>> PLACE_BITS);
  }
}

export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
