/**
 * Ids of listeners and connections as bytes outside the heap. A listener's own row has both in one place; a connection's
 * id often begins with its listener's, and then only the rest is kept. A place is named by an unsigned number of 32 bits;
 * a block of which all has been released is used again.
 */
import { isSame } from '../event/text-cache.ts';
import { Blocks } from './blocks.ts';
import type { Id } from './id.ts';

/** places are at multiples of 2 bytes: 2^15 a block, 2^17 blocks */
const PLACE_BITS = 15;
const PLACES = 2 ** PLACE_BITS;
/** both ids and their heads are shorter, bytes */
const MOST = 1_040;

export class Names {
  readonly #blocks = new Blocks();
  /** where reading and writing stand */
  #block: Uint8Array = this.#blocks.block(0);
  #next = 0;

  /** Keeps a listener's id, and that of its own connection; null: there is none yet. */
  addListener(listener: Id, connection: Id | null): number {
    const place = this.#begin();
    this.#writeHead((listener.units << 1) | (listener.wide ? 1 : 0));
    this.#writeBytes(listener.bytes, listener.start, listener.end);
    if (connection !== null) this.#writeConnection(connection, listener);
    return this.#end(place);
  }

  /** Keeps the id of a further connection of a listener. */
  addConnection(connection: Id, listener: Id): number {
    const place = this.#begin();
    this.#writeConnection(connection, listener);
    return this.#end(place);
  }

  #writeConnection(connection: Id, listener: Id): void {
    const shared = beginsWith(connection, listener);
    const from = shared ? connection.start + listener.end - listener.start : connection.start;
    const bytes = connection.end - from;
    this.#writeHead(((connection.wide ? bytes / 2 : bytes) << 2) | (shared ? 2 : 0) | (connection.wide ? 1 : 0));
    this.#writeBytes(connection.bytes, from, connection.end);
  }

  #writeHead(value: number): void {
    if (value < 0x80) this.#block[this.#next++] = value;
    else {
      this.#block[this.#next++] = (value & 0x7f) | 0x80;
      this.#block[this.#next++] = value >>> 7;
    }
  }

  #writeBytes(bytes: Uint8Array, start: number, end: number): void {
    const block = this.#block;
    let at = this.#next;
    for (let i = start; i < end; i++) block[at++] = bytes[i] ?? 0;
    this.#next = at;
  }

  #begin(): number {
    this.#block = this.#blocks.room(MOST);
    this.#next = this.#blocks.at;
    return this.#blocks.current * PLACES + this.#next / 2;
  }

  #end(place: number): number {
    this.#blocks.at = (this.#next + 1) & ~1;
    return place;
  }

  #read(place: number): void {
    this.#block = this.#blocks.block(place >>> PLACE_BITS);
    this.#next = (place & (PLACES - 1)) * 2;
  }

  #readHead(): number {
    const low = this.#block[this.#next++] ?? 0;
    return low < 0x80 ? low : (low & 0x7f) | ((this.#block[this.#next++] ?? 0) << 7);
  }

  /** The id of the listener kept there. */
  listener(place: number, into: Id): void {
    this.#read(place);
    const head = this.#readHead();
    const wide = (head & 1) !== 0;
    into.isAt(this.#block, this.#next, this.#next + (wide ? 2 * (head >>> 1) : head >>> 1));
    into.wide = wide;
  }

  isListener(place: number, asked: Id): boolean {
    this.#read(place);
    const head = this.#readHead();
    if (head !== ((asked.units << 1) | (asked.wide ? 1 : 0))) return false;
    return isSame(this.#block, this.#next, asked.bytes, asked.start, asked.end - asked.start);
  }

  /** The id of the connection kept there, of this listener; `own`: it is kept behind the listener's. */
  connection(place: number, own: boolean, listener: Id, into: Id): void {
    const head = this.#toConnection(place, own);
    const wide = (head & 1) !== 0;
    const bytes = wide ? 2 * (head >>> 2) : head >>> 2;
    if ((head & 2) === 0) into.isAt(this.#block, this.#next, this.#next + bytes);
    else {
      const first = listener.end - listener.start;
      into.isAt(into.room, 0, first + bytes);
      copy(listener.bytes, listener.start, first, into.room, 0);
      copy(this.#block, this.#next, bytes, into.room, first);
    }
    into.wide = wide;
  }

  isConnection(place: number, own: boolean, listener: Id, asked: Id): boolean {
    const head = this.#toConnection(place, own);
    const bytes = (head & 1) !== 0 ? 2 * (head >>> 2) : head >>> 2;
    const first = (head & 2) === 0 ? 0 : listener.end - listener.start;
    if (((head & 1) !== 0) !== asked.wide || first + bytes !== asked.end - asked.start) return false;
    // they differ in their last characters more often than in their first
    return (
      isSame(this.#block, this.#next, asked.bytes, asked.start + first, bytes) &&
      isSame(listener.bytes, listener.start, asked.bytes, asked.start, first)
    );
  }

  #toConnection(place: number, own: boolean): number {
    this.#read(place);
    if (own) {
      const head = this.#readHead();
      this.#next += (head & 1) !== 0 ? 2 * (head >>> 1) : head >>> 1;
    }
    return this.#readHead();
  }

  release(place: number): void {
    this.#blocks.release(place >>> PLACE_BITS);
  }
}

function beginsWith(connection: Id, listener: Id): boolean {
  const length = listener.end - listener.start;
  if (connection.wide !== listener.wide || connection.end - connection.start < length) return false;
  return isSame(connection.bytes, connection.start, listener.bytes, listener.start, length);
}

function copy(from: Uint8Array, start: number, bytes: number, to: Uint8Array, at: number): void {
  for (let i = 0; i < bytes; i++) to[at + i] = from[start + i] ?? 0;
}
