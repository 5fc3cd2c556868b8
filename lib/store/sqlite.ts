/** The store in one SQLite file: the hot writing path as prepared statements. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { type ControlEvent, isControl } from '../event/event.ts';
import { parseRecord } from '../event/parse.ts';
import { roomEnds } from '../numbers/controls.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { COUNT_NAMES } from '../numbers/second.ts';
import type { RowChange } from '../presence/counter.ts';
import type { Stay } from '../presence/stay.ts';
import { newMark } from './changed.ts';
import type {
  BroadcastChange,
  Checkpoint,
  JournalRow,
  OtherLane,
  PartitionChange,
  PartitionState,
  Sleeper,
  Standing,
  WriteStore,
} from './checkpoint.ts';
import { firstRow } from './first-row.ts';
import { Ownership } from './ownership.ts';
import { migrate, TABLES_OF_BROADCAST, TABLES_OF_ROWS, type Tables } from './schema.ts';

/** How long a writer waits for another process's lock, ms. */
const BUSY_MS = 10_000;

const WAL_KEPT_BYTES = 32 << 20;

/** Opens (and makes) the file; errors say what to do. */
export function openDatabase(path: string, readonly = false): Database.Database {
  if (path !== ':memory:' && !readonly) makeFolder(dirname(path));
  const db = new Database(path, { readonly, timeout: BUSY_MS });
  if (!readonly) {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // what a long read made the WAL grow to is given back once it begins anew
    db.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
  }
  db.pragma('cache_size = -65536');
  return db;
}

/** From the first missing folder down. (`recursive` never returns where the parent takes no folders, as in /proc.) */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // another process was quicker
    if (!existsSync(folder)) throw error;
  }
}

export function kyselyOf(db: Database.Database): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: new SqliteDialect({ database: db }) });
}

export async function openSqliteWriter(path: string): Promise<WriteStore> {
  const db = openDatabase(path);
  await migrate(kyselyOf(db), 'sqlite');
  return new SqliteWriter(db);
}

class SqliteWriter implements WriteStore {
  #db: Database.Database;
  #statements: ReturnType<typeof prepare>;
  #broadcastIds = new Map<string, number>();
  #groupIds = new Map<string, number>();
  #parts = new Map<string, number>();
  /** rows up to this second have been moved to the final table, per partition and broadcast */
  #moved = new Map<string, number>();
  readonly #ownership = new Ownership();

  constructor(db: Database.Database) {
    this.#db = db;
    this.#statements = prepare(db);
  }

  async takeOver(source: string, partition: number): Promise<PartitionState | null> {
    this.#ownership.take(source, partition, this.#statements.takeOver.get(source, partition)?.epoch ?? null);
    return this.load(source, partition);
  }

  async load(source: string, partition: number): Promise<PartitionState | null> {
    const found = this.#statements.partition.get(source, partition);
    if (!found) return null;
    const rejected: Record<string, number> = {};
    for (const r of this.#statements.rejectsOf.all(found.part)) rejected[r.reason] = r.count;
    return {
      nextOffset: found.next_offset,
      lane: found.lane,
      rejected,
      broadcasts: this.#statements.countersOf.all(found.part),
    };
  }

  async sleeper(source: string, partition: number, broadcast: string): Promise<Sleeper | null> {
    const found = this.#statements.partition.get(source, partition);
    const of = this.#statements.broadcast.get(broadcast);
    if (!found || !of) return null;
    const line = this.#statements.lineOf.get(of.id, found.part)?.line ?? null;
    const counters = this.#statements.countersOfOne.all(of.id, found.part);
    return line === null && counters.length === 0 ? null : { line, counters };
  }

  async watermark(broadcast: string): Promise<number> {
    const of = this.#statements.broadcast.get(broadcast);
    const row = of && this.#statements.watermark.get(of.id);
    if (!row) return Number.NEGATIVE_INFINITY;
    return row.complete === 1 ? Number.POSITIVE_INFINITY : row.watermark;
  }

  async *journal(source: string, partition: number, broadcast: string): AsyncIterable<JournalRow> {
    const found = this.#statements.partition.get(source, partition);
    const of = this.#statements.broadcast.get(broadcast);
    if (found && of) yield* this.#statements.journalOf.iterate(found.part, of.id);
  }

  async has(broadcast: string): Promise<boolean> {
    return this.#statements.broadcast.get(broadcast) !== undefined;
  }

  async commit(checkpoint: Checkpoint): Promise<void> {
    try {
      this.#db
        .transaction(() => {
          if (checkpoint.standings.length > 0) this.#checkMerger(checkpoint.partitions);
          for (const change of checkpoint.partitions) this.#writePartition(change, checkpoint.storedAt);
          for (const standing of checkpoint.standings) this.#writeStanding(standing, checkpoint.storedAt);
          // taken at once: a lock asked for in the middle is refused where another process has written meanwhile
        })
        .immediate();
      for (const { source, partition } of checkpoint.partitions) this.#ownership.stored(source, partition);
    } catch (error) {
      // ids handed out inside a transaction that did not happen
      this.#broadcastIds.clear();
      this.#groupIds.clear();
      this.#parts.clear();
      this.#moved.clear();
      throw error;
    }
  }

  #writePartition(change: PartitionChange, storedAt: number): void {
    const s = this.#statements;
    const found = s.partition.get(change.source, change.partition);
    this.#ownership.check(change, found);
    const part = found?.part ?? this.#part(change);
    s.movePartition.run(change.nextOffset, change.lane, storedAt, part);
    for (const [reason, count] of Object.entries(change.rejected)) s.reject.run(part, reason, count);
    for (const broadcast of change.woken ?? []) s.wake.run(broadcast, part);
    for (const { broadcast, line } of change.asleep ?? []) {
      s.sleep.run(part, line, broadcast);
      this.#moved.delete(`${part} ${this.#broadcastIds.get(broadcast)}`);
      this.#broadcastIds.delete(broadcast);
    }
    for (const b of change.broadcasts) this.#writeBroadcast(part, b);
  }

  /** What is said of whole broadcasts comes from the owner of partition 0; one that comes new with it is judged there. */
  #checkMerger(changes: readonly PartitionChange[]): void {
    for (const source of this.#ownership.merges()) {
      if (changes.some((change) => change.source === source && change.partition === 0)) continue;
      this.#ownership.checkOwner(source, 0, this.#statements.partition.get(source, 0));
    }
  }

  #part(change: PartitionChange): number {
    const { part } = this.#statements.nextPart.get() ?? { part: 0 };
    this.#statements.addPartition.run(part, change.source, change.partition, change.nextOffset, change.lane, 0);
    return part;
  }

  #broadcastId(broadcast: string, demo = 0, kind = 'events'): number {
    let id = this.#broadcastIds.get(broadcast);
    if (id === undefined) {
      this.#statements.addBroadcast.run(broadcast, demo, kind);
      id = this.#statements.broadcast.get(broadcast)?.id ?? 0;
      this.#mark(id);
      this.#broadcastIds.set(broadcast, id);
    }
    return id;
  }

  #mark(id: number): void {
    this.#statements.mark.run(id, newMark());
  }

  #groupId(broadcastId: number, group: RowChange['group']): number {
    const key = `${broadcastId}\u0000${group.room}\u0000${group.attribute}\u0000${group.value}`;
    let id = this.#groupIds.get(key);
    if (id === undefined) {
      this.#statements.addGroup.run(broadcastId, group.room, group.attribute, group.value);
      id = this.#statements.group.get(broadcastId, group.room, group.attribute, group.value)?.id ?? 0;
      this.#groupIds.set(key, id);
    }
    return id;
  }

  #writeBroadcast(part: number, change: BroadcastChange): void {
    const s = this.#statements;
    const id = this.#broadcastId(change.broadcast);
    const finalSecond = change.finalSecond ?? Number.NEGATIVE_INFINITY;
    for (const c of change.controls) s.control.run(id, c.canonical, c.ts, part, c.event);
    const from = firstRow(change);
    if (from !== null) s.dropOutline.run(id, from);
    for (const counter of change.counters) {
      s.counter.run(id, part, counter.slice, counter.summary);
      const { rows, failures, finalStays, openStays, journal } = counter.flushed;
      for (const row of rows) {
        const table = row.second <= finalSecond ? s.rowFinal : s.rowLive;
        table.run(this.#groupId(id, row.group), row.second, part, ...row.counts);
      }
      for (const page of failures) s.failures.run(id, part, page, id, part);
      for (const open of openStays) {
        s.dropOpenStays.run(id, open.listener);
        for (const stay of open.stays) this.#writeStay(id, part, stay, 0);
      }
      for (const stay of inOrderOfKey(finalStays)) this.#writeStay(id, part, stay, 1);
      if (journal !== null) {
        s.dropPages.run(part, id, counter.slice, journal.keptFrom);
        s.page.run(part, id, counter.slice, journal.number, journal.bytes);
      }
    }
    if (change.revises !== null) {
      const always = change.revises === 'remarks if complete' ? 0 : 1;
      // numbers that were counted before and still hold belong to the new revision too
      if (change.revises !== 'numbers') s.raiseReport.run(id, id, always);
      s.raise.run(id, always);
    }
    if (change.controls.length > 0 || change.revises !== null) this.#mark(id);
    const key = `${part} ${id}`;
    if (finalSecond - (this.#moved.get(key) ?? Number.NEGATIVE_INFINITY) >= 10) {
      this.#moved.set(key, finalSecond);
      const upTo = Number.isFinite(finalSecond) ? finalSecond : Number.MAX_SAFE_INTEGER;
      s.moveRows.run(id, upTo, part);
      s.dropMoved.run(id, upTo, part);
    }
  }

  #writeStay(id: number, part: number, stay: Stay, final: 0 | 1): void {
    this.#statements.stay.run(
      id,
      stay.listener.toWellFormed(),
      stay.connection.toWellFormed(),
      stay.room.toWellFormed(),
      stay.start,
      stay.end,
      stay.reason,
      stay.role,
      JSON.stringify(stay.hearing),
      stay.attrs === null ? null : JSON.stringify(stay.attrs),
      stay.source,
      stay.lastEvidence,
      stay.heartbeatMs,
      stay.joined ? 1 : 0,
      final,
      part,
    );
  }

  #writeStanding(standing: Standing, storedAt: number): void {
    const s = this.#statements;
    const id = this.#broadcastId(standing.broadcast, standing.demo ? 1 : 0);
    if (standing.demo) s.markDemo.run(id);
    const complete = standing.watermark === Number.POSITIVE_INFINITY;
    s.standing.run(
      id,
      complete ? null : standing.watermark,
      standing.liveSecond,
      complete ? 1 : 0,
      standing.catchingUp ? 1 : 0,
      storedAt,
    );
    if (standing.shows) {
      const group = this.#groupId(id, WHOLE);
      s.show.run(id, standing.liveSecond, storedAt, group, standing.liveSecond, group, standing.liveSecond);
    }
    if (standing.rev !== null) s.revise.run(standing.rev, id);
    this.#mark(id);
  }

  async otherLanes(source: string, owned: ReadonlySet<number>): Promise<OtherLane[]> {
    return this.#statements.lanesOf.all(source).filter((row) => !owned.has(row.partition));
  }

  async roomEnds(broadcast: string): Promise<ReadonlyMap<string, number>> {
    const found = this.#statements.broadcast.get(broadcast);
    const events: ControlEvent[] = [];
    for (const row of found ? this.#statements.controlsOf.all(found.id) : []) {
      const parsed = parseRecord(Buffer.from(row.event), null);
      if (parsed.kind === 'event' && isControl(parsed.event)) events.push(parsed.event);
    }
    return roomEnds(events);
  }

  async putWindows(broadcast: string, windows: readonly CrashWindow[]): Promise<void> {
    const s = this.#statements;
    this.#db.transaction(() => {
      this.#checkMerger([]);
      const id = this.#broadcastId(broadcast);
      s.dropWindows.run(id);
      for (const w of windows) s.window.run(id, w.id, w.onsetAt, JSON.stringify(w));
      this.#mark(id);
    })();
  }

  async remove(broadcast: string): Promise<void> {
    const found = this.#statements.broadcast.get(broadcast);
    if (!found) return;
    this.#db.transaction(() => {
      for (const table of TABLES_OF_ROWS) {
        this.#db
          .prepare(`DELETE FROM ${table} WHERE group_id IN (SELECT id FROM row_groups WHERE broadcast_id = ?)`)
          .run(found.id);
      }
      for (const table of TABLES_OF_BROADCAST)
        this.#db.prepare(`DELETE FROM ${table} WHERE broadcast_id = ?`).run(found.id);
      this.#db.prepare('DELETE FROM broadcasts WHERE id = ?').run(found.id);
    })();
    this.#broadcastIds.clear();
    this.#groupIds.clear();
    this.#moved.clear();
  }

  async removeSource(source: string): Promise<void> {
    this.#db.transaction(() => {
      for (const { part } of this.#statements.partsOf.all(source)) {
        for (const table of ['rejects', 'asleep', 'partitions'])
          this.#db.prepare(`DELETE FROM ${table} WHERE part = ?`).run(part);
      }
    })();
    this.#parts.clear();
    this.#ownership.drop(source);
  }

  async close(): Promise<void> {
    this.#db.close();
  }
}

/** So that neighbours in the table are written one after the other, and a page of it once. */
function inOrderOfKey(stays: readonly Stay[]): Stay[] {
  return [...stays].sort((a, b) => (a.listener < b.listener ? -1 : a.listener > b.listener ? 1 : 0));
}

const WHOLE = { room: '', attribute: '', value: '' };
/** What a page shows of the live second. */
const SHOWN = ['connected', 'hearing', 'connections', 'suspect'] as const;

function prepare(db: Database.Database) {
  const columns = COUNT_NAMES.map((n) => `"${n}"`).join(', ');
  const marks = COUNT_NAMES.map(() => '?').join(', ');
  const sums = (table: string): string =>
    COUNT_NAMES.map((n) => `"${n}" = ${table}."${n}" + excluded."${n}"`).join(', ');
  const row = (table: string): Database.Statement<number[]> =>
    db.prepare(
      `INSERT INTO ${table} (group_id, second, part, ${columns}) VALUES (?, ?, ?, ${marks})
       ON CONFLICT (group_id, second, part) DO UPDATE SET ${sums(table)}`,
    );
  return {
    partition: db.prepare<[string, number], { part: number; next_offset: number; lane: string; epoch: number }>(
      'SELECT part, next_offset, lane, epoch FROM partitions WHERE source = ? AND partition = ?',
    ),
    takeOver: db.prepare<[string, number], { epoch: number }>(
      'UPDATE partitions SET epoch = epoch + 1 WHERE source = ? AND partition = ? RETURNING epoch',
    ),
    lanesOf: db.prepare<[string], OtherLane>(
      'SELECT partition, next_offset AS "nextOffset", lane FROM partitions WHERE source = ?',
    ),
    partsOf: db.prepare<[string], { part: number }>('SELECT part FROM partitions WHERE source = ?'),
    nextPart: db.prepare<[], { part: number }>('SELECT COALESCE(MAX(part), -1) + 1 AS part FROM partitions'),
    addPartition: db.prepare(
      'INSERT INTO partitions (part, source, partition, next_offset, lane, stored_at) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    movePartition: db.prepare('UPDATE partitions SET next_offset = ?, lane = ?, stored_at = ? WHERE part = ?'),
    reject: db.prepare(
      'INSERT INTO rejects (part, reason, count) VALUES (?, ?, ?) ON CONFLICT (part, reason) DO UPDATE SET count = excluded.count',
    ),
    rejectsOf: db.prepare<[number], { reason: string; count: number }>(
      'SELECT reason, count FROM rejects WHERE part = ?',
    ),
    countersOf: db.prepare<[number], { broadcast: string; slice: number; summary: string }>(
      `SELECT b.broadcast, c.slice, c.summary FROM counters c JOIN broadcasts b ON b.id = c.broadcast_id
       WHERE c.part = ? AND NOT EXISTS (SELECT 1 FROM asleep a WHERE a.broadcast_id = c.broadcast_id AND a.part = c.part)
       ORDER BY c.broadcast_id, c.slice`,
    ),
    countersOfOne: db.prepare<[number, number], { slice: number; summary: string }>(
      'SELECT slice, summary FROM counters WHERE broadcast_id = ? AND part = ? ORDER BY slice',
    ),
    lineOf: db.prepare<[number, number], { line: string }>(
      'SELECT line FROM asleep WHERE broadcast_id = ? AND part = ?',
    ),
    wake: db.prepare(
      'DELETE FROM asleep WHERE broadcast_id = (SELECT id FROM broadcasts WHERE broadcast = ?) AND part = ?',
    ),
    sleep: db.prepare(
      `INSERT INTO asleep (broadcast_id, part, line) SELECT id, ?, ? FROM broadcasts WHERE broadcast = ?
       ON CONFLICT (broadcast_id, part) DO UPDATE SET line = excluded.line`,
    ),
    watermark: db.prepare<[number], { watermark: number; complete: number }>(
      'SELECT watermark, complete FROM watermarks WHERE broadcast_id = ?',
    ),
    journalOf: db.prepare<[number, number], JournalRow>(
      'SELECT slice, number, bytes FROM journal WHERE part = ? AND broadcast_id = ? ORDER BY slice, number',
    ),
    dropPages: db.prepare('DELETE FROM journal WHERE part = ? AND broadcast_id = ? AND slice = ? AND number < ?'),
    page: db.prepare('INSERT INTO journal (part, broadcast_id, slice, number, bytes) VALUES (?, ?, ?, ?, ?)'),
    broadcast: db.prepare<[string], { id: number }>('SELECT id FROM broadcasts WHERE broadcast = ?'),
    mark: db.prepare(
      'INSERT INTO changed (broadcast_id, mark) VALUES (?, ?) ON CONFLICT (broadcast_id) DO UPDATE SET mark = excluded.mark',
    ),
    dropOutline: db.prepare('DELETE FROM outlines WHERE broadcast_id = ? AND until > ?'),
    addBroadcast: db.prepare(
      'INSERT INTO broadcasts (broadcast, demo, kind) VALUES (?, ?, ?) ON CONFLICT (broadcast) DO NOTHING',
    ),
    markDemo: db.prepare('UPDATE broadcasts SET demo = 1 WHERE id = ? AND demo = 0'),
    group: db.prepare<[number, string, string, string], { id: number }>(
      'SELECT id FROM row_groups WHERE broadcast_id = ? AND room = ? AND attribute = ? AND value = ?',
    ),
    addGroup: db.prepare(
      `INSERT INTO row_groups (broadcast_id, room, attribute, value) VALUES (?, ?, ?, ?)
       ON CONFLICT (broadcast_id, attribute, room, value) DO NOTHING`,
    ),
    control: db.prepare(
      `INSERT INTO controls (broadcast_id, canonical, ts, part, event) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (broadcast_id, canonical) DO NOTHING`,
    ),
    counter: db.prepare(
      `INSERT INTO counters (broadcast_id, part, slice, summary) VALUES (?, ?, ?, ?)
       ON CONFLICT (broadcast_id, part, slice) DO UPDATE SET summary = excluded.summary`,
    ),
    rowLive: row('rows_live'),
    rowFinal: row('rows_final'),
    moveRows: db.prepare(
      `INSERT INTO rows_final (group_id, second, part, ${columns})
       SELECT group_id, second, part, ${columns} FROM rows_live
       WHERE group_id IN (SELECT id FROM row_groups WHERE broadcast_id = ?) AND second <= ? AND part = ?
       ON CONFLICT (group_id, second, part) DO UPDATE SET ${sums('rows_final')}`,
    ),
    dropMoved: db.prepare(
      `DELETE FROM rows_live WHERE group_id IN (SELECT id FROM row_groups WHERE broadcast_id = ?) AND second <= ? AND part = ?`,
    ),
    dropOpenStays: db.prepare('DELETE FROM stays WHERE broadcast_id = ? AND listener = ? AND final = 0'),
    stay: db.prepare(
      `INSERT OR REPLACE INTO stays (broadcast_id, listener, connection, room, start_at, end_at, reason, role, hearing, attrs,
       source, last_at, heartbeat_ms, joined, final, part) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    failures: db.prepare(
      `INSERT INTO failures (broadcast_id, part, page, bytes)
       SELECT ?, ?, COALESCE(MAX(page), -1) + 1, ? FROM failures WHERE broadcast_id = ? AND part = ?`,
    ),
    standing: db.prepare(
      `INSERT INTO watermarks (broadcast_id, watermark, live_second, complete, catching_up, rev, stored_at)
       VALUES (?, ?, ?, ?, ?, 1, ?) ON CONFLICT (broadcast_id) DO UPDATE SET watermark = excluded.watermark,
       live_second = excluded.live_second, complete = excluded.complete, catching_up = excluded.catching_up,
       stored_at = excluded.stored_at`,
    ),
    raise: db.prepare('UPDATE watermarks SET rev = rev + 1 WHERE broadcast_id = ? AND (? = 1 OR complete = 1)'),
    raiseReport: db.prepare(
      `UPDATE reports SET rev = rev + 1 WHERE broadcast_id = ?
       AND rev = (SELECT rev FROM watermarks WHERE broadcast_id = ? AND (? = 1 OR complete = 1))`,
    ),
    revise: db.prepare('UPDATE watermarks SET rev = ? WHERE broadcast_id = ?'),
    controlsOf: db.prepare<[number], { event: string }>('SELECT event FROM controls WHERE broadcast_id = ?'),
    dropWindows: db.prepare('DELETE FROM windows WHERE broadcast_id = ?'),
    show: db.prepare(
      `INSERT INTO shown (broadcast_id, second, shown_at, shown)
       SELECT ?, ?, ?, json_object(${SHOWN.map((n) => `'${n}', SUM("${n}")`).join(', ')}) FROM (
         SELECT ${SHOWN.map((n) => `"${n}"`).join(', ')} FROM rows_final WHERE group_id = ? AND second <= ?
         UNION ALL SELECT ${SHOWN.map((n) => `"${n}"`).join(', ')} FROM rows_live WHERE group_id = ? AND second <= ?)
       WHERE true ON CONFLICT (broadcast_id, second, shown_at) DO NOTHING`,
    ),
    window: db.prepare(
      `INSERT INTO windows (broadcast_id, id, onset_at, "window") VALUES (?, ?, ?, ?)
       ON CONFLICT (broadcast_id, id) DO UPDATE SET onset_at = excluded.onset_at, "window" = excluded."window"`,
    ),
  };
}
