/** What a row of the overview is, decided once: its state, its group and its place in the order of trouble. */
import { type BroadcastState, broadcastState, freshnessOf } from '../../lib/series/freshness.ts';
import type { OverviewRow } from '../_data/overview.ts';

export interface RowFacts {
  row: OverviewRow;
  state: BroadcastState;
  name: string;
  /** what the search looks in, lower case */
  haystack: string;
  /** smaller comes first */
  trouble: number;
  /** ms since the numbers were new; null for an ended broadcast */
  ageMs: number | null;
  /** change of connected over 5 minutes, ratio of the earlier number */
  change: number | null;
}

const TROUBLE: Readonly<Record<BroadcastState, number>> = {
  crashing: 0,
  no_data: 1,
  recovered: 2,
  live: 3,
  planned: 4,
  ended: 5,
};

export function rowFacts(row: OverviewRow, now: number): RowFacts {
  const windows = { open: row.open !== null, lastClosedAt: row.last?.closedAt ?? null };
  const state = broadcastState(row, windows, now);
  const freshness = freshnessOf(row, now);
  const before = row.change5m === null ? null : row.connected - row.change5m;
  return {
    row,
    state,
    name: row.title ?? row.broadcast,
    haystack: `${row.title ?? ''}\n${row.broadcast}`.toLowerCase(),
    trouble: TROUBLE[state],
    ageMs: freshness.kind === 'live' ? freshness.behindMs : freshness.kind === 'stale' ? freshness.forMs : null,
    change: row.change5m === null || before === null || before <= 0 ? null : row.change5m / before,
  };
}
