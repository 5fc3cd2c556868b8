/** One checkpoint in one transaction: few statements, whatever the number of rows. */
import { COUNT_NAMES } from '../numbers/second.ts';
import type { Flushed } from '../presence/counter.ts';
import type { GroupName } from '../presence/summary.ts';
import type { BroadcastChange, Checkpoint } from './checkpoint.ts';
import { firstRow } from './first-row.ts';
import type { Ownership } from './ownership.ts';
import { int4Array, int8Array } from './postgres-arrays.ts';
import {
  addFailures,
  dropOpenStays,
  eachOnce,
  type FailureRow,
  type PageRow,
  putPages,
  putStays,
  RowBatch,
  type StayRow,
} from './postgres-batch.ts';
import type { Connection } from './postgres-connection.ts';
import { putFacts, putMarks, putStanding } from './postgres-facts.ts';
import type { PostgresNames } from './postgres-names.ts';
import { addPartition, lockPartitions, movePartitions, putSleepers } from './postgres-partitions.ts';

/** What the writer knows. */
export interface Writing {
  names: PostgresNames;
  ownership: Ownership;
  /** rows up to this second have been moved to the final table, by partition and broadcast */
  moved: ReadonlyMap<string, number>;
}

/** What a checkpoint writes, in the order of tables; a partition is named by its place in the checkpoint. */
interface Collected {
  live: RowBatch;
  final: RowBatch;
  timeless: RowBatch;
  openListeners: { id: number; open: Flushed['openStays'] }[];
  stays: { open: readonly StayRow[]; final: readonly StayRow[] };
  pages: PageRow[];
  failures: FailureRow[];
  marked: Set<number>;
  written: { id: number; from: number }[];
}

/** Puts together what is to be written. It takes its time where there is much, so no lock is held meanwhile. */
export function collect(names: PostgresNames, partitions: Checkpoint['partitions']): Collected {
  const live = new RowBatch('rows_live');
  const final = new RowBatch('rows_final');
  // distributions have rows of no second, which grow and grow
  const timeless = new RowBatch('rows_final');
  const stays: { open: StayRow[]; final: StayRow[] } = { open: [], final: [] };
  const openListeners: Collected['openListeners'] = [];
  const pages: PageRow[] = [];
  const failures: FailureRow[] = [];
  const marked = new Set<number>();
  const written: { id: number; from: number }[] = [];
  for (const [place, change] of partitions.entries()) {
    for (const b of change.broadcasts) {
      const id = names.broadcast(b.broadcast);
      const finalSecond = b.finalSecond ?? Number.NEGATIVE_INFINITY;
      if (b.controls.length > 0 || b.revises !== null) marked.add(id);
      const from = firstRow(b);
      if (from !== null) written.push({ id, from });
      collectRows(names, b, id, place, (second) => (second > finalSecond ? live : second === 0 ? timeless : final));
      for (const { slice, flushed } of b.counters) {
        if (flushed.openStays.length > 0) openListeners.push({ id, open: flushed.openStays });
        for (const { stays: of } of flushed.openStays) {
          for (const stay of of) stays.open.push({ broadcastId: id, place, final: 0, stay });
        }
        for (const stay of flushed.finalStays) stays.final.push({ broadcastId: id, place, final: 1, stay });
        for (const bytes of flushed.failures) failures.push({ broadcastId: id, place, bytes });
        if (flushed.journal !== null) pages.push({ place, broadcastId: id, slice, page: flushed.journal });
      }
    }
  }
  return {
    ...{ live, final, timeless, openListeners, pages, failures, marked, written },
    stays: { open: eachOnce(stays.open), final: eachOnce(stays.final) },
  };
}

/** Resolves with what is known of moved rows once this holds. */
export async function writeCheckpoint(
  c: Connection,
  { names, ownership, moved }: Writing,
  { partitions, standings, storedAt }: Checkpoint,
  { live, final, timeless, openListeners, stays, pages, failures, marked: marks, written }: Collected,
): Promise<Map<string, number>> {
  const found = await lockPartitions(c, ownership, partitions, standings.length > 0);
  const marked = new Set(marks);
  const parts: number[] = [];
  const moves: { key: string; id: number; part: number; upTo: number; finalSecond: number }[] = [];
  for (const change of partitions) {
    const part = found.get(`${change.source} ${change.partition}`)?.part ?? (await addPartition(c, ownership, change));
    parts.push(part);
    for (const b of change.broadcasts) {
      const id = names.broadcast(b.broadcast);
      const finalSecond = b.finalSecond ?? Number.NEGATIVE_INFINITY;
      const key = `${part} ${id}`;
      if (finalSecond - (moved.get(key) ?? Number.NEGATIVE_INFINITY) >= 10) {
        const upTo = Number.isFinite(finalSecond) ? finalSecond : Number.MAX_SAFE_INTEGER;
        moves.push({ key, id, part, upTo, finalSecond });
      }
    }
  }
  await movePartitions(c, partitions, parts, storedAt);
  await putSleepers(c, partitions, parts);
  await putFacts(c, names, partitions, parts);
  for (const { id, open } of openListeners) await dropOpenStays(c, id, open);
  await putStays(c, stays.open, parts);
  await putStays(c, stays.final, parts);
  await addFailures(c, failures, parts);
  await putPages(c, pages, parts);
  if (written.length > 0) {
    const ids = int4Array(written.length, (i) => written[i]?.id ?? 0);
    await c.prepared('drop outlines', DROP_OUTLINES, [ids, int8Array(written.map(({ from }) => from))]);
  }
  await live.write(c, parts);
  await final.write(c, parts);
  await timeless.write(c, parts);
  for (const { id, part, upTo } of moves) await c.prepared('move', MOVE_ROWS, [id, upTo, part]);
  for (const standing of standings) {
    const id = names.broadcast(standing.broadcast);
    await putStanding(c, id, standing, storedAt);
    marked.add(id);
  }
  await putMarks(c, marked);
  return new Map(moves.map(({ key, finalSecond }) => [key, finalSecond]));
}

function collectRows(
  names: PostgresNames,
  change: BroadcastChange,
  id: number,
  place: number,
  batchOf: (second: number) => RowBatch,
): void {
  let last: GroupName | null = null;
  let groupId = 0;
  for (const { flushed } of change.counters) {
    for (const { group, second, counts } of flushed.rows) {
      if (group !== last) groupId = names.group(id, group);
      last = group;
      batchOf(second).add(groupId, second, place, counts);
    }
  }
}

const DROP_OUTLINES = `DELETE FROM outlines USING unnest($1::int4[], $2::int8[]) AS written (id, first)
  WHERE broadcast_id = written.id AND until > written.first`;

const COLUMNS = COUNT_NAMES.map((name) => `"${name}"`).join(', ');

const MOVE_ROWS = `WITH moved AS (DELETE FROM rows_live
    WHERE group_id IN (SELECT id FROM row_groups WHERE broadcast_id = $1) AND second <= $2 AND part = $3 RETURNING *)
  INSERT INTO rows_final (group_id, second, part, ${COLUMNS}) SELECT group_id, second, part, ${COLUMNS} FROM moved
  ON CONFLICT (group_id, second, part) DO UPDATE SET
  ${COUNT_NAMES.map((name) => `"${name}" = rows_final."${name}" + excluded."${name}"`).join(', ')}`;
