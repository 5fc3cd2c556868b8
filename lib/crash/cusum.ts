/** One-sided CUSUM of counts: how many more there were than expected since it last stood at zero, and since when. */

/** How far back an onset is looked for, s. */
const MEMORY_S = 64;
/** A burst's beginning is where counts first exceed this share of its own mean rate. */
const BEGINS_AT_SHARE = 0.25;

export class Cusum {
  /** excess over expectation and slack since it was last 0 */
  sum = 0;
  /** seconds since it was last 0 */
  seconds = 0;
  /** expected in those seconds: the variance of a count is its mean */
  expected = 0;
  #counts = new Float64Array(MEMORY_S);
  #usual = new Float64Array(MEMORY_S);
  #at = 0;

  /** One second: `count` came, `usual` were expected, `slack` more are allowed. */
  step(count: number, usual: number, slack: number): void {
    this.#at = (this.#at + 1) % MEMORY_S;
    this.#counts[this.#at] = count;
    this.#usual[this.#at] = usual;
    const sum = this.sum + count - usual - slack;
    if (sum <= 0) {
      this.reset();
      return;
    }
    this.sum = sum;
    this.seconds++;
    this.expected += usual;
  }

  reset(): void {
    this.sum = 0;
    this.seconds = 0;
    this.expected = 0;
  }

  /** Whether the excess is beyond `least` and beyond what chance explains with `sigmas`. */
  exceeds(least: number, sigmas: number): boolean {
    return this.sum >= least && this.sum >= sigmas * Math.sqrt(this.expected + 1);
  }

  /**
   * Seconds ago (0 = in the second just taken) in which the burst began: the start that maximises the excess over the
   * usual and a share of the burst's own rate, not before the sum was last 0 but for `before` seconds.
   */
  beganAgo(): number {
    const span = Math.min(Math.max(this.seconds, 1), MEMORY_S);
    const slack = (BEGINS_AT_SHARE * this.sum) / span;
    let sum = 0;
    let best = Number.NEGATIVE_INFINITY;
    let ago = 0;
    for (let back = 0; back < span; back++) {
      const i = (this.#at - back + MEMORY_S) % MEMORY_S;
      sum += (this.#counts[i] ?? 0) - (this.#usual[i] ?? 0) - slack;
      if (sum > best) {
        best = sum;
        ago = back;
      }
    }
    return ago;
  }
}
