/**
 * A sudden, short rise of endings that give no reason. It may be a crowd that left or a small crash on a platform that
 * does not say; if it stops as suddenly and people come back or are turned away, it was a crash.
 */
import { Aftermath } from './aftermath.ts';
import type { Cusum } from './cusum.ts';
import type { Reading } from './reading.ts';
import type { Thresholds } from './thresholds.ts';

export interface Rise {
  onset: number;
  /** when it was highest, and how high above what was to be expected */
  peakAt: number;
  excess: number;
  /** it has fallen back as suddenly */
  stopped: boolean;
  aftermath: Aftermath;
}

export class Doubt {
  #t: Thresholds;
  #rise: Rise | null = null;

  constructor(thresholds: Thresholds) {
    this.#t = thresholds;
  }

  get isOpen(): boolean {
    return this.#rise !== null;
  }

  forget(): void {
    this.#rise = null;
  }

  /** Takes a second and the endings up to it; returns the loss where it has just proved to be one. */
  take(reading: Reading, endings: Cusum): Rise | null {
    const { doubt, sigmas } = this.#t;
    const rise = this.#rise;
    const jump = endings.jump(doubt.seconds);
    const high =
      jump.excess >= Math.max(doubt.least, doubt.share * reading.reach, sigmas * Math.sqrt(jump.expected + 1));
    if (!rise) {
      if (!high) return null;
      const seconds = endings.beganAgo(doubt.seconds) + 1;
      const aftermath = new Aftermath(reading, seconds);
      const onset = reading.second - seconds + 1;
      this.#rise = { onset, peakAt: reading.second, excess: jump.excess, stopped: false, aftermath };
      return null;
    }
    rise.aftermath.take(reading, reading.second - rise.peakAt <= doubt.seconds);
    if (high && jump.excess > rise.excess) {
      rise.excess = jump.excess;
      rise.peakAt = reading.second;
    }
    const since = reading.second - rise.peakAt;
    if (since < doubt.settled) return null;
    const went = endings.jump(doubt.seconds).recent - doubt.seconds * reading.usualEnded;
    if (went <= doubt.quietShare * rise.excess) rise.stopped = true;
    // a crowd that leaves thins out slowly
    const crowd = !rise.stopped && since >= doubt.stopped;
    if (crowd || reading.second - rise.onset > doubt.watch) {
      this.#rise = null;
      return null;
    }
    if (!rise.stopped || !rise.aftermath.speaksOfDrops(this.#t)) return null;
    this.#rise = null;
    return rise;
  }
}
