/** An id as it is sent or kept: bytes, without making a text of it. */
import { asciiText } from '../event/text-cache.ts';
import { isAscii } from './texts.ts';

/** longest id, units, with some room */
const LONGEST = 320;
const PRIME = 0x01000193;

export class Id {
  /** ASCII: a byte a unit; wide: two, the low one first */
  bytes: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  wide = false;
  /** where texts are written, and what is put together */
  readonly room = new Uint8Array(2 * LONGEST);

  get units(): number {
    return this.wide ? (this.end - this.start) / 2 : this.end - this.start;
  }

  get isEmpty(): boolean {
    return this.end === this.start;
  }

  /** The ASCII bytes [start, end). */
  isAt(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.wide = false;
  }

  isText(text: string): void {
    const { room } = this;
    const wide = !isAscii(text);
    let at = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      room[at++] = unit & 0xff;
      if (wide) room[at++] = unit >>> 8;
    }
    this.isAt(room, 0, at);
    this.wide = wide;
  }

  text(): string {
    if (!this.wide) return asciiText(this.bytes, this.start, this.end);
    let text = '';
    for (let i = this.start; i < this.end; i += 2) {
      text += String.fromCharCode((this.bytes[i] ?? 0) | ((this.bytes[i + 1] ?? 0) << 8));
    }
    return text;
  }

  /** Goes on with a hash, unit by unit. */
  addTo(hash: number): number {
    const { bytes, end } = this;
    let h = hash;
    if (this.wide) {
      for (let i = this.start; i < end; i += 2) {
        h = Math.imul(h ^ ((bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8)), PRIME);
      }
    } else for (let i = this.start; i < end; i++) h = Math.imul(h ^ (bytes[i] ?? 0), PRIME);
    return h;
  }
}

/** A hash before its first unit. */
export const HASH_BEGIN = 0x811c9dc5 | 0;

/** The hash with a number in place of a unit, told apart from every one. */
export function withNumber(hash: number, value: number): number {
  return Math.imul(hash ^ (value + 0x10000), PRIME);
}

/** The hash when all is in: its bits mixed. */
export function mixed(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const NO_BYTES = new Uint8Array(0);
