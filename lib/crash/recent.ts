/** Sums of a count over its last seconds. */
import { MEMORY_S } from './cusum.ts';

export class Recent {
  #counts = new Float64Array(MEMORY_S);
  #at = 0;
  /** over the last 5, 10 and 30 s */
  of5 = 0;
  of10 = 0;
  of30 = 0;

  push(count: number): void {
    const at = (this.#at + 1) % MEMORY_S;
    this.#at = at;
    this.#counts[at] = count;
    this.of5 += count - this.#ago(5);
    this.of10 += count - this.#ago(10);
    this.of30 += count - this.#ago(30);
  }

  /** In the second just taken. */
  get last(): number {
    return this.#ago(0);
  }

  #ago(seconds: number): number {
    return this.#counts[(this.#at - seconds + MEMORY_S) % MEMORY_S] ?? 0;
  }

  /** Of the last `seconds` seconds, 64 at most. */
  sum(seconds: number): number {
    let sum = 0;
    for (let back = 0; back < Math.min(seconds, MEMORY_S); back++) sum += this.#ago(back);
    return sum;
  }
}
