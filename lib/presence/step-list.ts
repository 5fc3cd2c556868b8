/** Steps as a list of numbers: second, code, second, code … to be taken back when something else holds. */
import type { Steps } from './contribution.ts';

const SHIFT = 128;

export class StepList implements Steps {
  list: number[] = [];

  step(group: number, second: number, column: number, sign: 1 | -1): void {
    this.list.push(second, group * SHIFT + column * 2 + (sign === 1 ? 1 : 0));
  }

  /** Puts the steps of `list` from place `from` on into `into`, or (-1) takes them back. */
  replay(list: readonly number[], from: number, times: 1 | -1, into: Steps): void {
    for (let i = from; i < list.length; i += 2) {
      const code = list[i + 1] ?? 0;
      const isMore = (code % 2 === 1) === (times === 1);
      into.step(Math.floor(code / SHIFT), list[i] ?? 0, (code % SHIFT) >> 1, isMore ? 1 : -1);
    }
  }
}
