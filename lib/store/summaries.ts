/**
 * What an overview says of each broadcast: counted once while nothing of it changes, and kept in the store once it is
 * final. That its seconds are kept no longer changes nothing of it.
 */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import type { BroadcastSummary } from './store.ts';
import type { SummarySoFar } from './summary-so-far.ts';

/** What a summary is of. Another program makes other summaries: the number goes up with them. */
const KIND = 1;
/** Summaries read in one statement. */
const AT_ONCE = 1_000;

export interface Summarised {
  id: number;
  key: string;
  summary: BroadcastSummary;
  /** to go on from; null where it was read as it was kept */
  soFar: SummarySoFar | null;
}

type Count = (broadcast: string, known: Summarised | null) => Promise<Omit<Summarised, 'id' | 'key'> | null>;

export class Summaries {
  readonly #db: Kysely<Tables>;
  readonly #count: Count;
  #known = new Map<string, Summarised>();

  /** `count` counts one anew, going on from what is known of it where that helps. */
  constructor(db: Kysely<Tables>, count: Count) {
    this.#db = db;
    this.#count = count;
  }

  /** By name. */
  async all(): Promise<Summarised[]> {
    const [rows, keys] = await Promise.all([
      this.#db.selectFrom('broadcasts').select(['id', 'broadcast']).orderBy('broadcast').execute(),
      this.#keys(),
    ]);
    const changed = rows.filter(({ id, broadcast }) => this.#known.get(broadcast)?.key !== keys.get(id));
    const kept = await this.#kept(changed.map(({ id }) => id));
    const all: Summarised[] = [];
    const known = new Map<string, Summarised>();
    for (const { id, broadcast } of rows) {
      const key = keys.get(id) ?? '';
      const before = this.#known.get(broadcast) ?? null;
      const stored = kept.get(id);
      let now = key !== '' && before?.key === key ? before : null;
      if (now === null && stored?.key === key) now = { id, key, summary: asSummary(stored.summary), soFar: null };
      if (now === null) {
        const counted = await this.#count(broadcast, before);
        now = counted === null ? null : { id, key, ...counted };
      }
      if (now === null) continue;
      known.set(broadcast, now);
      all.push(now);
    }
    this.#known = known;
    return all;
  }

  /** Keeps the summaries that are final: nobody counts them again. Says how many were new. */
  async keep(): Promise<number> {
    const final = (await this.all()).filter(({ key, summary }) => key !== '' && summary.state === 'final');
    const kept = new Map<number, string>();
    for (const { broadcast_id, key } of await this.#db
      .selectFrom('summaries')
      .select(['broadcast_id', 'key'])
      .execute())
      kept.set(broadcast_id, key);
    const fresh = final.filter(({ id, key }) => kept.get(id) !== key);
    for (const { id, key, summary } of fresh) {
      const values = { key, summary: JSON.stringify(summary) };
      await this.#db
        .insertInto('summaries')
        .values({ broadcast_id: id, ...values })
        .onConflict((c) => c.column('broadcast_id').doUpdateSet(values))
        .execute();
    }
    return fresh.length;
  }

  /** By broadcast, what changes whenever its summary may have. */
  async #keys(): Promise<Map<number, string>> {
    const keys = new Map<number, string>();
    const add = (id: number, text: string): void => void keys.set(id, `${keys.get(id) ?? KIND} ${text}`);
    for (const w of await this.#db.selectFrom('watermarks').selectAll().execute()) {
      add(w.broadcast_id, [w.watermark, w.live_second, w.complete, w.catching_up, w.rev, w.stored_at].join());
    }
    for (const table of ['controls', 'windows', 'actions'] as const) {
      const counted = await this.#db
        .selectFrom(table)
        .select(['broadcast_id', (eb) => eb.fn.countAll<number>().as('n')])
        .groupBy('broadcast_id')
        .execute();
      for (const { broadcast_id, n } of counted) add(broadcast_id, `${table} ${n}`);
    }
    return keys;
  }

  async #kept(ids: readonly number[]): Promise<Map<number, { key: string; summary: string }>> {
    const kept = new Map<number, { key: string; summary: string }>();
    for (let i = 0; i < ids.length; i += AT_ONCE) {
      const rows = await this.#db
        .selectFrom('summaries')
        .selectAll()
        .where('broadcast_id', 'in', ids.slice(i, i + AT_ONCE))
        .execute();
      for (const { broadcast_id, key, summary } of rows) kept.set(broadcast_id, { key, summary });
    }
    return kept;
  }
}

/** JSON has no infinity. */
function asSummary(json: string): BroadcastSummary {
  const summary: BroadcastSummary = JSON.parse(json);
  return summary.complete ? { ...summary, watermark: Number.POSITIVE_INFINITY } : summary;
}
