/** One-sided CUSUM of counts: how many more there were than expected since it last stood at zero, and since when. */

/** How far back an onset is looked for, s. */
export const MEMORY_S = 64;
const HALF_MINUTE_S = 30;
/** A burst's beginning is where counts first exceed this share of its own mean rate. */
const BEGINS_AT_SHARE = 0.25;
const ROUNDS = 3;
const SHORT_BURSTS_S = [3, 6];

export class Cusum {
  /** excess over expectation and slack */
  sum = 0;
  /** excess over expectation alone since the sum was last 0 */
  excess = 0;
  /** seconds since it was last 0 */
  seconds = 0;
  /** expected and allowed in those seconds: the variance of a count is its mean */
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
    this.excess += count - usual;
    this.expected += usual + slack;
  }

  /** As `step(0, usual, …)` where the sum is 0. */
  rest(usual: number): void {
    this.#at = (this.#at + 1) % MEMORY_S;
    this.#counts[this.#at] = 0;
    this.#usual[this.#at] = usual;
  }

  reset(): void {
    this.sum = 0;
    this.excess = 0;
    this.seconds = 0;
    this.expected = 0;
  }

  /** Whether the excess is at least `least`, and its part beyond the slack more than chance explains with `sigmas`. */
  exceeds(least: number, sigmas: number): boolean {
    return this.excess >= least && this.sum >= sigmas * Math.sqrt(this.expected + 1);
  }

  /** Counts of the last `seconds` seconds, what was to be expected by the half minute before them, and the excess. */
  jump(seconds: number): { recent: number; expected: number; excess: number } {
    let recent = 0;
    let usual = 0;
    let before = 0;
    for (let back = 0; back < seconds; back++) {
      const i = (this.#at - back + MEMORY_S) % MEMORY_S;
      recent += this.#counts[i] ?? 0;
      usual += this.#usual[i] ?? 0;
    }
    for (let back = seconds; back < seconds + HALF_MINUTE_S; back++) {
      before += this.#counts[(this.#at - back + MEMORY_S) % MEMORY_S] ?? 0;
    }
    const expected = Math.max(usual, (before * seconds) / HALF_MINUTE_S);
    return { recent, expected, excess: recent - expected };
  }

  /**
   * Seconds ago (0 = in the second just taken) in which the burst began: the start that maximises the excess over the
   * usual and a share of the burst's own rate, since the sum was last 0 or `within` seconds.
   */
  beganAgo(within = 1): number {
    const span = Math.min(Math.max(this.seconds, within), MEMORY_S);
    // the burst's rate depends on its beginning, which depends on the rate: first the highest that may be
    let rate = this.#meanExcess(span);
    for (const seconds of SHORT_BURSTS_S) if (seconds < span) rate = Math.max(rate, this.#meanExcess(seconds));
    let ago = 0;
    for (let round = 0; round < ROUNDS; round++) {
      ago = this.#bestStart(span, BEGINS_AT_SHARE * rate);
      rate = this.#meanExcess(ago + 1);
    }
    return ago;
  }

  /** Mean excess over the usual of the last `seconds` seconds. */
  #meanExcess(seconds: number): number {
    let all = 0;
    for (let back = 0; back < seconds; back++) {
      const i = (this.#at - back + MEMORY_S) % MEMORY_S;
      all += (this.#counts[i] ?? 0) - (this.#usual[i] ?? 0);
    }
    return Math.max(0, all) / seconds;
  }

  #bestStart(span: number, slack: number): number {
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
