/**
 * Events that something still to come may bear on: four numbers each, outside the heap, chained from the newest to the
 * oldest of their connection in the order of arrival.
 */
import type { Detail, Details } from './details.ts';
import type { EventIds } from './event-ids.ts';

const CHUNK_BITS = 14;
const CHUNK = 2 ** CHUNK_BITS;
/** the first chunk grows up to its size */
const FIRST_CHUNK = 64;
const WORDS = 4;
/** words of a cell: ms since the era, the next older cell, the detail, the id */
const TS = 0;
const NEXT = 1;
const DETAIL = 2;
const ID = 3;
/** in place of a detail: the cell adds a number of 64 bits to the event before it in the chain */
const STARTUP = -1;
const FULL_TS = -2;
/** no start-up time */
export const NO_STARTUP = -1;
const ERA_MS = 2 ** 32;
/** moves an event from which on a list in disorder is sorted as a whole */
const MOVES = 16;
/** events looked back at for an id */
const LOOKS = 256;

const float = new Float64Array(1);
const words = new Int32Array(float.buffer);

/** Events of one connection, unpacked into arrays that are used again and again. */
export class EventList {
  length = 0;
  readonly ts: number[] = [];
  readonly detail: Detail[] = [];
  readonly startup: number[] = [];
  readonly id: number[] = [];
  readonly cell: number[] = [];

  /** they came in the order of ts, no two dated alike */
  inOrder = true;

  /** by ts; what is dated alike stays in the order of arrival. Mostly it is sorted already */
  sort(): void {
    const { ts } = this;
    this.inOrder = true;
    let moves = MOVES * this.length;
    for (let i = 1; i < this.length; i++) {
      const at = ts[i] ?? 0;
      const before = ts[i - 1] ?? 0;
      if (before < at) continue;
      this.inOrder = false;
      if (before === at) continue;
      let to = i - 1;
      while (to > 0 && (ts[to - 1] ?? 0) > at) to--;
      moves -= i - to;
      if (moves < 0) {
        this.#sortAll();
        return;
      }
      this.#move(i, to);
    }
  }

  #sortAll(): void {
    const { ts } = this;
    const order = Array.from({ length: this.length }, (_, i) => i);
    // stable: what is dated alike stays as it is
    this.#arrange(order.sort((a, b) => (ts[a] ?? 0) - (ts[b] ?? 0)));
  }

  #move(from: number, to: number): void {
    shift(this.ts, from, to);
    shift(this.detail, from, to);
    shift(this.startup, from, to);
    shift(this.id, from, to);
    shift(this.cell, from, to);
  }

  /** Keeps the events at these places, in this order. */
  #arrange(places: readonly number[]): void {
    arrange(this.ts, places);
    arrange(this.detail, places);
    arrange(this.startup, places);
    arrange(this.id, places);
    arrange(this.cell, places);
    this.length = places.length;
  }

  /** Leaves out the events in these cells. */
  removeCells(cells: ReadonlySet<number>): void {
    const kept: number[] = [];
    for (let i = 0; i < this.length; i++) if (!cells.has(this.cell[i] ?? 0)) kept.push(i);
    this.#arrange(kept);
  }

  reverse(): void {
    const { ts, detail, startup, id, cell } = this;
    for (let i = 0, j = this.length - 1; i < j; i++, j--) {
      swap(ts, i, j);
      swap(detail, i, j);
      swap(startup, i, j);
      swap(id, i, j);
      swap(cell, i, j);
    }
  }
}

/** Moves one value of a list from place `from` to place `to`; those between close up. */
function shift<T>(list: T[], from: number, to: number): void {
  const value = list[from];
  if (value === undefined) return;
  const step = from < to ? 1 : -1;
  for (let i = from; i !== to; i += step) {
    const next = list[i + step];
    if (next !== undefined) list[i] = next;
  }
  list[to] = value;
}

function arrange<T>(list: T[], places: readonly number[]): void {
  const before = list.slice();
  for (let i = 0; i < places.length; i++) {
    const value = before[places[i] ?? 0];
    if (value !== undefined) list[i] = value;
  }
}

function swap<T>(list: T[], i: number, j: number): void {
  const a = list[i];
  const b = list[j];
  if (a === undefined || b === undefined) return;
  list[i] = b;
  list[j] = a;
}

export class Undecided {
  /** cells in use */
  used = 0;
  /** undefined: none of its cells is in use */
  readonly #chunks: (Int32Array | undefined)[] = [];
  readonly #ids: EventIds;
  /** per chunk: cells in use, cells ever used since it was made, the first free one of these */
  readonly #usedOf: number[] = [];
  readonly #madeOf: number[] = [];
  readonly #freeOf: number[] = [];
  /** chunks with free cells, one of them current */
  readonly #open: number[] = [];
  #current = 0;
  #era = Number.NaN;

  constructor(ids: EventIds) {
    this.#ids = ids;
  }

  /** Adds an event before `head` (0: none); the new head. */
  add(head: number, ts: number, detail: number, id: number, startup: number): number {
    if (Number.isNaN(this.#era)) this.#era = ts - ERA_MS / 4;
    const since = ts - this.#era;
    let next = head;
    if (startup !== NO_STARTUP) next = this.#extra(next, STARTUP, startup);
    if (since < 0 || since >= ERA_MS) next = this.#extra(next, FULL_TS, ts);
    return this.#cell(since, next, detail, id);
  }

  #extra(next: number, kind: number, value: number): number {
    float[0] = value;
    return this.#cell(words[0] ?? 0, next, kind, words[1] ?? 0);
  }

  #cell(w0: number, next: number, detail: number, id: number): number {
    let number = this.#current;
    let chunk = this.#chunks[number];
    let place = this.#freeOf[number] ?? 0;
    if (chunk === undefined || (place === 0 && this.#madeOf[number] === CHUNK)) {
      number = this.#nextChunk();
      chunk = this.#chunks[number] ?? NO_WORDS;
      place = this.#freeOf[number] ?? 0;
    }
    if (place === 0) {
      place = this.#madeOf[number] ?? 0;
      this.#madeOf[number] = place + 1;
      if (place * WORDS === chunk.length) chunk = this.#grown(number, chunk);
    } else this.#freeOf[number] = chunk[place * WORDS + NEXT] ?? 0;
    const at = place * WORDS;
    chunk[at + TS] = w0;
    chunk[at + NEXT] = next;
    chunk[at + DETAIL] = detail;
    chunk[at + ID] = id;
    this.#usedOf[number] = (this.#usedOf[number] ?? 0) + 1;
    this.used++;
    return number * CHUNK + place;
  }

  /** Makes a chunk with free cells the current one. */
  #nextChunk(): number {
    const number = this.#open.pop() ?? this.#chunks.length;
    this.#current = number;
    if (this.#chunks[number] !== undefined) return number;
    this.#chunks[number] = new Int32Array((number === 0 ? FIRST_CHUNK : CHUNK) * WORDS);
    this.#usedOf[number] = 0;
    // place 0 is nobody's: it ends chains and lists
    this.#madeOf[number] = 1;
    this.#freeOf[number] = 0;
    return number;
  }

  #grown(number: number, chunk: Int32Array): Int32Array {
    const larger = new Int32Array(chunk.length * 2);
    larger.set(chunk);
    this.#chunks[number] = larger;
    return larger;
  }

  #letGo(cell: number): void {
    const number = cell >>> CHUNK_BITS;
    const chunk = this.#chunks[number];
    if (chunk === undefined) return;
    const used = (this.#usedOf[number] ?? 1) - 1;
    this.#usedOf[number] = used;
    this.used--;
    const isFull = this.#freeOf[number] === 0 && this.#madeOf[number] === CHUNK;
    if (used === 0 && number !== this.#current) this.#chunks[number] = undefined;
    else {
      chunk[(cell & (CHUNK - 1)) * WORDS + NEXT] = this.#freeOf[number] ?? 0;
      this.#freeOf[number] = cell & (CHUNK - 1);
    }
    if (number !== this.#current && isFull) this.#open.push(number);
  }

  #chunkOf(cell: number): Int32Array {
    return this.#chunks[cell >>> CHUNK_BITS] ?? NO_WORDS;
  }

  /** `ts` of the event at the head of a chain, epoch ms. */
  headTs(head: number): number {
    const chunk = this.#chunkOf(head);
    const at = (head & (CHUNK - 1)) * WORDS;
    const next = chunk[at + NEXT] ?? 0;
    if (next !== 0) {
      const after = this.#chunkOf(next);
      const place = (next & (CHUNK - 1)) * WORDS;
      if (after[place + DETAIL] === FULL_TS) return this.#number(after, place);
    }
    return this.#era + ((chunk[at + TS] ?? 0) >>> 0);
  }

  /** The next older event of a chain; 0: none. */
  olderOf(head: number): number {
    let cell = head;
    for (;;) {
      cell = this.#chunkOf(cell)[(cell & (CHUNK - 1)) * WORDS + NEXT] ?? 0;
      if (cell === 0 || (this.#chunkOf(cell)[(cell & (CHUNK - 1)) * WORDS + DETAIL] ?? 0) > 0) return cell;
    }
  }

  /** The number of the detail of the event at the head of a chain. */
  detailAt(head: number): number {
    return this.#chunkOf(head)[(head & (CHUNK - 1)) * WORDS + DETAIL] ?? 0;
  }

  /** The id of the event at the head of a chain. */
  idAt(head: number): number {
    return this.#chunkOf(head)[(head & (CHUNK - 1)) * WORDS + ID] ?? 0;
  }

  #number(chunk: Int32Array, at: number): number {
    words[0] = chunk[at + TS] ?? 0;
    words[1] = chunk[at + ID] ?? 0;
    return float[0] ?? 0;
  }

  /** The events of a chain, by ts. */
  read(head: number, details: Details, into: EventList): void {
    let n = -1;
    for (let cell = head; cell !== 0; ) {
      const chunk = this.#chunkOf(cell);
      const at = (cell & (CHUNK - 1)) * WORDS;
      const detail = chunk[at + DETAIL] ?? 0;
      if (detail === STARTUP) into.startup[n] = this.#number(chunk, at);
      else if (detail === FULL_TS) into.ts[n] = this.#number(chunk, at);
      else {
        n++;
        into.ts[n] = this.#era + ((chunk[at + TS] ?? 0) >>> 0);
        into.detail[n] = details.get(detail);
        into.startup[n] = NO_STARTUP;
        into.id[n] = chunk[at + ID] ?? 0;
        into.cell[n] = cell;
      }
      cell = chunk[at + NEXT] ?? 0;
    }
    into.length = n + 1;
    into.inOrder = true;
    if (n > 0) {
      into.reverse();
      into.sort();
    }
  }

  /**
   * Whether an event of the chain newer than `after` (epoch ms) has this id; for chains in order of ts. Where there are
   * very many it may have.
   */
  mayHaveId(head: number, id: number, after: number): boolean {
    let looks = LOOKS;
    for (let cell = head; cell !== 0; ) {
      if (looks-- === 0) return true;
      const chunk = this.#chunkOf(cell);
      const at = (cell & (CHUNK - 1)) * WORDS;
      if ((chunk[at + DETAIL] ?? 0) > 0) {
        if (this.#ids.isSame(chunk[at + ID] ?? 0, id)) return true;
        if (this.headTs(cell) <= after) return false;
      }
      cell = chunk[at + NEXT] ?? 0;
    }
    return false;
  }

  /** Lets go of the events up to `upTo` (epoch ms); the new head. */
  drop(head: number, upTo: number): number {
    return this.#without(head, NO_CELLS, upTo);
  }

  /** Lets go of the events in these cells; the new head. */
  remove(head: number, cells: ReadonlySet<number>): number {
    return this.#without(head, cells, Number.NEGATIVE_INFINITY);
  }

  #without(head: number, which: ReadonlySet<number>, upTo: number): number {
    let newHead = 0;
    let kept = 0;
    let goes = false;
    for (let cell = head; cell !== 0; ) {
      const chunk = this.#chunkOf(cell);
      const at = (cell & (CHUNK - 1)) * WORDS;
      const next = chunk[at + NEXT] ?? 0;
      const isEvent = (chunk[at + DETAIL] ?? 0) > 0;
      if (isEvent) goes = which.has(cell) || this.headTs(cell) <= upTo;
      if (goes) {
        if (isEvent) this.#ids.release(chunk[at + ID] ?? 0);
        this.#letGo(cell);
      } else {
        if (kept === 0) newHead = cell;
        else this.#link(kept, cell);
        kept = cell;
      }
      cell = next;
    }
    if (kept !== 0) this.#link(kept, 0);
    return newHead;
  }

  #link(cell: number, next: number): void {
    const chunk = this.#chunkOf(cell);
    chunk[(cell & (CHUNK - 1)) * WORDS + NEXT] = next;
  }
}

const NO_WORDS = new Int32Array(0);
const NO_CELLS: ReadonlySet<number> = new Set();
