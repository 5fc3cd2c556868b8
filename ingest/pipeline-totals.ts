/** Counts of what the pipeline did since the process began; they only rise, whatever becomes of its partitions. */
import { REJECT_REASONS } from '../lib/event/event.ts';

export class PipelineTotals {
  readonly records = new Map<number, number>();
  readonly rejected: Map<string, number>;
  readonly restarts: Map<string, number>;
  duplicates = 0;
  late = 0;

  /** `restartReasons` are shown from the start, with 0. */
  constructor(restartReasons: readonly string[] = []) {
    this.rejected = new Map(REJECT_REASONS.map((reason) => [reason, 0]));
    this.restarts = new Map(restartReasons.map((reason) => [reason, 0]));
  }

  addRecords(partition: number, records: number): void {
    this.records.set(partition, (this.records.get(partition) ?? 0) + records);
  }

  addRejected(reason: string, records: number): void {
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + records);
  }

  addRestart(reason: string): void {
    this.restarts.set(reason, (this.restarts.get(reason) ?? 0) + 1);
  }
}
