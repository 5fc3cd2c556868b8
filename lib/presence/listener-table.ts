/** What rows say of listeners: how far they are folded for good, and what is remembered besides their connections. */
import { type ListenerBase, NEW_LISTENER } from './contribution.ts';
import { type Kinds, SEEN } from './kinds.ts';
import { CUT, DUE, FLAGS, IS_LISTENER, KIND, type Rows } from './rows.ts';

/** flags of a row; to be folded again; its open stays have to be saved again */
export const DIRTY = 1 << 13;
export const STAYS_DIRTY = 1 << 14;
const UNMET = 1 << 15;
const UNMET_BY_JOIN = 1 << 16;
const FAILURES = 1 << 17;
/** the bits above are the second under which the wheel has it, counted around; 0: not on the wheel */
const WHEEL_SHIFT = 20;
const AROUND = 2 ** 12 - 1;
const BELOW_WHEEL = 2 ** WHEEL_SHIFT - 1;
/** The wheel has a listener no more than this ahead of W, s. */
export const WHEEL_AHEAD = 2_000;

const NEVER = 0xffffffff;

export class ListenerTable {
  readonly #rows: Rows;
  readonly #kinds: Kinds;
  readonly #seen: (readonly number[])[] = [NEW_LISTENER.seen];
  readonly #seenNumbers = new Map<string, number>([['', 0]]);
  readonly #failures = new Map<number, Pick<ListenerBase, 'failures' | 'failuresByJoin'>>();

  constructor(rows: Rows, kinds: Kinds) {
    this.#rows = rows;
    this.#kinds = kinds;
  }

  isOne(row: number): boolean {
    return this.#rows.has(row, IS_LISTENER);
  }

  has(row: number, flag: number): boolean {
    return this.#rows.has(row, flag);
  }

  mark(row: number, flag: number): void {
    this.#rows.mark(row, flag);
  }

  unmark(row: number, flag: number): void {
    this.#rows.unmark(row, flag);
  }

  /** epoch ms; -Infinity before the first, Infinity once all is */
  cut(row: number): number {
    const word = this.#rows.get(row, CUT) >>> 0;
    return word === 0 ? Number.NEGATIVE_INFINITY : word === NEVER ? Number.POSITIVE_INFINITY : word * 1000;
  }

  setCut(row: number, ms: number): void {
    this.#rows.set(row, CUT, ms === Number.POSITIVE_INFINITY ? NEVER : ms === Number.NEGATIVE_INFINITY ? 0 : ms / 1000);
  }

  /** epoch ms; Infinity: not without a new event */
  due(row: number): number {
    const word = this.#rows.get(row, DUE);
    return word === 0 ? Number.POSITIVE_INFINITY : (word >>> 0) * 1000;
  }

  setDue(row: number, ms: number): void {
    this.#rows.set(row, DUE, ms === Number.POSITIVE_INFINITY ? 0 : Math.ceil(ms / 1000));
  }

  /** Whether the wheel has it under this second, or one less than 2,047 s before. */
  isOnWheelBy(row: number, second: number): boolean {
    const place = this.#rows.get(row, FLAGS) >>> WHEEL_SHIFT;
    return place !== 0 && (second - place + 1 + AROUND) % AROUND <= AROUND / 2;
  }

  /** Whether the wheel has it under this second. */
  isOnWheelAt(row: number, second: number): boolean {
    return this.#rows.get(row, FLAGS) >>> WHEEL_SHIFT === (second % AROUND) + 1;
  }

  /** The wheel has it under this second (epoch s), and no other. */
  putOnWheel(row: number, second: number): void {
    const below = this.#rows.get(row, FLAGS) & BELOW_WHEEL;
    this.#rows.set(row, FLAGS, below | (((second % AROUND) + 1) << WHEEL_SHIFT));
  }

  takeOffWheel(row: number): void {
    this.#rows.set(row, FLAGS, this.#rows.get(row, FLAGS) & BELOW_WHEEL);
  }

  /** of attempts before its base, which have not been folded for good */
  hasFailures(row: number): boolean {
    return this.has(row, FAILURES);
  }

  loadBase(row: number, into: { -readonly [K in keyof ListenerBase]: ListenerBase[K] }): void {
    const flags = this.#rows.get(row, FLAGS);
    into.seen = this.#seen[this.#kinds.get(this.#rows.get(row, KIND), SEEN)] ?? NEW_LISTENER.seen;
    into.unmet = (flags & UNMET) !== 0;
    into.unmetByJoin = (flags & UNMET_BY_JOIN) !== 0;
    const failures = (flags & FAILURES) === 0 ? undefined : this.#failures.get(row);
    into.failures = failures?.failures ?? NEW_LISTENER.failures;
    into.failuresByJoin = failures?.failuresByJoin ?? NEW_LISTENER.failuresByJoin;
  }

  saveBase(row: number, base: ListenerBase): void {
    let flags = this.#rows.get(row, FLAGS);
    if ((flags & FAILURES) !== 0) this.#failures.delete(row);
    flags &= ~(UNMET | UNMET_BY_JOIN | FAILURES);
    if (base.unmet) flags |= UNMET;
    if (base.unmetByJoin) flags |= UNMET_BY_JOIN;
    if (base.failures.length > 0 || base.failuresByJoin.length > 0) {
      flags |= FAILURES;
      this.#failures.set(row, { failures: [...base.failures], failuresByJoin: [...base.failuresByJoin] });
    }
    this.#rows.set(row, FLAGS, flags);
    const kind = this.#rows.get(row, KIND);
    if (base.seen === this.#seen[this.#kinds.get(kind, SEEN)]) return;
    this.#rows.set(row, KIND, this.#kinds.changed(kind, SEEN, this.#seenNumber(base.seen)));
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
