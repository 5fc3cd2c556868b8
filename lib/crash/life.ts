/** The life of one window of losses: open, failing or quiet, closed; and whether it stands when all is seen. */
import type { Aftermath } from './aftermath.ts';
import type { DetectedWindow } from './detected.ts';
import type { Reading } from './reading.ts';
import type { Thresholds } from './thresholds.ts';
import type { ValueWatch } from './value-watch.ts';

/** After the last burst of losses silence may show so much later; what trickles away then is as usual, s. */
const TRICKLE_S = 30;

/** Joins fail where, over five seconds, so many do, more than this share, and so many times the usual share. */
const FAILING_LEAST = 5;
const FAILING_SHARE = 0.05;
const FAILING_TIMES = 3;
/** Fewer failures than this in half a minute: too few for five seconds to tell. */
const SMALL_ROOM = 20;

export class Life {
  readonly window: DetectedWindow;
  /** part of a window already recorded */
  readonly recorded: boolean;
  #t: Thresholds;
  #aftermath: Aftermath;
  #lastBad: number;
  /** last second in which many were lost */
  #lastLosing: number;
  /** the value that it is within; endings above the usual there, now and at most */
  #within: ValueWatch | null;
  #endedWithin: number;
  #mostWithin: number;

  constructor(
    window: DetectedWindow,
    aftermath: Aftermath,
    within: ValueWatch | null,
    recorded: boolean,
    lastBad: number,
    t: Thresholds,
  ) {
    this.window = window;
    this.recorded = recorded;
    this.#within = within;
    this.#endedWithin = within ? Math.max(within.losses.excess, within.endings.excess) : 0;
    this.#mostWithin = this.#endedWithin;
    this.#aftermath = aftermath;
    this.#lastBad = lastBad;
    this.#lastLosing = lastBad;
    this.#t = t;
  }

  /** Quiet for long enough before this second. */
  isOver(second: number): boolean {
    return second - this.#lastBad >= this.#t.quiet;
  }

  /** Takes a second; `alarm`: losses alarm anew, in the whole. */
  take(reading: Reading, alarm: boolean): void {
    const losing = alarm || isLosing(reading);
    if (losing) this.#lastLosing = reading.second;
    this.#aftermath.take(reading, reading.second - this.#lastLosing <= TRICKLE_S);
    this.#endedWithin += this.#within?.above ?? 0;
    this.#mostWithin = Math.max(this.#mostWithin, this.#endedWithin);
    if (alarm) this.window.within = null;
    if (losing || isFailing(reading)) this.#lastBad = reading.second;
  }

  /** It is over, as of this second. */
  close(second: number): void {
    this.window.serviceEnd = this.#lastBad;
    this.window.closedAt = second;
  }

  /** Worth recording, and no crowd that left by choice. */
  stands(): boolean {
    const { window } = this;
    const aftermath = this.#aftermath;
    if (this.recorded) return true;
    if (window.within) return this.#mostWithin >= this.#t.worthRecording;
    if (window.evidence === 'reasons') return aftermath.lost >= this.#t.worthRecording;
    if (aftermath.ended < this.#t.worthRecording) return false;
    return aftermath.atOnce >= this.#t.atOnceShare * aftermath.before || aftermath.speaksOfDrops(this.#t);
  }
}

/** Joins fail: many of them within five seconds, or in a small room, where they are few, within half a minute. */
function isFailing({ refused, joins, failures, usualFailures, usualFailing }: Reading): boolean {
  if (failures === 0) return false;
  const most = Math.max(FAILING_SHARE, FAILING_TIMES * usualFailing);
  if (refused.of5 >= FAILING_LEAST && refused.of5 > most * (refused.of5 + joins.of5)) return true;
  if (refused.of30 >= SMALL_ROOM) return false;
  return refused.of30 >= 2 && refused.of30 > 0.25 * joins.of30 && refused.of30 > 90 * usualFailures;
}

function isLosing({ losses, lost, usualLost, reach }: Reading): boolean {
  return lost > usualLost && losses.of5 >= 5 && losses.of5 > 5 * (3 * usualLost + 0.002 * reach);
}
