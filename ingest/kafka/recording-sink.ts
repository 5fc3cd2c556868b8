/** A sink for tests: remembers what it was given, begins where it is told, and lets a test wait for a state. */
import type { Batch, LogRecord, Sink } from '../source.ts';

export interface RecordingSink extends Sink {
  /** records taken, by partition */
  readonly taken: Map<number, LogRecord[]>;
  readonly batches: Batch[];
  /** every assignment, in order */
  readonly assignments: number[][];
  /** newest end offset that a partition was said to be caught up with */
  readonly caught: Map<number, number>;
  values(partition: number): string[];
  total(): number;
  /** resolves once `reached` holds; it is asked again after everything the sink is told. Rejects when nothing more will come */
  until(reached: () => boolean): Promise<void>;
  /** whoever fed the sink has ended, with an error where it failed */
  over(error: unknown): void;
}

export interface RecordingSinkOptions {
  /** offset to begin at, by partition; default: the beginning */
  starts?: ReadonlyMap<number, number>;
  /** one store for several sinks: it says where to begin, and takes only what follows on what it has */
  store?: { next: Map<number, number>; values: string[] };
  held?: () => ReadonlySet<number>;
  /** called with each batch before it is taken */
  onBatch?: (batch: Batch) => void | Promise<void>;
}

export function recordingSink({ starts, store, held, onBatch }: RecordingSinkOptions = {}): RecordingSink {
  const taken = new Map<number, LogRecord[]>();
  const next = store?.next ?? new Map<number, number>(starts);
  const batches: Batch[] = [];
  const assignments: number[][] = [];
  const caught = new Map<number, number>();
  let waits: { reached: () => boolean; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let ended: { error: unknown } | null = null;

  function changed(): void {
    for (const wait of waits) if (wait.reached()) wait.resolve();
    waits = waits.filter(({ reached }) => !reached());
  }

  return {
    taken,
    batches,
    assignments,
    caught,
    values: (partition) => (taken.get(partition) ?? []).map(({ value }) => value.toString()),
    total: () => [...taken.values()].reduce((sum, records) => sum + records.length, 0),
    until(reached) {
      if (reached()) return Promise.resolve();
      if (ended !== null) return Promise.reject(ended.error);
      return new Promise((resolve, reject) => {
        waits.push({ reached, resolve, reject });
      });
    },
    over(error) {
      ended = { error };
      for (const { reject } of waits) reject(error);
    },
    start: async (partition) => next.get(partition) ?? null,
    async owned(partitions) {
      assignments.push([...partitions]);
      changed();
    },
    async batch(batch) {
      await onBatch?.(batch);
      const first = batch.records[0]?.offset ?? batch.nextOffset;
      const follows =
        first >= (next.get(batch.partition) ?? 0) && (!store || first === (next.get(batch.partition) ?? 0));
      if (!follows && store) return;
      if (!follows) throw new Error(`Offset ${first} of partition ${batch.partition} was given again.`);
      store?.values.push(...batch.records.map(({ value }) => value.toString()));
      batches.push(batch);
      taken.set(batch.partition, [...(taken.get(batch.partition) ?? []), ...batch.records]);
      next.set(batch.partition, batch.nextOffset);
      changed();
    },
    caughtUp(partition, endOffset) {
      caught.set(partition, endOffset);
      changed();
    },
    safeOffsets: () => next,
    ...(held ? { held } : {}),
  };
}
