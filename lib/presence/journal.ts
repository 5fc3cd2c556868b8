/**
 * What a counter goes on from after a restart: pages, one a checkpoint. A page has the events since the page before, and
 * beside them as many bytes of listeners as they stand, in turn. Once all have had their turn, what lies before the first
 * of these pages is not needed any more: so what is kept stays near twice the state, and a checkpoint writes what came,
 * twice, however many are in.
 *
 * Bytes of a page: entries, each with a byte that says its kind. Numbers of details and traits are those of the counter
 * that wrote it; a page spells each out before it names it first.
 */
import type { ListenerEvent } from '../event/event.ts';
import type { ScannedEvent } from '../event/scan.ts';
import { ByteWriter } from './bytes.ts';
import { type ListenerBase, NEW_LISTENER } from './contribution.ts';
import { type Detail, type Traits, typeName } from './details.ts';
import { ConnectionFold, type FoldContext } from './fold.ts';
import type { Roster } from './roster.ts';
import { CONNECTION_FIELD, ID_FIELD, LISTENER_FIELD, wasSent } from './scanned-fields.ts';
import { NO_STARTUP } from './undecided.ts';

export interface JournalPage {
  /** counts up by one */
  number: number;
  bytes: Uint8Array;
  /** pages before this one are needed no more */
  keptFrom: number;
}

/** kinds of entries; EVENT and above carry flags */
export const DETAIL_ENTRY = 1;
export const TRAITS_ENTRY = 2;
export const ROOM_ENTRY = 3;
export const LISTENER_ENTRY = 4;
export const EVENT_ENTRY = 8;
/** flags of an event's entry */
export const WITH_CONNECTION = 1;
export const WITH_ID = 2;
export const WITH_STARTUP = 4;
/** flags of a connection as it stands */
export const IS_OPEN = 1;
export const HAS_PREVIOUS = 2;
export const HAS_ATTEMPT = 4;
export const HAS_LEFT = 8;
export const HAS_RECENT = 16;
export const TIMED_OUT = 32;
export const OPENED = 64;
export const PRESENT = 128;
/** of its open stay */
export const JOINED = 1;
export const JOIN_LOST = 2;
export const HAS_SOURCE = 4;
/** of a listener */
export const UNMET = 1;
export const UNMET_BY_JOIN = 2;
export const HAS_FAILURES = 4;

/** An entry of an event is smaller than this, bytes. */
const EVENT_BYTES = 2_048;

export class Journal {
  readonly #roster: Roster;
  readonly #out = new ByteWriter();
  readonly #fold: ConnectionFold;
  readonly #base: { -readonly [K in keyof ListenerBase]: ListenerBase[K] } = { ...NEW_LISTENER };
  #number = 0;
  #keptFrom = 0;
  /** the page in which the turn began that is under way, and the listener whose turn is next */
  #turnFrom = 0;
  #next = 1;
  #ts = 0;
  /** by number: the page that spelt it out last, plus one */
  readonly #details: number[] = [];
  readonly #traits: number[] = [];
  readonly #rooms: number[] = [];

  constructor(roster: Roster, context: FoldContext) {
    this.#roster = roster;
    this.#fold = new ConnectionFold(roster, context);
  }

  /** Goes on after pages that were read: the first and the last of them. */
  goOn(first: number, last: number): void {
    this.#keptFrom = first;
    this.#number = last + 1;
    this.#turnFrom = last + 1;
    this.#next = 1;
  }

  /** `detail`: the number of what it says; `room`: of its room. */
  event(event: ListenerEvent, detail: number, room: number): void {
    const out = this.#out;
    const startup = event.startupMs ?? NO_STARTUP;
    const hasConnection = event.connection !== '';
    this.#begin(hasConnection, event.id !== null, startup !== NO_STARTUP, event.ts, detail, room);
    out.text(event.listener);
    if (hasConnection) out.text(event.connection);
    if (event.id !== null) out.text(event.id);
    if (startup !== NO_STARTUP) {
      out.reserve(8);
      out.float(startup);
    }
  }

  /** The same for a record that was scanned in `bytes`. */
  scanned(bytes: Uint8Array, scanned: ScannedEvent, startup: number, detail: number, room: number): void {
    const out = this.#out;
    const { spans } = scanned;
    const hasConnection =
      wasSent(scanned, CONNECTION_FIELD) && (spans[CONNECTION_FIELD * 3 + 1] ?? 0) > (spans[CONNECTION_FIELD * 3] ?? 0);
    const hasId = wasSent(scanned, ID_FIELD);
    this.#begin(hasConnection, hasId, startup !== NO_STARTUP, scanned.ts, detail, room);
    out.ascii(bytes, spans[LISTENER_FIELD * 3] ?? 0, spans[LISTENER_FIELD * 3 + 1] ?? 0);
    if (hasConnection) out.ascii(bytes, spans[CONNECTION_FIELD * 3] ?? 0, spans[CONNECTION_FIELD * 3 + 1] ?? 0);
    if (hasId) out.ascii(bytes, spans[ID_FIELD * 3] ?? 0, spans[ID_FIELD * 3 + 1] ?? 0);
    if (startup !== NO_STARTUP) out.float(startup);
  }

  #begin(hasConnection: boolean, hasId: boolean, hasStartup: boolean, ts: number, detail: number, room: number): void {
    const out = this.#out;
    this.#spellDetail(detail);
    this.#spellRoom(room);
    out.reserve(EVENT_BYTES);
    out.byte(
      EVENT_ENTRY | (hasConnection ? WITH_CONNECTION : 0) | (hasId ? WITH_ID : 0) | (hasStartup ? WITH_STARTUP : 0),
    );
    out.number(room);
    out.number(detail);
    out.signed(ts - this.#ts);
    this.#ts = ts;
  }

  #spellDetail(number: number): void {
    if (this.#details[number] === this.#number + 1) return;
    const detail = this.#roster.details.get(number);
    setAt(this.#details, number, this.#number + 1);
    this.#spell(DETAIL_ENTRY, number, JSON.stringify(saidBy(detail)));
  }

  #spellTraits({ number, role, heartbeatMs, attrs }: Traits): void {
    if (this.#traits[number] === this.#number + 1) return;
    setAt(this.#traits, number, this.#number + 1);
    this.#spell(TRAITS_ENTRY, number, JSON.stringify([role, heartbeatMs, attrs]));
  }

  #spellRoom(number: number): void {
    if (this.#rooms[number] === this.#number + 1) return;
    setAt(this.#rooms, number, this.#number + 1);
    this.#spell(ROOM_ENTRY, number, this.#roster.rooms[number] ?? '');
  }

  #spell(kind: number, number: number, text: string): void {
    const out = this.#out;
    out.reserve(16);
    out.byte(kind);
    out.number(number);
    out.text(text);
  }

  /** The page of what came since the last one; null where nothing did. */
  page(): JournalPage | null {
    const came = this.#out.length;
    if (came === 0) return null;
    const { made, listeners } = this.#roster;
    for (; this.#next < made && this.#out.length < 2 * came; this.#next++) {
      if (listeners.isOne(this.#next)) this.#listener(this.#next);
    }
    const number = this.#number++;
    this.#ts = 0;
    if (this.#next >= made) {
      this.#keptFrom = this.#turnFrom;
      this.#turnFrom = number + 1;
      this.#next = 1;
    }
    return { number, bytes: this.#out.take(), keptFrom: this.#keptFrom };
  }

  /** A listener as it stands: in place of all that pages said of it before. */
  #listener(row: number): void {
    const { listeners, connections } = this.#roster;
    const out = this.#out;
    listeners.loadBase(row, this.#base);
    const { seen, unmet, unmetByJoin, failures, failuresByJoin } = this.#base;
    const rows: number[] = [];
    for (let c = this.#roster.firstConnection(row); c !== 0; c = this.#roster.connectionAfter(c)) {
      rows.push(c);
      this.#spellRoom(connections.room(c));
      connections.load(c, this.#fold);
      this.#spellBase();
      for (let cell = connections.head(c); cell !== 0; cell = this.#roster.undecided.olderOf(cell)) {
        this.#spellDetail(this.#roster.undecided.detailAt(cell));
      }
    }
    const hasFailures = failures.length > 0 || failuresByJoin.length > 0;
    out.reserve(EVENT_BYTES + 8 * (seen.length + failures.length + failuresByJoin.length));
    out.byte(LISTENER_ENTRY);
    this.#roster.writeListenerId(out, row);
    const cut = listeners.cut(row);
    out.number(Number.isFinite(cut) ? cut / 1000 + 1 : 0);
    out.byte((unmet ? UNMET : 0) | (unmetByJoin ? UNMET_BY_JOIN : 0) | (hasFailures ? HAS_FAILURES : 0));
    this.#numbers(seen);
    if (hasFailures) {
      this.#numbers(failures);
      this.#numbers(failuresByJoin);
    }
    out.number(rows.length);
    for (const c of rows) this.#connection(c);
  }

  #numbers(list: readonly number[]): void {
    this.#out.number(list.length);
    for (let i = 0; i < list.length; i++) this.#out.number(list[i] ?? 0);
  }

  #spellBase(): void {
    const { openStay, prevTraits, attemptTraits } = this.#fold;
    if (openStay !== null) this.#spellTraits(openStay.traits);
    if (prevTraits !== null) this.#spellTraits(prevTraits);
    if (attemptTraits !== null) this.#spellTraits(attemptTraits);
  }

  #connection(row: number): void {
    const { connections, undecided } = this.#roster;
    const out = this.#out;
    const fold = this.#fold;
    connections.load(row, fold);
    const open = fold.openStay;
    const recent = fold.recent === null ? [] : [...fold.recent];
    out.reserve(EVENT_BYTES + (open === null ? 0 : 8 * open.hearing.length));
    out.number(connections.room(row));
    this.#roster.writeConnectionId(out, row);
    out.byte(
      (open === null ? 0 : IS_OPEN) |
        (fold.prevTraits === null ? 0 : HAS_PREVIOUS) |
        (fold.attemptTraits === null ? 0 : HAS_ATTEMPT) |
        (fold.leftAt === Number.NEGATIVE_INFINITY ? 0 : HAS_LEFT) |
        (recent.length === 0 ? 0 : HAS_RECENT) |
        (fold.timedOut ? TIMED_OUT : 0) |
        (fold.opened ? OPENED : 0) |
        (fold.present ? PRESENT : 0),
    );
    if (open !== null) {
      out.byte((open.joined ? JOINED : 0) | (open.joinLost ? JOIN_LOST : 0) | (open.source === null ? 0 : HAS_SOURCE));
      out.number(open.start);
      out.signed(open.last - open.start);
      out.number(open.traits.number);
      this.#numbers(open.hearing);
      if (open.source !== null) out.text(open.source);
    }
    out.reserve(EVENT_BYTES);
    if (fold.prevTraits !== null) {
      out.number(fold.prevTraits.number);
      out.number(fold.prevEnd);
    }
    if (fold.attemptTraits !== null) {
      out.number(fold.attemptTraits.number);
      out.number(fold.attemptAt);
    }
    if (fold.leftAt !== Number.NEGATIVE_INFINITY) out.number(fold.leftAt);
    if (recent.length > 0) {
      out.number(recent.length);
      for (const [id, at] of recent) {
        out.text(id);
        out.reserve(8);
        out.number(at);
      }
    }
    const { events } = fold;
    const head = connections.head(row);
    if (head === 0) events.length = 0;
    else undecided.read(head, this.#roster.details, events);
    out.reserve(8);
    out.number(events.length);
    let before = open?.start ?? 0;
    for (let i = 0; i < events.length; i++) {
      const ts = events.ts[i] ?? 0;
      const id = events.id[i] ?? 0;
      const startup = events.startup[i] ?? NO_STARTUP;
      out.reserve(EVENT_BYTES);
      out.byte((id === 0 ? 0 : WITH_ID) | (startup === NO_STARTUP ? 0 : WITH_STARTUP));
      out.signed(ts - before);
      before = ts;
      out.number(events.detail[i]?.number ?? 0);
      if (id !== 0) this.#roster.ids.write(id, out);
      if (startup !== NO_STARTUP) out.float(startup);
    }
  }
}

function setAt(list: number[], place: number, value: number): void {
  while (list.length < place) list.push(0);
  list[place] = value;
}

function saidBy(detail: Detail): object {
  const { roomSent, source, role, heartbeatMs, code, fatal, reason, attrs } = detail;
  return { type: typeName(detail.type), roomSent, source, role, heartbeatMs, code, fatal, reason, attrs };
}
