/** Recognises the contract's own words (field names, event types, roles) straight from their bytes. */
import type { EventType, Role } from './event.ts';
import { CONTROL_TYPES, LISTENER_TYPES } from './parse.ts';

/** Field names; a field's number is its place here. */
export const FIELD_NAMES = [
  'type',
  'ts',
  'broadcast',
  'room',
  'listener',
  'connection',
  'id',
  'source',
  'role',
  'heartbeatMs',
  'startupMs',
  'code',
  'fatal',
  'reason',
  'attrs',
  'label',
  'author',
  'replaces',
  'startsAt',
] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** Event types; those below LISTENER_TYPES.length have a listener. */
export const EVENT_TYPES: readonly EventType[] = [...LISTENER_TYPES, ...CONTROL_TYPES];
export const ROLES: readonly Role[] = ['listener', 'speaker', 'host'];

/**
 * Finds which of a few ASCII words, if any, stands before a quote. A word is guessed from its first and third byte
 * (two words may share these; the second is tried when the first is not it) and then compared whole, quote included.
 */
export class Words {
  readonly #guess = new Int8Array(1024).fill(-1);
  readonly #other: Int8Array;
  readonly #lengths: Uint8Array;
  readonly #bytes: Uint8Array[];

  constructor(words: readonly string[]) {
    this.#other = new Int8Array(words.length).fill(-1);
    this.#lengths = Uint8Array.from(words, (word) => word.length);
    this.#bytes = words.map((word) => Uint8Array.from(`${word}"`, (c) => c.charCodeAt(0)));
    for (const [number, bytes] of this.#bytes.entries()) {
      const slot = slotOf(bytes[0] ?? 0, bytes[2] ?? 0);
      this.#other[number] = this.#guess[slot] ?? -1;
      this.#guess[slot] = number;
    }
  }

  /** the number of the word that begins at `at` and ends with a quote before `end`; -1 where it is none of them */
  find(bytes: Uint8Array, at: number, end: number): number {
    if (at + 2 >= end) return -1;
    let number = this.#guess[slotOf(bytes[at] ?? 0, bytes[at + 2] ?? 0)] ?? -1;
    while (number >= 0 && !this.#isAt(number, bytes, at, end)) number = this.#other[number] ?? -1;
    return number;
  }

  /** bytes of the word, without the quote */
  length(number: number): number {
    return this.#lengths[number] ?? 0;
  }

  #isAt(number: number, bytes: Uint8Array, at: number, end: number): boolean {
    const word = this.#bytes[number];
    if (word === undefined || at + word.length > end) return false;
    for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word[i]) return false;
    return true;
  }
}

function slotOf(first: number, third: number): number {
  return ((first & 31) << 5) | (third & 31);
}
