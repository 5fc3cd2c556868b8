import type { BroadcastChange } from './checkpoint.ts';

/** The first second of the whole broadcast, epoch s, that a change writes; null: none. What was summed up of it and what follows does not hold any more. */
export function firstRow(change: BroadcastChange): number | null {
  let first: number | null = null;
  for (const { flushed } of change.counters) {
    for (const { group, second } of flushed.rows) {
      if (group.room !== '' || group.attribute !== '') continue;
      if (first === null || second < first) first = second;
    }
  }
  return first;
}
