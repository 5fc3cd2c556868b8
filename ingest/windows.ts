/** Crash windows of live broadcasts, kept up to date as their numbers come in. */
import type { DetectedWindow } from '../lib/crash/detected.ts';
import { detectIn, type Findings } from '../lib/forensics/analyse.ts';
import { addLevels, Detection, type LevelsByKey, WATCHED, WATCHED_LEVELS } from '../lib/forensics/detect.ts';
import { type ForensicsReader, readKnown } from '../lib/forensics/read-known.ts';
import { Timeline } from '../lib/forensics/timeline.ts';
import { WindowBook } from '../lib/forensics/window-book.ts';
import { announcement, windowsOf } from '../lib/forensics/windows.ts';
import { LONG_SECONDS } from '../lib/numbers/long.ts';
import type { CrashWindow } from '../lib/numbers/report.ts';
import { finalSecond } from '../lib/numbers/state.ts';
import { type Reader, rowRange } from '../lib/store/read.ts';

export { analyse } from '../lib/forensics/analyse.ts';

/** Costs of an open window are computed anew at most this often, and of one that only waits, ms of wall time. */
const URGENT_MS = 3_000;
const PATIENT_MS = 60_000;
/** … and so that reading for it takes at most one part in so many of the time. */
const URGENT_SHARE = 10;
const PATIENT_SHARE = 40;
/** Final rows are looked at in steps of this, s. */
const FINAL_STEP = 10;
/** The broadcast's longest period may change; looked up this often, ms of wall time. */
const FACTS_MS = 30_000;

export interface WindowsReader extends ForensicsReader, Pick<Reader, 'sums' | 'runs' | 'seenWindows'> {}

/** Keeps what a post-mortem shows of these windows. */
type KeepDetails = (broadcast: string, found: Findings) => Promise<void>;

/** How far a broadcast has come. */
export interface Standing {
  /** W, epoch ms; Infinity where complete */
  watermark: number;
  /** epoch s */
  liveSecond: number;
  complete: boolean;
}

interface Kept {
  /** windows that are not looked for again */
  settled: CrashWindow[];
  book: WindowBook;
  live: Detection;
  final: Detection;
  /** levels at the last second that the final detection took; null before it took any */
  finalLevels: LevelsByKey | null;
  longestTimeout: number;
  factsAt: number;
  /** wall clock of the last computation, and how long it took, ms */
  computedAt: number;
  took: number;
  /** as last handed out */
  told: string;
  complete: boolean;
}

export class WindowKeeper {
  #reader: WindowsReader;
  #now: () => number;
  #keepDetails: KeepDetails;
  #kept = new Map<string, Kept>();

  /** `keepDetails` is asked for those of long broadcasts. */
  constructor({
    reader,
    now,
    keepDetails = async () => {},
  }: {
    reader: WindowsReader;
    now: () => number;
    keepDetails?: KeepDetails;
  }) {
    this.#reader = reader;
    this.#now = now;
    this.#keepDetails = keepDetails;
  }

  /**
   * Looks at what has come since the last call. Returns all windows of the broadcast where something about them has
   * changed, to be stored in place of those before; null where nothing has.
   */
  async update(broadcast: string, standing: Standing): Promise<CrashWindow[] | null> {
    const kept = this.#kept.get(broadcast) ?? (await this.#begin(broadcast));
    if (!kept || (kept.complete && standing.complete)) return null;
    await this.#watch(broadcast, kept, standing);
    await this.#announce(broadcast, kept, standing);
    if (this.#isDue(kept, standing)) await this.#compute(broadcast, kept, standing);
    kept.complete = standing.complete;
    const windows = [...kept.settled, ...kept.book.told()];
    const told = JSON.stringify(windows);
    if (told === kept.told) return null;
    kept.told = told;
    return windows;
  }

  /** Lets go of broadcasts that are over for long. */
  keepOnly(broadcasts: ReadonlySet<string>): void {
    for (const broadcast of this.#kept.keys()) if (!broadcasts.has(broadcast)) this.#kept.delete(broadcast);
  }

  async #begin(broadcast: string): Promise<Kept | null> {
    const facts = await this.#reader.facts(broadcast);
    if (!facts || facts.firstEventAt === null || facts.status.kind === 'curve') return null;
    // of what is no longer kept by seconds, the windows are as they were recorded
    const from = Math.max(rowRange(facts.status).from, facts.status.kept?.secondsFrom ?? 0);
    const stored = await this.#reader.seenWindows(broadcast);
    const settled = stored.filter(({ onsetAt }) => onsetAt < from * 1000);
    const kept: Kept = {
      settled,
      book: new WindowBook(stored.filter(({ onsetAt }) => onsetAt >= from * 1000)),
      live: new Detection(from),
      final: new Detection(from),
      finalLevels: null,
      longestTimeout: facts.status.longestTimeout,
      factsAt: this.#now(),
      computedAt: Number.NEGATIVE_INFINITY,
      took: 0,
      told: JSON.stringify(stored),
      complete: false,
    };
    this.#kept.set(broadcast, kept);
    return kept;
  }

  async #watch(broadcast: string, kept: Kept, standing: Standing): Promise<void> {
    if (standing.complete) return this.#watchWhole(broadcast, kept);
    if (this.#now() - kept.factsAt >= FACTS_MS) {
      kept.longestTimeout = (await this.#reader.facts(broadcast))?.status.longestTimeout ?? kept.longestTimeout;
      kept.factsAt = this.#now();
    }
    await this.#watchLive(broadcast, kept, standing.liveSecond);
    const through = finalSecond({ watermark: standing.watermark, longestTimeout: kept.longestTimeout });
    if (through !== null) await this.#watchFinal(broadcast, kept, Math.min(through, standing.liveSecond));
    kept.book.see({ live: kept.live.windows(), final: kept.final.windows(), finalThrough: kept.final.at });
  }

  /** The log is complete: all rows are final. */
  async #watchWhole(broadcast: string, { book }: Kept): Promise<void> {
    book.see({ live: [], final: await detectIn(this.#reader, broadcast), finalThrough: Number.POSITIVE_INFINITY });
  }

  /** Each live second is taken once, as it was known then: what comes later is for the final numbers. */
  async #watchLive(broadcast: string, kept: Kept, to: number): Promise<void> {
    const { live, final } = kept;
    if (to <= live.at) return;
    const levels: LevelsByKey = new Map(kept.finalLevels ?? []);
    // rows before the first one as it was known at the beginning can still have come
    const from = kept.finalLevels === null ? 1 : final.at + 1;
    if (live.at >= from) addLevels(levels, await this.#reader.sums(broadcast, WATCHED_LEVELS, from, live.at + 1));
    live.take(await this.#reader.changes(broadcast, WATCHED, live.at + 1, to + 1), levels, to);
  }

  async #watchFinal(broadcast: string, kept: Kept, to: number): Promise<void> {
    const { final } = kept;
    if (to - final.at < FINAL_STEP) return;
    if (kept.finalLevels === null) {
      kept.finalLevels = new Map();
      addLevels(kept.finalLevels, await this.#reader.sums(broadcast, WATCHED_LEVELS, 1, final.at + 1));
    }
    final.take(await this.#reader.changes(broadcast, WATCHED, final.at + 1, to + 1), kept.finalLevels, to);
  }

  /** A window is told of at once, even where counting what it cost takes its time. */
  async #announce(broadcast: string, { book }: Kept, standing: Standing): Promise<void> {
    const fresh = book.unannounced();
    if (fresh.length === 0) return;
    const runs = await this.#reader.runs(broadcast, standing.complete ? {} : { to: standing.liveSecond + 1 });
    if (runs.length === 0) return;
    const timeline = new Timeline(runs);
    for (const detected of fresh) book.announce(announcement(timeline, detected));
  }

  #isDue(kept: Kept, standing: Standing): boolean {
    const { book } = kept;
    if (standing.complete) return book.wanted().length > 0;
    const waited = this.#now() - kept.computedAt;
    if (book.outdated || book.urgent) return waited >= Math.max(URGENT_MS, URGENT_SHARE * kept.took);
    return book.undecided && waited >= Math.max(PATIENT_MS, PATIENT_SHARE * kept.took);
  }

  async #compute(broadcast: string, kept: Kept, standing: Standing): Promise<void> {
    const startedAt = this.#now();
    const wanted = kept.book.wanted();
    const known = await readKnown(this.#reader, broadcast, standing.complete ? undefined : standing.liveSecond);
    if (!known) return;
    const states = new Map<DetectedWindow, 'provisional' | 'final'>(wanted.map((w) => [w.detected, w.state]));
    const stateOf = (window: DetectedWindow): 'provisional' | 'final' => states.get(window) ?? 'provisional';
    const detected = [...states.keys()];
    kept.book.put(windowsOf({ detected, known, stateOf }));
    const { first, last } = known.timeline;
    if (last - first >= LONG_SECONDS) await this.#keepDetails(broadcast, { detected, known });
    kept.computedAt = this.#now();
    kept.took = kept.computedAt - startedAt;
  }
}
