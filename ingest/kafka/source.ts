/** A Kafka topic as a source. It outlives the broker: what may pass is tried again for ever and said in `trouble`. */
import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import type { Sink, Source } from '../source.ts';
import { kafkaClient } from './client.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import { removeGroup } from './remove-group.ts';
import { runSession, type SessionEnd, Stalled } from './session.ts';
import { type OffsetRange, topicOffsets } from './topic-offsets.ts';
import { type KafkaTrouble, kafkaTrouble } from './trouble.ts';

/** Why a consumer that had worked was begun anew: the label of `ingest_restarts_total`. */
export type RestartReason = 'unreachable' | 'topic' | 'access' | 'crash' | 'stalled';

export interface KafkaSourceOptions {
  onRestart?: (reason: RestartReason) => void;
  /**
   * `live` reads on for ever as a member of the group of the settings. `replay` reads all partitions up to the ends it
   * finds when it starts, in a group of its own that it removes, and ends.
   */
  mode?: 'live' | 'replay';
  /** a consumer without a sign of life for this long is begun anew, ms */
  stallMs?: number;
}

const STALL_MS = 30_000;

/** Waits between tries, ms; the last one stays. */
const BACKOFF_MS = [500, 1000, 2000];
const LONGEST_BACKOFF_MS = 5000;

/** `log` takes a sentence whenever what is wrong changes or ends. `run` rejects with one when trying again cannot help. */
export function kafkaSource(
  settings: KafkaSettings,
  log: (sentence: string) => void,
  { onRestart, mode = 'live', stallMs = STALL_MS }: KafkaSourceOptions = {},
): Source {
  const group = mode === 'live' ? settings.group : `${settings.group}-replay-${randomUUID()}`;
  let ends: ReadonlyMap<number, number> | null = null;
  let trouble: string | null = null;

  function onHealthy(): void {
    if (trouble !== null) log(`Topic ${settings.topic} is being read again.`);
    trouble = null;
  }

  function onTrouble(error: unknown): void {
    const { what, todo } = meaning(error, settings);
    const sentence = `${what}; trying again every ${LONGEST_BACKOFF_MS / 1000} s: ${todo}.`;
    if (sentence !== trouble) log(sentence);
    trouble = sentence;
  }

  /** One look at the topic, then one life of a consumer. */
  async function attempt(sink: Sink, signal: AbortSignal): Promise<SessionEnd> {
    let found: ReadonlyMap<number, OffsetRange>;
    try {
      found = await look(settings, signal);
    } catch (error) {
      return signal.aborted ? { kind: 'stopped' } : { kind: 'again', joined: false, error };
    }
    if (mode === 'replay') ends ??= new Map([...found].map(([partition, { high }]) => [partition, high]));
    return runSession({ settings, group, sink, signal, ends, partitions: found.size, stallMs, onHealthy, onTrouble });
  }

  async function run(sink: Sink, signal: AbortSignal): Promise<void> {
    let tries = 0;
    while (!signal.aborted) {
      const end = await attempt(sink, signal);
      if (end.kind === 'complete') await removeGroup(settings, group);
      if (end.kind !== 'again') return;
      onTrouble(end.error);
      if (end.joined) {
        tries = 0;
        onRestart?.(restartReason(end.error, settings));
      }
      // an abort ends the wait, and the loop sees it
      await after(BACKOFF_MS[tries] ?? LONGEST_BACKOFF_MS, undefined, { signal }).catch(() => {});
      tries += 1;
    }
  }

  return { name: `kafka:${settings.topic}`, trouble: () => trouble, run };
}

/** The offsets of every partition. Rejects at once when `signal` aborts. */
async function look(settings: KafkaSettings, signal: AbortSignal): Promise<ReadonlyMap<number, OffsetRange>> {
  const offsets = topicOffsets(kafkaClient(settings), settings.topic);
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([offsets.read(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    void offsets.close();
  }
}

function meaning(error: unknown, settings: KafkaSettings): KafkaTrouble {
  if (!(error instanceof Stalled)) return kafkaTrouble(error, settings);
  return {
    kind: 'crash',
    what: `The reader of topic ${settings.topic} fell silent and is begun anew`,
    todo: "if this comes back, see the broker's log",
  };
}

function restartReason(error: unknown, settings: KafkaSettings): RestartReason {
  if (error instanceof Stalled) return 'stalled';
  const { kind } = kafkaTrouble(error, settings);
  return kind === 'codec' || kind === 'fault' ? 'crash' : kind;
}
