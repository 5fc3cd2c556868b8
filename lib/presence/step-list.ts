/** Steps as a list of numbers: second, code, second, code … to be taken back when something else holds. */
import type { Steps } from './contribution.ts';

const SHIFT = 128;

export class StepList implements Steps {
  list: number[] = [];

  readonly #one = [0];

  step(groups: readonly number[], second: number, column: number, sign: 1 | -1): void {
    const low = column * 2 + (sign === 1 ? 1 : 0);
    for (let g = 0; g < groups.length; g++) this.list.push(second, (groups[g] ?? 0) * SHIFT + low);
  }

  /** Puts the steps of `list` from place `from` on into `into`, or (-1) takes them back. */
  replay(list: readonly number[], from: number, times: 1 | -1, into: Steps): void {
    for (let i = from; i < list.length; i += 2) {
      const code = list[i + 1] ?? 0;
      const isMore = (code % 2 === 1) === (times === 1);
      this.#one[0] = Math.floor(code / SHIFT);
      into.step(this.#one, list[i] ?? 0, (code % SHIFT) >> 1, isMore ? 1 : -1);
    }
  }
}
