/** What a checkpoint says in few rows: rejected records, control events, what counters know of themselves, standings. */
import { newMark } from './changed.ts';
import type { PartitionChange, Standing } from './checkpoint.ts';
import { int4Array, int8Array, textArray } from './postgres-arrays.ts';
import type { Connection } from './postgres-connection.ts';
import type { PostgresNames } from './postgres-names.ts';

/** Rejected records, control events, and what counters know of themselves. */
export async function putFacts(
  c: Connection,
  names: PostgresNames,
  changes: readonly PartitionChange[],
  parts: readonly number[],
): Promise<void> {
  const rejects: { part: number; reason: string; count: number }[] = [];
  const controls = new Map<string, { id: number; part: number; canonical: string; ts: number; event: string }>();
  const counters: { id: number; part: number; slice: number; summary: string }[] = [];
  for (const [i, change] of changes.entries()) {
    const part = parts[i] ?? 0;
    for (const [reason, count] of Object.entries(change.rejected)) rejects.push({ part, reason, count });
    for (const b of change.broadcasts) {
      const id = names.broadcast(b.broadcast);
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
  for (const b of changes.flatMap(({ broadcasts }) => broadcasts)) {
    if (b.revises === null) continue;
    const to = [names.broadcast(b.broadcast), b.revises === 'remarks if complete' ? 0 : 1];
    // numbers that were counted before and still hold belong to the new revision too
    if (b.revises !== 'numbers') {
      await c.prepared(
        'raise report',
        `UPDATE reports SET rev = rev + 1 WHERE broadcast_id = $1
         AND rev = (SELECT rev FROM watermarks WHERE broadcast_id = $1 AND (CAST($2 AS int4) = 1 OR complete = 1))`,
        to,
      );
    }
    await c.prepared(
      'raise',
      'UPDATE watermarks SET rev = rev + 1 WHERE broadcast_id = $1 AND (CAST($2 AS int4) = 1 OR complete = 1)',
      to,
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

/** Where a broadcast stands, and what is shown of it. */
export async function putStanding(c: Connection, id: number, standing: Standing, storedAt: number): Promise<void> {
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

/** Marks broadcasts as changed: the last statement of a transaction, since others that mark them wait for its end. */
export async function putMarks(c: Connection, broadcastIds: ReadonlySet<number>): Promise<void> {
  if (broadcastIds.size === 0) return;
  const ids = [...broadcastIds];
  await c.prepared(
    'marks',
    `INSERT INTO changed (broadcast_id, mark) SELECT * FROM unnest($1::int4[], $2::int8[]) ORDER BY 1
     ON CONFLICT (broadcast_id) DO UPDATE SET mark = excluded.mark`,
    [int4Array(ids.length, (i) => ids[i] ?? 0), int8Array(ids.map(newMark))],
  );
}

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
