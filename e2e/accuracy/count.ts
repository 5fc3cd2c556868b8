/** One recorded or simulated broadcast counted in memory, as a replay would store it. */
import type { BroadcastEvent, ControlEvent } from '../../lib/event/event.ts';
import { parseFast } from '../../lib/event/scan.ts';
import { resolveControls, roomEnds } from '../../lib/numbers/controls.ts';
import { fill, type StoredRow } from '../../lib/numbers/rows.ts';
import { COUNT_NAMES, type Counts } from '../../lib/numbers/second.ts';
import { BroadcastCounter } from '../../lib/presence/counter.ts';
import type { Stay } from '../../lib/presence/stay.ts';

/** Attributes with rows of their own, as by default. */
export const BREAKDOWNS = ['client', 'region', 'edge'];

const WATERMARK_LAG_MS = 5_000;
const LATE_MS = 120_000;
/** Events between two looks at what can be folded for good: rarely, since each look costs as much as many events. */
const ADVANCE_EVERY = 2_000_000;

export interface CountedBroadcast {
  /** epoch s, rows of [from, to) */
  from: number;
  to: number;
  rows: StoredRow[];
  /** where something changed, levels as their change */
  stored: StoredRow[];
  /** the same of every value of the breakdowns */
  values: { attribute: string; value: string; rows: StoredRow[] }[];
  stays: Stay[];
  controls: ControlEvent[];
  /** first room_end of each room, epoch ms */
  roomEnds: Map<string, number>;
}

export interface CountOptions {
  defaultHeartbeatMs?: number;
  breakdowns?: readonly string[];
}

export class StreamCount {
  #counter: BroadcastCounter;
  #controls: ControlEvent[] = [];
  #newest = Number.NEGATIVE_INFINITY;
  #sinceAdvance = 0;
  #stored = new Map<string, { attribute: string; value: string; rows: Map<number, Int32Array> }>();
  #stays: Stay[] = [];

  constructor(options: CountOptions = {}) {
    this.#counter = new BroadcastCounter({
      defaultHeartbeatMs: options.defaultHeartbeatMs ?? 0,
      breakdowns: options.breakdowns ?? BREAKDOWNS,
    });
  }

  take(event: BroadcastEvent): void {
    if ('listener' in event || event.type === 'room_start' || event.type === 'room_end') {
      if (event.ts > this.#newest) this.#newest = event.ts;
      else if (event.ts <= this.#newest - WATERMARK_LAG_MS - LATE_MS) return;
    }
    if ('listener' in event) this.#counter.apply(event);
    else {
      this.#controls.push(event);
      if (event.type === 'room_end') this.#counter.endRoom(event.room, event.ts);
    }
    if (++this.#sinceAdvance < ADVANCE_EVERY) return;
    this.#sinceAdvance = 0;
    this.#counter.advance(this.#newest - WATERMARK_LAG_MS, this.#newest - WATERMARK_LAG_MS);
    this.#collect();
  }

  /** Records of one chunk of whole lines; what does not parse is left out, as at the door. */
  takeLines(bytes: Uint8Array): void {
    let start = 0;
    while (start < bytes.length) {
      let end = bytes.indexOf(10, start);
      if (end < 0) end = bytes.length;
      const parsed = parseFast(bytes, start, end, null);
      if (parsed.kind === 'event') this.take(parsed.event);
      start = end + 1;
    }
  }

  #collect(): void {
    const flushed = this.#counter.flush();
    for (const { group, second, counts } of flushed.rows) {
      if (second <= 0 || group.room !== '' || group.attribute === 'code' || group.attribute === 'startup') continue;
      const key = `${group.attribute}\u0000${group.value}`;
      let of = this.#stored.get(key);
      if (!of) {
        of = { attribute: group.attribute, value: group.value, rows: new Map() };
        this.#stored.set(key, of);
      }
      const before = of.rows.get(second);
      if (!before) of.rows.set(second, counts);
      else for (let i = 0; i < before.length; i++) before[i] = (before[i] ?? 0) + (counts[i] ?? 0);
    }
    for (const stay of flushed.finalStays) this.#stays.push(stay);
  }

  /** The log is at its end: everything is final. `filled`: with a row every second, else only where something changed. */
  finish(filled = true): CountedBroadcast {
    const { holding } = resolveControls(this.#controls);
    const ends = roomEnds(holding);
    for (const [room, at] of ends) this.#counter.endRoom(room, at);
    this.#counter.advance(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    this.#collect();
    const s = this.#counter.summary;
    let first = s.firstAt ?? 0;
    let last = s.lastAt ?? 0;
    for (const c of this.#controls) {
      if (c.type !== 'room_start' && c.type !== 'room_end') continue;
      first = Math.min(first, c.ts);
      last = Math.max(last, c.ts);
    }
    for (const stay of this.#stays) if (stay.end !== null) last = Math.max(last, stay.end);
    const from = Math.ceil(first / 1000);
    const to = Math.ceil(last / 1000) + 1;
    const whole = this.#stored.get('\u0000');
    const stored = whole ? inOrder(whole.rows) : [];
    return {
      from,
      to,
      stored,
      rows: filled ? [...fill(stored, from, to)] : [],
      values: [...this.#stored.values()]
        .filter((of) => of.attribute !== '')
        .map((of) => ({ attribute: of.attribute, value: of.value, rows: inOrder(of.rows) })),
      stays: this.#stays,
      controls: holding,
      roomEnds: ends,
    };
  }
}

function inOrder(rows: Map<number, Int32Array>): StoredRow[] {
  return [...rows.entries()].sort((a, b) => a[0] - b[0]).map(([second, counts]) => asRow(second, counts));
}

function asRow(second: number, counts: Int32Array): StoredRow {
  const named = {} as Counts;
  for (const [i, name] of COUNT_NAMES.entries()) named[name] = counts[i] ?? 0;
  return { second, ...named };
}
