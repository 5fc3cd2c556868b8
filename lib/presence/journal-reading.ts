/** Pages of a journal, read in their order, bring a roster back to where it stood after the last of them. */
import { ByteReader } from './bytes.ts';
import type { ListenerBase } from './contribution.ts';
import { type Said, type Traits, typeNumber } from './details.ts';
import type { ConnectionFold } from './fold.ts';
import {
  DETAIL_ENTRY,
  EVENT_ENTRY,
  HAS_ATTEMPT,
  HAS_FAILURES,
  HAS_LEFT,
  HAS_PREVIOUS,
  HAS_RECENT,
  HAS_SOURCE,
  IS_OPEN,
  JOIN_LOST,
  JOINED,
  LISTENER_ENTRY,
  OPENED,
  PRESENT,
  ROOM_ENTRY,
  TIMED_OUT,
  TRAITS_ENTRY,
  UNMET,
  UNMET_BY_JOIN,
  WITH_CONNECTION,
  WITH_ID,
  WITH_STARTUP,
} from './journal.ts';
import type { Roster } from './roster.ts';
import { NO_STARTUP } from './undecided.ts';

/** A page that no counter has written. */
export class JournalError extends Error {
  constructor(kind: number, at: number) {
    super(
      `A saved state is damaged: expected an entry at byte ${at}, found ${kind}. Count the broadcast anew: replay its log with --replace.`,
    );
    this.name = 'JournalError';
  }
}

export class JournalReading {
  readonly #roster: Roster;
  readonly #fold: ConnectionFold;
  readonly #details = new Map<number, number>();
  readonly #traits = new Map<number, Traits>();
  readonly #rooms = new Map<number, string>();
  #ts = 0;

  /** `fold` is used for building. */
  constructor(roster: Roster, fold: ConnectionFold) {
    this.#roster = roster;
    this.#fold = fold;
  }

  page(bytes: Uint8Array): void {
    const from = new ByteReader(bytes);
    this.#ts = 0;
    while (!from.isAtEnd) {
      const kind = from.byte();
      if (kind >= EVENT_ENTRY) this.#event(from, kind);
      else if (kind === LISTENER_ENTRY) this.#listener(from);
      else if (kind === DETAIL_ENTRY) {
        const number = from.number();
        const said: Said = JSON.parse(from.text());
        this.#details.set(
          number,
          this.#roster.details.number(typeNumber(said.type), { ...said, attrs: plain(said.attrs) }),
        );
      } else if (kind === TRAITS_ENTRY) {
        const number = from.number();
        const [role, heartbeatMs, attrs]: [Traits['role'], number, Traits['attrs']] = JSON.parse(from.text());
        this.#traits.set(number, this.#roster.details.traitsOf(role, heartbeatMs, plain(attrs)));
      } else if (kind === ROOM_ENTRY) this.#rooms.set(from.number(), from.text());
      else throw new JournalError(kind, from.at - 1);
    }
  }

  #event(from: ByteReader, kind: number): void {
    const room = this.#rooms.get(from.number()) ?? '';
    const detail = this.#details.get(from.number()) ?? 0;
    this.#ts += from.signed();
    const listener = from.text();
    const connection = (kind & WITH_CONNECTION) === 0 ? '' : from.text();
    const id = (kind & WITH_ID) === 0 ? null : from.text();
    const startup = (kind & WITH_STARTUP) === 0 ? NO_STARTUP : from.float();
    this.#roster.writeDown(this.#roster.connectionOf(listener, room, connection), this.#ts, detail, id, startup);
  }

  #listener(from: ByteReader): void {
    const { listeners } = this.#roster;
    const row = this.#roster.listenerOf(from.text());
    this.#roster.forgetConnections(row);
    const cut = from.number();
    listeners.setCut(row, cut === 0 ? Number.NEGATIVE_INFINITY : (cut - 1) * 1000);
    const flags = from.byte();
    const base: ListenerBase = {
      seen: numbers(from),
      unmet: (flags & UNMET) !== 0,
      unmetByJoin: (flags & UNMET_BY_JOIN) !== 0,
      failures: (flags & HAS_FAILURES) === 0 ? [] : numbers(from),
      failuresByJoin: (flags & HAS_FAILURES) === 0 ? [] : numbers(from),
    };
    listeners.saveBase(row, base);
    const id = this.#roster.listenerId(row);
    for (let count = from.number(); count > 0; count--) this.#connection(id, from);
  }

  #traitsOf(number: number): Traits {
    return this.#traits.get(number) ?? this.#roster.details.defaults;
  }

  #connection(listener: string, from: ByteReader): void {
    const { connections } = this.#roster;
    const room = this.#rooms.get(from.number()) ?? '';
    const row = this.#roster.connectionOf(listener, room, from.text());
    const fold = this.#fold;
    fold.clear();
    const flags = from.byte();
    fold.timedOut = (flags & TIMED_OUT) !== 0;
    fold.opened = (flags & OPENED) !== 0;
    fold.present = (flags & PRESENT) !== 0;
    let start = 0;
    if ((flags & IS_OPEN) !== 0) {
      const of = from.byte();
      start = from.number();
      const last = start + from.signed();
      const stay = fold.baseStay(start, this.#traitsOf(from.number()));
      stay.last = last;
      stay.joined = (of & JOINED) !== 0;
      stay.joinLost = (of & JOIN_LOST) !== 0;
      for (const at of numbers(from)) stay.hearing.push(at);
      if ((of & HAS_SOURCE) !== 0) stay.source = from.text();
    }
    if ((flags & HAS_PREVIOUS) !== 0) {
      fold.prevTraits = this.#traitsOf(from.number());
      fold.prevEnd = from.number();
    }
    if ((flags & HAS_ATTEMPT) !== 0) {
      fold.attemptTraits = this.#traitsOf(from.number());
      fold.attemptAt = from.number();
    }
    if ((flags & HAS_LEFT) !== 0) fold.leftAt = from.number();
    if ((flags & HAS_RECENT) !== 0) {
      fold.recent = new Map();
      for (let count = from.number(); count > 0; count--) fold.recent.set(from.text(), from.number());
    }
    connections.save(row, fold, Number.NEGATIVE_INFINITY);
    connections.setHead(row, 0);
    let ts = start;
    for (let count = from.number(); count > 0; count--) {
      const sent = from.byte();
      ts += from.signed();
      const detail = this.#details.get(from.number()) ?? 0;
      const id = (sent & WITH_ID) === 0 ? null : from.text();
      this.#roster.writeDown(row, ts, detail, id, (sent & WITH_STARTUP) === 0 ? NO_STARTUP : from.float());
    }
  }
}

function numbers(from: ByteReader): number[] {
  const list: number[] = [];
  for (let count = from.number(); count > 0; count--) list.push(from.number());
  return list;
}

/** Attributes without a prototype: keys may be named like members of an object. */
function plain(attrs: Traits['attrs']): Traits['attrs'] {
  return attrs === null ? null : Object.freeze(Object.assign(Object.create(null), attrs));
}
