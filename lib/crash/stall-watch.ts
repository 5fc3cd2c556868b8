/** Audio dropouts: people stay and hear nothing. */
import { Cusum } from './cusum.ts';
import type { DetectedWindow } from './detected.ts';
import { Level } from './level.ts';
import type { LossRow } from './reading.ts';
import type { Thresholds } from './thresholds.ts';

/** Weight of the newest second in the mean share that hears. */
const SHARE_GAIN = 1 / 90;

export class StallWatch {
  readonly closed: DetectedWindow[] = [];
  #t: Thresholds;
  #cusum = new Cusum();
  #level: Level;
  #hearing = 0;
  /** share of the connected that usually hears; null before anyone has heard anything */
  #share: number | null = null;
  #open: DetectedWindow | null = null;
  #lastBad = 0;

  constructor(thresholds: Thresholds) {
    this.#t = thresholds;
    this.#level = new Level(thresholds.stall.start);
  }

  step(row: LossRow, warm: boolean): void {
    const { stall, fewest, sigmas, quiet } = this.#t;
    const audience = Math.max(this.#hearing, fewest);
    this.#hearing = row.hearing;
    this.#cusum.step(row.newlyStalled, this.#level.rate * audience, stall.slack * audience);
    const share = row.connected === 0 ? null : row.hearing / row.connected;
    const least = Math.max(stall.least, stall.share * audience);
    if (this.#open) {
      if (share !== null && this.#share !== null && share < stall.back * this.#share) this.#lastBad = row.second;
      if (row.second - this.#lastBad < quiet) return;
      this.finish(row.second);
      return;
    }
    if (warm && this.#cusum.exceeds(least, sigmas)) {
      this.#lastBad = row.second;
      this.#open = {
        kind: 'audio',
        onset: row.second - this.#cusum.beganAgo(),
        detectedAt: row.second,
        serviceEnd: null,
        closedAt: null,
        evidence: 'reasons',
        silent: false,
        within: null,
      };
      return;
    }
    if (this.#cusum.excess >= least / 2) return;
    this.#level.learn(row.newlyStalled, audience);
    if (share !== null && row.hearing > 0)
      this.#share = (this.#share ?? share) + SHARE_GAIN * (share - (this.#share ?? share));
  }

  /** What is open ends as of this second. */
  finish(second: number): void {
    if (!this.#open) return;
    this.closed.push({ ...this.#open, serviceEnd: this.#lastBad, closedAt: second });
    this.#open = null;
    this.#cusum.reset();
  }

  get open(): DetectedWindow | null {
    return this.#open;
  }
}
