/** Steps as a list of numbers: second, code, second, code … to be taken back when something else holds. */
import { slotOf } from '../event/text-cache.ts';
import type { Steps } from './contribution.ts';

const SHIFT = 128;
/** lists remembered, a power of two */
const RECENT = 2 ** 14;
const NONE: readonly number[] = [];
/** lists by their hash, each the latest of its slot */
const recent: (readonly number[] | undefined)[] = new Array(RECENT).fill(undefined);

export class StepList implements Steps {
  #list: number[] = [];
  /** lists of row sets met so far, and their places */
  readonly #groups: (readonly number[])[] = [];
  readonly #places = new Map<readonly number[], number>();
  #last: readonly number[] = [];
  #lastPlace = 0;

  step(groups: readonly number[], second: number, column: number, sign: 1 | -1): void {
    if (groups !== this.#last) {
      this.#last = groups;
      this.#lastPlace = this.#placeOf(groups);
    }
    this.#list.push(second, this.#lastPlace * SHIFT + column * 2 + (sign === 1 ? 1 : 0));
  }

  #placeOf(groups: readonly number[]): number {
    let place = this.#places.get(groups);
    if (place === undefined) {
      place = this.#groups.push(groups) - 1;
      this.#places.set(groups, place);
    }
    return place;
  }

  /** The steps since the last time: one list for all who took the same steps of late, as those who came together do. */
  take(): readonly number[] {
    const list = this.#list;
    if (list.length === 0) return NONE;
    let hash = list.length;
    for (let i = 0; i < list.length; i++) hash = Math.imul(hash ^ (list[i] ?? 0), 0x01000193);
    const slot = slotOf(hash, RECENT - 1);
    let taken = recent[slot] ?? NONE;
    if (!isSame(taken, list)) {
      taken = list.slice();
      recent[slot] = taken;
    }
    list.length = 0;
    return taken;
  }

  /** Puts the steps of `list` from place `from` on into `into`, or (-1) takes them back. */
  replay(list: readonly number[], from: number, times: 1 | -1, into: Steps): void {
    for (let i = from; i < list.length; i += 2) {
      const code = list[i + 1] ?? 0;
      const isMore = (code % 2 === 1) === (times === 1);
      const groups = this.#groups[Math.floor(code / SHIFT)];
      if (groups !== undefined) into.step(groups, list[i] ?? 0, (code % SHIFT) >> 1, isMore ? 1 : -1);
    }
  }
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
