/** What a detector makes of one row: how many were lost, went, came back and were refused, and how many is usual. */
import type { StoredRow } from '../numbers/rows.ts';
import { LEVEL_KEEP, Level } from './level.ts';
import { Recent } from './recent.ts';
import type { Thresholds } from './thresholds.ts';

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

/** Newcomers are such for a mean of 30 s. */
const NEWCOMERS_KEEP = Math.exp(-1 / 30);
/** The audience that losses are held against falls no faster than this: who is timed out is gone before being suspect. */
const REACH_KEEP = 0.97;
/** How many newcomer-seconds the first guess of how fast they leave is worth. */
const NEWCOMER_WEIGHT = 3_000;
const RETURNS_START = 0.0003;
const FAILURES_START = 0.00005;
/** Tries taken for gone well before the first one is seen. */
const FEW_TRIES = 100;

export class Reading {
  second = 0;
  /** connected before this second, and not long before */
  audience = 0;
  reach = 0;
  /** endings that say why, and silence */
  lost = 0;
  /** all endings, and silence */
  ended = 0;
  /** presence begun by listeners who had been there before */
  back = 0;
  failures = 0;
  usualLost = 0;
  usualEnded = 0;
  usualBack = 0;
  usualFailures = 0;
  /** share of tries to get in that usually fails */
  usualFailing = 0;
  /** joins fail, far more than usual and than succeed by the way */
  failing = false;
  readonly losses = new Recent();
  readonly suspects = new Recent();
  readonly handedOver = new Recent();
  readonly endings = new Recent();
  readonly refused = new Recent();
  readonly joins = new Recent();
  #t: Thresholds;
  #connected = 0;
  #newcomers = 0;
  #passing = 0;
  #newcomerLevel: Level;
  #lostLevel: Level;
  #endedLevel: Level;
  #backLevel = new Level(RETURNS_START);
  #failureLevel = new Level(FAILURES_START);
  #failed = 0;
  #tried = 0;

  constructor(thresholds: Thresholds) {
    this.#t = thresholds;
    this.#lostLevel = new Level(thresholds.loss.start);
    this.#endedLevel = new Level(thresholds.ending.start);
    this.#newcomerLevel = new Level(thresholds.newcomerHazard, NEWCOMER_WEIGHT);
  }

  take(row: LossRow): void {
    this.#begin(row.second);
    this.#connected = row.connected;
    this.lost = row.dropped + row.handedOver + row.newlySuspect;
    this.ended = row.ended + row.newlySuspect;
    this.back = Math.max(0, row.began - row.newListeners);
    this.failures = row.failuresByJoin;
    this.losses.push(this.lost);
    this.suspects.push(row.newlySuspect);
    this.handedOver.push(row.handedOver);
    this.endings.push(this.ended);
    this.refused.push(this.failures);
    this.joins.push(row.joins);
    this.#expect(row.newListeners);
    const refused = this.refused.of10;
    this.failing = refused >= 3 && refused > 50 * this.usualFailures && refused > 0.25 * this.joins.of10;
  }

  #begin(second: number): void {
    this.second = second;
    this.audience = Math.max(this.#connected, this.#t.fewest);
    this.reach = Math.max(this.audience, this.reach * REACH_KEEP);
  }

  #expect(newListeners: number): void {
    this.#passing = this.#newcomerLevel.rate * this.#newcomers;
    this.#newcomers = this.#newcomers * NEWCOMERS_KEEP + newListeners;
    this.usualLost = this.#lostLevel.rate * this.reach;
    this.usualEnded = this.#endedLevel.rate * this.reach + this.#passing;
    this.usualBack = this.#backLevel.rate * this.audience;
    this.usualFailures = this.#failureLevel.rate * this.reach;
  }

  /** As `take` and `learn` of a second in which nothing happened, where nothing has as far back as anything is summed up. */
  rest(second: number): void {
    this.#begin(second);
    this.#expect(0);
    this.#lostLevel.rest(this.audience);
    this.#newcomerLevel.rest(this.#newcomers);
    this.#endedLevel.rest(this.audience);
    this.#backLevel.rest(this.audience);
    this.#failureLevel.rest(this.audience);
    this.#failed *= LEVEL_KEEP;
    this.#tried *= LEVEL_KEEP;
    this.usualFailing = this.#failed / (this.#tried + FEW_TRIES);
  }

  /** This second was like any other. */
  learn(): void {
    this.#lostLevel.learn(this.lost, this.audience);
    const passing = this.#passing;
    this.#newcomerLevel.learn(Math.max(0, this.ended - this.#endedLevel.rate * this.audience), this.#newcomers);
    this.#endedLevel.learn(Math.max(0, this.ended - passing), this.audience);
    this.#backLevel.learn(this.back, this.audience);
    if (this.failing) return;
    this.#failureLevel.learn(this.failures, this.audience);
    this.#failed = this.#failed * LEVEL_KEEP + this.failures;
    this.#tried = this.#tried * LEVEL_KEEP + this.failures + this.joins.last;
    this.usualFailing = this.#failed / (this.#tried + FEW_TRIES);
  }
}
