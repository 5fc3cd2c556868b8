/** Which partitions a writer may still write: each process that takes one over gives it a higher epoch. */
import { FencedError, type PartitionChange } from './checkpoint.ts';

/** A partition as the store has it, read in the transaction that writes. */
export interface FoundPartition {
  next_offset: number;
  epoch: number;
}

export class Ownership {
  /** source -> partition -> epoch; null where the store had none of it when it was taken over */
  readonly #epochs = new Map<string, Map<number, number | null>>();

  take(source: string, partition: number, epoch: number | null): void {
    const of = this.#epochs.get(source) ?? new Map<number, number | null>();
    this.#epochs.set(source, of.set(partition, epoch));
  }

  /** Throws FencedError where this change must not hold. */
  check({ source, partition, expectedOffset }: PartitionChange, found: FoundPartition | undefined): void {
    const stands = found?.next_offset ?? null;
    if (stands !== expectedOffset) throw new FencedError(source, partition, expectedOffset, stands);
    this.checkOwner(source, partition, found);
  }

  /** Throws FencedError where the partition was taken over and has another owner now. */
  checkOwner(source: string, partition: number, found: FoundPartition | undefined): void {
    const epoch = this.#epochs.get(source)?.get(partition);
    if (epoch === undefined || epoch === (found?.epoch ?? null)) return;
    const stands = found?.next_offset ?? null;
    throw new FencedError(source, partition, stands, stands);
  }

  /** A partition that was new is in the store now, as this writer made it. */
  stored(source: string, partition: number): void {
    const of = this.#epochs.get(source);
    if (of?.get(partition) === null) of.set(partition, 0);
  }

  /** Sources whose partition 0 was taken over here: for them this writer speaks of whole broadcasts. */
  merges(): string[] {
    return [...this.#epochs].filter(([, of]) => of.has(0)).map(([source]) => source);
  }

  /** The source is forgotten. */
  drop(source: string): void {
    this.#epochs.delete(source);
  }
}
