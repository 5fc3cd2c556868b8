/** What the reading thread and the counting one say to each other, in order. */
import { LEAVE_REASONS, type LeaveReason, type ListenerEvent, type Role } from '../../lib/event/event.ts';
import { COLUMNS } from '../../lib/presence/columns.ts';
import type { CounterOptions, Flushed } from '../../lib/presence/counter.ts';
import type { Stay } from '../../lib/presence/stay.ts';
import type { CounterSummary, GroupName } from '../../lib/presence/summary.ts';

/** numbers of a record in a block */
export const HEAD = 3;

/** A piece of the log, and of each record in it the counter it goes to, its first byte and that after its last. */
export interface Block {
  bytes: Uint8Array;
  heads: Int32Array;
  records: number;
}

export type ToCounting =
  | { kind: 'open'; counter: number; broadcast: string; options: CounterOptions }
  | { kind: 'block'; block: Block }
  | { kind: 'event'; counter: number; event: ListenerEvent }
  | { kind: 'end'; counter: number; room: string; at: number }
  | { kind: 'advance'; counter: number; asOf: number; own: number };

export type FromCounting =
  | { kind: 'taken'; block: Block }
  | { kind: 'flushed'; counter: number; summary: CounterSummary; flushed: PackedFlushed };

/** What a flush of a counter that tells only what is final has, in a few large arrays: many objects are slow to send. */
export interface PackedFlushed {
  /** per row its row set's place in the summary, and its second */
  groups: Int32Array;
  seconds: Float64Array;
  counts: Int32Array;
  /** listener and connection of each stay */
  ids: string[];
  /** per stay NUMBERS numbers, then its hearing; the open end is NaN */
  numbers: Float64Array;
  rooms: string[];
  sources: string[];
  attrs: (Stay['attrs'] | null)[];
  failures: Flushed['failures'];
}

const ROLES: readonly Role[] = ['listener', 'speaker', 'host'];
const NUMBERS = 11;

export function pack(flushed: Flushed, names: readonly GroupName[]): PackedFlushed {
  const { rows, finalStays } = flushed;
  const places = new Map(names.map((name, place) => [name, place]));
  const groups = new Int32Array(rows.length);
  const seconds = new Float64Array(rows.length);
  const counts = new Int32Array(rows.length * COLUMNS);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (row === undefined) continue;
    groups[i] = places.get(row.group) ?? 0;
    seconds[i] = row.second;
    counts.set(row.counts, i * COLUMNS);
  }
  let length = 0;
  for (const stay of finalStays) length += NUMBERS + 2 * stay.hearing.length;
  const numbers = new Float64Array(length);
  const rooms = new Places<string>();
  const sources = new Places<string>();
  const attrs = new Places<Stay['attrs']>();
  const ids: string[] = [];
  let at = 0;
  for (const s of finalStays) {
    ids.push(s.listener, s.connection);
    numbers[at] = s.start;
    numbers[at + 1] = s.end ?? Number.NaN;
    numbers[at + 2] = s.lastEvidence;
    numbers[at + 3] = s.heartbeatMs;
    numbers[at + 4] = s.joined ? 1 : 0;
    numbers[at + 5] = s.reason === null ? -1 : LEAVE_REASONS.indexOf(s.reason);
    numbers[at + 6] = ROLES.indexOf(s.role);
    numbers[at + 7] = rooms.of(s.room);
    numbers[at + 8] = s.source === null ? -1 : sources.of(s.source);
    numbers[at + 9] = s.attrs === null ? -1 : attrs.of(s.attrs);
    numbers[at + 10] = s.hearing.length;
    at += NUMBERS;
    for (const [from, to] of s.hearing) {
      numbers[at++] = from;
      numbers[at++] = to ?? Number.NaN;
    }
  }
  return {
    groups,
    seconds,
    counts,
    ids,
    numbers,
    rooms: rooms.list,
    sources: sources.list,
    // objects without prototype lose that on the way, and with it the safety of odd keys
    attrs: attrs.list,
    failures: flushed.failures,
  };
}

export function unpack(packed: PackedFlushed, names: readonly GroupName[]): Flushed {
  const rows: Flushed['rows'] = [];
  for (let i = 0; i < packed.groups.length; i++) {
    const group = names[packed.groups[i] ?? 0];
    if (group === undefined) continue;
    rows.push({
      group,
      second: packed.seconds[i] ?? 0,
      counts: packed.counts.subarray(i * COLUMNS, (i + 1) * COLUMNS),
    });
  }
  const { numbers } = packed;
  const attrs = packed.attrs.map((a) => a && Object.freeze(Object.assign(Object.create(null), a)));
  const finalStays: Stay[] = [];
  let at = 0;
  for (let i = 0; i < packed.ids.length; i += 2) {
    const hearing: [number, number | null][] = [];
    const from = at + NUMBERS;
    const next = from + 2 * (numbers[at + 10] ?? 0);
    for (let h = from; h < next; h += 2) hearing.push([numbers[h] ?? 0, orNull(numbers[h + 1])]);
    finalStays.push({
      listener: packed.ids[i] ?? '',
      connection: packed.ids[i + 1] ?? '',
      room: packed.rooms[numbers[at + 7] ?? 0] ?? '',
      start: numbers[at] ?? 0,
      end: orNull(numbers[at + 1]),
      reason: reasonOf(numbers[at + 5] ?? -1),
      role: ROLES[numbers[at + 6] ?? 0] ?? 'listener',
      hearing,
      attrs: attrs[numbers[at + 9] ?? -1] ?? null,
      source: packed.sources[numbers[at + 8] ?? -1] ?? null,
      lastEvidence: numbers[at + 2] ?? 0,
      heartbeatMs: numbers[at + 3] ?? 0,
      joined: numbers[at + 4] === 1,
    });
    at = next;
  }
  return { rows, failures: packed.failures, finalStays, openStays: [], journal: null };
}

function orNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function reasonOf(place: number): LeaveReason | null {
  return LEAVE_REASONS[place] ?? null;
}

/** Values by their place in a list, each once. */
class Places<T> {
  readonly list: T[] = [];
  readonly #places = new Map<T, number>();

  of(value: T): number {
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.list.push(value) - 1;
      this.#places.set(value, place);
    }
    return place;
  }
}
