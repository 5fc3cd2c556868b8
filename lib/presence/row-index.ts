/**
 * Finds rows by the hash of their key: open addressing, an entry of 32 bits a row, of which five are bits of the hash, so
 * that few rows are looked at in vain; for many rows in 256 shards, each grown on its own, so that no growth makes a
 * long pause. Whether a row's key is the one that is asked for, the row itself says.
 */
const TAG_SHIFT = 27;
const ROW = 2 ** TAG_SHIFT - 1;
const TAG = 31;
const SHARDS = 256;
const SMALLEST = 8;
/** rows above which they are parted into shards */
const ONE_SHARD = 8192;
/** a shard is filled up to this share, and grows by half */
const FULL = 0.88;
/** the part of a hash that tells a row's place in its shard */
const PLACES = 2 ** 24;

/** What rows say of their keys. */
export interface Keys {
  hashOf(row: number): number;
  /** its key is the one that is asked for */
  isAsked(row: number): boolean;
}

export class RowIndex {
  /** rows in it */
  used = 0;
  readonly #keys: Keys;
  #shards: Int32Array[] = [new Int32Array(SMALLEST)];
  #counts = new Int32Array(1);
  /** the bits of the first byte of a hash that tell the shard */
  #shardMask = 0;

  constructor(keys: Keys) {
    this.#keys = keys;
  }

  /** The row whose key is asked for and has this hash, or 0. */
  find(hash: number): number {
    const shard = this.#shards[(hash >>> 24) & this.#shardMask] ?? NO_WORDS;
    const tag = hash & TAG;
    for (let i = placeOf(hash, shard.length); ; i = i + 1 === shard.length ? 0 : i + 1) {
      const entry = shard[i] ?? 0;
      if (entry === 0) return 0;
      if (entry >>> TAG_SHIFT === tag && this.#keys.isAsked(entry & ROW)) return entry & ROW;
    }
  }

  /** Adds a row that is not in it. */
  add(hash: number, row: number): void {
    if (row > ROW) throw new RangeError(`One partition was expected to have at most ${ROW} connections in memory`);
    this.used++;
    const number = (hash >>> 24) & this.#shardMask;
    const count = this.#count(number, 1);
    put(this.#roomy(number, count), hash, row);
    if (this.#shardMask === 0 && count > ONE_SHARD) this.#part();
  }

  #count(shard: number, more: 1 | -1): number {
    const count = (this.#counts[shard] ?? 0) + more;
    this.#counts[shard] = count;
    return count;
  }

  /** The shard, grown where it has no room for so many. */
  #roomy(number: number, count: number): Int32Array {
    const shard = this.#shards[number] ?? NO_WORDS;
    if (count <= FULL * shard.length) return shard;
    const larger = new Int32Array(Math.ceil(shard.length * 1.5));
    for (let i = 0; i < shard.length; i++) {
      const row = (shard[i] ?? 0) & ROW;
      if (row !== 0) put(larger, this.#keys.hashOf(row), row);
    }
    this.#shards[number] = larger;
    return larger;
  }

  #part(): void {
    const only = this.#shards[0] ?? NO_WORDS;
    this.#shards = Array.from({ length: SHARDS }, () => new Int32Array((2 * ONE_SHARD) / SHARDS));
    this.#counts = new Int32Array(SHARDS);
    this.#shardMask = SHARDS - 1;
    for (const entry of only) {
      const row = entry & ROW;
      if (row === 0) continue;
      const hash = this.#keys.hashOf(row);
      const number = hash >>> 24;
      put(this.#roomy(number, this.#count(number, 1)), hash, row);
    }
  }

  /** Takes a row out where it is in. */
  remove(hash: number, row: number): void {
    const number = (hash >>> 24) & this.#shardMask;
    const shard = this.#shards[number] ?? NO_WORDS;
    const size = shard.length;
    let hole = placeOf(hash, size);
    while (((shard[hole] ?? 0) & ROW) !== row) {
      if (shard[hole] === 0) return;
      hole = (hole + 1) % size;
    }
    // what was pushed on by it moves back
    for (let i = (hole + 1) % size; ; i = (i + 1) % size) {
      const other = shard[i] ?? 0;
      if (other === 0) break;
      const home = placeOf(this.#keys.hashOf(other & ROW), size);
      if ((i - home + size) % size < (i - hole + size) % size) continue;
      shard[hole] = other;
      hole = i;
    }
    shard[hole] = 0;
    this.#count(number, -1);
    this.used--;
  }
}

function placeOf(hash: number, size: number): number {
  return Math.floor(((hash & (PLACES - 1)) * size) / PLACES);
}

function put(shard: Int32Array, hash: number, row: number): void {
  let i = placeOf(hash, shard.length);
  while (shard[i] !== 0) i = i + 1 === shard.length ? 0 : i + 1;
  shard[i] = ((hash & TAG) << TAG_SHIFT) | row;
}

const NO_WORDS = new Int32Array(0);
