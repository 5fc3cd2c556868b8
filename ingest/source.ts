/** A source is a log with partitions and offsets: a Kafka topic, a file, the embedded log. The consumer's promise lives in `Sink`. */

export interface LogRecord {
  /** position in its partition: Kafka offset, or byte position in a file */
  offset: number;
  value: Buffer;
  /** the record's own timestamp (Kafka), epoch ms; null in files */
  timestampMs: number | null;
}

/** Lines [from, to) of a file, a record a line, whose first byte stands at `offset` of the log. */
export interface Lines {
  bytes: Buffer;
  from: number;
  to: number;
  offset: number;
}

/** Records one after the other in `bytes`. */
export interface Packed {
  bytes: Buffer;
  /** where each ends: where the next one begins */
  ends: Uint32Array;
  offsets: Float64Array;
  /** epoch ms; NaN: none */
  timestamps: Float64Array;
}

export interface Batch {
  partition: number;
  records: LogRecord[];
  /** records of a topic, after `records`, that were handed over from another thread; absent: none */
  packed?: Packed;
  /** records of a file, after `records`, as they stand there; absent: none */
  block?: Lines;
  /** offset after the last record of this batch: where reading goes on */
  nextOffset: number;
  /** offset after the last record the log holds, as far as the source knows; lag = endOffset - nextOffset */
  endOffset: number;
}

/**
 * Takes what a source reads. The offset moves only past work that is safe: a source starts each partition where
 * `start` says, never where a broker's committed offset says, and `committed` tells how far the store is.
 */
export interface Sink {
  /** the offset to read next in this partition, or null: from the beginning. Called again after every rebalance */
  start(partition: number): Promise<number | null>;
  /** partitions this process owns from now on (all of them, after every rebalance) */
  owned(partitions: readonly number[]): Promise<void>;
  batch(batch: Batch): Promise<void>;
  /** no record of the partition is waiting (lag 0) as of now */
  caughtUp(partition: number, endOffset: number): void;
  /** offset after the last record of each partition of the log, those that others read too, as of now */
  heard?(ends: ReadonlyMap<number, number>): void;
  /** offsets that are safe in the store, for the broker's own bookkeeping: partition -> next offset */
  safeOffsets(): ReadonlyMap<number, number>;
  /** partitions to leave unread for now, being too far ahead of the others; absent: none */
  held?(): ReadonlySet<number>;
}

export interface Source {
  /** e.g. `kafka:broadcast-events`, `file:launch.ndjson`, `embedded` */
  readonly name: string;
  /** reads until `signal` aborts, or (a file) the end. Rejects with a sentence when it cannot go on */
  run(sink: Sink, signal: AbortSignal): Promise<void>;
  /** what is wrong now, one sentence, or null ("broker 127.0.0.1:9092 does not answer; trying again") */
  trouble(): string | null;
}
