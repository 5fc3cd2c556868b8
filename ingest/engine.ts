/**
 * Takes batches from a source, counts them, and makes what changed visible in one transaction a checkpoint.
 * The promise: the offset in the store moves only together with the state and the rows that hold for it.
 */
import type { RejectReason } from '../lib/event/event.ts';
import { WATERMARK_LAG_MS } from '../lib/event/lateness.ts';
import { parseFast, ScannedEvent, scanRecord } from '../lib/event/scan.ts';
import { isOfListener, scannedBroadcast } from '../lib/presence/scanned-fields.ts';
import type { Checkpoint, OtherLane, PartitionChange, Standing, WriteStore } from '../lib/store/checkpoint.ts';
import { type Lane as LaneSummary, laneTotals } from '../lib/store/read.ts';
import { Lane, type LaneBroadcast, type LaneOptions } from './lane.ts';
import type { Batch, Lines, Packed, Sink } from './source.ts';
import { whoWaits } from './who-waits.ts';

/** A partition with no record of a broadcast for this long, and no lag, is left out of its watermark, ms of wall time. */
const IDLE_MS = 5_000;
/** A partition may be ahead of W by this before it waits, ms. */
const AHEAD_MS = 60_000;
const NEWLINE = 0x0a;
/** The live second trails the newest event by this, ms. */
const LIVE_LAG_MS = 1_000;

export interface DeadLetter {
  source: string;
  partition: number;
  offset: number;
  reason: RejectReason;
  detail: string;
  bytes: Buffer;
}

export interface EngineOptions extends LaneOptions {
  store: WriteStore;
  /** wall clock, epoch ms */
  now: () => number;
  /** keeps a rejected record before its offset becomes safe */
  deadLetter: (letter: DeadLetter) => Promise<void>;
  /** broadcasts to be marked as the built-in demo */
  isDemo: (broadcast: string) => boolean;
  /** the revision from now on of broadcasts of which a late event was taken up; null: as they have it */
  rev: number | null;
  /** sees every accepted record as sent, late ones too; null: nobody wants to */
  onRecord: ((broadcast: string, value: Buffer) => void) | null;
  /** asked once per broadcast before its first record is taken; throws to refuse */
  admit: (broadcast: string) => Promise<void>;
}

/** Where one broadcast stands, over the partitions of this process. */
export interface BroadcastStanding {
  watermark: number;
  liveSecond: number;
  catchingUp: boolean;
}

/** How far a partition has come with a broadcast. */
interface Progress {
  partition: number;
  newest: number;
  lag: number | null;
  lastRecordAt: number;
}

export interface Timings {
  /** seconds a checkpoint took */
  checkpoint: (seconds: number) => void;
  /** seconds to the store from the oldest record's own timestamp; where its log gives none, from when it was read */
  eventToStore: (seconds: number) => void;
}

export class Engine implements Sink {
  readonly lanes = new Map<number, Lane>();
  readonly options: EngineOptions;
  #safe = new Map<number, number>();
  #taking: Promise<void> | null = null;
  #others: (OtherLane & { summary: LaneSummary; newest: number })[] = [];
  /** partitions that are this process's, those not yet begun too */
  #owned: ReadonlySet<number> = new Set();
  /** offset after the last record of each partition of the log, as last heard */
  #ends: ReadonlyMap<number, number> = new Map();
  /** wall clock when these were heard, epoch ms; Infinity for a source that says no ends */
  #heardAt = Number.POSITIVE_INFINITY;
  #admitted = new Set<string>();
  #roomEnds = new Map<string, Map<string, number>>();
  #complete = false;
  readonly #scanned = new ScannedEvent();
  #letters: Promise<void>[] = [];
  #timings: Timings | null;
  #moved: { broadcast: string; watermark: number; liveSecond: number; complete: boolean }[] = [];
  /** the newest live second shown of each broadcast */
  #shown = new Map<string, number>();
  /** the second that the last checkpoint had whole, by the partitions of this process, of each broadcast that goes on */
  #stored = new Map<string, number>();
  #lastStanding = new Map<string, string>();
  #oldestRecordAt: number | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: EngineOptions, timings: Timings | null = null) {
    this.options = options;
    this.#timings = timings;
  }

  async start(partition: number): Promise<number | null> {
    const { store, source } = this.options;
    await this.#writing;
    const saved = await store.takeOver(source, partition);
    const lane = new Lane(partition, this.options, saved);
    if (saved) {
      for (const [broadcast, b] of lane.broadcasts) {
        // what waited unread when it was stored last may have held its time back
        if (!lane.unfinished().has(broadcast) && lane.isOver(b, await store.watermark(broadcast))) continue;
        const counters = saved.broadcasts.filter((of) => of.broadcast === broadcast);
        await lane.wake(broadcast, { line: null, counters }, store.journal(source, partition, broadcast));
      }
      for (const broadcast of lane.broadcasts.keys()) {
        this.#admitted.add(broadcast);
        this.#roomEnds.set(broadcast, new Map(await store.roomEnds(broadcast)));
      }
    }
    this.lanes.set(partition, lane);
    // a room may have ended in another partition since this one was saved
    for (const broadcast of lane.broadcasts.keys()) this.#applyRoomEnds(broadcast);
    return saved?.nextOffset ?? null;
  }

  async owned(partitions: readonly number[]): Promise<void> {
    this.#owned = new Set(partitions);
    for (const partition of [...this.lanes.keys()]) {
      if (this.#owned.has(partition)) continue;
      this.lanes.delete(partition);
      this.#safe.delete(partition);
    }
  }

  /** A checkpoint sees whole batches: offset and counts belong together. */
  async batch(batch: Batch): Promise<void> {
    const taking = this.#take(batch);
    this.#taking = taking.catch(() => undefined);
    await taking;
  }

  async #take(batch: Batch): Promise<void> {
    const lane = this.lanes.get(batch.partition);
    if (!lane) return;
    const now = this.options.now();
    for (const { value, offset, timestampMs } of batch.records) {
      if (this.#takeScanned(lane, value, 0, value.length, timestampMs, now)) continue;
      await this.#takeRecord(lane, value, offset, timestampMs, now);
    }
    if (batch.packed !== undefined) await this.#takePacked(lane, batch.packed, now);
    if (batch.block !== undefined) await this.#takeLines(lane, batch.block, now);
    const calm = this.options.secondCore?.calm() ?? null;
    if (calm !== null) await calm;
    lane.nextOffset = batch.nextOffset;
    lane.lag = Math.max(0, batch.endOffset - batch.nextOffset);
  }

  async #wake(lane: Lane, broadcast: string): Promise<void> {
    const { store, source } = this.options;
    const saved = await store.sleeper(source, lane.partition, broadcast);
    if (saved === null) return;
    await lane.wake(broadcast, saved, store.journal(source, lane.partition, broadcast));
    this.#applyRoomEnds(broadcast);
  }

  /** A record that is plain, of a listener and of a broadcast met before; false: none of these, `#takeRecord` has to look. */
  #takeScanned(
    lane: Lane,
    bytes: Buffer,
    start: number,
    end: number,
    timestampMs: number | null,
    now: number,
  ): boolean {
    const scanned = this.#scanned;
    if (!scanRecord(bytes, start, end, timestampMs, scanned) || !isOfListener(scanned)) return false;
    const broadcast = scannedBroadcast(bytes, scanned);
    const b = lane.broadcasts.get(broadcast);
    if (b === undefined || b.asleep || !this.#admitted.has(broadcast)) return false;
    this.options.onRecord?.(broadcast, bytes.subarray(start, end));
    lane.takeScanned(bytes, start, end, scanned, broadcast, now);
    this.#oldest(timestampMs ?? now);
    return true;
  }

  async #takePacked(lane: Lane, { bytes, ends, offsets, timestamps }: Packed, now: number): Promise<void> {
    let start = 0;
    for (let i = 0; i < ends.length; i++) {
      const end = ends[i] ?? 0;
      const timestamp = timestamps[i] ?? Number.NaN;
      const timestampMs = Number.isNaN(timestamp) ? null : timestamp;
      if (!this.#takeScanned(lane, bytes, start, end, timestampMs, now)) {
        await this.#takeRecord(lane, bytes.subarray(start, end), offsets[i] ?? 0, timestampMs, now);
      }
      start = end;
    }
  }

  async #takeLines(lane: Lane, { bytes, from, to, offset }: Lines, now: number): Promise<void> {
    for (let start = from; start < to; ) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 || newline > to ? to : newline;
      if (!this.#takeScanned(lane, bytes, start, end, null, now)) {
        await this.#takeRecord(lane, bytes.subarray(start, end), offset + start - from, null, now);
      }
      start = end + 1;
    }
  }

  async #takeRecord(lane: Lane, value: Buffer, offset: number, timestampMs: number | null, now: number): Promise<void> {
    const parsed = parseFast(value, 0, value.length, timestampMs);
    if (parsed.kind === 'blank') return;
    if (parsed.kind === 'rejected') {
      lane.reject(parsed.reason);
      this.#keep(
        this.options.deadLetter({
          source: this.options.source,
          partition: lane.partition,
          offset,
          reason: parsed.reason,
          detail: parsed.detail,
          bytes: Buffer.from(value),
        }),
      );
      return;
    }
    const { event } = parsed;
    if (!this.#admitted.has(event.broadcast)) {
      await this.options.admit(event.broadcast);
      this.#admitted.add(event.broadcast);
      this.#roomEnds.set(event.broadcast, new Map(await this.options.store.roomEnds(event.broadcast)));
    }
    this.options.onRecord?.(event.broadcast, value);
    // not here, or asleep: the store may have it
    if (lane.broadcasts.get(event.broadcast)?.asleep !== false) await this.#wake(lane, event.broadcast);
    const isNew = !lane.broadcasts.has(event.broadcast);
    const taken = lane.take(event, now);
    if (isNew) this.#applyRoomEnds(event.broadcast);
    if (event.type === 'room_end' && taken === 'counted') this.#endRoom(event.broadcast, event.room, event.ts);
    this.#oldest(timestampMs ?? now);
  }

  #oldest(at: number): void {
    if (this.#oldestRecordAt === null || at < this.#oldestRecordAt) this.#oldestRecordAt = at;
  }

  /** Awaited before the offset behind it becomes safe; a failure is the checkpoint's. */
  #keep(letter: Promise<void>): void {
    letter.catch(() => undefined);
    this.#letters.push(letter);
  }

  /** A room_end is a fact of the broadcast: every partition hears of it. The first holds for good. */
  #endRoom(broadcast: string, room: string, at: number): void {
    const ends = this.#roomEnds.get(broadcast) ?? new Map<string, number>();
    ends.set(room, Math.min(at, ends.get(room) ?? Number.POSITIVE_INFINITY));
    this.#roomEnds.set(broadcast, ends);
    this.#applyRoomEnds(broadcast);
  }

  #applyRoomEnds(broadcast: string): void {
    for (const [room, at] of this.#roomEnds.get(broadcast) ?? []) {
      for (const b of this.#of(broadcast)) for (const counter of b.counters) counter.endRoom(room, at);
    }
  }

  caughtUp(partition: number, endOffset?: number): void {
    this.lanes.get(partition)?.caughtUp(endOffset);
  }

  heard(ends: ReadonlyMap<number, number>): void {
    this.#ends = ends;
    this.#heardAt = this.options.now();
    for (const [partition, end] of ends) this.lanes.get(partition)?.endsAt(end);
  }

  safeOffsets(): ReadonlyMap<number, number> {
    return this.#safe;
  }

  /** W, the live second, and whether a partition lags, of one broadcast as of wall time `now`. */
  standing(broadcast: string, now: number): BroadcastStanding {
    if (this.#complete) {
      const newest = this.#newest(broadcast);
      return { watermark: Number.POSITIVE_INFINITY, liveSecond: Math.ceil(newest / 1000), catchingUp: false };
    }
    let { watermark, catchingUp } = this.#whereItShows(broadcast, now);
    const unread = this.#readWhereItMayWait(broadcast) - WATERMARK_LAG_MS;
    if (unread < watermark) {
      catchingUp ||= watermark - unread > IDLE_MS;
      watermark = unread;
    }
    return { watermark, liveSecond: Math.floor((watermark + WATERMARK_LAG_MS - LIVE_LAG_MS) / 1000), catchingUp };
  }

  /**
   * W by the partitions that have shown the broadcast, and whether one of them lags, as of wall time `at` or when the log was
   * last heard: while it cannot be read nobody knows whether a partition is idle or its records wait, and time stands still.
   */
  #whereItShows(broadcast: string, at: number): { watermark: number; catchingUp: boolean } {
    const now = Math.min(at, this.#heardAt);
    let watermark = Number.POSITIVE_INFINITY;
    let newest = Number.NEGATIVE_INFINITY;
    let newestAt = 0;
    let catchingUp = false;
    for (const p of this.#progress(broadcast)) {
      if (p.newest > newest) newest = p.newest;
      newestAt = Math.max(newestAt, p.lastRecordAt);
      if (isIdle(p, now)) continue;
      if (p.lag !== 0 && now - p.lastRecordAt >= IDLE_MS) catchingUp = true;
      watermark = Math.min(watermark, p.newest - WATERMARK_LAG_MS);
    }
    if (watermark === Number.POSITIVE_INFINITY) watermark = newest - WATERMARK_LAG_MS + Math.max(0, now - newestAt);
    return { watermark, catchingUp };
  }

  /**
   * Partitions that have not shown the broadcast and in which records wait may hold it all the same: how far the least
   * read of them has been read, epoch ms; -Infinity: not at all; Infinity: there is none.
   */
  #readWhereItMayWait(broadcast: string): number {
    let read = Number.POSITIVE_INFINITY;
    for (const lane of this.lanes.values()) {
      const shows = Number.isFinite(lane.broadcasts.get(broadcast)?.newest ?? Number.NEGATIVE_INFINITY);
      if (lane.lag !== 0 && !shows) read = Math.min(read, lane.newest);
    }
    const stored = new Set<number>();
    for (const { partition, nextOffset, summary, newest } of this.#others) {
      stored.add(partition);
      const waits = (this.#ends.get(partition) ?? Number.POSITIVE_INFINITY) > nextOffset;
      const shows = Object.hasOwn(summary.broadcasts, broadcast) && summary.broadcasts[broadcast]?.newest !== null;
      if (waits && !shows) read = Math.min(read, newest);
    }
    const never = (partition: number): boolean => !this.lanes.has(partition) && !stored.has(partition);
    for (const [partition, end] of this.#ends) if (end > 0 && never(partition)) return Number.NEGATIVE_INFINITY;
    for (const partition of this.#owned) if (never(partition)) return Number.NEGATIVE_INFINITY;
    return read;
  }

  /** Whether a second of a broadcast is over, in the partitions of this process, that no checkpoint has stored yet. */
  hasNewSecond(): boolean {
    const now = this.options.now();
    for (const [broadcast, stored] of this.#stored) if (this.#wholeSecond(broadcast, now) > stored) return true;
    return false;
  }

  /** The live second by the partitions of this process alone; -Infinity where nothing comes any more. */
  #wholeSecond(broadcast: string, now: number): number {
    let newest = Number.POSITIVE_INFINITY;
    for (const { broadcasts, lag } of this.lanes.values()) {
      const b = broadcasts.get(broadcast);
      if (b === undefined || (lag === 0 && now - b.lastRecordAt >= IDLE_MS)) continue;
      newest = Math.min(newest, b.newest);
    }
    return newest === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.floor((newest - LIVE_LAG_MS) / 1000);
  }

  /** A partition that speaks again may be behind the live second: by little, that waits for it; by more, it is said. */
  #held(broadcast: string, standing: BroadcastStanding): BroadcastStanding {
    const shown = this.#lastShown(broadcast);
    if (standing.liveSecond >= shown) return standing;
    if ((shown - standing.liveSecond) * 1000 > WATERMARK_LAG_MS) return { ...standing, catchingUp: true };
    return { ...standing, liveSecond: shown };
  }

  #lastShown(broadcast: string): number {
    return this.#shown.get(broadcast) ?? Number.NEGATIVE_INFINITY;
  }

  /** How far each partition has come with a broadcast: those of this process, and those that others have stored. */
  *#progress(broadcast: string): Generator<Progress> {
    for (const lane of this.lanes.values()) {
      const b = lane.broadcasts.get(broadcast);
      if (b && Number.isFinite(b.newest)) {
        yield { partition: lane.partition, newest: b.newest, lag: lane.lag, lastRecordAt: b.lastRecordAt };
      }
    }
    for (const { partition, nextOffset, summary } of this.#others) {
      const b = Object.hasOwn(summary.broadcasts, broadcast) ? summary.broadcasts[broadcast] : undefined;
      if (b && b.newest !== null) {
        // who read it may be gone, and what it said last would hold for ever; until the log's ends are heard, nobody knows
        const end = this.#ends.get(partition);
        const waiting = end === undefined ? null : end - nextOffset;
        const lag = waiting === null || waiting > 0 ? waiting : (summary.lag ?? null);
        yield { partition, newest: b.newest, lag, lastRecordAt: b.lastRecordAt ?? 0 };
      }
    }
  }

  /** What other processes have stored of their partitions: their logs' progress, and rooms that ended there. */
  async #hearOthers(): Promise<void> {
    const others = await this.options.store.otherLanes(this.options.source, new Set(this.lanes.keys()));
    this.#others = others.map((other) => {
      const summary: LaneSummary = JSON.parse(other.lane);
      return { ...other, summary, newest: laneTotals(summary).newest };
    });
    if (others.length === 0) return;
    for (const broadcast of this.broadcasts()) {
      for (const [room, at] of await this.options.store.roomEnds(broadcast)) {
        if (at < (this.#roomEnds.get(broadcast)?.get(room) ?? Number.POSITIVE_INFINITY))
          this.#endRoom(broadcast, room, at);
      }
    }
  }

  /**
   * A broadcast that is over in a partition sleeps there, then goes from its lane; not before it is stored that it is over:
   * whoever owns partition 0 moves it on only while it is in a lane.
   */
  async #sleep(lane: Lane, broadcast: string): Promise<void> {
    const stands = this.lanes.has(0) ? Number.POSITIVE_INFINITY : await this.options.store.watermark(broadcast);
    const b = lane.broadcasts.get(broadcast);
    if (b === undefined || !lane.isOver(b, stands)) return;
    if (b.asleep) lane.leave(broadcast);
    else lane.sleep(broadcast);
  }

  /** Of what no partition has any more, nothing is kept here. While no record is being taken. */
  #letGo(): void {
    if (!this.options.keepState) return;
    for (const lane of this.lanes.values()) lane.letGo();
    const here = this.everywhere();
    for (const known of [this.#admitted, this.#roomEnds, this.#shown, this.#stored, this.#lastStanding]) {
      for (const broadcast of known.keys()) if (!here.has(broadcast)) known.delete(broadcast);
    }
  }

  #newest(broadcast: string): number {
    let newest = Number.NEGATIVE_INFINITY;
    for (const b of this.#of(broadcast)) newest = Math.max(newest, b.newest);
    return newest;
  }

  #of(broadcast: string): LaneBroadcast[] {
    const found: LaneBroadcast[] = [];
    for (const lane of this.lanes.values()) {
      const b = lane.broadcasts.get(broadcast);
      if (b) found.push(b);
    }
    return found;
  }

  /** The log has been read to its end: nothing more can come. */
  complete(): void {
    this.#complete = true;
  }

  /** broadcasts whose standing the last checkpoint moved */
  moved(): readonly { broadcast: string; watermark: number; liveSecond: number; complete: boolean }[] {
    return this.#moved;
  }

  /** Partitions more than 60 s ahead of a broadcast's W: they wait for the others. */
  held(): ReadonlySet<number> {
    const waitsFor = new Map<number, Set<number>>();
    if (this.lanes.size + this.#others.length < 2) return new Set();
    const now = Math.min(this.options.now(), this.#heardAt);
    for (const broadcast of this.broadcasts()) {
      // by what waits unseen two could hold each other for ever
      const { watermark } = this.#whereItShows(broadcast, now);
      const tooFar = watermark + WATERMARK_LAG_MS + AHEAD_MS;
      const progress = [...this.#progress(broadcast)];
      for (const ahead of progress) {
        if (ahead.newest <= tooFar) continue;
        const others = waitsFor.get(ahead.partition) ?? new Set();
        waitsFor.set(ahead.partition, others);
        for (const each of progress) if (each.newest <= tooFar && !isIdle(each, now)) others.add(each.partition);
      }
    }
    const waiting = whoWaits(waitsFor, (partition) => this.#readTo(partition));
    return new Set([...waiting].filter((partition) => this.lanes.has(partition)));
  }

  /** The newest event read of a partition, whichever broadcast it is of, epoch ms. */
  #readTo(partition: number): number {
    const lane = this.lanes.get(partition) ?? this.#others.find((other) => other.partition === partition);
    return lane?.newest ?? Number.NEGATIVE_INFINITY;
  }

  /** of partitions of this process: those that are not over for long */
  broadcasts(): Set<string> {
    const names = new Set<string>();
    for (const lane of this.lanes.values()) for (const name of lane.broadcasts.keys()) names.add(name);
    return names;
  }

  /** the same, and those of partitions of others */
  everywhere(): Set<string> {
    const names = this.broadcasts();
    for (const { summary } of this.#others) for (const name of Object.keys(summary.broadcasts)) names.add(name);
    return names;
  }

  /** Brings every counter to the present and stores what changed. One at a time. */
  checkpoint(): Promise<void> {
    const next = this.#writing.then(() => this.#checkpoint());
    this.#writing = next.catch(() => undefined);
    return next;
  }

  async #checkpoint(): Promise<void> {
    const startedAt = performance.now();
    await Promise.all(this.#letters.splice(0));
    await this.#hearOthers();
    while (this.#taking) {
      const taking = this.#taking;
      await taking;
      if (this.#taking === taking) this.#taking = null;
    }
    this.#letGo();
    const now = this.options.now();
    const watermarks = new Map<string, number>();
    const timeouts = new Map<string, number>();
    const standings: Standing[] = [];
    const over: { lane: Lane; broadcast: string }[] = [];
    // without a journal nobody could go on from where it stood
    const mayEnd = this.options.keepState && !this.#complete;
    const names = this.everywhere();
    for (const broadcast of names) {
      const standing = this.#held(broadcast, this.standing(broadcast, now));
      const second = this.#wholeSecond(broadcast, now);
      if (Number.isFinite(second)) this.#stored.set(broadcast, second);
      else this.#stored.delete(broadcast);
      let longestTimeout = 0;
      for (const lane of this.lanes.values()) {
        const b = lane.broadcasts.get(broadcast);
        if (b?.asleep) over.push({ lane, broadcast });
        if (!b || b.asleep) continue;
        const own = this.#complete ? Number.POSITIVE_INFINITY : b.newest - WATERMARK_LAG_MS;
        for (const counter of b.counters) {
          counter.advance(standing.watermark, own);
          b.longestTimeout = Math.max(b.longestTimeout, counter.summary.longestTimeout);
        }
        longestTimeout = Math.max(longestTimeout, b.longestTimeout);
        if (mayEnd && lane.isOver(b, standing.watermark)) over.push({ lane, broadcast });
      }
      watermarks.set(broadcast, standing.watermark);
      timeouts.set(broadcast, longestTimeout);
      const key = `${standing.watermark} ${standing.liveSecond} ${standing.catchingUp}`;
      const awake = [...this.lanes.values()].some((lane) => lane.broadcasts.get(broadcast)?.asleep === false);
      if (!awake && !this.#others.some(({ summary }) => Object.hasOwn(summary.broadcasts, broadcast))) continue;
      // whoever owns partition 0 says where the broadcast stands
      if (!this.lanes.has(0)) continue;
      if (this.#lastStanding.get(broadcast) === key || standing.watermark === Number.NEGATIVE_INFINITY) continue;
      this.#lastStanding.set(broadcast, key);
      standings.push({
        broadcast,
        demo: this.options.isDemo(broadcast),
        watermark: standing.watermark,
        liveSecond: standing.liveSecond,
        catchingUp: standing.catchingUp,
        shows: this.options.keepState && standing.liveSecond > this.#lastShown(broadcast),
        rev: this.#of(broadcast).some((b) => b.tookLate) ? this.options.rev : null,
      });
    }
    for (const s of standings) this.#shown.set(s.broadcast, Math.max(s.liveSecond, this.#lastShown(s.broadcast)));
    const changes = (): PartitionChange[] =>
      [...this.lanes.values()].flatMap(
        (lane) =>
          lane.change(
            (b) => watermarks.get(b) ?? Number.NEGATIVE_INFINITY,
            (b) => timeouts.get(b) ?? 0,
          ) ?? [],
      );
    // until the log is complete what comes from there may as well be stored a checkpoint later
    if (this.#complete && this.options.secondCore) {
      // what was counted here is stored while the other thread still counts
      await this.options.store.commit({ partitions: changes(), standings: [], storedAt: now });
      await this.options.secondCore.flushed();
    }
    const checkpoint: Checkpoint = { partitions: changes(), standings, storedAt: now };
    const oldestRecordAt = this.#oldestRecordAt;
    this.#oldestRecordAt = null;
    const checkpointed = new Map([...this.lanes.values()].map((lane) => [lane.partition, lane.nextOffset]));
    this.#moved = standings.map(({ broadcast, watermark, liveSecond }) => ({
      broadcast,
      watermark,
      liveSecond,
      complete: this.#complete,
    }));
    if (checkpoint.partitions.length + checkpoint.standings.length > 0) await this.options.store.commit(checkpoint);
    for (const lane of this.lanes.values()) {
      this.#safe.set(lane.partition, checkpointed.get(lane.partition) ?? 0);
      lane.stored();
    }
    for (const { lane, broadcast } of over) await this.#sleep(lane, broadcast);
    if (this.#timings) {
      this.#timings.checkpoint((performance.now() - startedAt) / 1000);
      if (oldestRecordAt !== null) {
        this.#timings.eventToStore(Math.max(0, this.options.now() - oldestRecordAt) / 1000);
      }
    }
  }
}

/** With a broadcast: nothing of it comes there, and nothing waits. */
function isIdle({ lag, lastRecordAt }: Progress, now: number): boolean {
  return lag === 0 && now - lastRecordAt >= IDLE_MS;
}
