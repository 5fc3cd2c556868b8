/** The detectors over rows, second by second: the same for live seconds and final ones. */
import type { DetectedWindow } from '../crash/detected.ts';
import { LossDetector, STILL } from '../crash/detector.ts';
import { valueKey } from '../crash/value-watch.ts';
import type { Counts } from '../numbers/second.ts';
import type { GroupRows, GroupSums } from '../store/window-reads.ts';

/** After so many seconds without any change nothing is learned any more, and the rest of a silence is left out, s. */
const SILENCE_SECONDS = 3_600;

/** What is watched: levels, and counters. */
export const WATCHED_LEVELS = ['connected', 'hearing'] as const;
export const WATCHED = [
  ...WATCHED_LEVELS,
  'began',
  'ended',
  'dropped',
  'handedOver',
  'newlySuspect',
  'newlyStalled',
  'newListeners',
  'joins',
  'failuresByJoin',
] as const;
type Watched = (typeof WATCHED)[number];
type WatchedRow = { second: number } & Pick<Counts, Watched>;

export type Levels = Pick<Counts, (typeof WATCHED_LEVELS)[number]>;
/** Levels of the whole and of each attribute value at one second, by key. */
export type LevelsByKey = Map<string, Levels>;

export class Detection {
  #loss = new LossDetector();
  /** the last second taken, and for how many nothing has changed, that one included */
  #at: number;
  #quiet = 0;

  /** `first`: the first row, epoch s. */
  constructor(first: number) {
    this.#at = first - 1;
  }

  get at(): number {
    return this.#at;
  }

  /**
   * Takes the seconds after the last one up to `to`. `changes`: rows of these seconds, levels as their change.
   * `levels`: as they stood at the last second taken; moved on to `to`.
   */
  take(changes: readonly GroupRows<Watched>[], levels: LevelsByKey, to: number): void {
    const seconds = bySecond(changes);
    const order = [...seconds.keys()].sort((a, b) => a - b);
    let next = 0;
    let whole = levels.get(WHOLE) ?? NO_LEVELS;
    for (let second = this.#at + 1; second <= to; second++) {
      while ((order[next] ?? Number.POSITIVE_INFINITY) < second) next++;
      const changed = seconds.get(second);
      this.#quiet = changed ? 0 : this.#quiet + 1;
      if (this.#quiet > SILENCE_SECONDS) {
        second = Math.min(to, (order[next] ?? Number.POSITIVE_INFINITY) - 1);
        continue;
      }
      if (!changed) {
        if (!this.#loss.rest(second)) this.#loss.step({ ...NOTHING, ...whole, second }, NO_VALUES);
        continue;
      }
      let row: WatchedRow = { ...NOTHING, ...whole, second };
      const values = new Map<string, WatchedRow>();
      for (const [key, change] of changed) {
        const level = add(levels.get(key) ?? NO_LEVELS, change);
        levels.set(key, level);
        if (key !== WHOLE) values.set(key, { ...change, ...level });
        else {
          whole = level;
          row = { ...change, ...level };
        }
      }
      this.#loss.step(row, values);
    }
    this.#at = Math.max(this.#at, to);
  }

  /** All seconds there will ever be have been taken. */
  finish(): void {
    this.#loss.finish();
  }

  /** As seen so far, in order of onset; the last of a kind may be open. */
  windows(): DetectedWindow[] {
    return this.#loss.windows().sort((a, b) => a.onset - b.onset);
  }
}

/** Key of the whole broadcast. */
export const WHOLE = valueKey('', '');

export function addLevels(to: LevelsByKey, moved: readonly GroupSums<keyof Levels>[]): void {
  for (const { attribute, value, sums } of moved) {
    const key = valueKey(attribute, value);
    to.set(key, add(to.get(key) ?? NO_LEVELS, sums));
  }
}

function add(a: Levels, b: Levels): Levels {
  return { connected: a.connected + b.connected, hearing: a.hearing + b.hearing };
}

function bySecond(changes: readonly GroupRows<Watched>[]): Map<number, [string, WatchedRow][]> {
  const seconds = new Map<number, [string, WatchedRow][]>();
  for (const { attribute, value, rows } of changes) {
    const key = valueKey(attribute, value);
    for (const row of rows) {
      const at = seconds.get(row.second);
      if (at) at.push([key, row]);
      else seconds.set(row.second, [[key, row]]);
    }
  }
  return seconds;
}

const NO_VALUES: ReadonlyMap<string, WatchedRow> = new Map();
const NO_LEVELS: Levels = { connected: 0, hearing: 0 };
const { second: _, ...NOTHING } = STILL;
