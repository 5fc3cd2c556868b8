/** The store in PostgreSQL, for many ingest processes at once: a checkpoint is one transaction of few statements. */
import { type ControlEvent, isControl } from '../event/event.ts';
import { parseRecord } from '../event/parse.ts';
import { roomEnds } from '../numbers/controls.ts';
import type { CrashWindow } from '../numbers/report.ts';
import type { Checkpoint, JournalRow, OtherLane, PartitionState, Sleeper, WriteStore } from './checkpoint.ts';
import { Ownership } from './ownership.ts';
import { int8Array, textArray } from './postgres-arrays.ts';
import { collect, writeCheckpoint } from './postgres-checkpoint.ts';
import { PostgresPool } from './postgres-connection.ts';
import { isPassing } from './postgres-errors.ts';
import { putMarks } from './postgres-facts.ts';
import { PostgresNames } from './postgres-names.ts';
import { lockPartitions, type PartitionRow } from './postgres-partitions.ts';
import { migrate, TABLES_OF_BROADCAST, TABLES_OF_ROWS } from './schema.ts';

/** One for checkpoints, the others for what is asked meanwhile. */
const CONNECTIONS = 3;
/** How often a checkpoint is tried where processes stood in each other's way. */
const TRIES = 5;
/** Pages of a journal loaded at once. */
const PAGES = 16;
/** A process that stops in the middle of a checkpoint gives way to who takes its partitions over after this, ms. */
const STOPPED_MS = 8_000;
/** … and where nobody waits for it, only after this: it may be busy with as much as a week's rows. */
const ALONE_MS = 600_000;

export async function openPostgresWriter(url: string, alone: boolean): Promise<WriteStore> {
  const pool = new PostgresPool(url, CONNECTIONS, alone ? ALONE_MS : STOPPED_MS);
  try {
    await migrate(pool.kysely(), 'postgres');
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new PostgresWriter(pool);
}

class PostgresWriter implements WriteStore {
  readonly #pool: PostgresPool;
  readonly #ownership = new Ownership();
  readonly #names = new PostgresNames();
  /** rows up to this second have been moved to the final table, per partition and broadcast */
  readonly #moved = new Map<string, number>();

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async takeOver(source: string, partition: number): Promise<PartitionState | null> {
    // waits for a checkpoint under way: what is loaded after it cannot change any more
    const [taken] = await this.#pool.with((c) =>
      c.query<{ epoch: number }>(
        'UPDATE partitions SET epoch = epoch + 1 WHERE source = $1 AND partition = $2 RETURNING epoch',
        [source, partition],
      ),
    );
    this.#ownership.take(source, partition, taken?.epoch ?? null);
    return this.load(source, partition);
  }

  load(source: string, partition: number): Promise<PartitionState | null> {
    return this.#pool.with(async (c) => {
      const [found] = await c.query<PartitionRow>(
        'SELECT part, next_offset, lane FROM partitions WHERE source = $1 AND partition = $2',
        [source, partition],
      );
      if (!found) return null;
      const rejects = await c.query<{ reason: string; count: number }>(
        'SELECT reason, count FROM rejects WHERE part = $1',
        [found.part],
      );
      const rejected: Record<string, number> = {};
      for (const { reason, count } of rejects) rejected[reason] = count;
      const broadcasts = await c.query<PartitionState['broadcasts'][number]>(
        `SELECT b.broadcast, c.slice, c.summary FROM counters c JOIN broadcasts b ON b.id = c.broadcast_id
         WHERE c.part = $1 AND NOT EXISTS (SELECT 1 FROM asleep a WHERE a.broadcast_id = c.broadcast_id AND a.part = c.part)
         ORDER BY c.broadcast_id, c.slice`,
        [found.part],
      );
      return { nextOffset: found.next_offset, lane: found.lane, rejected, broadcasts };
    });
  }

  sleeper(source: string, partition: number, broadcast: string): Promise<Sleeper | null> {
    return this.#pool.with(async (c) => {
      const [found] = await c.prepared<{ id: number; part: number; line: string | null }>(
        'sleeper',
        `SELECT b.id, p.part, a.line FROM partitions p CROSS JOIN broadcasts b
         LEFT JOIN asleep a ON a.broadcast_id = b.id AND a.part = p.part
         WHERE p.source = $1 AND p.partition = $2 AND b.broadcast = $3`,
        [source, partition, broadcast],
      );
      if (!found) return null;
      const counters = await c.prepared<Sleeper['counters'][number]>(
        'counters of one',
        'SELECT slice, summary FROM counters WHERE broadcast_id = $1 AND part = $2 ORDER BY slice',
        [found.id, found.part],
      );
      return found.line === null && counters.length === 0 ? null : { line: found.line, counters };
    });
  }

  async watermark(broadcast: string): Promise<number> {
    const [row] = await this.#pool.with((c) =>
      c.prepared<{ watermark: number | null; complete: number }>(
        'watermark',
        `SELECT w.watermark, w.complete FROM watermarks w JOIN broadcasts b ON b.id = w.broadcast_id WHERE b.broadcast = $1`,
        [broadcast],
      ),
    );
    if (!row) return Number.NEGATIVE_INFINITY;
    return row.complete === 1 ? Number.POSITIVE_INFINITY : Number(row.watermark);
  }

  async *journal(source: string, partition: number, broadcast: string): AsyncIterable<JournalRow> {
    let after: Pick<JournalRow, 'slice' | 'number'> = { slice: -1, number: 0 };
    for (;;) {
      const pages: JournalRow[] = await this.#pool.with((c) =>
        c.query(
          `SELECT slice, number, bytes FROM journal
           WHERE part = (SELECT part FROM partitions WHERE source = $1 AND partition = $2)
           AND broadcast_id = (SELECT id FROM broadcasts WHERE broadcast = $3)
           AND (slice, number) > ($4, $5) ORDER BY slice, number LIMIT $6`,
          [source, partition, broadcast, after.slice, after.number, PAGES],
        ),
      );
      yield* pages;
      const last = pages.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  async has(broadcast: string): Promise<boolean> {
    return (await this.#idOf(broadcast)) !== null;
  }

  async #idOf(broadcast: string): Promise<number | null> {
    const [found] = await this.#pool.with((c) =>
      c.query<{ id: number }>('SELECT id FROM broadcasts WHERE broadcast = $1', [broadcast]),
    );
    return found?.id ?? null;
  }

  async commit(checkpoint: Checkpoint): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#names.learn(this.#pool, checkpoint);
        const writing = { names: this.#names, ownership: this.#ownership, moved: this.#moved };
        const collected = collect(this.#names, checkpoint.partitions);
        const moved = await this.#pool.transaction((c) => writeCheckpoint(c, writing, checkpoint, collected));
        for (const [key, second] of moved) this.#moved.set(key, second);
        for (const { source, partition, asleep } of checkpoint.partitions) {
          this.#ownership.stored(source, partition);
          for (const { broadcast } of asleep ?? []) this.#names.forgetOne(broadcast);
        }
        return;
      } catch (error) {
        this.#forget();
        if (!isPassing(error) || tries === TRIES) throw error;
      }
    }
  }

  #forget(): void {
    this.#names.forget();
    this.#moved.clear();
  }

  async otherLanes(source: string, owned: ReadonlySet<number>): Promise<OtherLane[]> {
    return this.#pool.with((c) =>
      c.prepared(
        'lanes',
        `SELECT partition, next_offset AS "nextOffset", lane FROM partitions
         WHERE source = $1 AND partition <> ALL (CAST($2 AS int4[]))`,
        [source, `{${[...owned].join(',')}}`],
      ),
    );
  }

  async roomEnds(broadcast: string): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#pool.with((c) =>
      c.prepared<{ event: string }>(
        'controls of',
        'SELECT c.event FROM controls c JOIN broadcasts b ON b.id = c.broadcast_id WHERE b.broadcast = $1',
        [broadcast],
      ),
    );
    const events: ControlEvent[] = [];
    for (const row of rows) {
      const parsed = parseRecord(Buffer.from(row.event), null);
      if (parsed.kind === 'event' && isControl(parsed.event)) events.push(parsed.event);
    }
    return roomEnds(events);
  }

  async putWindows(broadcast: string, windows: readonly CrashWindow[]): Promise<void> {
    const id = await this.#names.learnBroadcast(this.#pool, broadcast);
    await this.#pool.transaction(async (c) => {
      await lockPartitions(c, this.#ownership, [], true);
      await c.query('DELETE FROM windows WHERE broadcast_id = $1', [id]);
      if (windows.length === 0) return putMarks(c, new Set([id]));
      await c.query(
        `INSERT INTO windows (broadcast_id, id, onset_at, "window")
         SELECT $1::int4, * FROM unnest($2::text[], $3::int8[], $4::text[])
         ON CONFLICT (broadcast_id, id) DO UPDATE SET onset_at = excluded.onset_at, "window" = excluded."window"`,
        [
          id,
          textArray(windows.map((window) => window.id)),
          int8Array(windows.map(({ onsetAt }) => onsetAt)),
          textArray(windows.map((window) => JSON.stringify(window))),
        ],
      );
      await putMarks(c, new Set([id]));
    });
  }

  async remove(broadcast: string): Promise<void> {
    const id = await this.#idOf(broadcast);
    if (id === null) return;
    await this.#pool.transaction(async (c) => {
      for (const table of TABLES_OF_ROWS) {
        await c.query(`DELETE FROM ${table} WHERE group_id IN (SELECT id FROM row_groups WHERE broadcast_id = $1)`, [
          id,
        ]);
      }
      for (const table of TABLES_OF_BROADCAST) await c.query(`DELETE FROM ${table} WHERE broadcast_id = $1`, [id]);
      await c.query('DELETE FROM broadcasts WHERE id = $1', [id]);
    });
    this.#forget();
  }

  async removeSource(source: string): Promise<void> {
    await this.#pool.transaction(async (c) => {
      await c.query('DELETE FROM rejects WHERE part IN (SELECT part FROM partitions WHERE source = $1)', [source]);
      await c.query('DELETE FROM asleep WHERE part IN (SELECT part FROM partitions WHERE source = $1)', [source]);
      await c.query('DELETE FROM partitions WHERE source = $1', [source]);
    });
    this.#ownership.drop(source);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
