/** Endings within one attribute value, against those everywhere else at the same time: a partial outage is whole there. */
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
  readonly cusum = new Cusum();
  /** endings above the usual in the last second */
  above = 0;
  #t: Thresholds;
  #level: Level;
  /** connected before the second, and at it */
  #audience = 0;
  #connected = 0;
  #ended = 0;
  #rest = 0;

  constructor(key: string, thresholds: Thresholds) {
    const cut = key.indexOf('\u0000');
    this.attribute = key.slice(0, cut);
    this.value = key.slice(cut + 1);
    this.#t = thresholds;
    this.#level = new Level(thresholds.ending.start);
  }

  /** The value's own row of the second, before `step`; none where nothing changed. */
  take(row: LossRow): void {
    this.#connected = row.connected;
    this.#ended = row.ended + row.newlySuspect;
  }

  step(whole: Reading, learning: boolean): void {
    const { value } = this.#t;
    const own = Math.max(this.#audience, FEWEST);
    const others = Math.max(whole.audience - own, this.#t.fewest);
    this.#rest += REST_GAIN * (Math.max(0, whole.ended - this.#ended) / others - this.#rest);
    const usual = own * Math.max(this.#level.rate, value.restTimes * this.#rest);
    this.cusum.step(this.#ended, usual, value.slack * own);
    this.above = this.#ended - usual;
    if (learning && this.cusum.sum < value.least / 2) this.#level.learn(this.#ended, own);
    this.#audience = this.#connected;
    this.#ended = 0;
  }

  /** Share of its audience that is gone. */
  get share(): number {
    return this.cusum.excess / Math.max(this.#connected + this.cusum.excess, FEWEST);
  }

  alarms(): boolean {
    const { value } = this.#t;
    return this.share >= value.share && this.cusum.exceeds(value.least, value.sigmas);
  }

  /** Half of what alarms. */
  isRaised(): boolean {
    return this.cusum.excess >= this.#t.value.least / 2;
  }
}

/** The value that explains an alarm best: of those that are raised, the one that lost the largest share. */
export function worst(watches: Iterable<ValueWatch>): ValueWatch | null {
  let worst: ValueWatch | null = null;
  let alarm = false;
  for (const watch of watches) {
    if (!watch.isRaised()) continue;
    alarm ||= watch.alarms();
    if (!worst || watch.share > worst.share) worst = watch;
  }
  return alarm ? worst : null;
}
