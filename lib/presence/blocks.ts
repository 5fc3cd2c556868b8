/**
 * Bytes outside the heap, in blocks that are filled one after the other. What is kept is counted block by block; one of
 * which all has been released is filled again.
 */
export const BLOCK_BYTES = 1 << 16;
const FIRST_BYTES = 1 << 9;
const NO_BYTES = new Uint8Array(0);

export class Blocks {
  readonly #blocks: Uint8Array[] = [];
  readonly #live: number[] = [];
  readonly #free: number[] = [];
  /** number of the block that is being filled, and from where on it is empty */
  current = -1;
  at = BLOCK_BYTES;

  /** The block with room for `bytes` at `at` of it, where one more thing is kept now; its caller moves `at` behind that. */
  room(bytes: number): Uint8Array {
    if (this.at + bytes > BLOCK_BYTES) this.#next();
    this.#live[this.current] = (this.#live[this.current] ?? 0) + 1;
    const block = this.block(this.current);
    return this.at + bytes <= block.length ? block : this.#grown(block, this.at + bytes);
  }

  block(number: number): Uint8Array {
    return this.#blocks[number] ?? NO_BYTES;
  }

  /** One thing in that block is kept no longer. */
  release(number: number): void {
    const live = (this.#live[number] ?? 1) - 1;
    this.#live[number] = live;
    if (live === 0 && number !== this.current) this.#free.push(number);
  }

  /** The first block grows up to its size. */
  #grown(block: Uint8Array, end: number): Uint8Array {
    const larger = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(end, block.length * 2)));
    larger.set(block);
    this.#blocks[this.current] = larger;
    return larger;
  }

  #next(): void {
    const empty = this.#free.pop();
    if (this.current >= 0 && this.#live[this.current] === 0) this.#free.push(this.current);
    this.current =
      empty ?? this.#blocks.push(new Uint8Array(this.#blocks.length === 0 ? FIRST_BYTES : BLOCK_BYTES)) - 1;
    this.#live[this.current] = 0;
    this.at = 0;
  }
}
