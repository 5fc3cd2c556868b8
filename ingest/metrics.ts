/**
 * The metrics of a running ingest process. It watches the engine from outside: what the store has taken feeds the tally, what
 * a partition was loaded with is where its counts begin, and the rest is read from the lanes at the scrape.
 */
import { WATERMARK_LAG_MS } from '../lib/event/lateness.ts';
import type { CrashWindow, WindowType } from '../lib/numbers/report.ts';
import { COLUMN } from '../lib/presence/columns.ts';
import type { CounterSummary } from '../lib/presence/summary.ts';
import type { Checkpoint, PartitionState, Sleeper, WriteStore } from '../lib/store/checkpoint.ts';
import type { PartitionRows } from '../lib/store/partition-rows.ts';
import type { Timings } from './engine.ts';
import { roomsShow } from './evidence.ts';
import {
  type BroadcastMetrics,
  type IngestRegistry,
  ingestRegistry,
  type PartitionMetrics,
  type WindowMetrics,
} from './metric-registry.ts';
import { PipelineTotals } from './pipeline-totals.ts';
import { Tally, type TallyStanding } from './tally.ts';

/** What is read of an engine; `Engine` fits. */
export interface WatchedEngine {
  readonly lanes: ReadonlyMap<number, WatchedLane>;
  broadcasts(): Iterable<string>;
  standing(broadcast: string, now: number): { watermark: number };
}

interface WatchedLane {
  readonly rejected: Readonly<Record<string, number>>;
  /** since the lane was begun, as are late records and exact copies */
  readonly records: number;
  readonly late: number;
  readonly copies: number;
  readonly lag: number | null;
  /** newest event time of any of its broadcasts, epoch ms */
  readonly newest: number;
  readonly broadcasts: ReadonlyMap<string, WatchedBroadcast>;
}

interface WatchedBroadcast {
  readonly newest: number;
  readonly counters: readonly { readonly summary: CounterSummary; readonly openConnections: number }[];
}

export interface MetricsOptions {
  /** error codes that are labels */
  errorCodes: readonly string[];
  /** wall clock, epoch ms */
  now: () => number;
  /** what the store has of a partition that is taken over, or of a broadcast that wakes in it */
  stored: (source: string, partition: number, broadcast?: string) => Promise<readonly PartitionRows[]>;
  /** reasons of restarts that are shown from the start, with 0 */
  restartReasons?: readonly string[];
}

/** Counts of one lane as last looked at. */
interface Seen {
  records: number;
  rejected: Readonly<Record<string, number>>;
  late: number;
  copies: number;
}

interface Owned {
  /** the lane it has; null: it is being loaded, and `before` is what it had until then */
  lane: WatchedLane | null;
  before: WatchedLane | null;
  seen: Seen;
}

export class Metrics implements Timings {
  readonly #now: () => number;
  readonly #stored: MetricsOptions['stored'];
  readonly #tally: Tally;
  readonly #totals: PipelineTotals;
  readonly #registry: IngestRegistry;
  readonly #owned = new Map<number, Owned>();
  readonly #windows = new Map<string, WindowMetrics>();
  #engine: WatchedEngine | null = null;
  /** second copies told by rows: they can be taken back */
  #copyRows = 0;
  #mostCopyRows = 0;

  constructor({ errorCodes, now, stored, restartReasons = [] }: MetricsOptions) {
    this.#now = now;
    this.#stored = stored;
    this.#tally = new Tally(errorCodes);
    this.#totals = new PipelineTotals(restartReasons);
    this.#registry = ingestRegistry({
      broadcasts: () => this.#broadcasts(),
      partitions: () => this.#partitions(),
      openConnections: () => this.#openConnections(),
      totals: this.#totals,
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** the exposition, as of now */
  text(): Promise<string> {
    this.#count();
    return this.#registry.text();
  }

  /** The store to give to the engine: what it loads and what it takes is seen on the way. */
  observe(store: WriteStore): WriteStore {
    const takeOver = async (source: string, partition: number): Promise<PartitionState | null> => {
      const saved = await store.takeOver(source, partition);
      this.#took(partition, saved, saved ? await this.#stored(source, partition) : []);
      return saved;
    };
    const sleeper = async (source: string, partition: number, broadcast: string): Promise<Sleeper | null> => {
      const saved = await store.sleeper(source, partition, broadcast);
      if (saved) this.#adopt(partition, await this.#stored(source, partition, broadcast));
      return saved;
    };
    const commit = async (checkpoint: Checkpoint): Promise<void> => {
      await store.commit(checkpoint);
      this.#committed(checkpoint);
    };
    return new Proxy(store, {
      get(target, name) {
        if (name === 'takeOver') return takeOver;
        if (name === 'sleeper') return sleeper;
        if (name === 'commit') return commit;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  /** The engine from now on; it begins without partitions. */
  watch(engine: WatchedEngine): void {
    this.#count();
    for (const partition of [...this.#owned.keys()]) this.#letGo(partition);
    this.#engine = engine;
  }

  /** The windows of a broadcast as they are known now. */
  windows(broadcast: string, windows: readonly CrashWindow[]): void {
    this.#windows.set(broadcast, windowMetrics(windows));
  }

  /** A line that came over HTTP and never reached the log. */
  refused(reason: string): void {
    this.#totals.addRejected(reason, 1);
  }

  restarted(reason: string): void {
    this.#totals.addRestart(reason);
  }

  /** To be called after each checkpoint, its `seconds` being what it took. */
  checkpoint(seconds: number): void {
    this.#registry.timings.checkpoint(seconds);
    this.#count();
    this.#advance();
  }

  eventToStore(seconds: number): void {
    this.#registry.timings.eventToStore(seconds);
  }

  #took(partition: number, saved: PartitionState | null, stored: readonly PartitionRows[]): void {
    this.#count();
    const before = this.#engine?.lanes.get(partition) ?? null;
    this.#letGo(partition);
    const rejected = { ...saved?.rejected };
    this.#owned.set(partition, { lane: null, before, seen: { records: 0, rejected, late: 0, copies: 0 } });
    this.#adopt(partition, stored);
  }

  #adopt(partition: number, stored: readonly PartitionRows[]): void {
    for (const { broadcast, asOf, rows } of stored) this.#tally.adopt(partition, broadcast, rows, asOf);
  }

  #letGo(partition: number): void {
    this.#owned.delete(partition);
    this.#tally.release(partition);
  }

  #committed(checkpoint: Checkpoint): void {
    for (const { partition, broadcasts } of checkpoint.partitions) {
      // let go of while the store was at it
      if (!this.#owned.has(partition)) continue;
      for (const { broadcast, counters } of broadcasts) {
        for (const { flushed } of counters) {
          this.#tally.add(partition, broadcast, flushed.rows);
          for (const { group, counts } of flushed.rows) {
            if (group.room === '' && group.attribute === '') this.#copyRows += counts[COLUMN.duplicates] ?? 0;
          }
        }
      }
    }
    const more = this.#copyRows - this.#mostCopyRows;
    if (more <= 0) return;
    this.#mostCopyRows = this.#copyRows;
    this.#totals.duplicates += more;
  }

  /** Takes up what the lanes have counted since the last look, and lets go of partitions that are gone. */
  #count(): void {
    const lanes = this.#engine?.lanes;
    if (!lanes) return;
    for (const [partition, owned] of this.#owned) {
      const lane = lanes.get(partition) ?? null;
      if (owned.lane === null && lane !== owned.before) {
        owned.lane = lane;
        // it holds all that was counted there
        owned.before = null;
      }
      if (owned.lane === null) continue;
      if (lane !== owned.lane) {
        this.#letGo(partition);
        continue;
      }
      const seen = seenOf(lane);
      this.#totals.addRecords(partition, seen.records - owned.seen.records);
      for (const [reason, n] of Object.entries(seen.rejected)) {
        this.#totals.addRejected(reason, n - (owned.seen.rejected[reason] ?? 0));
      }
      this.#totals.late += seen.late - owned.seen.late;
      this.#totals.duplicates += seen.copies - owned.seen.copies;
      owned.seen = seen;
    }
  }

  #advance(): void {
    const engine = this.#engine;
    if (!engine) return;
    const now = this.#now();
    const here = new Set(engine.broadcasts());
    for (const broadcast of here) {
      const standing = standingOf(engine, broadcast, now);
      if (standing) this.#tally.advance(broadcast, standing);
    }
    for (const broadcast of this.#tally.forgetOver(here)) this.#windows.delete(broadcast);
  }

  #broadcasts(): BroadcastMetrics[] {
    const ownsWindows = this.#engine?.lanes.has(0) ?? false;
    return this.#tally.broadcasts(this.#now()).map((tally) => ({
      ...tally,
      windows: ownsWindows ? (this.#windows.get(tally.broadcast) ?? NO_WINDOWS) : null,
    }));
  }

  #partitions(): PartitionMetrics[] {
    return [...(this.#engine?.lanes ?? [])].map(([partition, { lag, newest }]) => ({
      ...{ partition, lag },
      watermarkAt: Number.isFinite(newest) ? newest - WATERMARK_LAG_MS : null,
    }));
  }

  #openConnections(): number {
    let open = 0;
    for (const lane of this.#engine?.lanes.values() ?? []) {
      for (const b of lane.broadcasts.values()) for (const counter of b.counters) open += counter.openConnections;
    }
    return open;
  }
}

/** null where none of its events told a time yet */
function standingOf(engine: WatchedEngine, broadcast: string, now: number): TallyStanding | null {
  const { watermark } = engine.standing(broadcast, now);
  let newestAt = Number.NEGATIVE_INFINITY;
  const summaries: CounterSummary[] = [];
  const ends = new Map<string, number>();
  for (const lane of engine.lanes.values()) {
    const b = lane.broadcasts.get(broadcast);
    if (!b) continue;
    newestAt = Math.max(newestAt, b.newest);
    for (const { summary } of b.counters) {
      summaries.push(summary);
      for (const [room, at] of Object.entries(summary.roomEnds)) {
        ends.set(room, Math.min(at, ends.get(room) ?? Number.POSITIVE_INFINITY));
      }
    }
  }
  if (!Number.isFinite(newestAt) || watermark === Number.NEGATIVE_INFINITY) return null;
  const { known, endedAt } = roomsShow(
    summaries.map(({ rooms }) => rooms),
    ends,
  );
  return { watermark, newestAt, endedAt, known };
}

function seenOf(lane: WatchedLane): Seen {
  const { records, rejected, late, copies } = lane;
  return { records, rejected: { ...rejected }, late, copies };
}

const NO_WINDOWS: WindowMetrics = { open: {}, total: {}, lostListenerMinutes: 0 };

function windowMetrics(windows: readonly CrashWindow[]): WindowMetrics {
  const open: Partial<Record<WindowType, number>> = {};
  const total: Partial<Record<WindowType, number>> = {};
  let lost: number | null = windows.length === 0 ? 0 : null;
  for (const { type, state, closedAt, lostListenerMinutes } of windows) {
    if (state === 'withdrawn') continue;
    total[type] = (total[type] ?? 0) + 1;
    if (closedAt === null) open[type] = (open[type] ?? 0) + 1;
    const minutes = lostListenerMinutes.total ?? lostListenerMinutes.during;
    if (minutes !== null) lost = (lost ?? 0) + minutes;
  }
  return { open, total, lostListenerMinutes: lost };
}
