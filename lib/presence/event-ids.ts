/** Event ids in one 32-bit word each: short ones inside it, longer ones kept as text and named by it. */
import type { ByteWriter } from './bytes.ts';
import { Texts } from './texts.ts';

/** No id was sent. */
export const NO_ID = 0;
/** ids of up to four ASCII characters stand in the word itself */
const INLINE = 4;
const TILDE = 0x7e;

export class EventIds {
  readonly #texts = new Texts();
  /** an id has been sent that looks like another event's default */
  hasTilde = false;

  ofText(id: string | null): number {
    if (id === null) return NO_ID;
    if (id.charCodeAt(0) === TILDE) this.hasTilde = true;
    if (id.length <= INLINE) {
      let word = id.length << 28;
      let inline = id.length > 0;
      for (let i = 0; i < id.length; i++) {
        const unit = id.charCodeAt(i);
        if (unit > 0x7f) inline = false;
        word |= unit << (7 * i);
      }
      if (inline) return word;
    }
    return this.#texts.add(id) | 0x80000000;
  }

  /** of the ASCII bytes [start, end), at least one */
  ofAscii(bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start] === TILDE) this.hasTilde = true;
    const length = end - start;
    if (length > INLINE) return this.#texts.addAscii(bytes, start, end) | 0x80000000;
    let word = length << 28;
    for (let i = 0; i < length; i++) word |= (bytes[start + i] ?? 0) << (7 * i);
    return word;
  }

  text(word: number): string | null {
    if (word === NO_ID) return null;
    if (word < 0) return this.#texts.text(word & 0x7fffffff);
    let text = '';
    for (let i = 0; i < word >>> 28; i++) text += String.fromCharCode((word >>> (7 * i)) & 0x7f);
    return text;
  }

  /** Writes an id that was sent as a text. */
  write(word: number, out: ByteWriter): void {
    if (word < 0) {
      out.kept(this.#texts, word & 0x7fffffff);
      return;
    }
    const length = word >>> 28;
    out.byte(length);
    out.byte(0);
    for (let i = 0; i < length; i++) out.byte((word >>> (7 * i)) & 0x7f);
  }

  /** Whether both are the same id; false where one was not sent. */
  isSame(a: number, b: number): boolean {
    if (a >= 0 || b >= 0) return a === b && a !== NO_ID;
    return a === b || this.#texts.isSame(a & 0x7fffffff, b & 0x7fffffff);
  }

  release(word: number): void {
    if (word < 0) this.#texts.release(word & 0x7fffffff);
  }
}
