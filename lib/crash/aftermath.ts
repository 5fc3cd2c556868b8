/** What follows a loss: from it one sees whether people were dropped or left. All above the usual. */
import type { Reading } from './reading.ts';
import type { Thresholds } from './thresholds.ts';

/** So many failed joins, and so many times the usual, are no accident. */
const LEAST_FAILURES = 3;
const FAILURES_TIMES = 5;
/** The first few of a loss may go so much before it is seen as one, s. */
const STRAGGLING_S = 2;
/** Returns must be beyond chance by so many standard deviations. */
const RETURN_SIGMAS = 2.5;

export class Aftermath {
  /** most that were lost, and went, at any time so far */
  lost: number;
  ended: number;
  /** most endings within five seconds */
  atOnce: number;
  readonly before: number;
  #lostNow: number;
  #endedNow: number;
  #back = 0;
  #usualBack = 0;
  #failures = 0;
  #usualFailures = 0;

  /** The loss began `ago` seconds ago, this second included; the first of it may have gone a little sooner. */
  constructor(reading: Reading, ago: number) {
    const seconds = ago + STRAGGLING_S;
    this.#lostNow = reading.losses.sum(seconds) - reading.usualLost * seconds;
    this.#endedNow = reading.endings.sum(seconds) - reading.usualEnded * seconds;
    this.lost = this.#lostNow;
    this.ended = this.#endedNow;
    this.atOnce = reading.endings.of5;
    this.before = reading.reach;
    this.#failures = reading.refused.sum(seconds);
    this.#usualFailures = reading.usualFailures * seconds;
  }

  /** `counting`: losses still come, those of this second are part of them. */
  take(reading: Reading, counting: boolean): void {
    this.#lostNow += reading.lost - reading.usualLost;
    this.#endedNow += reading.ended - reading.usualEnded;
    if (counting) {
      this.lost = Math.max(this.lost, this.#lostNow);
      this.ended = Math.max(this.ended, this.#endedNow);
    }
    this.atOnce = Math.max(this.atOnce, reading.endings.of5);
    this.#back += reading.back;
    this.#usualBack += reading.usualBack;
    this.#failures += reading.failures;
    this.#usualFailures += reading.usualFailures;
  }

  /** Those who went were turned away or came back: they had not left. */
  speaksOfDrops(t: Thresholds): boolean {
    if (this.#failures >= LEAST_FAILURES && this.#failures >= FAILURES_TIMES * this.#usualFailures) return true;
    const back = this.#back - this.#usualBack;
    return back >= t.comeBackShare * this.ended + RETURN_SIGMAS * Math.sqrt(this.#usualBack + 1);
  }
}
