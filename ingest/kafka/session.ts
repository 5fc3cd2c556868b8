/**
 * One life of a consumer: it joins the group, reads until it is stopped, breaks or has read enough, and leaves.
 *
 * Where reading goes on is what `sink.start` says, never what kafkajs or the broker remember: it is asked after every
 * rebalance, and a batch that was not fetched from the very offset that comes next is dropped and fetched again. So a
 * late batch of the time before a rebalance, a reset to the beginning or a seek that got lost changes no number.
 */
import type { Batch as KafkaBatch } from 'kafkajs';
import type { Sink } from '../source.ts';
import { kafkaClient } from './client.ts';
import { HEARTBEAT_MS, openConsumer } from './consumer.ts';
import { fetchedOffset, recordsBefore } from './fetched.ts';
import { inTurn } from './in-turn.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { type StallWatch, stallWatch } from './stall-watch.ts';
import { holeAt, type OffsetRange, type TopicOffsets, topicOffsets } from './topic-offsets.ts';
import { kafkaTrouble, troubleSentence } from './trouble.ts';

export type SessionEnd =
  | { kind: 'stopped' }
  /** every partition was read up to the offset of `ends` */
  | { kind: 'complete' }
  /** trying again may help; `joined`: it had worked before */
  | { kind: 'again'; joined: boolean; error: unknown };

/** The consumer showed no sign of life. */
export class Stalled extends Error {
  override name = 'Stalled';
}

export interface SessionOptions {
  settings: KafkaSettings;
  group: string;
  sink: Sink;
  signal: AbortSignal;
  /** read each partition up to this offset and end; null: go on for ever */
  ends: ReadonlyMap<number, number> | null;
  /** the number of partitions of the topic, for the size of a fetch */
  partitions: number;
  /** a consumer without a sign of life for this long is stalled, ms */
  stallMs: number;
  /** Kafka answers */
  onHealthy: () => void;
  /** Kafka fails while this session still hopes */
  onTrouble: (error: unknown) => void;
}

/** How often the ends of the topic are looked up, for lag and for partitions that wait for nothing, ms. */
const POLL_MS = 1_000;
/** What was looked up longer ago says nothing of now; well below what makes a partition idle, ms. */
const FRESH_MS = 3_000;
const COMMIT_MS = 5_000;
/** How often the sink is asked what to hold back, ms; also after every batch. */
const HOLD_MS = 200;
/** Stopping does not wait longer than this for the broker or a batch under way, ms. */
const GOODBYE_MS = 1_800;

/** Rejects with a sentence when trying again cannot help: records are gone, a codec is unknown, the sink fails. */
export async function runSession(options: SessionOptions): Promise<SessionEnd> {
  const { settings, sink, signal, ends } = options;
  const { topic } = settings;
  const kafka = kafkaClient(settings);
  const offsets = topicOffsets(kafka, topic);
  const consumer = openConsumer(kafka, options.group, options.partitions);
  const watch = stallWatch(options.stallMs, performance.now());
  const turn = inTurn();
  /** the offset that comes next, of each partition that is ready to be read */
  const positions = new Map<number, number>();
  /** last offset of a stretch without records that was met once, and is believed when met again */
  const stretches = new Map<number, number>();
  /** ready, but left unread for now */
  const held = new Set<number>();
  let generation = 0;
  let open = true;

  let settle: (end: SessionEnd) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const end = new Promise<SessionEnd>((resolve, reject) => {
    settle = (value) => {
      open = false;
      resolve(value);
    };
    fail = (error) => {
      open = false;
      reject(error);
    };
  });
  const again = (error: unknown) => settle({ kind: 'again', joined: generation > 0, error });
  const onAbort = () => settle({ kind: 'stopped' });
  signal.addEventListener('abort', onAbort, { once: true });

  const limitOf = (partition: number) => ends?.get(partition) ?? Number.POSITIVE_INFINITY;

  /** Asks the sink where to begin and lets the fetches begin there. */
  async function prepare(joined: number, partitions: number[]): Promise<void> {
    if (!open || joined !== generation) return;
    await sink.owned(partitions);
    const starts: [number, number | null][] = [];
    for (const partition of partitions) starts.push([partition, await sink.start(partition)]);
    const ranges = await rangesOf(offsets, partitions).catch(again);
    if (!ranges || !open || joined !== generation) return;
    sink.heard?.(endsOf(ranges));
    const unread: number[] = [];
    for (const [partition, start] of starts) {
      const range = ranges.get(partition);
      if (range === undefined) return again(new Error(`Partition ${partition} of topic ${topic} is not there yet.`));
      const hole = start === null ? null : holeAt(topic, partition, start, range);
      if (hole !== null) return fail(new Error(hole));
      const position = start ?? range.low;
      positions.set(partition, position);
      consumer.seek({ topic, partition, offset: String(position) });
      if (position === range.high) sink.caughtUp(partition, range.high);
      if (position < limitOf(partition)) unread.push(partition);
    }
    consumer.resume([{ topic, partitions: unread }]);
    options.onHealthy();
    endWhenComplete();
  }

  /** The consumer is not where it should be: either it lost its way, or the broker has lost the records. */
  async function realign(partition: number): Promise<void> {
    const position = positions.get(partition);
    if (!open || position === undefined) return;
    const ranges = await rangesOf(offsets, [partition]).catch(again);
    const range = ranges?.get(partition);
    if (!range || positions.get(partition) !== position) return;
    const hole = holeAt(topic, partition, position, range);
    if (hole !== null) return fail(new Error(hole));
    consumer.seek({ topic, partition, offset: String(position) });
  }

  async function take(batch: KafkaBatch, resolve: (offset: string) => void): Promise<void> {
    const joined = generation;
    const { partition } = batch;
    const position = positions.get(partition);
    const last = batch.messages.at(-1);
    if (!open || position === undefined || last === undefined) return;
    if (fetchedOffset(batch) !== position) return realign(partition);
    const limit = limitOf(partition);
    const nextOffset = Math.min(Number(batch.lastOffset()) + 1, limit);
    const records = recordsBefore(batch.messages, limit);
    await sink.batch({ partition, records, nextOffset, endOffset: Math.min(Number(batch.highWatermark), limit) });
    if (joined !== generation) return;
    positions.set(partition, nextOffset);
    resolve(last.offset);
    if (nextOffset >= limit) consumer.pause([{ topic, partitions: [partition] }]);
    holdBack();
    endWhenComplete();
  }

  /** Leaves unread what the sink holds back, and takes it up again when it no longer does. */
  function holdBack(): void {
    const wanted = sink.held?.();
    if (!open || wanted === undefined) return;
    for (const [partition, position] of positions) {
      if (wanted.has(partition) === held.has(partition) || position >= limitOf(partition)) continue;
      if (held.delete(partition)) consumer.resume([{ topic, partitions: [partition] }]);
      else {
        held.add(partition);
        consumer.pause([{ topic, partitions: [partition] }]);
      }
    }
  }

  /** kafkajs steps over stretches without records (transaction markers, compaction) by itself; `positions` follows. */
  function stepOver(partition: number, first: number, last: number): void {
    const position = positions.get(partition);
    if (position === undefined || last < position) return;
    // with a gap before it, it may as well come from somewhere else: go back and look again
    if (first > position && stretches.get(partition) !== last) {
      stretches.set(partition, last);
      turn(() => realign(partition)).catch(fail);
      return;
    }
    stretches.delete(partition);
    positions.set(partition, last + 1);
    endWhenComplete();
  }

  function endWhenComplete(): void {
    if (ends === null) return;
    for (const [partition, limit] of ends) if ((positions.get(partition) ?? -1) < limit) return;
    settle({ kind: 'complete' });
  }

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    watch.seen(performance.now());
    generation += 1;
    positions.clear();
    stretches.clear();
    held.clear();
    const joined = generation;
    const partitions = [...(payload.memberAssignment[topic] ?? [])].sort((a, b) => a - b);
    // nobody waits for this listener: until every start is known, nothing may be fetched
    consumer.pause([{ topic, partitions }]);
    turn(() => prepare(joined, partitions)).catch(fail);
  });
  consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
    if (payload.batchSize > 0) return;
    // without any record kafkajs has no first offset, whatever its types say
    stepOver(payload.partition, Number(payload.firstOffset ?? payload.lastOffset), Number(payload.lastOffset));
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    const trouble = kafkaTrouble(payload.error, settings);
    if (trouble.kind === 'codec' || trouble.kind === 'fault') {
      fail(new Error(troubleSentence(trouble), { cause: payload.error }));
    } else again(payload.error);
  });
  const { FETCH_START, FETCH, HEARTBEAT, END_BATCH_PROCESS } = consumer.events;
  for (const event of [FETCH_START, FETCH, HEARTBEAT, END_BATCH_PROCESS] as const) {
    consumer.on(event, () => watch.seen(performance.now()));
  }

  const stopTimers = startTimers({
    hold: holdBack,
    watch: () => {
      if (watch.stalled(performance.now())) again(new Stalled());
    },
    poll: async () => {
      const [joined, askedAt] = [generation, performance.now()];
      try {
        const ranges = await offsets.read();
        await turn(async () => {
          // where reading began anew meanwhile, or took its time, more may have come: the next look says it
          if (joined !== generation || performance.now() - askedAt > FRESH_MS) return;
          for (const [partition, { high }] of ranges) {
            if (open && positions.get(partition) === high) sink.caughtUp(partition, high);
          }
          if (open) sink.heard?.(endsOf(ranges));
        });
        if (generation > 0) options.onHealthy();
      } catch (error) {
        if (open) options.onTrouble(error);
      }
    },
    commit: async () => {
      const safe = [...sink.safeOffsets()].filter(([partition]) => positions.has(partition));
      if (safe.length === 0) return;
      const commits = safe.map(([partition, offset]) => ({ topic, partition, offset: String(offset) }));
      // only tools that show lag read these; a commit refused during a rebalance is made good by the next
      await consumer.commitOffsets(commits).catch(() => {});
    },
  });

  async function begin(): Promise<void> {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: async ({ batch, resolveOffset, heartbeat }) => {
        if (!positions.has(batch.partition)) return;
        const stopBeating = beatWhileBusy(watch, heartbeat);
        try {
          await turn(() => take(batch, resolveOffset));
        } catch (error) {
          fail(error);
        } finally {
          stopBeating();
        }
      },
    });
  }

  if (signal.aborted) onAbort();
  const begun = signal.aborted ? Promise.resolve() : begin().catch(again);

  try {
    return await end;
  } finally {
    open = false;
    signal.removeEventListener('abort', onAbort);
    stopTimers();
    // a join under way is waited for, since a consumer told to leave before it would come back unseen
    const left = begun.then(() => consumer.disconnect()).catch(() => {});
    await within(GOODBYE_MS, Promise.all([left, turn(async () => {}), offsets.close()]));
  }
}

/** The offset after the last record of each partition. */
function endsOf(ranges: ReadonlyMap<number, OffsetRange>): Map<number, number> {
  return new Map([...ranges].map(([partition, { high }]) => [partition, high]));
}

/** Looks anew when a partition is missing, as one that was just added is. */
async function rangesOf(offsets: TopicOffsets, partitions: readonly number[]) {
  const ranges = await offsets.read();
  if (partitions.every((partition) => ranges.has(partition))) return ranges;
  await offsets.close();
  return offsets.read();
}

/** A slow batch must not cost the membership. What a heartbeat fails with, the consumer meets right after the batch. */
function beatWhileBusy(watch: StallWatch, heartbeat: () => Promise<void>): () => void {
  watch.busy(performance.now());
  const timer = setInterval(() => heartbeat().catch(() => {}), HEARTBEAT_MS);
  return () => {
    clearInterval(timer);
    watch.idle(performance.now());
  };
}

/** Starts the session's clocks; a round that is not over yet leaves out the next. Returns what stops them. */
function startTimers(rounds: {
  hold: () => void;
  watch: () => void;
  poll: () => Promise<void>;
  commit: () => Promise<void>;
}) {
  const once = (round: () => Promise<void>) => {
    let running = false;
    return () => {
      if (running) return;
      running = true;
      void round().finally(() => {
        running = false;
      });
    };
  };
  const timers = [
    setInterval(rounds.hold, HOLD_MS),
    setInterval(rounds.watch, POLL_MS),
    setInterval(once(rounds.poll), POLL_MS),
    setInterval(once(rounds.commit), COMMIT_MS),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** Waits for `work`, but not longer than `ms`. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, tooLong]).finally(() => clearTimeout(timer));
}
