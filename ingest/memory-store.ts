/** A store that sums up what checkpoints bring, in memory: for tests of what is stored, without a database. */
import type { ControlEvent } from '../lib/event/event.ts';
import { parseRecord } from '../lib/event/parse.ts';
import { roomEnds } from '../lib/numbers/controls.ts';
import { COUNT_NAMES, type Counts } from '../lib/numbers/second.ts';
import type { Stay } from '../lib/presence/stay.ts';
import {
  type Checkpoint,
  FencedError,
  type JournalRow,
  type OtherLane,
  type PartitionState,
  type Sleeper,
  type WriteStore,
} from '../lib/store/checkpoint.ts';

interface MemoryPartition {
  nextOffset: number;
  lane: string;
  rejected: Record<string, number>;
  summaries: Map<string, { broadcast: string; slice: number; summary: string }>;
  asleep: Map<string, string>;
  journal: (JournalRow & { broadcast: string })[];
}

export class MemoryStore implements WriteStore {
  /** group and second -> counts, e.g. `||` for the whole broadcast */
  readonly rows = new Map<string, Map<number, Partial<Counts>>>();
  readonly stays = new Map<string, Stay>();
  readonly controls: ControlEvent[] = [];
  readonly watermarks = new Map<string, number>();
  readonly #partitions = new Map<string, MemoryPartition>();
  readonly #open = new Map<string, Stay[]>();

  takeOver(source: string, partition: number): Promise<PartitionState | null> {
    return this.load(source, partition);
  }

  async load(source: string, partition: number): Promise<PartitionState | null> {
    const p = this.#partitions.get(`${source} ${partition}`);
    const awake = [...(p?.summaries.values() ?? [])].filter(({ broadcast }) => !p?.asleep.has(broadcast));
    return p ? { ...p, broadcasts: awake } : null;
  }

  async sleeper(source: string, partition: number, broadcast: string): Promise<Sleeper | null> {
    const p = this.#partitions.get(`${source} ${partition}`);
    const counters = [...(p?.summaries.values() ?? [])].filter((of) => of.broadcast === broadcast);
    const line = p?.asleep.get(broadcast) ?? null;
    return line === null && counters.length === 0 ? null : { line, counters };
  }

  async watermark(broadcast: string): Promise<number> {
    return this.watermarks.get(broadcast) ?? Number.NEGATIVE_INFINITY;
  }

  async *journal(source: string, partition: number, broadcast: string): AsyncIterable<JournalRow> {
    const saved = this.#partitions.get(`${source} ${partition}`)?.journal ?? [];
    for (const page of saved) if (page.broadcast === broadcast) yield page;
  }

  async commit(checkpoint: Checkpoint): Promise<void> {
    for (const { broadcast, watermark } of checkpoint.standings) this.watermarks.set(broadcast, watermark);
    for (const change of checkpoint.partitions) {
      const key = `${change.source} ${change.partition}`;
      const known = this.#partitions.get(key);
      const found = known?.nextOffset ?? null;
      if (found !== change.expectedOffset) {
        throw new FencedError(change.source, change.partition, change.expectedOffset, found);
      }
      const p: MemoryPartition = known ?? {
        nextOffset: 0,
        lane: '',
        rejected: {},
        summaries: new Map(),
        asleep: new Map(),
        journal: [],
      };
      this.#partitions.set(key, p);
      p.nextOffset = change.nextOffset;
      p.lane = change.lane;
      p.rejected = { ...change.rejected };
      for (const broadcast of change.woken ?? []) p.asleep.delete(broadcast);
      for (const { broadcast, line } of change.asleep ?? []) p.asleep.set(broadcast, line);
      for (const b of change.broadcasts) {
        for (const c of b.controls) {
          const parsed = parseRecord(Buffer.from(c.event), null);
          if (parsed.kind === 'event' && !('listener' in parsed.event)) this.controls.push(parsed.event);
        }
        for (const { slice, summary, flushed } of b.counters) {
          p.summaries.set(`${b.broadcast} ${slice}`, { broadcast: b.broadcast, slice, summary });
          const page = flushed.journal;
          if (page !== null) {
            p.journal = p.journal.filter(
              (other) => other.broadcast !== b.broadcast || other.slice !== slice || other.number >= page.keptFrom,
            );
            p.journal.push({ broadcast: b.broadcast, slice, number: page.number, bytes: page.bytes });
          }
          for (const row of flushed.rows) this.#add(b.broadcast, row.group, row.second, row.counts);
          for (const { listener, stays } of flushed.openStays) this.#open.set(`${b.broadcast} ${listener}`, stays);
          for (const s of flushed.finalStays) {
            this.stays.set(JSON.stringify([b.broadcast, s.start, s.listener, s.connection, s.room]), s);
          }
        }
      }
    }
  }

  #add(
    broadcast: string,
    group: { room: string; attribute: string; value: string },
    second: number,
    counts: Int32Array,
  ): void {
    const key = [broadcast, group.room, group.attribute, group.value].join('|');
    const rows = this.rows.get(key) ?? new Map<number, Partial<Counts>>();
    this.rows.set(key, rows);
    const row = rows.get(second) ?? {};
    for (const [i, name] of COUNT_NAMES.entries()) row[name] = (row[name] ?? 0) + (counts[i] ?? 0);
    rows.set(second, row);
  }

  async otherLanes(source: string, owned: ReadonlySet<number>): Promise<OtherLane[]> {
    const others: OtherLane[] = [];
    for (const [key, { lane, nextOffset }] of this.#partitions) {
      const partition = Number(key.slice(source.length + 1));
      if (key.startsWith(`${source} `) && !owned.has(partition)) others.push({ partition, nextOffset, lane });
    }
    return others;
  }

  async roomEnds(broadcast: string): Promise<ReadonlyMap<string, number>> {
    return roomEnds(this.controls.filter((c) => c.broadcast === broadcast));
  }

  async putWindows(): Promise<void> {}
  async remove(): Promise<void> {}
  async removeSource(): Promise<void> {}
  async has(): Promise<boolean> {
    return false;
  }
  async close(): Promise<void> {}
}
