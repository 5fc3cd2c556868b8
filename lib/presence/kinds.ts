/**
 * What rows have in common: the same few combinations of room, traits, source, period and sets counted in, each under one
 * number, so that a row names all five by it.
 */
const FIELDS = 5;
export const ROOM = 0;
/** number of the traits of the stay that is open, or of the one before */
export const TRAITS = 1;
/** number of the last evidence's source, plus one */
export const SOURCE = 2;
/** heartbeat period of the stay that is open as last folded, ms */
export const PERIOD = 3;
/** of a listener: number of the list of row sets in which it has been counted */
export const SEEN = 4;

const SMALLEST = 16;

export class Kinds {
  #fields = new Int32Array(SMALLEST * FIELDS);
  /** numbers by hash, plus one */
  #index = new Int32Array(2 * SMALLEST);
  #made = 0;

  constructor() {
    this.of(0, 0, 0, 0, 0);
  }

  get(kind: number, field: number): number {
    return this.#fields[kind * FIELDS + field] ?? 0;
  }

  /** The number of these five; 0 are all zeros. */
  of(room: number, traits: number, source: number, period: number, seen: number): number {
    const mask = this.#index.length - 1;
    for (let i = hashOf(room, traits, source, period, seen) & mask; ; i = (i + 1) & mask) {
      const kind = (this.#index[i] ?? 0) - 1;
      if (kind < 0) return this.#new(i, [room, traits, source, period, seen]);
      const at = kind * FIELDS;
      const fields = this.#fields;
      if (
        fields[at] === room &&
        fields[at + TRAITS] === traits &&
        fields[at + SOURCE] === source &&
        fields[at + PERIOD] === period &&
        fields[at + SEEN] === seen
      ) {
        return kind;
      }
    }
  }

  /** The number of what is like `kind` but for one field. */
  changed(kind: number, field: number, value: number): number {
    const at = kind * FIELDS;
    const of = this.#fields;
    if (of[at + field] === value) return kind;
    return this.of(
      field === ROOM ? value : (of[at] ?? 0),
      field === TRAITS ? value : (of[at + TRAITS] ?? 0),
      field === SOURCE ? value : (of[at + SOURCE] ?? 0),
      field === PERIOD ? value : (of[at + PERIOD] ?? 0),
      field === SEEN ? value : (of[at + SEEN] ?? 0),
    );
  }

  #new(place: number, fields: readonly number[]): number {
    const kind = this.#made++;
    if ((kind + 1) * FIELDS > this.#fields.length) {
      const larger = new Int32Array(this.#fields.length * 2);
      larger.set(this.#fields);
      this.#fields = larger;
    }
    this.#fields.set(fields, kind * FIELDS);
    this.#index[place] = kind + 1;
    if (4 * this.#made > 3 * this.#index.length) this.#grow();
    return kind;
  }

  #grow(): void {
    const larger = new Int32Array(this.#index.length * 2);
    const mask = larger.length - 1;
    const of = this.#fields;
    for (let kind = 0; kind < this.#made; kind++) {
      const at = kind * FIELDS;
      let i = hashOf(of[at] ?? 0, of[at + 1] ?? 0, of[at + 2] ?? 0, of[at + 3] ?? 0, of[at + 4] ?? 0) & mask;
      while (larger[i] !== 0) i = (i + 1) & mask;
      larger[i] = kind + 1;
    }
    this.#index = larger;
  }
}

function hashOf(room: number, traits: number, source: number, period: number, seen: number): number {
  let h = Math.imul(room ^ 0x9e3779b9, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 15)) + traits, 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 13)) + source, 0x85ebca6b);
  h = Math.imul((h ^ (h >>> 15)) + period, 0xc2b2ae35);
  h = Math.imul((h ^ (h >>> 13)) + seen, 0x85ebca6b);
  return h ^ (h >>> 16);
}
