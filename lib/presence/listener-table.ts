/** Listeners outside the heap: 36 bytes each, found by the hash of their id. */
import { type ListenerBase, NEW_LISTENER } from './contribution.ts';
import { Slots } from './slots.ts';

/** words of a row after the two of its hash */
export const TEXT = 2;
/** its newest connection */
export const CONNECTION = 3;
export const FLAGS = 4;
/** what happened up to here stands in the rows for good, epoch s */
const CUT = 5;
/** W at which it is folded for good again, and the second under which the wheel has it, epoch s */
const DUE = 6;
const WHEEL = 7;
const SEEN = 8;
const WORDS = 9;

/** to be folded again; its open stays have to be saved again */
export const DIRTY = 1;
export const STAYS_DIRTY = 4;
const UNMET = 8;
const UNMET_BY_JOIN = 16;
const FAILURES = 32;

const NEVER = 0xffffffff;

export class ListenerTable extends Slots {
  readonly #seen: (readonly number[])[] = [NEW_LISTENER.seen];
  readonly #seenNumbers = new Map<string, number>([['', 0]]);
  readonly #failures = new Map<number, Pick<ListenerBase, 'failures' | 'failuresByJoin'>>();

  constructor() {
    super(WORDS);
  }

  has(row: number, flag: number): boolean {
    return (this.get(row, FLAGS) & flag) !== 0;
  }

  mark(row: number, flag: number): void {
    this.set(row, FLAGS, this.get(row, FLAGS) | flag);
  }

  unmark(row: number, flag: number): void {
    this.set(row, FLAGS, this.get(row, FLAGS) & ~flag);
  }

  /** epoch ms; -Infinity before the first, Infinity once all is */
  cut(row: number): number {
    const word = this.get(row, CUT) >>> 0;
    return word === 0 ? Number.NEGATIVE_INFINITY : word === NEVER ? Number.POSITIVE_INFINITY : word * 1000;
  }

  setCut(row: number, ms: number): void {
    this.set(row, CUT, ms === Number.POSITIVE_INFINITY ? NEVER : ms === Number.NEGATIVE_INFINITY ? 0 : ms / 1000);
  }

  /** epoch ms; Infinity: not without a new event */
  due(row: number): number {
    return secondAt(this.get(row, DUE));
  }

  setDue(row: number, ms: number): void {
    this.set(row, DUE, ms === Number.POSITIVE_INFINITY ? 0 : Math.ceil(ms / 1000));
  }

  /** epoch s; Infinity: not on the wheel */
  wheel(row: number): number {
    return secondAt(this.get(row, WHEEL)) / 1000;
  }

  setWheel(row: number, second: number): void {
    this.set(row, WHEEL, second === Number.POSITIVE_INFINITY ? 0 : second);
  }

  /** of attempts before its base, which have not been folded for good */
  hasFailures(row: number): boolean {
    return this.has(row, FAILURES);
  }

  loadBase(row: number, into: { -readonly [K in keyof ListenerBase]: ListenerBase[K] }): void {
    const flags = this.get(row, FLAGS);
    into.seen = this.#seen[this.get(row, SEEN)] ?? NEW_LISTENER.seen;
    into.unmet = (flags & UNMET) !== 0;
    into.unmetByJoin = (flags & UNMET_BY_JOIN) !== 0;
    const failures = (flags & FAILURES) === 0 ? undefined : this.#failures.get(row);
    into.failures = failures?.failures ?? NEW_LISTENER.failures;
    into.failuresByJoin = failures?.failuresByJoin ?? NEW_LISTENER.failuresByJoin;
  }

  saveBase(row: number, base: ListenerBase): void {
    let flags = this.get(row, FLAGS);
    if ((flags & FAILURES) !== 0) this.#failures.delete(row);
    flags &= ~(UNMET | UNMET_BY_JOIN | FAILURES);
    if (base.unmet) flags |= UNMET;
    if (base.unmetByJoin) flags |= UNMET_BY_JOIN;
    if (base.failures.length > 0 || base.failuresByJoin.length > 0) {
      flags |= FAILURES;
      this.#failures.set(row, { failures: [...base.failures], failuresByJoin: [...base.failuresByJoin] });
    }
    this.set(row, FLAGS, flags);
    if (base.seen !== this.#seen[this.get(row, SEEN)]) this.set(row, SEEN, this.#seenNumber(base.seen));
  }

  #seenNumber(seen: readonly number[]): number {
    const sorted = [...seen].sort((a, b) => a - b);
    const key = sorted.join();
    let number = this.#seenNumbers.get(key);
    if (number === undefined) {
      number = this.#seen.push(sorted) - 1;
      this.#seenNumbers.set(key, number);
    }
    return number;
  }
}

function secondAt(word: number): number {
  return word === 0 ? Number.POSITIVE_INFINITY : (word >>> 0) * 1000;
}
