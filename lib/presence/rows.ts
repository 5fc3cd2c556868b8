/**
 * Rows of 32-bit words outside the heap: one for each listener, in which its first connection stands too, and one for
 * each further connection. Row 0 is nobody's.
 */
const CHUNK_BITS = 12;
const CHUNK = 2 ** CHUNK_BITS;
/** the first chunk grows up to its size: there may be a thousand broadcasts of a few listeners */
const FIRST_CHUNK = 32;

/** words of a row; its ids as text */
export const TEXT = 0;
/** newest undecided event of its connection */
export const HEAD = 1;
export const FLAGS = 2;
/** what it has in common with many: a number of Kinds */
export const KIND = 3;
/** of a listener: what happened up to here stands in the rows of seconds for good, epoch s */
export const CUT = 4;
/** of a further connection in its place: the listener's row */
export const LISTENER = CUT;
/** of a listener: W at which it is folded for good again, epoch s */
export const DUE = 5;
/** of a further connection in its place: the hash of its key */
export const HASH = DUE;
/** of its connection, open: start, last evidence, hearing since; closed: end of the stay before, latest leave; ms since the era */
export const FIRST = 6;
export const SECOND = 7;
export const THIRD = 8;
/** the listener's next connection; of a row in no use the next one like it */
export const LINK = 9;
const WORDS = 10;

/** what a row is; a listener's own row mostly is both */
export const IS_LISTENER = 1 << 18;
export const IS_CONNECTION = 1 << 19;

export class Rows {
  /** rows ever used: they are numbered from 1 to below this */
  made = 1;
  readonly #chunks: Int32Array[] = [];
  #free = 0;

  /** The chunk of a row; its words begin at `at`. */
  chunk(row: number): Int32Array {
    return this.#chunks[row >>> CHUNK_BITS] ?? NO_WORDS;
  }

  at(row: number): number {
    return (row & (CHUNK - 1)) * WORDS;
  }

  get(row: number, word: number): number {
    return this.chunk(row)[(row & (CHUNK - 1)) * WORDS + word] ?? 0;
  }

  set(row: number, word: number, value: number): void {
    this.chunk(row)[(row & (CHUNK - 1)) * WORDS + word] = value;
  }

  has(row: number, flag: number): boolean {
    return (this.get(row, FLAGS) & flag) !== 0;
  }

  mark(row: number, flag: number): void {
    this.set(row, FLAGS, this.get(row, FLAGS) | flag);
  }

  unmark(row: number, flag: number): void {
    this.set(row, FLAGS, this.get(row, FLAGS) & ~flag);
  }

  /** A new row of zeros. */
  add(): number {
    const row = this.#free;
    if (row === 0) {
      this.#makeRoom(this.made);
      return this.made++;
    }
    this.#free = this.get(row, LINK);
    this.set(row, LINK, 0);
    return row;
  }

  #makeRoom(row: number): void {
    const number = row >>> CHUNK_BITS;
    if (number >= this.#chunks.length) {
      this.#chunks.push(new Int32Array((number === 0 ? FIRST_CHUNK : CHUNK) * WORDS));
      return;
    }
    const first = this.#chunks[0] ?? NO_WORDS;
    if (number > 0 || (row + 1) * WORDS <= first.length) return;
    const larger = new Int32Array(first.length * 2);
    larger.set(first);
    this.#chunks[0] = larger;
  }

  remove(row: number): void {
    const at = this.at(row);
    this.chunk(row).fill(0, at, at + WORDS);
    this.set(row, LINK, this.#free);
    this.#free = row;
  }
}

const NO_WORDS = new Int32Array(0);
