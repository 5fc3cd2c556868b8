/** Who is in a broadcast: its rooms, listeners and connections by name, and the undecided events of each connection. */
import type { ListenerEvent } from '../event/event.ts';
import { canonicalOf, idOf } from '../event/id.ts';
import type { ScannedEvent } from '../event/scan.ts';
import type { ByteWriter } from './bytes.ts';
import { ConnectionTable, FLAGS, HEAD, LISTENER, NEXT, ROOM, TEXT, TIP_IS_HEAD, TIP_OPEN } from './connection-table.ts';
import { Details, HEARTBEAT, typeName, typeNumber } from './details.ts';
import { EventIds } from './event-ids.ts';
import type { ConnectionFold, EventTexts } from './fold.ts';
import { Hash } from './hash.ts';
import { CONNECTION, TEXT as LISTENER_TEXT, ListenerTable } from './listener-table.ts';
import { CONNECTION_FIELD, ID_FIELD, LISTENER_FIELD, ScannedFields, wasSent } from './scanned-fields.ts';
import { Texts } from './texts.ts';
import { type EventList, NO_STARTUP, Undecided } from './undecided.ts';

/** events of one connection above which repeated ids are looked for in a set */
const MANY = 24;

export class Roster implements EventTexts {
  readonly details: Details;
  readonly connections: ConnectionTable;
  readonly listeners = new ListenerTable();
  readonly ids = new EventIds();
  readonly undecided = new Undecided(this.ids);
  readonly rooms: string[] = [];
  /** the broadcast's id; '' before its first event */
  broadcast = '';
  readonly #roomNumbers = new Map<string, number>();
  readonly #texts = new Texts();
  readonly #hash = new Hash();
  readonly #fields = new ScannedFields();
  #room = '';
  #roomNumber = -1;
  /** connection row whose events are in a fold: for ids and texts of these */
  #reading = 0;

  constructor(defaultHeartbeatMs: number, onSource: (source: string) => void) {
    this.details = new Details(defaultHeartbeatMs, onSource);
    this.connections = new ConnectionTable(this.details.traits);
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
    const from = spans[LISTENER_FIELD * 3] ?? 0;
    const to = spans[LISTENER_FIELD * 3 + 1] ?? 0;
    const hash = this.#hash;
    hash.begin();
    hash.addBytes(bytes, from, to);
    const l1 = hash.first;
    const l2 = hash.second;
    hash.addNumber(room);
    const hasConnection = wasSent(scanned, CONNECTION_FIELD);
    const start = hasConnection ? (spans[CONNECTION_FIELD * 3] ?? 0) : 0;
    const end = hasConnection ? (spans[CONNECTION_FIELD * 3 + 1] ?? 0) : 0;
    hash.addBytes(bytes, start, end);
    const c1 = hash.first;
    const c2 = hash.second;
    let connection = this.connections.find(c1, c2);
    if (connection === 0) {
      let listener = this.listeners.find(l1, l2);
      if (listener === 0) {
        listener = this.listeners.add(l1, l2);
        this.listeners.set(listener, LISTENER_TEXT, this.#texts.addAscii(bytes, from, to));
      }
      const text = hasConnection ? this.#texts.addAscii(bytes, start, end) + 1 : 0;
      connection = this.#newConnection(c1, c2, listener, room, text);
    }
    const id = wasSent(scanned, ID_FIELD)
      ? this.ids.ofAscii(bytes, spans[ID_FIELD * 3] ?? 0, spans[ID_FIELD * 3 + 1] ?? 0)
      : 0;
    this.startup = fields.startup;
    this.#push(connection, scanned.ts, id, fields.startup);
    return connection;
  }

  #push(connection: number, ts: number, id: number, startup: number): void {
    const { connections } = this;
    const chunk = connections.chunk(connection);
    const at = connections.at(connection);
    chunk[at + HEAD] = this.undecided.add(chunk[at + HEAD] ?? 0, ts, this.detail, id, startup);
  }

  /** The row of a connection, made where it is new. */
  connectionOf(listenerId: string, roomName: string, connectionId: string): number {
    const room = this.room(roomName);
    const hash = this.#hash;
    hash.begin();
    hash.addText(listenerId);
    const l1 = hash.first;
    const l2 = hash.second;
    hash.addNumber(room);
    hash.addText(connectionId);
    const c1 = hash.first;
    const c2 = hash.second;
    const known = this.connections.find(c1, c2);
    if (known !== 0) return known;
    const listener = this.#listenerAt(l1, l2, listenerId);
    const text = connectionId === '' ? 0 : this.#texts.add(connectionId) + 1;
    return this.#newConnection(c1, c2, listener, room, text);
  }

  /** The row of a listener, made where it is new. */
  listenerOf(id: string): number {
    this.#hash.begin();
    this.#hash.addText(id);
    return this.#listenerAt(this.#hash.first, this.#hash.second, id);
  }

  #listenerAt(h1: number, h2: number, id: string): number {
    const known = this.listeners.find(h1, h2);
    if (known !== 0) return known;
    const listener = this.listeners.add(h1, h2);
    this.listeners.set(listener, LISTENER_TEXT, this.#texts.add(id));
    return listener;
  }

  #newConnection(h1: number, h2: number, listener: number, room: number, text: number): number {
    const { connections, listeners } = this;
    const row = connections.add(h1, h2);
    connections.set(row, LISTENER, listener);
    connections.set(row, ROOM, room);
    connections.set(row, TEXT, text);
    connections.set(row, NEXT, listeners.get(listener, CONNECTION));
    listeners.set(listener, CONNECTION, row);
    return row;
  }

  /** Forgets a connection of which there is nothing to remember; `before`: the one before it of its listener, or 0. */
  removeConnection(row: number, before: number): void {
    const { connections, listeners } = this;
    const next = connections.get(row, NEXT);
    if (before === 0) listeners.set(connections.get(row, LISTENER), CONNECTION, next);
    else connections.set(before, NEXT, next);
    const text = connections.get(row, TEXT);
    if (text > 0) this.#texts.release(text - 1);
    connections.remove(row);
  }

  listenerId(row: number): string {
    return this.#texts.text(this.listeners.get(row, LISTENER_TEXT));
  }

  /** '' where none was sent */
  connectionId(row: number): string {
    const text = this.connections.get(row, TEXT);
    return text === 0 ? '' : this.#texts.text(text - 1);
  }

  roomName(row: number): string {
    return this.rooms[this.connections.get(row, ROOM)] ?? '';
  }

  /** Loads a connection's base and undecided events, by ts, into `fold`; how many exact copies it dropped on the way. */
  load(row: number, fold: ConnectionFold): number {
    const { connections, undecided } = this;
    this.#reading = row;
    fold.room = connections.get(row, ROOM);
    connections.load(row, fold);
    const { events } = fold;
    const head = connections.get(row, HEAD);
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
    const flags = connections.get(row, FLAGS);
    const head = connections.get(row, HEAD);
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
    const head = connections.get(row, HEAD);
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
    if (connections.get(row, HEAD) === 0) connections.set(row, FLAGS, connections.get(row, FLAGS) & ~TIP_IS_HEAD);
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
    connections.set(row, HEAD, this.undecided.remove(connections.get(row, HEAD), copies));
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
    const listener = this.connections.get(this.#reading, LISTENER);
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
    const head = this.connections.get(row, HEAD);
    if (head !== 0) this.connections.set(row, HEAD, this.undecided.drop(head, upTo));
  }

  /** Writes down an event of a connection; `detail`: the number of what it says. */
  writeDown(connection: number, ts: number, detail: number, id: string | null, startup: number): void {
    this.detail = detail;
    this.#push(connection, ts, this.ids.ofText(id), startup);
  }

  /** Forgets all connections of a listener, and what they have undecided. */
  forgetConnections(listener: number): void {
    const { listeners } = this;
    for (let row = listeners.get(listener, CONNECTION); row !== 0; row = listeners.get(listener, CONNECTION)) {
      this.drop(row, Number.POSITIVE_INFINITY);
      this.removeConnection(row, 0);
    }
  }

  /** Writes the id of a listener or a connection, by the number its row has of it. */
  writeText(out: ByteWriter, text: number): void {
    out.kept(this.#texts, text);
  }
}
