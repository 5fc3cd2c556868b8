/** The partitions of a checkpoint: locked while it is written, judged by their owner, moved on. */
import type { PartitionChange } from './checkpoint.ts';
import type { FoundPartition, Ownership } from './ownership.ts';
import { int4Array, int8Array, textArray } from './postgres-arrays.ts';
import type { Connection } from './postgres-connection.ts';

/** Any number, other than that of migrations: numbers of partitions are given out by one process at a time. */
const PART_LOCK = 0x4eae;

export interface PartitionRow extends FoundPartition {
  part: number;
  source: string;
  partition: number;
  lane: string;
}

/** The partitions as they stand, locked until the end of the transaction. Throws FencedError where another process has moved on. */
export async function lockPartitions(
  c: Connection,
  ownership: Ownership,
  changes: readonly PartitionChange[],
  merges: boolean,
): Promise<ReadonlyMap<string, PartitionRow>> {
  const merged = merges ? ownership.merges() : [];
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
  for (const change of changes) ownership.check(change, found.get(`${change.source} ${change.partition}`));
  for (const source of merged) {
    if (changes.some((change) => change.source === source && change.partition === 0)) continue;
    ownership.checkOwner(source, 0, found.get(`${source} 0`));
  }
  return found;
}

/** The number of a partition that is new. Throws FencedError where another process has added it meanwhile. */
export async function addPartition(c: Connection, ownership: Ownership, change: PartitionChange): Promise<number> {
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
  await lockPartitions(c, ownership, [change], false);
  return 0;
}

/** Lines of broadcasts that have fallen asleep, and of those that speak again; a broadcast that was removed has none. */
export async function putSleepers(
  c: Connection,
  changes: readonly PartitionChange[],
  parts: readonly number[],
): Promise<void> {
  const of = changes.map((change, i) => ({ ...change, part: parts[i] ?? 0 }));
  const woken = of.flatMap(({ woken = [], part }) => woken.map((name) => ({ name, part })));
  const asleep = of.flatMap(({ asleep = [], part }) => asleep.map((sleeper) => ({ ...sleeper, part })));
  if (woken.length > 0) {
    await c.prepared(
      'wake',
      `DELETE FROM asleep USING unnest($1::text[], $2::int4[]) AS w (name, part), broadcasts b
       WHERE b.broadcast = w.name AND asleep.broadcast_id = b.id AND asleep.part = w.part`,
      [textArray(woken.map(({ name }) => name)), int4Array(woken.length, (i) => woken[i]?.part ?? 0)],
    );
  }
  if (asleep.length === 0) return;
  await c.prepared(
    'sleep',
    `INSERT INTO asleep (broadcast_id, part, line)
     SELECT b.id, s.part, s.line FROM unnest($1::text[], $2::int4[], $3::text[]) AS s (name, part, line)
     JOIN broadcasts b ON b.broadcast = s.name
     ON CONFLICT (broadcast_id, part) DO UPDATE SET line = excluded.line`,
    [
      textArray(asleep.map(({ broadcast }) => broadcast)),
      int4Array(asleep.length, (i) => asleep[i]?.part ?? 0),
      textArray(asleep.map(({ line }) => line)),
    ],
  );
}

export async function movePartitions(
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
