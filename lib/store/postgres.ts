/** The store in PostgreSQL, for many ingest processes at once: a checkpoint is one transaction of few statements. */
import { type ControlEvent, isControl } from '../event/event.ts';
import { parseRecord } from '../event/parse.ts';
import { roomEnds } from '../numbers/controls.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { COUNT_NAMES } from '../numbers/second.ts';
import type { GroupName } from '../presence/counter.ts';
import type {
  BroadcastChange,
  Checkpoint,
  OtherLane,
  PartitionChange,
  PartitionState,
  Standing,
  WriteStore,
} from './checkpoint.ts';
import { type FoundPartition, Ownership } from './ownership.ts';
import { int4Array, int8Array, textArray } from './postgres-arrays.ts';
import {
  addFailures,
  dropOpenStays,
  type FailureRow,
  type ListenerRow,
  putListeners,
  putStays,
  RowBatch,
  type StayRow,
} from './postgres-batch.ts';
import { type Connection, PostgresPool } from './postgres-connection.ts';
import { isPassing } from './postgres-errors.ts';
import { migrate } from './schema.ts';

/** One for checkpoints, the others for what is asked meanwhile. */
const CONNECTIONS = 3;
/** How often a checkpoint is tried where processes stood in each other's way. */
const TRIES = 5;
/** Listeners loaded at once. */
const PAGE = 10_000;
/** Any number, other than that of migrations: numbers of partitions are given out by one process at a time. */
const PART_LOCK = 0x4eae;

export async function openPostgresWriter(url: string): Promise<WriteStore> {
  const pool = new PostgresPool(url, CONNECTIONS);
  try {
    await migrate(pool.kysely(), 'postgres');
  } catch (error) {
    await pool.end();
    throw error;
  }
  return new PostgresWriter(pool);
}

interface PartitionRow extends FoundPartition {
  part: number;
  source: string;
  partition: number;
  lane: string;
}

class PostgresWriter implements WriteStore {
  readonly #pool: PostgresPool;
  readonly #ownership = new Ownership();
  readonly #broadcastIds = new Map<string, number>();
  /** by broadcast id, then by room, attribute and value */
  readonly #groupIds = new Map<number, Map<string, number>>();
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
         WHERE c.part = $1 ORDER BY c.broadcast_id, c.slice`,
        [found.part],
      );
      return { nextOffset: found.next_offset, lane: found.lane, rejected, broadcasts };
    });
  }

  async *listeners(
    source: string,
    partition: number,
    broadcast: string,
  ): AsyncIterable<{ listener: string; state: string }> {
    let after = '';
    for (let first = true; ; first = false) {
      const page: { listener: string; state: string }[] = await this.#pool.with((c) =>
        c.query(
          `SELECT listener, state FROM listeners
           WHERE part = (SELECT part FROM partitions WHERE source = $1 AND partition = $2)
           AND broadcast_id = (SELECT id FROM broadcasts WHERE broadcast = $3)
           AND listener ${first ? '>=' : '>'} $4 ORDER BY listener LIMIT $5`,
          [source, partition, broadcast, after, PAGE],
        ),
      );
      yield* page;
      const last = page.at(-1);
      if (last === undefined || page.length < PAGE) return;
      after = last.listener;
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
        await this.#name(checkpoint);
        const moved = await this.#pool.transaction((c) => this.#write(c, checkpoint));
        for (const [key, second] of moved) this.#moved.set(key, second);
        for (const { source, partition } of checkpoint.partitions) this.#ownership.stored(source, partition);
        return;
      } catch (error) {
        this.#forget();
        if (!isPassing(error) || tries === TRIES) throw error;
      }
    }
  }

  #forget(): void {
    this.#broadcastIds.clear();
    this.#groupIds.clear();
    this.#moved.clear();
  }

  /**
   * Ids for broadcasts and row sets met for the first time, each in a statement of its own and in order: processes that
   * meet the same ones wait for each other only that long. Without the checkpoint they are names of nothing yet.
   */
  async #name(checkpoint: Checkpoint): Promise<void> {
    const names = new Set<string>();
    for (const change of checkpoint.partitions) for (const b of change.broadcasts) names.add(b.broadcast);
    for (const { broadcast } of checkpoint.standings) names.add(broadcast);
    const unknown = [...names].filter((name) => !this.#broadcastIds.has(name));
    if (unknown.length > 0) await this.#pool.with((c) => this.#nameBroadcasts(c, unknown));
    const groups = new Map<string, GroupName & { id: number }>();
    for (const change of checkpoint.partitions) {
      for (const b of change.broadcasts) this.#unknownGroups(b, groups);
    }
    if (groups.size > 0) await this.#pool.with((c) => this.#nameGroups(c, [...groups.values()]));
  }

  async #nameBroadcasts(c: Connection, names: readonly string[]): Promise<void> {
    const array = textArray(names);
    await c.query(
      `INSERT INTO broadcasts (broadcast, demo, kind) SELECT DISTINCT name, 0, 'events' FROM unnest($1::text[]) AS name
       ORDER BY name ON CONFLICT (broadcast) DO NOTHING`,
      [array],
    );
    const found = await c.query<{ at: number; id: number }>(
      'SELECT n.at, b.id FROM unnest($1::text[]) WITH ORDINALITY AS n (name, at) JOIN broadcasts b ON b.broadcast = n.name',
      [array],
    );
    for (const { at, id } of found) this.#broadcastIds.set(names[at - 1] ?? '', id);
  }

  #unknownGroups(change: BroadcastChange, unknown: Map<string, GroupName & { id: number }>): void {
    const id = this.#broadcastId(change.broadcast);
    const known = this.#groupIds.get(id);
    let last: GroupName | null = null;
    for (const { flushed } of change.counters) {
      for (const { group } of flushed.rows) {
        if (group === last) continue;
        last = group;
        const key = groupKey(group);
        if (!known?.has(key)) unknown.set(`${id} ${key}`, { ...group, id });
      }
    }
  }

  async #nameGroups(c: Connection, groups: readonly (GroupName & { id: number })[]): Promise<void> {
    const arrays = [
      int4Array(groups.length, (i) => groups[i]?.id ?? 0),
      textArray(groups.map(({ room }) => room)),
      textArray(groups.map(({ attribute }) => attribute)),
      textArray(groups.map(({ value }) => value)),
    ];
    await c.query(
      `INSERT INTO row_groups (broadcast_id, room, attribute, value)
       SELECT DISTINCT * FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[]) AS g (broadcast_id, room, attribute, value)
       ORDER BY broadcast_id, attribute, room, value ON CONFLICT (broadcast_id, attribute, room, value) DO NOTHING`,
      arrays,
    );
    const found = await c.query<{ at: number; id: number }>(
      `SELECT n.at, g.id FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[])
       WITH ORDINALITY AS n (broadcast_id, room, attribute, value, at) JOIN row_groups g
       USING (broadcast_id, attribute, room, value)`,
      arrays,
    );
    for (const { at, id } of found) {
      const group = groups[at - 1];
      if (group === undefined) continue;
      const of = this.#groupIds.get(group.id) ?? new Map<string, number>();
      this.#groupIds.set(group.id, of.set(groupKey(group), id));
    }
  }

  /** As `#name` has found it. */
  #broadcastId(broadcast: string): number {
    return this.#broadcastIds.get(broadcast) ?? 0;
  }

  /** Resolves with what is known of moved rows once this holds. */
  async #write(c: Connection, { partitions, standings, storedAt }: Checkpoint): Promise<Map<string, number>> {
    const found = await this.#lock(c, partitions, standings.length > 0);
    const live = new RowBatch('rows_live');
    const final = new RowBatch('rows_final');
    // distributions have rows of no second, which grow and grow
    const timeless = new RowBatch('rows_final');
    const stays: { open: StayRow[]; final: StayRow[] } = { open: [], final: [] };
    const listeners: ListenerRow[] = [];
    const failures: FailureRow[] = [];
    const parts: number[] = [];
    const moves: { key: string; id: number; part: number; upTo: number; finalSecond: number }[] = [];
    for (const change of partitions) {
      const part = found.get(`${change.source} ${change.partition}`)?.part ?? (await this.#addPartition(c, change));
      parts.push(part);
      for (const b of change.broadcasts) {
        const id = this.#broadcastId(b.broadcast);
        const finalSecond = b.finalSecond ?? Number.NEGATIVE_INFINITY;
        this.#collectRows(b, id, part, (second) => (second > finalSecond ? live : second === 0 ? timeless : final));
        for (const { flushed } of b.counters) {
          await dropOpenStays(c, id, flushed.openStays);
          for (const { stays: of } of flushed.openStays) {
            for (const stay of of) stays.open.push({ broadcastId: id, part, final: 0, stay });
          }
          for (const stay of flushed.finalStays) stays.final.push({ broadcastId: id, part, final: 1, stay });
          for (const failure of flushed.failures) failures.push({ broadcastId: id, part, failure });
          for (const state of flushed.states) listeners.push({ part, broadcastId: id, ...state });
        }
        const key = `${part} ${id}`;
        if (finalSecond - (this.#moved.get(key) ?? Number.NEGATIVE_INFINITY) >= 10) {
          const upTo = Number.isFinite(finalSecond) ? finalSecond : Number.MAX_SAFE_INTEGER;
          moves.push({ key, id, part, upTo, finalSecond });
        }
      }
    }
    await this.#movePartitions(c, partitions, parts, storedAt);
    await this.#putSmall(c, partitions, parts);
    await putStays(c, stays.open);
    await putStays(c, stays.final);
    await addFailures(c, failures);
    await putListeners(c, listeners);
    await live.write(c);
    await final.write(c);
    await timeless.write(c);
    for (const { id, part, upTo } of moves) await c.prepared('move', MOVE_ROWS, [id, upTo, part]);
    for (const standing of standings) await this.#putStanding(c, standing, storedAt);
    return new Map(moves.map(({ key, finalSecond }) => [key, finalSecond]));
  }

  /** The partitions as they stand, locked until the end of the transaction. Throws FencedError where another process has moved on. */
  async #lock(
    c: Connection,
    changes: readonly PartitionChange[],
    merges: boolean,
  ): Promise<ReadonlyMap<string, PartitionRow>> {
    const merged = merges ? this.#ownership.merges() : [];
    const wanted = [
      ...changes.map(({ source, partition }) => ({ source, partition })),
      ...merged.map((source) => ({ source, partition: 0 })),
    ];
    if (wanted.length === 0) return new Map();
    const rows = await c.prepared<PartitionRow>(
      'lock',
      `SELECT part, source, partition, next_offset, epoch FROM partitions
       WHERE (source, partition) IN (SELECT * FROM unnest($1::text[], $2::int4[]))
       ORDER BY source, partition FOR UPDATE`,
      [textArray(wanted.map(({ source }) => source)), int4Array(wanted.length, (i) => wanted[i]?.partition ?? 0)],
    );
    const found = new Map(rows.map((row) => [`${row.source} ${row.partition}`, row]));
    for (const change of changes) this.#ownership.check(change, found.get(`${change.source} ${change.partition}`));
    for (const source of merged) {
      if (changes.some((change) => change.source === source && change.partition === 0)) continue;
      this.#ownership.checkOwner(source, 0, found.get(`${source} 0`));
    }
    return found;
  }

  async #addPartition(c: Connection, change: PartitionChange): Promise<number> {
    const { source, partition, nextOffset, lane } = change;
    await c.query('SELECT pg_advisory_xact_lock($1)', [PART_LOCK]);
    const [added] = await c.query<{ part: number }>(
      `INSERT INTO partitions (part, source, partition, next_offset, lane, stored_at)
       SELECT COALESCE(MAX(part), -1) + 1, $1::text, $2::int4, $3::int8, $4::text, 0 FROM partitions
       ON CONFLICT (source, partition) DO NOTHING RETURNING part`,
      [source, partition, nextOffset, lane],
    );
    if (added) return added.part;
    // another process has added it since this one looked
    await this.#lock(c, [change], false);
    return 0;
  }

  #collectRows(change: BroadcastChange, id: number, part: number, batchOf: (second: number) => RowBatch): void {
    const ids = this.#groupIds.get(id);
    let last: GroupName | null = null;
    let groupId = 0;
    for (const { flushed } of change.counters) {
      for (const { group, second, counts } of flushed.rows) {
        if (group !== last) groupId = ids?.get(groupKey(group)) ?? 0;
        last = group;
        batchOf(second).add(groupId, second, part, counts);
      }
    }
  }

  async #movePartitions(
    c: Connection,
    changes: readonly PartitionChange[],
    parts: readonly number[],
    storedAt: number,
  ): Promise<void> {
    if (changes.length === 0) return;
    await c.prepared(
      'partitions',
      `UPDATE partitions p SET next_offset = v.next_offset, lane = v.lane, stored_at = $4
       FROM unnest($1::int4[], $2::int8[], $3::text[]) AS v (part, next_offset, lane) WHERE p.part = v.part`,
      [
        int4Array(parts.length, (i) => parts[i] ?? 0),
        int8Array(changes.map(({ nextOffset }) => nextOffset)),
        textArray(changes.map(({ lane }) => lane)),
        storedAt,
      ],
    );
  }

  /** Rejected records, control events, and what counters know of themselves. */
  async #putSmall(c: Connection, changes: readonly PartitionChange[], parts: readonly number[]): Promise<void> {
    const rejects: { part: number; reason: string; count: number }[] = [];
    const controls = new Map<string, { id: number; part: number; canonical: string; ts: number; event: string }>();
    const counters: { id: number; part: number; slice: number; summary: string }[] = [];
    for (const [i, change] of changes.entries()) {
      const part = parts[i] ?? 0;
      for (const [reason, count] of Object.entries(change.rejected)) rejects.push({ part, reason, count });
      for (const b of change.broadcasts) {
        const id = this.#broadcastId(b.broadcast);
        for (const control of b.controls) controls.set(`${id} ${control.canonical}`, { id, part, ...control });
        for (const { slice, summary } of b.counters) counters.push({ id, part, slice, summary });
      }
    }
    if (rejects.length > 0) {
      await c.prepared(
        'rejects',
        `INSERT INTO rejects (part, reason, count) SELECT * FROM unnest($1::int4[], $2::text[], $3::int8[])
         ON CONFLICT (part, reason) DO UPDATE SET count = excluded.count`,
        [
          int4Array(rejects.length, (i) => rejects[i]?.part ?? 0),
          textArray(rejects.map(({ reason }) => reason)),
          int8Array(rejects.map(({ count }) => count)),
        ],
      );
    }
    if (controls.size > 0) {
      const rows = [...controls.values()];
      await c.prepared(
        'controls',
        `INSERT INTO controls (broadcast_id, part, canonical, ts, event)
         SELECT * FROM unnest($1::int4[], $2::int4[], $3::text[], $4::int8[], $5::text[]) ORDER BY 1, 3
         ON CONFLICT (broadcast_id, canonical) DO NOTHING`,
        [
          int4Array(rows.length, (i) => rows[i]?.id ?? 0),
          int4Array(rows.length, (i) => rows[i]?.part ?? 0),
          textArray(rows.map(({ canonical }) => canonical)),
          int8Array(rows.map(({ ts }) => ts)),
          textArray(rows.map(({ event }) => event)),
        ],
      );
    }
    if (counters.length === 0) return;
    await c.prepared(
      'counters',
      `INSERT INTO counters (broadcast_id, part, slice, summary) SELECT * FROM unnest($1::int4[], $2::int4[], $3::int4[], $4::text[])
       ON CONFLICT (broadcast_id, part, slice) DO UPDATE SET summary = excluded.summary`,
      [
        int4Array(counters.length, (i) => counters[i]?.id ?? 0),
        int4Array(counters.length, (i) => counters[i]?.part ?? 0),
        int4Array(counters.length, (i) => counters[i]?.slice ?? 0),
        textArray(counters.map(({ summary }) => summary)),
      ],
    );
  }

  async #putStanding(c: Connection, standing: Standing, storedAt: number): Promise<void> {
    const id = this.#broadcastId(standing.broadcast);
    if (standing.demo) await c.query('UPDATE broadcasts SET demo = 1 WHERE id = $1 AND demo = 0', [id]);
    const complete = standing.watermark === Number.POSITIVE_INFINITY;
    const liveSecond = Math.max(standing.liveSecond, Number.MIN_SAFE_INTEGER);
    await c.prepared(
      'standing',
      `INSERT INTO watermarks (broadcast_id, watermark, live_second, complete, catching_up, rev, stored_at)
       VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT (broadcast_id) DO UPDATE SET watermark = excluded.watermark,
       live_second = excluded.live_second, complete = excluded.complete, catching_up = excluded.catching_up,
       stored_at = excluded.stored_at`,
      [
        ...[id, complete ? null : standing.watermark, liveSecond],
        ...[complete ? 1 : 0, standing.catchingUp ? 1 : 0, storedAt],
      ],
    );
    if (standing.shows) await c.prepared('show', SHOW, [id, liveSecond, storedAt]);
    if (standing.rev !== null) {
      await c.query('UPDATE watermarks SET rev = $1 WHERE broadcast_id = $2', [standing.rev, id]);
    }
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
    if (!this.#broadcastIds.has(broadcast)) await this.#pool.with((c) => this.#nameBroadcasts(c, [broadcast]));
    const id = this.#broadcastId(broadcast);
    await this.#pool.transaction(async (c) => {
      await this.#lock(c, [], true);
      await c.query('DELETE FROM windows WHERE broadcast_id = $1', [id]);
      if (windows.length === 0) return;
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
    });
  }

  async remove(broadcast: string): Promise<void> {
    const id = await this.#idOf(broadcast);
    if (id === null) return;
    await this.#pool.transaction(async (c) => {
      for (const table of ['rows_live', 'rows_final']) {
        await c.query(`DELETE FROM ${table} WHERE group_id IN (SELECT id FROM row_groups WHERE broadcast_id = $1)`, [
          id,
        ]);
      }
      for (const table of OF_BROADCAST) await c.query(`DELETE FROM ${table} WHERE broadcast_id = $1`, [id]);
      await c.query('DELETE FROM broadcasts WHERE id = $1', [id]);
    });
    this.#forget();
  }

  async removeSource(source: string): Promise<void> {
    await this.#pool.transaction(async (c) => {
      await c.query('DELETE FROM rejects WHERE part IN (SELECT part FROM partitions WHERE source = $1)', [source]);
      await c.query('DELETE FROM partitions WHERE source = $1', [source]);
    });
    this.#ownership.drop(source);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

function groupKey({ room, attribute, value }: GroupName): string {
  return `${room}\u0000${attribute}\u0000${value}`;
}

const COLUMNS = COUNT_NAMES.map((name) => `"${name}"`).join(', ');

const MOVE_ROWS = `WITH moved AS (DELETE FROM rows_live
    WHERE group_id IN (SELECT id FROM row_groups WHERE broadcast_id = $1) AND second <= $2 AND part = $3 RETURNING *)
  INSERT INTO rows_final (group_id, second, part, ${COLUMNS}) SELECT group_id, second, part, ${COLUMNS} FROM moved
  ON CONFLICT (group_id, second, part) DO UPDATE SET
  ${COUNT_NAMES.map((name) => `"${name}" = rows_final."${name}" + excluded."${name}"`).join(', ')}`;

/** What a page shows of the live second. */
const SHOWN = ['connected', 'hearing', 'connections', 'suspect'] as const;

const SHOWN_ROWS = ['rows_final', 'rows_live']
  .map(
    (table) => `SELECT ${SHOWN.join(', ')} FROM ${table} WHERE second <= $2::int8 AND group_id IN
      (SELECT id FROM row_groups WHERE broadcast_id = $1::int4 AND room = '' AND attribute = '' AND value = '')`,
  )
  .join(' UNION ALL ');

const SHOW = `INSERT INTO shown (broadcast_id, second, shown_at, shown)
  SELECT $1::int4, $2::int8, $3::int8, '{' || concat_ws(',', ${SHOWN.map((name) => `'"${name}":' || COALESCE(SUM(${name})::text, 'null')`).join(', ')}) || '}'
  FROM (${SHOWN_ROWS}) AS shown ON CONFLICT (broadcast_id, second, shown_at) DO NOTHING`;

const OF_BROADCAST = [
  'counters',
  'listeners',
  'row_groups',
  'stays',
  'failures',
  'controls',
  'watermarks',
  'shown',
  'windows',
  'claims',
  'actions',
];
