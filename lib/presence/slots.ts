/**
 * Rows of 32-bit words outside the heap, found by a hash of 64 bits: open addressing, for many rows in 256 shards, each
 * grown on its own, so that no growth makes a long pause. The first two words of a row are its hash; row 0 is nobody's.
 */
const CHUNK_BITS = 12;
const CHUNK = 2 ** CHUNK_BITS;
/** the first chunk grows up to its size: there may be a thousand broadcasts of a few listeners */
const FIRST_CHUNK = 32;
const SHARDS = 256;
const SMALLEST = 8;
/** rows above which they are parted into shards */
const ONE_SHARD = 8192;

export class Slots {
  /** rows in use */
  used = 0;
  /** rows ever used: they are numbered from 1 to below this */
  made = 1;
  readonly #words: number;
  readonly #chunks: Int32Array[] = [];
  readonly #free: number[] = [];
  #shards: Int32Array[] = [new Int32Array(SMALLEST)];
  #counts = new Int32Array(1);
  /** the bits of the first byte of a hash that tell the shard */
  #shardMask = 0;

  constructor(words: number) {
    this.#words = words;
  }

  /** The chunk of a row; its words begin at `at`. */
  chunk(row: number): Int32Array {
    return this.#chunks[row >>> CHUNK_BITS] ?? NO_WORDS;
  }

  at(row: number): number {
    return (row & (CHUNK - 1)) * this.#words;
  }

  get(row: number, word: number): number {
    return this.chunk(row)[(row & (CHUNK - 1)) * this.#words + word] ?? 0;
  }

  set(row: number, word: number, value: number): void {
    this.chunk(row)[(row & (CHUNK - 1)) * this.#words + word] = value;
  }

  /** The row with this hash, or 0. */
  find(h1: number, h2: number): number {
    const shard = this.#shards[(h1 >>> 24) & this.#shardMask] ?? NO_WORDS;
    const mask = shard.length - 1;
    for (let i = h2 & mask; ; i = (i + 1) & mask) {
      const row = shard[i] ?? 0;
      if (row === 0) return 0;
      const chunk = this.chunk(row);
      const at = this.at(row);
      if (chunk[at] === h1 && chunk[at + 1] === h2) return row;
    }
  }

  /** A new row of zeros with this hash, which no row has. */
  add(h1: number, h2: number): number {
    const row = this.#free.pop() ?? this.made++;
    this.#makeRoom(row);
    const chunk = this.chunk(row);
    const at = this.at(row);
    chunk.fill(0, at, at + this.#words);
    chunk[at] = h1;
    chunk[at + 1] = h2;
    this.used++;
    const number = (h1 >>> 24) & this.#shardMask;
    const count = (this.#counts[number] ?? 0) + 1;
    this.#counts[number] = count;
    let shard = this.#shards[number] ?? NO_WORDS;
    if (4 * count > 3 * shard.length) {
      shard = this.#grown(shard);
      this.#shards[number] = shard;
    }
    put(shard, h2, row);
    if (this.#shardMask === 0 && count > ONE_SHARD) this.#part(shard);
    return row;
  }

  #makeRoom(row: number): void {
    const number = row >>> CHUNK_BITS;
    if (number >= this.#chunks.length) {
      this.#chunks.push(new Int32Array((number === 0 ? FIRST_CHUNK : CHUNK) * this.#words));
      return;
    }
    const first = this.#chunks[0] ?? NO_WORDS;
    if (number > 0 || (row + 1) * this.#words <= first.length) return;
    const larger = new Int32Array(first.length * 2);
    larger.set(first);
    this.#chunks[0] = larger;
  }

  #part(only: Int32Array): void {
    this.#shards = Array.from({ length: SHARDS }, () => new Int32Array((2 * ONE_SHARD * 2) / SHARDS));
    this.#counts = new Int32Array(SHARDS);
    this.#shardMask = SHARDS - 1;
    for (const row of only) {
      if (row === 0) continue;
      const number = this.get(row, 0) >>> 24;
      const count = (this.#counts[number] ?? 0) + 1;
      this.#counts[number] = count;
      let shard = this.#shards[number] ?? NO_WORDS;
      if (4 * count > 3 * shard.length) {
        shard = this.#grown(shard);
        this.#shards[number] = shard;
      }
      put(shard, this.get(row, 1), row);
    }
  }

  #grown(shard: Int32Array): Int32Array {
    const larger = new Int32Array(shard.length * 2);
    for (let i = 0; i < shard.length; i++) {
      const row = shard[i] ?? 0;
      if (row !== 0) put(larger, this.get(row, 1), row);
    }
    return larger;
  }

  remove(row: number): void {
    const h1 = this.get(row, 0);
    const number = (h1 >>> 24) & this.#shardMask;
    const shard = this.#shards[number] ?? NO_WORDS;
    const mask = shard.length - 1;
    let hole = this.get(row, 1) & mask;
    while (shard[hole] !== row) hole = (hole + 1) & mask;
    // what was pushed on by it moves back
    for (let i = (hole + 1) & mask; ; i = (i + 1) & mask) {
      const other = shard[i] ?? 0;
      if (other === 0) break;
      const home = this.get(other, 1) & mask;
      if (((i - home) & mask) < ((i - hole) & mask)) continue;
      shard[hole] = other;
      hole = i;
    }
    shard[hole] = 0;
    this.#counts[number] = (this.#counts[number] ?? 1) - 1;
    this.used--;
    const chunk = this.chunk(row);
    const at = this.at(row);
    chunk.fill(0, at, at + this.#words);
    this.#free.push(row);
  }
}

function put(shard: Int32Array, h2: number, row: number): void {
  const mask = shard.length - 1;
  let i = h2 & mask;
  while (shard[i] !== 0) i = (i + 1) & mask;
  shard[i] = row;
}

const NO_WORDS = new Int32Array(0);
