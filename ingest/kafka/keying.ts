/** Whether a topic is keyed by listener id, from a sample: only then do all records of a listener meet in one partition. */
import type { Finding } from './probe.ts';

export interface SampledRecord {
  partition: number;
  key: string | null;
  value: Buffer;
}

export function keying(topic: string, sample: readonly SampledRecord[]): Finding {
  const homes = new Map<string, Set<number>>();
  let events = 0;
  let keyless = 0;
  let otherwise = 0;
  for (const { partition, key, value } of sample) {
    const listener = listenerOf(value);
    if (listener === null) continue;
    events += 1;
    if (key === null) keyless += 1;
    else if (key !== listener) otherwise += 1;
    homes.set(listener, (homes.get(listener) ?? new Set()).add(partition));
  }
  if (events === 0) {
    return {
      level: 'warning',
      sentence: `Topic ${topic} holds no listener events in its newest records, so its keys cannot be judged: send some, e.g. headcount simulate launch --to kafka, and look again.`,
    };
  }
  const split = [...homes.values()].filter((partitions) => partitions.size > 1).length;
  if (split > 0) {
    return {
      level: 'problem',
      sentence: `Topic ${topic} is not keyed by listener id: ${split} of ${homes.size} sampled listeners are in several partitions and would be counted once in each, so have producers send the listener id as the record key.`,
    };
  }
  if (keyless > 0) {
    return {
      level: 'problem',
      sentence: `Topic ${topic} is not keyed by listener id: ${keyless} of ${events} sampled records have no key, so a listener's records are spread over partitions and counted once in each; have producers send the listener id as the record key.`,
    };
  }
  if (otherwise > 0) {
    return {
      level: 'warning',
      sentence: `Topic ${topic} may not be keyed by listener id: ${otherwise} of ${events} sampled records have another key, and only if a listener's records still meet in one partition are listeners counted once; have producers send the listener id as the record key.`,
    };
  }
  return { level: 'ok', sentence: `Topic ${topic} is keyed by listener id (${events} records sampled).` };
}

/** Null for control events and for what is no event. */
function listenerOf(value: Buffer): string | null {
  try {
    const event: unknown = JSON.parse(value.toString());
    if (typeof event !== 'object' || event === null || !('listener' in event)) return null;
    return typeof event.listener === 'string' ? event.listener : null;
  } catch {
    return null;
  }
}
