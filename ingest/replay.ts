/** A recorded log into the store, from its first record to its last; then it is complete. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout as after } from 'node:timers/promises';
import { type Findings, lookInto, windowsFound } from '../lib/forensics/analyse.ts';
import { LONG_SECONDS } from '../lib/numbers/long.ts';
import { readNumbers } from '../lib/report/read.ts';
import { keepReport } from '../lib/store/final-reports.ts';
import { keepDetails } from '../lib/store/keep-details.ts';
import { keepOutline } from '../lib/store/keep-outline.ts';
import { openReadStore, openTables, openWriteStore } from '../lib/store/open.ts';
import type { Reader } from '../lib/store/read.ts';
import { endReplay } from '../lib/store/replays.ts';
import type { BroadcastStatus } from '../lib/store/store.ts';
import { openArchive } from './archive.ts';
import { deadLetterFile } from './dead-letter-file.ts';
import { Engine } from './engine.ts';
import { type FileProgress, fileSource } from './file.ts';
import { logText } from './log-text.ts';
import { AlreadyThereError, removeCounted, sourceName } from './replay-source.ts';
import { SecondCore } from './second-core/second-core.ts';
import type { Settings } from './settings.ts';
import type { Source } from './source.ts';

/** Logs from this size on are counted by two threads. */
const LARGE_BYTES = 32 * 2 ** 20;
/** Read at once where the replay is paced: little, so that it moves in small steps. */
const PACED_BYTES = 16 * 1024;
/** Records between two checkpoints of a replay at full speed. */
const CHECKPOINT_RECORDS = 500_000;

export interface ReplayOptions {
  settings: Settings;
  /** times real time by event time; null: as fast as it goes */
  speed: number | null;
  /** listeners are split into so many counters by hash */
  slices: number;
  takeLate: boolean;
  /** replace broadcasts that the store already has */
  replace: boolean;
  /** keep the log beside the store */
  archive: boolean;
}

export async function replayFile(
  path: string,
  options: ReplayOptions,
  progress: FileProgress,
): Promise<{ records: number; rejected: Record<string, number>; seconds: number }> {
  const startedAt = performance.now();
  let last = 0;
  // what is to be replaced is removed when the log names it: not for one that cannot be read to its end
  if (options.replace && path.endsWith('.gz')) for await (const _ of logText(createReadStream(path), path, 1 << 20));
  const secondCore = (await isWorthTwo(path, options)) ? new SecondCore() : null;
  const replay = await openReplay(path === '-' ? 'file:-' : `file:${path}`, options, secondCore).catch(
    async (error) => {
      await secondCore?.close();
      throw error;
    },
  );
  const pace = options.speed === null ? null : pacer(options.speed);
  const afterBatch = async (): Promise<void> => {
    if (pace) {
      await replay.engine.checkpoint();
      await pace(replay.engine);
      return;
    }
    const read = replay.records();
    if (read - last < CHECKPOINT_RECORDS) return;
    last = read;
    await replay.engine.checkpoint();
  };
  const source = fileSource(path, progress, afterBatch, pace ? PACED_BYTES : undefined);
  await replay.run(source);
  return { records: replay.records(), rejected: replay.rejected(), seconds: (performance.now() - startedAt) / 1000 };
}

/** Waits until our clock has come as far as event time, `speed` times faster. */
function pacer(speed: number): (engine: Engine) => Promise<void> {
  const startedAt = performance.now();
  let first: number | null = null;
  return async (engine) => {
    let newest = Number.NEGATIVE_INFINITY;
    for (const lane of engine.lanes.values())
      for (const b of lane.broadcasts.values()) newest = Math.max(newest, b.newest);
    if (!Number.isFinite(newest)) return;
    first ??= newest;
    const wait = (newest - first) / speed - (performance.now() - startedAt);
    if (wait > 0) await after(wait);
  };
}

/** Whether a thread of its own for counting is made up for. */
async function isWorthTwo(path: string, { speed, slices }: ReplayOptions): Promise<boolean> {
  if (speed !== null || slices !== 1 || availableParallelism() < 2) return false;
  return path !== '-' && (await stat(path)).size >= (path.endsWith('.gz') ? LARGE_BYTES / 10 : LARGE_BYTES);
}

export interface Replay {
  engine: Engine;
  records(): number;
  /** by reason */
  rejected(): Record<string, number>;
  /** reads the source to its end and makes everything final; takes back what it began where that fails */
  run(reading: Source): Promise<void>;
}

export async function openReplay(
  log: string,
  options: ReplayOptions,
  secondCore: SecondCore | null = null,
): Promise<Replay> {
  const { settings } = options;
  const store = await openWriteStore(settings.store, { alone: true });
  const tables = await openTables(settings.store);
  const letters = deadLetterFile(settings.dataFolder);
  const begun = new Set<string>();
  const source = await sourceName(store, tables, log, options.replace).catch(async (error: unknown) => {
    await tables.destroy();
    await store.close();
    throw error;
  });
  const archive = options.archive ? openArchive(settings.dataFolder) : null;
  const engine = new Engine({
    store,
    rev: options.takeLate ? 2 : null,
    onRecord: archive ? (broadcast, value) => archive.add(broadcast, value) : null,
    source,
    slices: options.slices,
    takeLate: options.takeLate,
    keepState: false,
    secondCore,
    finalOnly: options.speed === null,
    defaultHeartbeatMs: settings.heartbeatMs,
    breakdowns: settings.breakdowns,
    now: Date.now,
    deadLetter: (letter) => letters.add({ ...letter, source: log }),
    isDemo: () => false,
    admit: async (broadcast) => {
      if (await store.has(broadcast)) {
        if (!options.replace) throw new AlreadyThereError(broadcast);
        await removeCounted(store, tables, broadcast);
      }
      begun.add(broadcast);
    },
  });
  const records = (): number => {
    let sum = 0;
    for (const lane of engine.lanes.values()) sum += lane.records;
    return sum;
  };
  /** what broke, from the final numbers */
  const findWindows = async (): Promise<void> => {
    const reader = await openReadStore(settings.store);
    try {
      for (const broadcast of begun) {
        const found = await lookInto(reader, broadcast);
        await store.putWindows(broadcast, found === null ? [] : windowsFound(found));
        const status = await reader.status(broadcast);
        if (status !== null && status.lastAt - status.firstAt >= LONG_SECONDS * 1000)
          await countLong(reader, status, found);
      }
      await reader.keepSummaries();
    } finally {
      await reader.close();
    }
  };
  /** Its fact sheet and its windows take their time: pages find them counted. */
  const countLong = async (reader: Reader, status: BroadcastStatus, found: Findings | null): Promise<void> => {
    if (found !== null) await keepDetails(tables, reader, status.broadcast, found);
    const report = await readNumbers(reader, status.broadcast);
    if (report === null) return;
    await keepReport(tables, report);
    await keepOutline(tables, status);
  };
  return {
    engine,
    records,
    rejected() {
      const sums: Record<string, number> = {};
      for (const lane of engine.lanes.values()) {
        for (const [reason, count] of Object.entries(lane.rejected)) sums[reason] = (sums[reason] ?? 0) + count;
      }
      return sums;
    },
    async run(reading) {
      try {
        await reading.run(engine, new AbortController().signal);
        engine.complete();
        await engine.checkpoint();
        await archive?.flush();
        await findWindows();
        await endReplay(tables, log);
      } catch (error) {
        for (const broadcast of begun) await store.remove(broadcast);
        await store.removeSource(source);
        await endReplay(tables, log);
        throw error;
      } finally {
        await secondCore?.close();
        await archive?.close();
        await letters.close();
        await tables.destroy();
        await store.close();
      }
    },
  };
}
