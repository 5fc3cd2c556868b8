/** What one checkpoint makes visible: state, offset, watermarks and control events, in one transaction. */
import type { CrashWindow } from '../numbers/report.ts';
import type { Flushed } from '../presence/counter.ts';

export interface CounterChange {
  slice: number;
  /** CounterSummary, JSON */
  summary: string;
  flushed: Flushed;
}

/**
 * What makes a broadcast a new revision: other numbers, or remarks told of anew (a segment, or one that stands in for an
 * earlier one) within what was final, or wherever they are where it turns out to be complete. Null: nothing does.
 */
export type Revises = 'numbers' | 'remarks' | 'remarks if complete' | null;

export interface BroadcastChange {
  broadcast: string;
  counters: CounterChange[];
  controls: { canonical: string; ts: number; event: string }[];
  /** rows up to this second are final in this partition; null: none yet. Infinity: all */
  finalSecond: number | null;
  /** whether something that was final is not what it was */
  revises: Revises;
}

export interface PartitionChange {
  source: string;
  partition: number;
  /** the offset the store must still have for this change to hold; null where the partition is new */
  expectedOffset: number | null;
  nextOffset: number;
  /** what the log has said so far, of broadcasts that are awake by name, JSON */
  lane: string;
  /** what it has said of broadcasts that are over for long, JSON: written once, and kept until they speak again */
  asleep?: { broadcast: string; line: string }[];
  /** broadcasts that were asleep and are in `lane` again */
  woken?: string[];
  /** rejected records by reason, totals */
  rejected: Readonly<Record<string, number>>;
  broadcasts: BroadcastChange[];
}

/** Where a broadcast stands, by whoever merges its partitions. */
export interface Standing {
  broadcast: string;
  demo: boolean;
  /** W, epoch ms; Infinity: complete */
  watermark: number;
  liveSecond: number;
  catchingUp: boolean;
  /** the live second's levels are to be appended to what was shown */
  shows: boolean;
  /** null: as it is; else the revision from now on */
  rev: number | null;
}

export interface Checkpoint {
  partitions: PartitionChange[];
  standings: Standing[];
  /** wall clock, epoch ms */
  storedAt: number;
}

/** Another process has moved this partition on: what this one holds is old and must not be written. */
export class FencedError extends Error {
  constructor(source: string, partition: number, expected: number | null, found: number | null) {
    const where =
      expected === found
        ? `Partition ${partition} of ${source} has another owner now`
        : `Partition ${partition} of ${source} was expected at offset ${expected ?? 'none'} and stands at ${found ?? 'none'}`;
    super(`${where}: another process has taken it over; this one must let go of it.`);
    this.name = 'FencedError';
  }
}

export interface PartitionState {
  nextOffset: number;
  lane: string;
  rejected: Record<string, number>;
  /** counters of the broadcasts that are not asleep */
  broadcasts: { broadcast: string; slice: number; summary: string }[];
}

/** What is saved of one broadcast in a partition. */
export interface Sleeper {
  /** as it fell asleep; null: it has not */
  line: string | null;
  counters: { slice: number; summary: string }[];
}

/** A page of the journal of a slice. */
export interface JournalRow {
  slice: number;
  number: number;
  bytes: Uint8Array;
}

export interface OtherLane {
  partition: number;
  nextOffset: number;
  lane: string;
}

export interface WriteStore {
  /**
   * The partition belongs to this store from now on: what an earlier owner still writes is refused (FencedError), and so
   * is what it says of whole broadcasts where this is partition 0.
   */
  takeOver(source: string, partition: number): Promise<PartitionState | null>;
  /** what is saved, whoever owns it */
  load(source: string, partition: number): Promise<PartitionState | null>;
  /** what there is of one broadcast in a partition; null: nothing */
  sleeper(source: string, partition: number, broadcast: string): Promise<Sleeper | null>;
  /** the journal of one broadcast in a partition, slice by slice, pages in their order */
  journal(source: string, partition: number, broadcast: string): AsyncIterable<JournalRow>;
  commit(checkpoint: Checkpoint): Promise<void>;
  /** what the logs of partitions said that others own, JSON as they stored it, and how far they were read */
  otherLanes(source: string, owned: ReadonlySet<number>): Promise<OtherLane[]>;
  /** W of a broadcast as it was stored last, epoch ms; Infinity where it is complete, -Infinity where there is none */
  watermark(broadcast: string): Promise<number>;
  /** the first room_end of each room of a broadcast, from whichever partition it came, epoch ms */
  roomEnds(broadcast: string): Promise<ReadonlyMap<string, number>>;
  putWindows(broadcast: string, windows: readonly CrashWindow[]): Promise<void>;
  /** forgets a broadcast and all that is known of it */
  remove(broadcast: string): Promise<void>;
  /** forgets how far a source was read */
  removeSource(source: string): Promise<void>;
  has(broadcast: string): Promise<boolean>;
  close(): Promise<void>;
}
