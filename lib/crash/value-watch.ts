/** One attribute value: its losses, and its endings against those everywhere else. A partial outage is whole within it. */
import { Cusum } from './cusum.ts';
import { Level } from './level.ts';
import type { LossRow, Reading } from './reading.ts';
import type { Thresholds } from './thresholds.ts';

/** Attribute and value as one key. */
export function valueKey(attribute: string, value: string): string {
  return `${attribute}\u0000${value}`;
}

/** Weight of the newest second in the mean of the others' endings. */
const REST_GAIN = 0.2;
const FEWEST = 5;

export class ValueWatch {
  readonly attribute: string;
  readonly value: string;
  /** involuntary losses, and all endings */
  readonly losses = new Cusum();
  readonly endings = new Cusum();
  /** endings above the usual in the last second */
  above = 0;
  #t: Thresholds;
  #level: Level;
  #lossLevel: Level;
  /** connected before the second, and at it */
  #audience = 0;
  #connected = 0;
  #ended = 0;
  #lost = 0;
  #rest = 0;

  constructor(key: string, thresholds: Thresholds) {
    const cut = key.indexOf('\u0000');
    this.attribute = key.slice(0, cut);
    this.value = key.slice(cut + 1);
    this.#t = thresholds;
    this.#level = new Level(thresholds.ending.start);
    this.#lossLevel = new Level(thresholds.loss.start);
  }

  /** The value's own row of the second, before `step`; none where nothing changed. */
  take(row: LossRow): void {
    this.#connected = row.connected;
    this.#ended = row.ended + row.newlySuspect;
    this.#lost = row.dropped + row.handedOver + row.newlySuspect;
  }

  step(whole: Reading, learning: boolean): void {
    const { value } = this.#t;
    const own = Math.max(this.#audience, FEWEST);
    const others = Math.max(whole.audience - own, this.#t.fewest);
    this.#rest += REST_GAIN * (Math.max(0, whole.ended - this.#ended) / others - this.#rest);
    const usual = own * Math.max(this.#level.rate, value.restTimes * this.#rest);
    this.endings.step(this.#ended, usual, value.slack * own);
    this.above = this.#ended - usual;
    this.losses.step(this.#lost, this.#lossLevel.rate * own, this.#t.loss.slack * own);
    if (learning && !this.isRaised()) {
      this.#level.learn(this.#ended, own);
      this.#lossLevel.learn(this.#lost, own);
    }
    this.#audience = this.#connected;
    this.#ended = 0;
    this.#lost = 0;
  }

  reset(): void {
    this.losses.reset();
    this.endings.reset();
  }

  /** Share of its audience that is gone. */
  get share(): number {
    const gone = Math.max(this.losses.excess, this.endings.excess);
    return gone / Math.max(this.#connected + gone, FEWEST);
  }

  /** What alarms, losses first; null where nothing does. */
  alarm(): 'losses' | 'endings' | null {
    const { least, share, lossShare, sigmas } = this.#t.value;
    if (this.share < lossShare) return null;
    if (this.losses.exceeds(least, sigmas)) return 'losses';
    return this.share >= share && this.endings.exceeds(least, sigmas) ? 'endings' : null;
  }

  get isAtRest(): boolean {
    return this.losses.sum === 0 && this.endings.sum === 0;
  }

  /** Half of what alarms. */
  isRaised(): boolean {
    return Math.max(this.losses.excess, this.endings.excess) >= this.#t.value.least / 2;
  }
}

/** The value that explains an alarm best: of those that are raised, the one that lost the largest share. */
export function worst(watches: Iterable<ValueWatch>): { watch: ValueWatch; by: 'losses' | 'endings' } | null {
  let worst: ValueWatch | null = null;
  let by: 'losses' | 'endings' | null = null;
  for (const watch of watches) {
    if (!watch.isRaised()) continue;
    by ??= watch.alarm();
    if (!worst || watch.share > worst.share) worst = watch;
  }
  return worst && by ? { watch: worst, by } : null;
}
