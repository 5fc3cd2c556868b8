/**
 * What an overview says of each broadcast: counted once while nothing of it changes, and kept in the store once it is
 * final. That its seconds are kept no longer changes nothing of it. A program whose summaries tell something else marks
 * every broadcast as changed when it brings a store up to date.
 */
import type { Kysely } from 'kysely';
import { putPast } from './past.ts';
import type { Tables } from './schema.ts';
import type { BroadcastSummary } from './store.ts';
import type { SummarySoFar } from './summary-so-far.ts';

/** Broadcasts asked for in one statement. */
const AT_ONCE = 1_000;

export interface Summarised {
  summary: BroadcastSummary;
  /** to go on from */
  soFar: SummarySoFar;
}

interface Marked {
  id: number;
  broadcast: string;
  mark: number;
}

interface Known extends Marked, Summarised {}

type Count = (broadcast: string, known: Summarised | null) => Promise<Summarised | null>;

export class Summaries {
  readonly #db: Kysely<Tables>;
  readonly #count: Count;
  /** by id */
  #changed = new Map<number, Known>();
  #kept = new Map<number, { key: string; summary: BroadcastSummary }>();

  /** `count` counts one anew, going on from what is known of it where that helps. */
  constructor(db: Kysely<Tables>, count: Count) {
    this.#db = db;
    this.#count = count;
  }

  /** By name. */
  async all(): Promise<BroadcastSummary[]> {
    const changed = await this.changed();
    const stored = await this.#db
      .selectFrom('summaries')
      .select(['broadcast_id', 'key'])
      .where('broadcast_id', 'not in', (eb) => eb.selectFrom('changed').select('changed.broadcast_id'))
      .execute();
    const others = stored.filter(({ broadcast_id, key }) => this.#kept.get(broadcast_id)?.key !== key);
    const read = await this.#read(others.map(({ broadcast_id }) => broadcast_id));
    const kept = new Map<number, { key: string; summary: BroadcastSummary }>();
    for (const { broadcast_id: id } of stored) {
      const now = read.get(id) ?? this.#kept.get(id);
      if (now !== undefined) kept.set(id, now);
    }
    this.#kept = kept;
    // one that changed between the two statements is known as it was and as it is
    const all = new Map([...kept.values()].map(({ summary }) => [summary.broadcast, summary]));
    for (const summary of changed) all.set(summary.broadcast, summary);
    return [...all.values()].sort((a, b) => Buffer.compare(Buffer.from(a.broadcast), Buffer.from(b.broadcast)));
  }

  /** Those that are not kept as they are now: what runs, and what has come to its end since the last upkeep. */
  async changed(): Promise<BroadcastSummary[]> {
    return (await this.#countChanged()).map(({ summary }) => summary);
  }

  /** As they were kept, in this order; without those that are gone. */
  async kept(ids: readonly number[]): Promise<BroadcastSummary[]> {
    const read = await this.#read(ids);
    return ids.flatMap((id) => read.get(id)?.summary ?? []);
  }

  /** Keeps the summaries that are final: nobody counts them again. Says how many were new. */
  async keep(): Promise<number> {
    let kept = 0;
    for (const known of await this.#countChanged()) {
      if (known.summary.state === 'final' && (await this.#keep(known))) kept++;
    }
    return kept;
  }

  /** False: something was written meanwhile, and its mark stays. */
  #keep({ id, mark, summary }: Known): Promise<boolean> {
    return this.#db.transaction().execute(async (trx) => {
      const { numDeletedRows } = await trx
        .deleteFrom('changed')
        .where('broadcast_id', '=', id)
        .where('mark', '=', mark)
        .executeTakeFirstOrThrow();
      if (numDeletedRows === 0n) return false;
      const values = { key: String(mark), summary: JSON.stringify(summary) };
      await trx
        .insertInto('summaries')
        .values({ broadcast_id: id, ...values })
        .onConflict((c) => c.column('broadcast_id').doUpdateSet(values))
        .execute();
      await putPast(trx, id, summary);
      return true;
    });
  }

  async #countChanged(): Promise<Known[]> {
    const marked = await this.#db
      .selectFrom('changed')
      .innerJoin('broadcasts', 'broadcasts.id', 'changed.broadcast_id')
      .select(['broadcasts.id', 'broadcasts.broadcast', 'changed.mark'])
      .orderBy('broadcasts.broadcast')
      .execute();
    const known = new Map<number, Known>();
    for (const one of marked) {
      const before = this.#changed.get(one.id) ?? null;
      const same = before?.mark === one.mark && before.broadcast === one.broadcast;
      const counted = same ? before : await this.#count(one.broadcast, before);
      if (counted !== null) known.set(one.id, { ...one, ...counted });
    }
    this.#changed = known;
    return [...known.values()];
  }

  async #read(ids: readonly number[]): Promise<Map<number, { key: string; summary: BroadcastSummary }>> {
    const read = new Map<number, { key: string; summary: BroadcastSummary }>();
    for (let i = 0; i < ids.length; i += AT_ONCE) {
      const rows = await this.#db
        .selectFrom('summaries')
        .selectAll()
        .where('broadcast_id', 'in', ids.slice(i, i + AT_ONCE))
        .execute();
      for (const { broadcast_id, key, summary } of rows) read.set(broadcast_id, { key, summary: asSummary(summary) });
    }
    return read;
  }
}

/** JSON has no infinity. */
function asSummary(json: string): BroadcastSummary {
  const summary: BroadcastSummary = JSON.parse(json);
  return summary.complete ? { ...summary, watermark: Number.POSITIVE_INFINITY } : summary;
}
