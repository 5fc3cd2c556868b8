/** Who is in a broadcast: its rooms, listeners and connections by name, and the undecided events of each connection. */
import type { ListenerEvent } from '../event/event.ts';
import { canonicalOf, idOf } from '../event/id.ts';
import type { ScannedEvent } from '../event/scan.ts';
import type { ByteWriter } from './bytes.ts';
import { ConnectionTable, TIP_IS_HEAD, TIP_OPEN } from './connection-table.ts';
import { Details, HEARTBEAT, typeName, typeNumber } from './details.ts';
import { EventIds } from './event-ids.ts';
import type { ConnectionFold, EventTexts } from './fold.ts';
import { HASH_BEGIN, Id, mixed, withNumber } from './id.ts';
import { Kinds } from './kinds.ts';
import { ListenerTable } from './listener-table.ts';
import { Names } from './names.ts';
import { RowIndex } from './row-index.ts';
import { HASH, HEAD, IS_LISTENER, LINK, LISTENER, Rows, TEXT } from './rows.ts';
import { CONNECTION_FIELD, ID_FIELD, LISTENER_FIELD, ScannedFields, wasSent } from './scanned-fields.ts';
import { type EventList, NO_STARTUP, Undecided } from './undecided.ts';

/** events of one connection above which repeated ids are looked for in a set */
const MANY = 24;
/** further connections of a listener that are looked through one by one */
const FEW = 8;

export class Roster implements EventTexts {
  readonly details: Details;
  readonly connections: ConnectionTable;
  readonly listeners: ListenerTable;
  readonly ids = new EventIds();
  readonly undecided = new Undecided(this.ids);
  readonly rooms: string[] = [];
  /** the broadcast's id; '' before its first event */
  broadcast = '';
  readonly #roomNumbers = new Map<string, number>();
  readonly #rows = new Rows();
  readonly #names = new Names();
  /** whom an event is of, and an id as it is kept */
  readonly #listener = new Id();
  readonly #connection = new Id();
  readonly #keptListener = new Id();
  readonly #kept = new Id();
  readonly #byListener = new RowIndex({
    hashOf: (row) => this.#hashOfListener(row),
    isAsked: (row) => this.#names.isListener(this.#rows.get(row, TEXT) >>> 0, this.#listener),
  });
  /** connections of listeners that have very many: all but the first few further ones */
  #askedOf = 0;
  #askedRoom = 0;
  readonly #crowd = new RowIndex({
    hashOf: (row) => this.#rows.get(row, HASH),
    isAsked: (row) => this.#rows.get(row, LISTENER) === this.#askedOf && this.#isAsked(row, this.#askedRoom),
  });
  readonly #fields = new ScannedFields();
  #room = '';
  #roomNumber = -1;
  /** connection row whose events are in a fold: for ids and texts of these */
  #reading = 0;

  constructor(defaultHeartbeatMs: number, onSource: (source: string) => void) {
    this.details = new Details(defaultHeartbeatMs, onSource);
    const kinds = new Kinds();
    this.connections = new ConnectionTable(this.#rows, kinds, this.details.traits);
    this.listeners = new ListenerTable(this.#rows, kinds);
  }

  /** rows of listeners and connections are numbered from 1 to below this */
  get made(): number {
    return this.#rows.made;
  }

  room(name: string): number {
    if (name === this.#room && this.#roomNumber >= 0) return this.#roomNumber;
    let number = this.#roomNumbers.get(name);
    if (number === undefined) {
      number = this.rooms.push(name) - 1;
      this.#roomNumbers.set(name, number);
    }
    this.#room = name;
    this.#roomNumber = number;
    return number;
  }

  /** the detail, and start-up time or NO_STARTUP, of the event last written down */
  detail = 0;
  startup = NO_STARTUP;

  /** Writes an event down; the row of its connection. */
  write(event: ListenerEvent): number {
    const connection = this.connectionOf(event.listener, event.room, event.connection);
    this.detail = this.details.number(typeNumber(event.type), event);
    this.#push(connection, event.ts, this.ids.ofText(event.id), event.startupMs ?? NO_STARTUP);
    return connection;
  }

  /** Writes a scanned event down, which never becomes an object; the row of its connection. */
  writeScanned(bytes: Uint8Array, scanned: ScannedEvent): number {
    const fields = this.#fields;
    fields.read(bytes, scanned);
    this.detail = this.details.number(scanned.type, fields);
    const { spans } = scanned;
    const room = this.room(fields.room);
    this.#listener.isAt(bytes, spans[LISTENER_FIELD * 3] ?? 0, spans[LISTENER_FIELD * 3 + 1] ?? 0);
    if (wasSent(scanned, CONNECTION_FIELD)) {
      this.#connection.isAt(bytes, spans[CONNECTION_FIELD * 3] ?? 0, spans[CONNECTION_FIELD * 3 + 1] ?? 0);
    } else this.#connection.isAt(bytes, 0, 0);
    const connection = this.#connectionAsked(room);
    const id = wasSent(scanned, ID_FIELD)
      ? this.ids.ofAscii(bytes, spans[ID_FIELD * 3] ?? 0, spans[ID_FIELD * 3 + 1] ?? 0)
      : 0;
    this.startup = fields.startup;
    this.#push(connection, scanned.ts, id, fields.startup);
    return connection;
  }

  #push(connection: number, ts: number, id: number, startup: number): void {
    const chunk = this.#rows.chunk(connection);
    const at = this.#rows.at(connection) + HEAD;
    chunk[at] = this.undecided.add(chunk[at] ?? 0, ts, this.detail, id, startup);
  }

  /** The row of a connection, made where it is new. */
  connectionOf(listenerId: string, roomName: string, connectionId: string): number {
    const room = this.room(roomName);
    this.#listener.isText(listenerId);
    this.#connection.isText(connectionId);
    return this.#connectionAsked(room);
  }

  /** The row of a listener, made where it is new. */
  listenerOf(id: string): number {
    this.#listener.isText(id);
    const hash = mixed(this.#listener.addTo(HASH_BEGIN));
    const known = this.#byListener.find(hash);
    return known === 0 ? this.#newListener(hash, null) : known;
  }

  #newListener(hash: number, connection: Id | null): number {
    const rows = this.#rows;
    const row = rows.add();
    rows.mark(row, IS_LISTENER);
    rows.set(row, TEXT, this.#names.addListener(this.#listener, connection));
    this.#byListener.add(hash, row);
    return row;
  }

  /** The row of the connection that is asked for, made where it is new. */
  #connectionAsked(room: number): number {
    const begun = this.#listener.addTo(HASH_BEGIN);
    const hash = mixed(begun);
    const listener = this.#byListener.find(hash);
    if (listener === 0) {
      const row = this.#newListener(hash, this.#connection);
      this.connections.begin(row, room);
      return row;
    }
    if (this.connections.isOne(listener) && this.#isAsked(listener, room)) return listener;
    const rows = this.#rows;
    let row = rows.get(listener, LINK);
    if (row === 0 && !this.connections.isOne(listener)) return this.#ownConnection(listener, room);
    const key = mixed(this.#connection.addTo(withNumber(begun, room)));
    for (let looks = 0; row !== 0; row = rows.get(row, LINK)) {
      if (rows.get(row, HASH) === key && this.#isAsked(row, room)) return row;
      if (++looks === FEW) return this.#inCrowd(listener, room, key, row);
    }
    return this.connections.isOne(listener)
      ? this.#furtherConnection(listener, room, key, listener)
      : this.#ownConnection(listener, room);
  }

  #isAsked(row: number, room: number): boolean {
    if (this.connections.room(row) !== room) return false;
    const place = this.#rows.get(row, TEXT) >>> 0;
    return this.#names.isConnection(place, this.#isOwn(row), this.#listener, this.#connection);
  }

  /** It stands in its listener's row. */
  #isOwn(row: number): boolean {
    return this.#rows.has(row, IS_LISTENER);
  }

  #inCrowd(listener: number, room: number, key: number, after: number): number {
    this.#askedOf = listener;
    this.#askedRoom = room;
    const known = this.#crowd.find(key);
    if (known !== 0) return known;
    const row = this.#furtherConnection(listener, room, key, after);
    this.#crowd.add(key, row);
    return row;
  }

  #ownConnection(listener: number, room: number): number {
    const rows = this.#rows;
    this.#names.release(rows.get(listener, TEXT) >>> 0);
    rows.set(listener, TEXT, this.#names.addListener(this.#listener, this.#connection));
    this.connections.begin(listener, room);
    return listener;
  }

  /** A row for the connection that is asked for: before the others, since most is heard of the newest, or behind these few. */
  #furtherConnection(listener: number, room: number, key: number, after: number): number {
    const rows = this.#rows;
    const row = rows.add();
    rows.set(row, TEXT, this.#names.addConnection(this.#connection, this.#listener));
    rows.set(row, LISTENER, listener);
    rows.set(row, HASH, key);
    rows.set(row, LINK, rows.get(after, LINK));
    rows.set(after, LINK, row);
    this.connections.begin(row, room);
    return row;
  }

  /** A listener's first connection, or 0; then `connectionAfter`. */
  firstConnection(listener: number): number {
    return this.connections.isOne(listener) ? listener : this.#rows.get(listener, LINK);
  }

  /** The next connection of the same listener, or 0. */
  connectionAfter(row: number): number {
    return this.#rows.get(row, LINK);
  }

  /** Forgets a connection of which there is nothing to remember; `before`: the one before it of its listener, or 0. */
  removeConnection(row: number, before: number): void {
    if (this.#isOwn(row)) {
      this.connections.end(row);
      return;
    }
    const rows = this.#rows;
    if (this.#crowd.used > 0) this.#crowd.remove(rows.get(row, HASH), row);
    const from = before === 0 ? rows.get(row, LISTENER) : before;
    rows.set(from, LINK, rows.get(row, LINK));
    this.#names.release(rows.get(row, TEXT) >>> 0);
    this.connections.end(row);
    rows.remove(row);
  }

  #hashOfListener(row: number): number {
    this.#readListener(row);
    return mixed(this.#keptListener.addTo(HASH_BEGIN));
  }

  #readListener(row: number): void {
    this.#names.listener(this.#rows.get(row, TEXT) >>> 0, this.#keptListener);
  }

  #readConnection(row: number): void {
    this.#readListener(this.connections.listener(row));
    this.#names.connection(this.#rows.get(row, TEXT) >>> 0, this.#isOwn(row), this.#keptListener, this.#kept);
  }

  listenerId(row: number): string {
    this.#readListener(row);
    return this.#keptListener.text();
  }

  /** '' where none was sent */
  connectionId(row: number): string {
    this.#readConnection(row);
    return this.#kept.text();
  }

  roomName(row: number): string {
    return this.rooms[this.connections.room(row)] ?? '';
  }

  /** Loads a connection's base and undecided events, by ts, into `fold`; how many exact copies it dropped on the way. */
  load(row: number, fold: ConnectionFold): number {
    const { connections, undecided } = this;
    this.#reading = row;
    fold.room = connections.room(row);
    connections.load(row, fold);
    const { events } = fold;
    const head = connections.head(row);
    if (head === 0) {
      events.length = 0;
      events.inOrder = true;
      fold.mayRepeat = fold.recent !== null;
      return 0;
    }
    undecided.read(head, this.details, events);
    const copies = events.inOrder ? 0 : this.#dropCopies(row, events);
    fold.mayRepeat = fold.recent !== null || this.#repeats(events);
    return copies;
  }

  /** Loads the base anew where the events are still there. */
  reload(row: number, fold: ConnectionFold): void {
    this.#reading = row;
    this.connections.load(row, fold);
  }

  /**
   * The instant of the oldest undecided event after `upTo` (epoch ms; Infinity: none) of a connection that is at rest,
   * or has been open since before and only sent heartbeats, the newest of which is its last evidence; -1 for any other.
   */
  oldestIfQuiet(row: number, upTo: number): number {
    const { connections, undecided } = this;
    const flags = connections.flags(row);
    const head = connections.head(row);
    if (head === 0) return (flags & TIP_OPEN) === 0 || connections.isPlainlyOpen(row) ? Number.POSITIVE_INFINITY : -1;
    if ((flags & TIP_IS_HEAD) === 0 || !connections.isPlainlyOpen(row)) return -1;
    let oldest = Number.POSITIVE_INFINITY;
    let next = undecided.headTs(head);
    if (!connections.fits(next)) return -1;
    const quiet = connections.quietFor(row);
    for (let cell = head; cell !== 0; cell = undecided.olderOf(cell)) {
      if (this.details.get(undecided.detailAt(cell)).type !== HEARTBEAT) return -1;
      const ts = undecided.headTs(cell);
      if (next - ts >= quiet) return -1;
      if (ts > upTo) oldest = ts;
      next = ts;
    }
    return next - connections.lastEvidence(row) >= quiet ? -1 : oldest;
  }

  /** Moves what is decided of such a connection on to `upTo`. */
  moveQuiet(row: number, upTo: number): void {
    const { connections, undecided } = this;
    const head = connections.head(row);
    for (let cell = head; cell !== 0; cell = undecided.olderOf(cell)) {
      const ts = undecided.headTs(cell);
      if (ts > upTo) continue;
      // a source that is not told leaves the one before
      let source: string | null = null;
      for (let c = cell; c !== 0 && source === null; c = undecided.olderOf(c)) {
        source = this.details.get(undecided.detailAt(c)).source;
      }
      connections.moveEvidence(row, ts, source);
      break;
    }
    this.drop(row, upTo);
    if (connections.head(row) === 0) connections.setFlags(row, connections.flags(row) & ~TIP_IS_HEAD);
  }

  #dropCopies(row: number, events: EventList): number {
    let copies: Set<number> | null = null;
    for (let from = 0; from < events.length; ) {
      let to = from + 1;
      while (to < events.length && events.ts[to] === events.ts[from]) to++;
      if (to - from > 1) {
        for (const cell of to - from > MANY ? this.#copiesOfMany(events, from, to) : this.#copies(events, from, to)) {
          copies ??= new Set();
          copies.add(cell);
        }
      }
      from = to;
    }
    if (copies === null) return 0;
    const { connections } = this;
    connections.setHead(row, this.undecided.remove(connections.head(row), copies));
    events.removeCells(copies);
    return copies.size;
  }

  /** Cells of those of the events in [from, to), all dated alike, that are exact copies of one before. */
  #copies(events: EventList, from: number, to: number): number[] {
    const cells: number[] = [];
    for (let i = from + 1; i < to; i++) {
      for (let j = from; j < i; j++) {
        if (!this.#isExactCopy(events, i, j)) continue;
        cells.push(events.cell[i] ?? 0);
        break;
      }
    }
    return cells;
  }

  #copiesOfMany(events: EventList, from: number, to: number): number[] {
    const cells: number[] = [];
    const met = new Set<string>();
    for (let i = from; i < to; i++) {
      const id = this.ids.text(events.id[i] ?? 0);
      const said = `${events.detail[i]?.same} ${events.startup[i]} ${id === null ? '' : `=${id}`}`;
      if (met.has(said)) cells.push(events.cell[i] ?? 0);
      met.add(said);
    }
    return cells;
  }

  #isExactCopy(events: EventList, i: number, j: number): boolean {
    if (events.detail[i]?.same !== events.detail[j]?.same || events.startup[i] !== events.startup[j]) return false;
    const a = events.id[i] ?? 0;
    const b = events.id[j] ?? 0;
    return a === b || this.ids.isSame(a, b);
  }

  /** Whether an id occurs twice. Default ids of what are no copies differ. */
  #repeats(events: EventList): boolean {
    const { id, length } = events;
    if (this.ids.hasTilde || length > MANY) {
      const seen = new Set<string>();
      let sent = 0;
      for (let i = 0; i < length; i++) {
        if (!this.ids.hasTilde && id[i] === 0) continue;
        seen.add(this.idOf(events, i));
        sent++;
      }
      return seen.size < sent;
    }
    for (let i = 1; i < length; i++) {
      const a = id[i] ?? 0;
      if (a === 0) continue;
      for (let j = 0; j < i; j++) {
        const b = id[j] ?? 0;
        if (a === b || (a < 0 && b < 0 && this.ids.isSame(a, b))) return true;
      }
    }
    return false;
  }

  idOf(events: EventList, at: number): string {
    return this.ids.text(events.id[at] ?? 0) ?? idOf(this.#eventAt(events, at));
  }

  canonicalOf(events: EventList, at: number): string {
    return canonicalOf(this.#eventAt(events, at));
  }

  #eventAt(events: EventList, at: number): ListenerEvent {
    const detail = events.detail[at] ?? this.details.get(1);
    const startup = events.startup[at] ?? NO_STARTUP;
    const listener = this.connections.listener(this.#reading);
    return {
      type: typeName(detail.type),
      ts: events.ts[at] ?? 0,
      broadcast: this.broadcast,
      room: this.roomName(this.#reading),
      roomSent: detail.roomSent,
      id: this.ids.text(events.id[at] ?? 0),
      source: detail.source,
      listener: this.listenerId(listener),
      connection: this.connectionId(this.#reading),
      role: detail.role,
      heartbeatMs: detail.heartbeatMs,
      startupMs: startup === NO_STARTUP ? null : startup,
      code: detail.code,
      fatal: detail.fatal,
      reason: detail.reason,
      attrs: detail.attrs,
    };
  }

  /** Lets go of what was undecided up to `upTo`, epoch ms. */
  drop(row: number, upTo: number): void {
    const head = this.connections.head(row);
    if (head !== 0) this.connections.setHead(row, this.undecided.drop(head, upTo));
  }

  /** Writes down an event of a connection; `detail`: the number of what it says. */
  writeDown(connection: number, ts: number, detail: number, id: string | null, startup: number): void {
    this.detail = detail;
    this.#push(connection, ts, this.ids.ofText(id), startup);
  }

  /** Forgets all connections of a listener, and what they have undecided. */
  forgetConnections(listener: number): void {
    for (let row = this.firstConnection(listener); row !== 0; row = this.firstConnection(listener)) {
      this.drop(row, Number.POSITIVE_INFINITY);
      this.removeConnection(row, 0);
    }
  }

  writeListenerId(out: ByteWriter, row: number): void {
    this.#readListener(row);
    out.id(this.#keptListener);
  }

  writeConnectionId(out: ByteWriter, row: number): void {
    this.#readConnection(row);
    out.id(this.#kept);
  }
}
