/** One partition's log as it is read: lateness, ids of broadcasts, control events, and a counter per slice of listeners. */
import type { BroadcastEvent, ControlEvent, ListenerEvent, RejectReason } from '../lib/event/event.ts';
import { canonicalOf } from '../lib/event/id.ts';
import { isLate } from '../lib/event/lateness.ts';
import { printEvent } from '../lib/event/print.ts';
import type { ScannedEvent } from '../lib/event/scan.ts';
import { finalSecond } from '../lib/numbers/state.ts';
import { BroadcastCounter, type CounterOptions } from '../lib/presence/counter.ts';
import { LISTENER_FIELD } from '../lib/presence/scanned-fields.ts';
import type { CounterSummary } from '../lib/presence/summary.ts';
import type {
  BroadcastChange,
  JournalRow,
  PartitionChange,
  PartitionState,
  Revises,
  Sleeper,
} from '../lib/store/checkpoint.ts';
import { type LaneOfBroadcast, type Lane as LaneSummary, laneTotals } from '../lib/store/read.ts';
import type { RemoteCounter, SecondCore } from './second-core/second-core.ts';

/** Past its newest event and largest T by this, nothing of a broadcast is undecided, and all is final whatever other partitions' T: it may sleep, ms. */
const OVER_AFTER_MS = 2_100_000;

/** Of all listeners so many are counted in the other thread: this one reads every record, and stores, besides. */
const SECOND_CORE_PERCENT = 50;

export interface LaneOptions extends CounterOptions {
  source: string;
  /** listeners are split into so many counters by hash */
  slices: number;
  /** late events are taken up instead of left out */
  takeLate: boolean;
  /** counts a part of the listeners in another thread; for `finalOnly` and without state kept */
  secondCore?: SecondCore | null;
  /** keep a journal to go on from; a file that is read in one go needs none */
  keepState: boolean;
}

/** Where events of listeners go: a counter, here or in the other thread. */
export type Counter = BroadcastCounter | RemoteCounter;

export interface LaneBroadcast {
  /** newest event time seen here, epoch ms; -Infinity before the first */
  newest: number;
  late: number;
  /** a late event has been taken up */
  tookLate: boolean;
  /** control records accepted */
  controlRecords: number;
  /** empty while it sleeps: over for long, its state in the store alone */
  counters: Counter[];
  /** it goes from here altogether once its line is in the store too */
  asleep: boolean;
  /** to fall asleep at the next checkpoint if nothing comes */
  drowsy: boolean;
  /** largest T of its connections here, ms */
  longestTimeout: number;
  /** seconds up to this one have been stored as final, epoch s */
  finalSecond: number;
  /** wall clock of its last record, epoch ms */
  lastRecordAt: number;
  /** since the last flush */
  newControls: ControlEvent[];
  touched: boolean;
}

export class Lane {
  readonly partition: number;
  /** without those that have long been asleep: these are in the store alone */
  readonly broadcasts = new Map<string, LaneBroadcast>();
  readonly rejected: Record<string, number> = {};
  /** records taken, late and rejected ones too */
  records = 0;
  /** the same before this process took the partition over */
  readonly #recordsBefore: number;
  nextOffset: number;
  /** lag as last heard: records waiting */
  lag: number | null = null;
  /** newest event time of any of its broadcasts, epoch ms */
  newest = Number.NEGATIVE_INFINITY;
  /** late records, since the lane was begun and ever */
  late = 0;
  #lateEver = 0;
  /** exact copies of counters that sleep, less those that others have counted */
  #copies = 0;
  #options: LaneOptions;
  readonly #counterOptions: CounterOptions;
  readonly #isOne: boolean;
  #expectedOffset: number | null;
  #changed = false;
  #unfinished = new Set<string>();
  /** asleep, and their lines go to the store with the next checkpoint; with the last one; and are there */
  #leaving = new Set<string>();
  #written: string[] = [];
  #gone: string[] = [];
  #woken = new Set<string>();

  constructor(partition: number, options: LaneOptions, saved: PartitionState | null) {
    this.partition = partition;
    this.#options = options;
    // an event of any age may still come: nothing is final before the end
    this.#counterOptions =
      options.takeLate && options.finalOnly ? { ...options, sweepAbove: Number.POSITIVE_INFINITY } : options;
    this.#isOne = options.slices === 1 && !options.secondCore;
    this.#expectedOffset = saved?.nextOffset ?? null;
    this.nextOffset = saved?.nextOffset ?? 0;
    const lane: LaneSummary | null = saved && JSON.parse(saved.lane);
    this.#recordsBefore = lane?.records ?? 0;
    if (!saved || !lane) return;
    Object.assign(this.rejected, saved.rejected);
    for (const [broadcast, of] of Object.entries(lane.broadcasts)) this.#recall(this.#add(broadcast), of);
    const { newest, late } = laneTotals(lane);
    this.newest = newest;
    this.#lateEver = late;
    for (const { broadcast, summary } of saved.broadcasts) {
      const b = this.broadcasts.get(broadcast) ?? this.#add(broadcast);
      const { asOf, longestTimeout }: CounterSummary = JSON.parse(summary);
      b.longestTimeout = Math.max(b.longestTimeout, longestTimeout);
      b.asleep = true;
      b.counters = [];
      // one slice that has not come to its end keeps the broadcast awake
      if (asOf === null || !this.isOver(b, asOf)) this.#unfinished.add(broadcast);
    }
  }

  /** Broadcasts to be woken at once: time still changes their numbers. */
  unfinished(): ReadonlySet<string> {
    return this.#unfinished;
  }

  /** Whether all that time alone could still decide has been decided as of W, and for a while. */
  isOver(b: LaneBroadcast, watermark: number): boolean {
    return watermark > b.newest + b.longestTimeout + OVER_AFTER_MS;
  }

  #recall(b: LaneBroadcast, of: LaneOfBroadcast): void {
    b.newest = of.newest ?? Number.NEGATIVE_INFINITY;
    b.late = of.late;
    b.controlRecords = of.controls;
    b.lastRecordAt = of.lastRecordAt ?? 0;
    b.finalSecond = of.finalSecond ?? Number.NEGATIVE_INFINITY;
  }

  /** Brings a sleeping broadcast back, its counters from what the store has. */
  async wake(broadcast: string, { line, counters: saved }: Sleeper, pages: AsyncIterable<JournalRow>): Promise<void> {
    const known = this.broadcasts.get(broadcast);
    if (known ? !known.asleep : line === null) return;
    const counters = Array.from({ length: this.#options.slices }, () => new BroadcastCounter(this.#counterOptions));
    let longestTimeout = 0;
    let copies = 0;
    for (const { slice, summary } of saved) {
      const parsed: CounterSummary = JSON.parse(summary);
      // rooms may be named like members of an object
      parsed.rooms = Object.assign(Object.create(null), parsed.rooms);
      parsed.roomEnds = Object.assign(Object.create(null), parsed.roomEnds);
      counters[slice] = new BroadcastCounter(this.#counterOptions, parsed);
      longestTimeout = Math.max(longestTimeout, parsed.longestTimeout);
      copies += parsed.copies;
    }
    for await (const { slice, number, bytes } of pages) counters[slice]?.restore(number, bytes);
    for (const counter of counters) counter.resume();
    const b = known ?? this.#add(broadcast);
    if (!known && line !== null) this.#recall(b, JSON.parse(line));
    b.longestTimeout = Math.max(b.longestTimeout, longestTimeout);
    b.counters = counters;
    this.#copies -= copies;
    b.asleep = false;
    b.drowsy = false;
    this.#unfinished.delete(broadcast);
    this.#leaving.delete(broadcast);
    this.#woken.add(broadcast);
  }

  /** Exact copies met since the lane was begun. */
  get copies(): number {
    let copies = this.#copies;
    for (const b of this.broadcasts.values()) for (const counter of b.counters) copies += counter.summary.copies;
    return copies;
  }

  /** Lets go of a broadcast's counters once all they know has been stored, how far time had come with it too. */
  sleep(broadcast: string): void {
    const b = this.broadcasts.get(broadcast);
    if (!b || b.asleep) return;
    if (!b.drowsy || b.touched || b.newControls.length > 0) {
      b.drowsy = true;
      b.touched = true;
      return;
    }
    for (const counter of b.counters) this.#copies += counter.summary.copies;
    b.counters = [];
    b.asleep = true;
  }

  /** Where it stands is stored for good: from the next checkpoint on a sleeping broadcast is in the store alone. */
  leave(broadcast: string): void {
    if (this.broadcasts.get(broadcast)?.asleep) this.#leaving.add(broadcast);
  }

  /** The last change is in the store. */
  stored(): void {
    this.#gone.push(...this.#written.splice(0));
  }

  /** Forgets what is in the store alone; while no record is being taken. */
  letGo(): void {
    for (const broadcast of this.#gone.splice(0)) {
      if (this.broadcasts.get(broadcast)?.asleep) this.broadcasts.delete(broadcast);
    }
  }

  #newCounters(broadcast: string): Counter[] {
    const { secondCore, slices } = this.#options;
    const options = this.#counterOptions;
    if (secondCore) return [new BroadcastCounter(options), secondCore.open(broadcast, options)];
    return Array.from({ length: slices }, () => new BroadcastCounter(options));
  }

  #add(broadcast: string): LaneBroadcast {
    const b: LaneBroadcast = {
      newest: Number.NEGATIVE_INFINITY,
      late: 0,
      tookLate: false,
      controlRecords: 0,
      counters: this.#newCounters(broadcast),
      asleep: false,
      drowsy: false,
      longestTimeout: 0,
      finalSecond: Number.NEGATIVE_INFINITY,
      lastRecordAt: 0,
      newControls: [],
      touched: false,
    };
    this.broadcasts.set(broadcast, b);
    return b;
  }

  #slice(listener: string): number {
    return this.#isOne ? 0 : this.#place(hashOf(listener));
  }

  #place(hash: number): number {
    if (this.#options.secondCore) return (hash >>> 8) % 100 < SECOND_CORE_PERCENT ? 1 : 0;
    return hash % this.#options.slices;
  }

  /** Nothing waits any more. `endOffset`: the end of the log, which may lie behind what is no record. */
  caughtUp(endOffset = this.nextOffset): void {
    if (endOffset > this.nextOffset) {
      this.nextOffset = endOffset;
      this.#changed = true;
    }
    if (this.lag === 0) return;
    this.lag = 0;
    // others judge by what is stored whether this partition lags
    this.#changed = true;
  }

  /** The log was seen to end at `endOffset`: what lies before it and has not been read waits. */
  endsAt(endOffset: number): void {
    if (this.lag === 0 && endOffset > this.nextOffset) this.lag = endOffset - this.nextOffset;
  }

  reject(reason: RejectReason): void {
    this.records++;
    this.#changed = true;
    this.rejected[reason] = (this.rejected[reason] ?? 0) + 1;
  }

  /** Takes one accepted event; says what became of it. `now` is the wall clock, epoch ms. */
  take(event: BroadcastEvent, now: number): 'counted' | 'late' {
    this.records++;
    this.#changed = true;
    const b = this.broadcasts.get(event.broadcast) ?? this.#add(event.broadcast);
    b.touched = true;
    b.drowsy = false;
    b.lastRecordAt = now;
    if (isListenerEvent(event)) {
      if (this.#late(b, event.ts)) return 'late';
      b.counters[this.#slice(event.listener)]?.apply(event);
      return 'counted';
    }
    if (event.type === 'room_start' || event.type === 'room_end') {
      if (this.#late(b, event.ts)) return 'late';
    }
    b.controlRecords++;
    b.newControls.push(event);
    return 'counted';
  }

  /** The same for the record in [start, end) of `bytes`, of `broadcast`, met before, that was scanned and tells of a listener. */
  takeScanned(
    bytes: Uint8Array,
    start: number,
    end: number,
    scanned: ScannedEvent,
    broadcast: string,
    now: number,
  ): void {
    this.records++;
    this.#changed = true;
    const b = this.broadcasts.get(broadcast) ?? this.#add(broadcast);
    b.touched = true;
    b.drowsy = false;
    b.lastRecordAt = now;
    if (this.#late(b, scanned.ts)) return;
    b.counters[this.#sliceOf(bytes, scanned)]?.applyScanned(bytes, start, end, scanned, broadcast);
  }

  /** As `#slice` of its text: these bytes are ASCII. */
  #sliceOf(bytes: Uint8Array, { spans }: ScannedEvent): number {
    if (this.#isOne) return 0;
    let hash = 0x811c9dc5;
    const end = spans[LISTENER_FIELD * 3 + 1] ?? 0;
    for (let i = spans[LISTENER_FIELD * 3] ?? 0; i < end; i++) {
      hash ^= bytes[i] ?? 0;
      hash = Math.imul(hash, 0x01000193);
    }
    return this.#place(hash >>> 0);
  }

  /** By this partition's log alone: 120 s behind W_p. Moves the newest on. */
  #late(b: LaneBroadcast, ts: number): boolean {
    if (ts > b.newest) {
      b.newest = ts;
      if (ts > this.newest) this.newest = ts;
    } else if (isLate(ts, b.newest)) {
      if (this.#options.takeLate) b.tookLate = true;
      else {
        b.late++;
        this.late++;
        this.#lateEver++;
      }
      return !this.#options.takeLate;
    }
    return false;
  }

  /** What changed since the last checkpoint, or null. `watermarkOf` gives W, `standing` whether a broadcast still moves. */
  change(
    watermarkOf: (broadcast: string) => number,
    longestTimeoutOf: (broadcast: string) => number,
  ): PartitionChange | null {
    const broadcasts: BroadcastChange[] = [];
    for (const [broadcast, b] of this.broadcasts) {
      const watermark = watermarkOf(broadcast);
      const counters: BroadcastChange['counters'] = [];
      for (const [slice, counter] of b.counters.entries()) {
        const flushed = counter.flush();
        const idle =
          !b.touched &&
          flushed.rows.length + flushed.finalStays.length + flushed.openStays.length === 0 &&
          flushed.journal === null;
        if (idle && b.newControls.length === 0) continue;
        counters.push({ slice, summary: JSON.stringify(counter.summary), flushed });
      }
      if (counters.length === 0) continue;
      const final = finalSecond({ watermark, longestTimeout: longestTimeoutOf(broadcast) });
      // at full speed what is final comes bit by bit, each row once
      const revises = this.#options.finalOnly ? null : revisionBy(counters, b);
      b.finalSecond = Math.max(b.finalSecond, final ?? Number.NEGATIVE_INFINITY);
      broadcasts.push({
        broadcast,
        counters,
        controls: b.newControls.map((c) => ({ canonical: canonicalOf(c), ts: c.ts, event: printEvent(c) })),
        finalSecond: final,
        revises,
      });
      b.newControls = [];
      b.touched = false;
    }
    if (!this.#changed && broadcasts.length + this.#leaving.size + this.#woken.size === 0) return null;
    this.#changed = false;
    const lane: LaneSummary = {
      broadcasts: Object.create(null),
      newest: Number.isFinite(this.newest) ? this.newest : null,
      late: this.#lateEver,
      lag: this.lag,
      records: this.#recordsBefore + this.records,
    };
    const asleep: { broadcast: string; line: string }[] = [];
    for (const [broadcast, b] of this.broadcasts) {
      if (this.#leaving.has(broadcast)) asleep.push({ broadcast, line: JSON.stringify(lineOf(b)) });
      else lane.broadcasts[broadcast] = lineOf(b);
    }
    const woken = [...this.#woken];
    this.#written = [...this.#leaving];
    this.#leaving.clear();
    this.#woken.clear();
    const change: PartitionChange = {
      source: this.#options.source,
      partition: this.partition,
      expectedOffset: this.#expectedOffset,
      nextOffset: this.nextOffset,
      lane: JSON.stringify(lane),
      asleep,
      woken,
      rejected: { ...this.rejected },
      broadcasts,
    };
    this.#expectedOffset = this.nextOffset;
    return change;
  }
}

function lineOf(b: LaneBroadcast): LaneOfBroadcast {
  return {
    newest: Number.isFinite(b.newest) ? b.newest : null,
    late: b.late,
    controls: b.controlRecords,
    lastRecordAt: b.lastRecordAt,
    finalSecond: Number.isFinite(b.finalSecond) ? b.finalSecond : null,
  };
}

function revisionBy(counters: BroadcastChange['counters'], b: LaneBroadcast): Revises {
  const isFinal = (second: number): boolean => second > 0 && second <= b.finalSecond;
  if (counters.some(({ flushed }) => flushed.rows.some((row) => isFinal(row.second)))) return 'numbers';
  const corrections = b.newControls.filter(isCorrection);
  if (corrections.some(({ ts }) => ts <= b.finalSecond * 1000)) return 'remarks';
  return corrections.length > 0 ? 'remarks if complete' : null;
}

/** Told of after the fact, it changes what has been published. */
function isCorrection({ type, replaces }: ControlEvent): boolean {
  return replaces !== null || type === 'segment_start' || type === 'segment_end';
}

function isListenerEvent(event: BroadcastEvent): event is ListenerEvent {
  return 'listener' in event;
}

/** FNV-1a over UTF-16 units: the same listener in the same slice, always. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
