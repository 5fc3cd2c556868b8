/** Stays as columns: 600,000 of them are read once and asked many questions. */
import { LEAVE_COLUMNS } from '../numbers/second.ts';
import type { BareStay } from '../store/as-stay.ts';

/** What a cause is looked for in; `source` is the stay's own, the others are attributes of its join. */
export const CAUSE_ATTRIBUTES = ['client', 'version', 'region', 'edge', 'source'] as const;
export type CauseAttribute = (typeof CAUSE_ATTRIBUTES)[number];

/** A stay of a host or speaker. */
export interface CrewStay {
  listener: string;
  role: 'host' | 'speaker';
  room: string;
  start: number;
  /** epoch ms; Infinity while open */
  end: number;
}

export interface StayTable {
  /** names by listener number, in order of first appearance */
  listeners: string[];
  listenerIds: ReadonlyMap<string, number>;
  rooms: string[];
  /** first opening of each room by anyone, epoch ms */
  roomOpenings: Float64Array;
  /** stays of listener number i are those at offsets[i] … offsets[i + 1] - 1, by start */
  offsets: Int32Array;
  start: Float64Array;
  /** Infinity while open */
  end: Float64Array;
  /** index into LEAVE_COLUMNS; 255 while open */
  reason: Uint8Array;
  room: Int32Array;
  /** connection ids; '' where none was sent */
  connection: string[];
  joined: Uint8Array;
  lastEvidence: Float64Array;
  heartbeatMs: Float64Array;
  /** per cause attribute: 0 = none, else 1 + index into its values */
  attributes: Record<CauseAttribute, { values: string[]; of: Int32Array }>;
  crew: CrewStay[];
}

export const OPEN = 255;

export async function readStays(pages: AsyncIterable<readonly BareStay[]>): Promise<StayTable> {
  const builder = new StayTableBuilder();
  for await (const page of pages) for (const stay of page) builder.add(stay);
  return builder.finish();
}

/** Takes stays in any order. */
export class StayTableBuilder {
  #listeners = new Names();
  #rooms = new Names();
  #opened: number[] = [];
  #who = new Numbers();
  #start = new Numbers();
  #end = new Numbers();
  #reason = new Numbers();
  #room = new Numbers();
  #joined = new Numbers();
  #last = new Numbers();
  #heartbeat = new Numbers();
  #connection: string[] = [];
  #values = CAUSE_ATTRIBUTES.map(() => ({ names: new Names(), of: new Numbers() }));
  #crew: CrewStay[] = [];

  add(stay: BareStay): void {
    const room = this.#rooms.id(stay.room);
    this.#opened[room] = Math.min(this.#opened[room] ?? Number.POSITIVE_INFINITY, stay.start);
    const end = stay.end ?? Number.POSITIVE_INFINITY;
    if (stay.role !== 'listener') {
      this.#crew.push({ listener: stay.listener, role: stay.role, room: stay.room, start: stay.start, end });
      return;
    }
    if (end <= stay.start) return;
    this.#who.push(this.#listeners.id(stay.listener));
    this.#start.push(stay.start);
    this.#end.push(end);
    this.#reason.push(stay.end === null ? OPEN : LEAVE_COLUMNS.indexOf(stay.reason ?? 'other'));
    this.#room.push(room);
    this.#joined.push(stay.joined ? 1 : 0);
    this.#last.push(stay.lastEvidence);
    this.#heartbeat.push(stay.heartbeatMs);
    this.#connection.push(stay.connection);
    for (const [i, attribute] of CAUSE_ATTRIBUTES.entries()) {
      const value = attribute === 'source' ? stay.source : stay.attrs?.[attribute];
      const column = this.#values[i];
      column?.of.push(value === undefined || value === null ? 0 : 1 + column.names.id(value));
    }
  }

  finish(): StayTable {
    const { order, offsets } = this.#byListener();
    const column = (of: Numbers): Float64Array => of.inOrder(order);
    const connection: string[] = new Array(order.length);
    for (let i = 0; i < order.length; i++) connection[i] = this.#connection[order[i] ?? 0] ?? '';
    const attribute = (i: number): { values: string[]; of: Int32Array } => {
      const { names, of } = this.#values[i] ?? { names: new Names(), of: new Numbers() };
      return { values: names.names, of: Int32Array.from(column(of)) };
    };
    return {
      listeners: this.#listeners.names,
      listenerIds: this.#listeners.ids,
      rooms: this.#rooms.names,
      roomOpenings: Float64Array.from(this.#opened),
      offsets,
      start: column(this.#start),
      end: column(this.#end),
      reason: Uint8Array.from(column(this.#reason)),
      room: Int32Array.from(column(this.#room)),
      connection,
      joined: Uint8Array.from(column(this.#joined)),
      lastEvidence: column(this.#last),
      heartbeatMs: column(this.#heartbeat),
      attributes: {
        client: attribute(0),
        version: attribute(1),
        region: attribute(2),
        edge: attribute(3),
        source: attribute(4),
      },
      crew: this.#crew.sort((a, b) => a.start - b.start || a.end - b.end),
    };
  }

  /** Positions ordered by listener, then start, then end. */
  #byListener(): { order: Int32Array; offsets: Int32Array } {
    const count = this.#who.length;
    const offsets = new Int32Array(this.#listeners.names.length + 1);
    for (let i = 0; i < count; i++) {
      const next = this.#who.at(i) + 1;
      offsets[next] = (offsets[next] ?? 0) + 1;
    }
    for (let i = 1; i < offsets.length; i++) offsets[i] = (offsets[i] ?? 0) + (offsets[i - 1] ?? 0);
    const order = new Int32Array(count);
    const filled = offsets.slice();
    for (let i = 0; i < count; i++) {
      const who = this.#who.at(i);
      const first = offsets[who] ?? 0;
      let at = filled[who] ?? 0;
      filled[who] = at + 1;
      // nearly always the last already
      for (; at > first && this.#before(i, order[at - 1] ?? 0); at--) order[at] = order[at - 1] ?? 0;
      order[at] = i;
    }
    return { order, offsets };
  }

  #before(a: number, b: number): boolean {
    const starts = this.#start.at(a) - this.#start.at(b);
    return starts < 0 || (starts === 0 && this.#end.at(a) < this.#end.at(b));
  }
}

class Names {
  readonly names: string[] = [];
  readonly ids = new Map<string, number>();

  id(name: string): number {
    let id = this.ids.get(name);
    if (id === undefined) {
      id = this.names.push(name) - 1;
      this.ids.set(name, id);
    }
    return id;
  }
}

class Numbers {
  #array = new Float64Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#array.length) {
      const grown = new Float64Array(2 * this.#array.length);
      grown.set(this.#array);
      this.#array = grown;
    }
    this.#array[this.length++] = value;
  }

  at(i: number): number {
    return this.#array[i] ?? 0;
  }

  inOrder(order: Int32Array): Float64Array {
    const out = new Float64Array(order.length);
    for (let i = 0; i < order.length; i++) out[i] = this.#array[order[i] ?? 0] ?? 0;
    return out;
  }
}
