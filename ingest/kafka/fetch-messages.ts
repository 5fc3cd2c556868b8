/** What the thread that fetches and the one that counts say to each other, each in order. */
import type { Batch, Packed } from '../source.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import type { RestartReason } from './source.ts';

/** What a fetching thread is started with. */
export interface Fetching {
  settings: KafkaSettings;
  mode: 'live' | 'replay';
}

export interface PackedBatch extends Omit<Batch, 'records' | 'packed'> {
  packed: Packed;
}

export type ToFetching =
  | { kind: 'started'; offset: number | null }
  | { kind: 'owned' }
  | { kind: 'taken' }
  | { kind: 'held'; partitions: number[] }
  | { kind: 'safe'; offsets: [partition: number, offset: number][] }
  | { kind: 'stop' };

export type FromFetching =
  | { kind: 'start'; partition: number }
  | { kind: 'owned'; partitions: readonly number[] }
  | { kind: 'batch'; batch: PackedBatch }
  | { kind: 'caughtUp'; partition: number; endOffset: number }
  | { kind: 'heard'; ends: ReadonlyMap<number, number> }
  | { kind: 'log'; sentence: string }
  | { kind: 'restart'; reason: RestartReason }
  | { kind: 'trouble'; sentence: string | null }
  | { kind: 'ended'; error: { name: string; message: string } | null };

/** Records one after the other in one piece of memory, which can be handed over. */
export function pack({ records, partition, nextOffset, endOffset }: Batch): PackedBatch {
  let length = 0;
  for (const { value } of records) length += value.length;
  const bytes = Buffer.from(new ArrayBuffer(length));
  const ends = new Uint32Array(records.length);
  const offsets = new Float64Array(records.length);
  const timestamps = new Float64Array(records.length);
  let at = 0;
  for (let i = 0; i < records.length; i++) {
    const record = records[i];
    if (record === undefined) continue;
    at += record.value.copy(bytes, at);
    ends[i] = at;
    offsets[i] = record.offset;
    timestamps[i] = record.timestampMs ?? Number.NaN;
  }
  return { partition, nextOffset, endOffset, packed: { bytes, ends, offsets, timestamps } };
}
