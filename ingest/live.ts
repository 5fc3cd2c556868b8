/**
 * Live ingest as a whole: source → engine → store, checkpoints in between, metrics and the way in over HTTP beside it.
 * When the store refuses a checkpoint, what is held in memory is given up and read again from where the store stands.
 */
import { setTimeout as after } from 'node:timers/promises';
import { keepDetails } from '../lib/store/keep-details.ts';
import { openReadStore, openTables, openWriteStore } from '../lib/store/open.ts';
import { putTrouble } from '../lib/store/trouble.ts';
import { openArchive } from './archive.ts';
import { deadLetterFile } from './dead-letter-file.ts';
import { isDemo } from './demo.ts';
import { type EmbeddedLog, openEmbeddedLog } from './embedded-log.ts';
import { type DeadLetter, Engine } from './engine.ts';
import { deadLetterTopic } from './kafka/dead-letter.ts';
import { probeKeying } from './kafka/probe.ts';
import { type EventProducer, openProducer } from './kafka/producer.ts';
import { threadedKafkaSource } from './kafka/threaded-source.ts';
import { Metrics } from './metrics.ts';
import { startServer } from './server.ts';
import type { Settings } from './settings.ts';
import type { Source } from './source.ts';
import { startKeeper } from './upkeep/keeper.ts';
import { WindowKeeper } from './windows.ts';

/** A checkpoint follows the last one after this, ms; as soon as a second is over, but not before the time below. */
const CHECKPOINT_MS = 500;
/** Between two checkpoints lies this at least, ms, and so many times what the last one took: counting has the larger part. */
const SOONEST_MS = 150;
const SOONEST_SHARE = 3;
/** How often it is looked whether a second is over, ms. */
const LOOK_MS = 25;
/** How long the topic's newest records are looked at for their keys when it starts, ms. */
const PROBE_MS = 8_000;
/** Wait before beginning anew after a refused checkpoint, ms. */
const AGAIN_MS = 2_000;
/** The embedded log is split into so many counters inside. */
const EMBEDDED_SLICES = 2;

export interface Live {
  /** where the metrics and the way in are */
  port: number;
  /** null where Kafka is the source */
  log: EmbeddedLog | null;
  /** resolves when closed, rejects with a sentence when ingest cannot go on */
  ended: Promise<void>;
  /** a last checkpoint, then everything is let go of */
  close(): Promise<void>;
}

export async function openLive(settings: Settings, say: (sentence: string) => void): Promise<Live> {
  const store = await openWriteStore(settings.store);
  const reader = await openReadStore(settings.store);
  const log = settings.kafka ? null : await openEmbeddedLog(settings.dataFolder);
  if (log?.repaired) say(log.repaired);
  const letterTopic = settings.kafka ? deadLetterTopic(settings.kafka, say) : null;
  const letterFile = deadLetterFile(settings.dataFolder);
  const metrics = new Metrics({
    errorCodes: settings.errorCodes,
    now: Date.now,
    stored: (source, partition, broadcast) => reader.partitionRows(source, partition, broadcast),
    restartReasons: ['unreachable', 'topic', 'access', 'crash', 'stalled', 'store'],
  });
  const sourceName = settings.kafka ? `kafka:${settings.kafka.topic}` : 'embedded';
  // the embedded log is an archive already, a topic only where it is asked for
  const archive = settings.kafka && settings.archive === 'on' ? openArchive(settings.dataFolder, { goOn: true }) : null;
  const tables = await openTables(settings.store);
  // what an earlier process left, it can say no more
  await putTrouble(tables, sourceName, null);
  let told: string | null = null;
  const stopping = new AbortController();
  let producer: Promise<EventProducer> | null = null;
  let source: Source | null = null;
  let counting: Engine | null = null;
  let storeTrouble: string | null = 'The first records have not been read yet.';

  const append = async (records: readonly { key: string; value: string }[]): Promise<void> => {
    if (log) {
      await log.append(records.map((r) => r.value));
      return;
    }
    if (!settings.kafka) return;
    producer ??= openProducer(settings.kafka);
    try {
      await (await producer).send(records);
    } catch (error) {
      producer = null;
      throw error;
    }
  };
  const keep = (letter: DeadLetter): Promise<void> => (letterTopic ?? { send: letterFile.add }).send(letter);

  const server = await startServer({
    host: settings.host,
    port: settings.metricsPort,
    metrics,
    ready: () => source?.trouble() ?? storeTrouble,
    now: Date.now,
    append,
    reject: async (letter) => {
      await keep(letter);
      metrics.refused(letter.reason);
    },
    eventsToken: settings.eventsToken,
    livekit: settings.livekit,
    owncast: settings.owncast,
    log: say,
  });

  // once nothing can fail any more: it goes on until it is closed. Whoever owns partition 0 speaks of whole broadcasts
  const keeper = startKeeper(settings, () => counting?.lanes.has(0) === true, say);

  /** A listener whose records are spread over partitions counts once in each: who runs it has to know at once. */
  async function tellKeying(): Promise<void> {
    const found = settings.kafka && (await probeKeying(settings.kafka, PROBE_MS, stopping.signal));
    if (found?.level === 'problem') say(found.sentence);
  }

  /** One life of an engine: until it is told to stop, or the store refuses. */
  async function session(): Promise<void> {
    const ending = new AbortController();
    const stop = (): void => ending.abort();
    stopping.signal.addEventListener('abort', stop, { once: true });
    if (stopping.signal.aborted) ending.abort();
    const reading = settings.kafka
      ? threadedKafkaSource(settings.kafka, say, { onRestart: (reason) => metrics.restarted(reason) })
      : log?.source();
    if (!reading) return;
    source = reading;
    const engine = new Engine(
      {
        store: metrics.observe(store),
        source: sourceName,
        slices: settings.kafka ? 1 : EMBEDDED_SLICES,
        takeLate: false,
        keepState: true,
        defaultHeartbeatMs: settings.heartbeatMs,
        breakdowns: settings.breakdowns,
        now: Date.now,
        deadLetter: keep,
        isDemo,
        admit: async () => {},
        onRecord: archive ? (broadcast, value) => archive.add(broadcast, value) : null,
        rev: null,
      },
      metrics,
    );
    metrics.watch(engine);
    counting = engine;
    const windowKeeper = new WindowKeeper({
      reader,
      now: Date.now,
      keepDetails: (broadcast, found) => keepDetails(tables, reader, broadcast, found),
    });
    let refused: unknown = null;
    const checkpoints = (async () => {
      let tookMs = 0;
      while (!ending.signal.aborted) {
        await untilDue(engine, tookMs, ending.signal);
        const startedAt = performance.now();
        try {
          const trouble = reading.trouble();
          if (trouble !== told) {
            await putTrouble(tables, sourceName, trouble);
            told = trouble;
          }
          await archive?.flush();
          await engine.checkpoint();
          storeTrouble = null;
          windowKeeper.keepOnly(engine.everywhere());
          for (const standing of engine.moved()) {
            const windows = await windowKeeper.update(standing.broadcast, standing);
            if (!windows) continue;
            await store.putWindows(standing.broadcast, windows);
            metrics.windows(standing.broadcast, windows);
          }
          tookMs = performance.now() - startedAt;
        } catch (error) {
          refused = error;
          ending.abort();
        }
      }
    })();
    try {
      await reading.run(engine, ending.signal);
    } catch (error) {
      refused ??= error;
      if (!(error instanceof Error && error.name === 'FencedError')) throw error;
    } finally {
      ending.abort();
      await checkpoints;
      stopping.signal.removeEventListener('abort', stop);
    }
    if (refused !== null) throw refused;
    await archive?.flush();
    await engine.checkpoint();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await session();
      } catch (error) {
        if (stopping.signal.aborted && !isRefusal(error)) throw error;
        if (!isRefusal(error)) throw error;
        const why = error instanceof Error ? error.message : String(error);
        storeTrouble = `The store refused a checkpoint (${why}); nothing is lost, reading begins again where the store stands.`;
        say(storeTrouble);
        metrics.restarted('store');
        await after(AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  const ended = run();
  ended.catch(() => undefined);
  const keyingTold = tellKeying();
  return {
    port: server.port,
    log,
    ended,
    async close() {
      stopping.abort();
      try {
        await server.close();
        await keeper.close();
        await ended;
      } finally {
        await keyingTold;
        if (producer) await (await producer).close().catch(() => undefined);
        await archive?.close();
        await log?.close();
        await letterTopic?.close();
        await letterFile.close();
        await tables.destroy();
        await reader.close();
        await store.close();
      }
    },
  };
}

/** What is over is stored at once: the pages wait for it. Resolves early where `signal` aborts. */
async function untilDue(engine: Engine, tookMs: number, signal: AbortSignal): Promise<void> {
  const soonest = Math.min(CHECKPOINT_MS, Math.max(SOONEST_MS, SOONEST_SHARE * tookMs));
  for (let waited = 0; waited < CHECKPOINT_MS && !signal.aborted; waited += LOOK_MS) {
    if (waited >= soonest && engine.hasNewSecond()) return;
    await after(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** The store said no, or another process has moved on: reading again from where the store stands mends it. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return error.name === 'FencedError' || error.name === 'StoreError' || code.startsWith('SQLITE_') || code === 'ENOSPC';
}
