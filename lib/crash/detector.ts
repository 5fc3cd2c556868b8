/**
 * Finds the windows in which listeners were lost, from the numbers of one second after the other. The same code stands
 * at the live second, in a replay and over final rows; it knows nothing of listeners, reasons or time zones.
 */
import type { StoredRow } from '../numbers/rows.ts';
import { Cusum } from './cusum.ts';
import type { DetectedWindow } from './detected.ts';
import { Level } from './level.ts';

/** What is read of a row: levels as they stand at the second, not as changes. */
export type LossRow = Pick<
  StoredRow,
  | 'second'
  | 'connected'
  | 'hearing'
  | 'began'
  | 'ended'
  | 'dropped'
  | 'handedOver'
  | 'newlySuspect'
  | 'newlyStalled'
  | 'newListeners'
  | 'joins'
  | 'failuresByJoin'
>;

/** Rows by attribute value; the key names both, see `valueKey`. One that is missing in a second did not change. */
export type ValueRows = ReadonlyMap<string, LossRow>;

export function valueKey(attribute: string, value: string): string {
  return `${attribute}\u0000${value}`;
}

/** Constants of the detector; counts are listeners, shares are of those connected. */
export const CONSTANTS = {
  /** no alarm in the first seconds, s */
  warmUp: 20,
  /** small audiences are taken for this many */
  fewest: 20,
  /** involuntary losses: usual rate to start with, allowed above the usual, share and number that alarm */
  lossStart: 0.0015,
  lossSlack: 0.002,
  lossShare: 0.02,
  lossLeast: 12,
  /** all endings: the same. A crowd that leaves by choice stays below the slack */
  endStart: 0.002,
  /** chance per second that someone who has just come leaves again */
  newcomerHazard: 0.02,
  endSlack: 0.03,
  endShare: 0.06,
  endLeast: 20,
  /** a jump of the endings while joins fail, when people do not leave by choice alone */
  jumpSeconds: 12,
  jumpLeast: 14,
  jumpShare: 0.025,
  /** how many standard deviations are no chance any more */
  sigmas: 5,
  /** endings within one attribute value */
  valueSlack: 0.01,
  valueShare: 0.12,
  valueLeast: 15,
  valueSigmas: 6,
  /** a value's endings are held against those of all the others at the same time, this many times */
  restTimes: 1.5,
  /** a window that loses fewer is withdrawn when it closes */
  worthRecording: 24,
  /** endings without reasons stand where this share of them comes back, or joins fail, or so many went at once */
  comeBackShare: 0.12,
  atOnceShare: 0.35,
  /** a window closes after so many quiet seconds */
  quiet: 60,
};
/** Newcomers are such for a mean of 30 s. */
const NEWCOMERS_KEEP = Math.exp(-1 / 30);

export type Constants = typeof CONSTANTS;

interface Life {
  window: DetectedWindow;
  /** last second of failing service so far */
  lastBad: number;
  /** connected before the onset */
  before: number;
  /** involuntary losses, and all endings, above the usual, since the onset */
  losses: number;
  endings: number;
  /** listeners back after an absence, above the usual; variance of that */
  returns: number;
  returnsUsual: number;
  failures: number;
  failuresUsual: number;
  /** largest endings within five seconds */
  atOnce: number;
}

export class LossDetector {
  #c: Constants;
  #closed: DetectedWindow[] = [];
  #life: Life | null = null;
  #first: number | null = null;
  #second = 0;
  #connected = 0;
  /** a slowly falling ceiling of the audience: time-outs are back-dated, so that those who fall silent are gone before */
  #reach = 0;
  /** who came in the last half minute or so: many only look in */
  #newcomers = 0;
  #loss = new Cusum();
  #end = new Cusum();
  #lossLevel: Level;
  #endLevel: Level;
  #returnLevel = new Level(0.0003);
  #failLevel = new Level(0.00005);
  /** of what raised the loss sum: silence, and endings that say `replaced` */
  #silent = 0;
  #handedOver = 0;
  #values = new Map<string, ValueWatch>();
  #recent = new Recent();

  constructor(constants: Constants = CONSTANTS) {
    this.#c = constants;
    this.#lossLevel = new Level(constants.lossStart);
    this.#endLevel = new Level(constants.endStart);
  }

  /** Takes the next second. Seconds come in order, each once. */
  step(row: LossRow, values?: ValueRows): void {
    const c = this.#c;
    this.#first ??= row.second;
    this.#second = row.second;
    const audience = Math.max(this.#connected, c.fewest);
    const reach = Math.max(audience, this.#reach * 0.97);
    this.#reach = reach;

    const lost = row.dropped + row.handedOver + row.newlySuspect;
    const ended = row.ended + row.newlySuspect;
    const back = Math.max(0, row.began - row.newListeners);
    const usualLoss = this.#lossLevel.rate * reach;
    const passing = c.newcomerHazard * this.#newcomers;
    this.#newcomers = this.#newcomers * NEWCOMERS_KEEP + row.newListeners;
    const usualEnd = this.#endLevel.rate * reach + passing;
    this.#loss.step(lost, usualLoss, c.lossSlack * reach);
    this.#recent.push(lost, ended, row.failuresByJoin, row.joins);
    const usualFailures = this.#failLevel.rate * reach;
    const failing =
      this.#recent.failures10 >= 3 &&
      this.#recent.failures10 > 50 * usualFailures &&
      this.#recent.failures10 > 0.2 * (this.#recent.failures10 + this.#recent.joins10);
    this.#end.step(ended, usualEnd, c.endSlack * reach);
    this.#silent = this.#loss.sum === 0 ? 0 : this.#silent + row.newlySuspect;
    this.#handedOver = this.#loss.sum === 0 ? 0 : this.#handedOver + row.handedOver;

    const lossLeast = Math.max(c.lossLeast, c.lossShare * reach);
    const endLeast = Math.max(c.endLeast, c.endShare * reach);
    const jump =
      failing && this.#end.jumps(c.jumpSeconds, Math.max(c.jumpLeast, c.jumpShare * reach), c.sigmas)
        ? c.jumpSeconds
        : 0;
    const calm = this.#life === null;
    if (calm && this.#loss.sum < lossLeast / 2 && this.#end.sum < endLeast / 2) {
      this.#lossLevel.learn(lost, audience);
      this.#endLevel.learn(Math.max(0, ended - passing), audience);
      this.#returnLevel.learn(back, audience);
      this.#failLevel.learn(row.failuresByJoin, audience);
    }

    const warm = row.second - this.#first >= c.warmUp;
    const byLoss = this.#loss.exceeds(lossLeast, c.sigmas);
    const byEnd = jump > 0 || this.#end.exceeds(endLeast, c.sigmas);
    const within = this.#watchValues(row, values, audience);
    if (this.#life) {
      this.#live(this.#life, row, lost, ended, back, usualLoss, usualEnd, reach);
      if (byLoss || byEnd) {
        this.#life.lastBad = row.second;
        this.#life.window.within = null;
        this.#loss.reset();
        this.#end.reset();
      }
      if (row.second - this.#life.lastBad >= c.quiet) this.#close(this.#life);
    } else if (warm && (byLoss || byEnd || within)) {
      this.#open(row, byLoss, byEnd, jump, within, usualLoss, usualEnd);
    }
    this.#connected = row.connected;
  }

  #watchValues(row: LossRow, values: ValueRows | undefined, audience: number): ValueWatch | null {
    if (!values) return null;
    const c = this.#c;
    let best: ValueWatch | null = null;
    for (const [key, of] of values) {
      let watch = this.#values.get(key);
      if (!watch) {
        watch = new ValueWatch(key, c);
        this.#values.set(key, watch);
      }
      watch.take(of);
    }
    for (const watch of this.#values.values()) {
      watch.step(row, audience, c, this.#life === null);
      if (watch.alarms(c) && (!best || watch.intensity > best.intensity)) best = watch;
    }
    if (!best) return null;
    for (const watch of this.#values.values()) if (watch.raised(c) && watch.intensity > best.intensity) best = watch;
    return best;
  }

  #open(
    row: LossRow,
    byLoss: boolean,
    byEnd: boolean,
    jump: number,
    within: ValueWatch | null,
    usualLoss: number,
    usualEnd: number,
  ): void {
    const cusum = byLoss ? this.#loss : byEnd || !within ? this.#end : within.cusum;
    const raised = this.#loss.sum + this.#loss.expected;
    const silent = byLoss && this.#silent > 0.5 * raised;
    const withReasons = byLoss && this.#handedOver < 0.5 * raised;
    const ago = cusum.beganAgo(cusum === this.#end ? jump : 1);
    const onset = row.second - ago - (silent ? 3 : 0);
    const window: DetectedWindow = {
      kind: 'loss',
      onset,
      detectedAt: row.second,
      serviceEnd: null,
      closedAt: null,
      evidence: withReasons ? 'reasons' : 'endings',
      silent,
      within: byLoss || byEnd || !within ? null : { attribute: within.attribute, value: within.value },
    };
    const [losses, endings] = this.#recent.sums(ago + 1);
    this.#life = {
      window,
      lastBad: row.second,
      before: this.#reach,
      losses: losses - usualLoss * (ago + 1),
      endings: endings - usualEnd * (ago + 1),
      returns: 0,
      returnsUsual: 0,
      failures: 0,
      failuresUsual: 0,
      atOnce: this.#recent.endings5,
    };
    this.#forget();
    const last = this.#closed.at(-1);
    if (last && last.serviceEnd !== null && onset - last.serviceEnd < this.#c.quiet) {
      this.#closed.pop();
      this.#life.window = { ...last, serviceEnd: null, closedAt: null };
      this.#life.losses += this.#c.worthRecording;
      this.#life.endings += this.#c.worthRecording;
      this.#life.failures = 100;
    }
  }

  #live(
    life: Life,
    row: LossRow,
    lost: number,
    ended: number,
    back: number,
    usualLoss: number,
    usualEnd: number,
    reach: number,
  ): void {
    const recent = this.#recent;
    life.losses += lost - usualLoss;
    life.endings += ended - usualEnd;
    life.returns += back - this.#returnLevel.rate * this.#connected;
    life.returnsUsual += this.#returnLevel.rate * this.#connected;
    life.failures += row.failuresByJoin;
    life.failuresUsual += this.#failLevel.rate * reach;
    life.atOnce = Math.max(life.atOnce, recent.endings5);
    const failing =
      (recent.failures5 >= 5 && recent.failures5 > 0.05 * (recent.failures5 + recent.joins5)) ||
      (row.failuresByJoin > 0 &&
        recent.failures30 >= 2 &&
        recent.failures30 > 0.2 * (recent.failures30 + recent.joins30) &&
        recent.failures30 > 3 * 30 * this.#failLevel.rate * reach);
    const losing = recent.losses5 >= 5 && recent.losses5 > 5 * (3 * usualLoss + 0.002 * reach);
    if (failing || losing) life.lastBad = row.second;
  }

  #stands(life: Life): boolean {
    const c = this.#c;
    if (life.window.within) return true;
    if (life.window.evidence === 'reasons') return life.losses >= c.worthRecording;
    if (life.endings < c.worthRecording) return false;
    if (life.atOnce >= c.atOnceShare * life.before) return true;
    if (life.failures >= 3 && life.failures >= 5 * life.failuresUsual) return true;
    return life.returns >= c.comeBackShare * life.endings + 2.5 * Math.sqrt(life.returnsUsual);
  }

  #close(life: Life): void {
    this.#life = null;
    this.#forget();
    life.window.serviceEnd = life.lastBad;
    life.window.closedAt = this.#second;
    if (this.#stands(life)) this.#closed.push(life.window);
  }

  #forget(): void {
    this.#loss.reset();
    this.#end.reset();
    for (const watch of this.#values.values()) watch.cusum.reset();
  }

  /** What stands so far, in order of onset; the last may be open. */
  windows(): DetectedWindow[] {
    return this.#life ? [...this.#closed, { ...this.#life.window }] : [...this.#closed];
  }
}

/** Endings within one attribute value, against those everywhere else at the same time. */
class ValueWatch {
  readonly attribute: string;
  readonly value: string;
  readonly cusum = new Cusum();
  #level: Level;
  #audience = 0;
  #connected = 0;
  #ended = 0;
  #rest = 0;

  constructor(key: string, constants: Constants) {
    const cut = key.indexOf('\u0000');
    this.attribute = key.slice(0, cut);
    this.value = key.slice(cut + 1);
    this.#level = new Level(constants.endStart);
  }

  take(row: LossRow): void {
    this.#connected = row.connected;
    this.#ended = row.ended + row.newlySuspect;
  }

  step(total: LossRow, audience: number, c: Constants, calm: boolean): void {
    const own = Math.max(this.#audience, 5);
    const others = Math.max(audience - own, 1);
    const elsewhere = Math.max(0, total.ended + total.newlySuspect - this.#ended);
    this.#rest += 0.2 * (elsewhere / Math.max(others, c.fewest) - this.#rest);
    const usual = own * Math.max(this.#level.rate, c.restTimes * this.#rest);
    this.cusum.step(this.#ended, usual, c.valueSlack * own);
    if (calm && this.cusum.sum < c.valueLeast / 2) this.#level.learn(this.#ended, own);
    this.#audience = this.#connected;
    this.#ended = 0;
  }

  get intensity(): number {
    return this.cusum.sum / Math.max(this.#audience + this.cusum.sum, 5);
  }

  alarms(c: Constants): boolean {
    const own = this.#audience + this.cusum.sum;
    return this.cusum.exceeds(Math.max(c.valueLeast, c.valueShare * own), c.valueSigmas);
  }

  raised(c: Constants): boolean {
    return this.cusum.sum >= c.valueLeast / 2;
  }
}

/** Sums over the last seconds. */
class Recent {
  losses5 = 0;
  endings5 = 0;
  failures5 = 0;
  joins5 = 0;
  failures10 = 0;
  joins10 = 0;
  failures30 = 0;
  joins30 = 0;
  #losses = new Float64Array(64);
  #endings = new Float64Array(64);
  #failures = new Float64Array(64);
  #joins = new Float64Array(64);
  #at = 0;

  push(losses: number, endings: number, failures: number, joins: number): void {
    const at = (this.#at + 1) & 63;
    this.#at = at;
    const old5 = (at - 5) & 63;
    const old30 = (at - 30) & 63;
    this.#losses[at] = losses;
    this.#endings[at] = endings;
    this.#failures[at] = failures;
    this.#joins[at] = joins;
    this.losses5 += losses - (this.#losses[old5] ?? 0);
    this.endings5 += endings - (this.#endings[old5] ?? 0);
    this.failures5 += failures - (this.#failures[old5] ?? 0);
    this.joins5 += joins - (this.#joins[old5] ?? 0);
    const old10 = (at - 10) & 63;
    this.failures10 += failures - (this.#failures[old10] ?? 0);
    this.joins10 += joins - (this.#joins[old10] ?? 0);
    this.failures30 += failures - (this.#failures[old30] ?? 0);
    this.joins30 += joins - (this.#joins[old30] ?? 0);
  }

  /** Losses and endings of the last `seconds` seconds. */
  sums(seconds: number): [losses: number, endings: number] {
    let losses = 0;
    let endings = 0;
    for (let back = 0; back < Math.min(seconds, 64); back++) {
      losses += this.#losses[(this.#at - back) & 63] ?? 0;
      endings += this.#endings[(this.#at - back) & 63] ?? 0;
    }
    return [losses, endings];
  }
}
