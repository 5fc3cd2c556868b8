/**
 * Finds the windows in which listeners were lost or heard nothing, from the numbers of one second after the other. The
 * same code stands at the live second, in a replay and over final rows; it knows nothing of listeners and reads no clock.
 */
import { Aftermath } from './aftermath.ts';
import { Cusum, MEMORY_S } from './cusum.ts';
import type { DetectedWindow } from './detected.ts';
import { Doubt } from './doubt.ts';
import { Life } from './life.ts';
import { type LossRow, Reading } from './reading.ts';
import { StallWatch } from './stall-watch.ts';
import { THRESHOLDS, type Thresholds } from './thresholds.ts';
import { ValueWatch, worst } from './value-watch.ts';

/** Rows by attribute value, keyed by `valueKey`. One that is missing did not change in that second. */
export type ValueRows = ReadonlyMap<string, LossRow>;

/** Last evidence, a heartbeat period and 3 s make a suspect: the first of many falls silent 3 s before it shows, s. */
const SILENCE_SHOWS_AFTER = 3;

/** A second in which nothing happens. */
export const STILL: LossRow = {
  second: 0,
  connected: 0,
  hearing: 0,
  began: 0,
  ended: 0,
  dropped: 0,
  handedOver: 0,
  newlySuspect: 0,
  newlyStalled: 0,
  newListeners: 0,
  joins: 0,
  failuresByJoin: 0,
};

function isStill(row: LossRow): boolean {
  return (
    row.began === 0 &&
    row.ended === 0 &&
    row.newlySuspect === 0 &&
    row.newlyStalled === 0 &&
    row.newListeners === 0 &&
    row.joins === 0 &&
    row.failuresByJoin === 0 &&
    row.dropped === 0 &&
    row.handedOver === 0
  );
}

interface Alarm {
  onset: number;
  /** last second of the loss so far */
  lastBad: number;
  aftermath: Aftermath;
  evidence: DetectedWindow['evidence'];
  silent: boolean;
  within: ValueWatch | null;
}

export class LossDetector {
  #t: Thresholds;
  #first: number | null = null;
  #reading: Reading;
  #losses = new Cusum();
  #endings = new Cusum();
  #doubt: Doubt;
  #values = new Map<string, ValueWatch>();
  #stalls: StallWatch;
  #life: Life | null = null;
  /** the last row without what happened in it, and for how many seconds nothing has, that one included */
  readonly #still: LossRow = { ...STILL };
  #stillFor = 0;
  #closed: DetectedWindow[] = [];

  constructor(thresholds: Thresholds = THRESHOLDS) {
    this.#t = thresholds;
    this.#reading = new Reading(thresholds);
    this.#doubt = new Doubt(thresholds);
    this.#stalls = new StallWatch(thresholds);
  }

  /** Takes the next second. Seconds come in order, each once. */
  step(row: LossRow, values?: ValueRows): void {
    const t = this.#t;
    const reading = this.#reading;
    this.#first ??= row.second;
    const warm = row.second - this.#first >= t.warmUp;
    this.#noteStill(row, values);
    reading.take(row);
    // its sixty quiet seconds are over: what this one brings is something new
    if (this.#life?.isOver(row.second)) this.#close(this.#life);
    this.#losses.step(reading.lost, reading.usualLost, t.loss.slack * reading.reach);
    this.#endings.step(reading.ended, reading.usualEnded, t.ending.slack * reading.reach);
    this.#stepValues(values);
    this.#stalls.step(row, warm);

    const byLosses = this.#losses.exceeds(Math.max(t.loss.least, t.loss.share * reading.reach), t.sigmas);
    const byEndings = this.#endings.exceeds(Math.max(t.ending.least, t.ending.share * reading.reach), t.sigmas);
    if (this.#life) {
      const alarm = byLosses || byEndings;
      if (alarm) this.#forget();
      this.#life.take(reading, alarm);
      return;
    }
    if (this.#isQuiet()) reading.learn();
    if (!warm) {
      this.#forget();
      return;
    }
    const alarm = this.#alarm(byLosses, byEndings);
    if (alarm) this.#open(alarm);
  }

  /**
   * Takes the next second as one in which nothing changed: the same as `step`, in a tenth of the time, where nothing has
   * for a while and nothing is raised. Returns whether it did; if not, `step` has to.
   */
  rest(second: number): boolean {
    if (!this.#isAtRest()) return false;
    const reading = this.#reading;
    reading.rest(second);
    this.#losses.rest(reading.usualLost);
    this.#endings.rest(reading.usualEnded);
    for (const watch of this.#values.values()) watch.step(reading, true);
    this.#still.second = second;
    this.#stalls.step(this.#still, second - (this.#first ?? second) >= this.#t.warmUp);
    return true;
  }

  #noteStill(row: LossRow, values: ValueRows | undefined): void {
    const still = this.#still;
    const same = row.connected === still.connected && row.hearing === still.hearing;
    this.#stillFor = same && isStill(row) && !values?.size ? this.#stillFor + 1 : 0;
    still.connected = row.connected;
    still.hearing = row.hearing;
  }

  #isAtRest(): boolean {
    if (this.#stillFor < MEMORY_S || this.#life !== null || this.#doubt.isOpen || this.#stalls.open) return false;
    if (this.#losses.sum !== 0 || this.#endings.sum !== 0) return false;
    for (const watch of this.#values.values()) if (!watch.isAtRest) return false;
    return true;
  }

  #stepValues(values: ValueRows | undefined): void {
    if (!values) return;
    for (const [key, row] of values) {
      let watch = this.#values.get(key);
      if (!watch) {
        watch = new ValueWatch(key, this.#t);
        this.#values.set(key, watch);
      }
      watch.take(row);
    }
    for (const watch of this.#values.values()) watch.step(this.#reading, this.#life === null);
  }

  #isQuiet(): boolean {
    const { loss, ending } = this.#t;
    const { reach } = this.#reading;
    return (
      this.#losses.sum < Math.max(loss.least, loss.share * reach) / 2 &&
      this.#endings.sum < Math.max(ending.least, ending.share * reach) / 2
    );
  }

  #alarm(byLosses: boolean, byEndings: boolean): Alarm | null {
    const t = this.#t;
    const reading = this.#reading;
    const late = this.#doubt.take(reading, this.#endings);
    const lossJump = byLosses ? 1 : this.#jump(this.#losses, t.loss);
    if (lossJump !== null) {
      const ago = this.#losses.beganAgo(lossJump);
      const raised = reading.losses.sum(ago + 1);
      const silent = reading.suspects.sum(ago + 1) > 0.5 * raised;
      const evidence = reading.handedOver.sum(ago + 1) > 0.5 * raised ? 'endings' : 'reasons';
      return this.#since(ago, evidence, silent, null);
    }
    if (byEndings) return this.#since(this.#endings.beganAgo(), 'endings', false, null);
    const jump = this.#jump(this.#endings, t.jump);
    if (jump !== null) return this.#since(this.#endings.beganAgo(jump), 'endings', false, null);
    const within = worst(this.#values.values());
    if (within) {
      const { watch, by } = within;
      return this.#since(watch[by].beganAgo(), by === 'losses' ? 'reasons' : 'endings', false, watch);
    }
    if (!late) return null;
    const { onset, peakAt, aftermath } = late;
    return { onset, lastBad: peakAt, aftermath, evidence: 'endings', silent: false, within: null };
  }

  /** A rise within a few seconds while joins fail; the seconds, or null. */
  #jump(of: Cusum, least: { seconds: number[]; least: number; share: number }): number | null {
    if (!this.#reading.failing) return null;
    for (const seconds of least.seconds) {
      const { excess, expected } = of.jump(seconds);
      const chance = this.#t.sigmas * Math.sqrt(expected + 1);
      if (excess >= Math.max(least.least, least.share * this.#reading.reach, chance)) return seconds;
    }
    return null;
  }

  #since(ago: number, evidence: Alarm['evidence'], silent: boolean, within: ValueWatch | null): Alarm {
    const { second } = this.#reading;
    const onset = second - ago - (silent ? SILENCE_SHOWS_AFTER : 0);
    return { onset, lastBad: second, aftermath: new Aftermath(this.#reading, ago + 1), evidence, silent, within };
  }

  #open({ onset, lastBad, aftermath, evidence, silent, within }: Alarm): void {
    const t = this.#t;
    const last = this.#closed.at(-1);
    if (last && last.serviceEnd !== null && onset - last.serviceEnd < t.quiet) {
      this.#closed.pop();
      this.#life = new Life({ ...last, serviceEnd: null, closedAt: null }, aftermath, within, true, lastBad, t);
      this.#forget();
      return;
    }
    const window: DetectedWindow = {
      kind: 'loss',
      onset,
      detectedAt: this.#reading.second,
      serviceEnd: null,
      closedAt: null,
      evidence,
      silent,
      within: within ? { attribute: within.attribute, value: within.value } : null,
    };
    this.#life = new Life(window, aftermath, within, false, lastBad, t);
    this.#forget();
  }

  /** There are no more seconds: what is open ends with the last one taken. */
  finish(): void {
    if (this.#life) this.#close(this.#life);
    this.#stalls.finish(this.#reading.second);
  }

  #close(life: Life): void {
    life.close(this.#reading.second);
    this.#life = null;
    this.#forget();
    if (life.stands()) this.#closed.push(life.window);
  }

  #forget(): void {
    this.#losses.reset();
    this.#endings.reset();
    this.#doubt.forget();
    for (const watch of this.#values.values()) watch.reset();
  }

  /**
   * The windows as of the last second, in order of onset. An open one warns; one that is gone later was not borne out:
   * too small, or a crowd that left by choice.
   */
  windows(): DetectedWindow[] {
    const open = [this.#life?.window, this.#stalls.open].filter((window) => !!window);
    return [...this.#closed, ...this.#stalls.closed, ...open]
      .map((window) => ({ ...window }))
      .sort((a, b) => a.onset - b.onset || (a.kind < b.kind ? -1 : 1));
  }
}
