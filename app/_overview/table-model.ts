/** Columns and order of the two tables; how a cell looks is said in `cells.tsx`. */
import {
  columnVisibilityFeature,
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFn_alphanumeric,
  tableFeatures,
} from '@tanstack/react-table';
import { PAGE_SORTS } from '../../lib/store/store.ts';
import { pastOrder } from './past-query.ts';
import type { RowFacts } from './row-facts.ts';
import { COLUMNS, type ColumnName, SORTS, type SortName } from './url-state.ts';

export const features = tableFeatures({
  columnVisibilityFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { alphanumeric: sortFn_alphanumeric },
});

export type ColumnId = 'state' | 'name' | ColumnName;
export type Group = 'running' | 'ended';

const helper = createColumnHelper<typeof features, RowFacts>();

const state = helper.accessor((facts) => -facts.trouble, { id: 'state', header: 'State', enableHiding: false });
const name = helper.accessor('name', { id: 'name', header: 'Broadcast', enableHiding: false });
const connected = helper.accessor((facts) => facts.row.connected, { id: 'connected', header: 'Connected' });
const spark = helper.display({ id: 'spark', header: 'Whole run' });
const hearing = helper.accessor((facts) => facts.row.hearing ?? undefined, {
  id: 'hearing',
  header: 'Hearing',
  sortUndefined: 'last',
});
const peak = helper.accessor((facts) => facts.row.peak, { id: 'peak', header: 'Peak' });
const peakAt = helper.display({ id: 'peakAt', header: 'at' });
const change = helper.accessor((facts) => facts.change ?? undefined, {
  id: 'change',
  header: 'In 5 min',
  sortUndefined: 'last',
});
const windows = helper.accessor((facts) => facts.row.windows, { id: 'windows', header: 'Crash windows' });
const age = helper.accessor((facts) => facts.ageMs ?? undefined, {
  id: 'age',
  header: 'Data age',
  sortUndefined: 'last',
});
const peakHearing = helper.display({ id: 'peakHearing', header: 'Peak hearing' });
const ama = helper.display({ id: 'ama', header: 'AMA' });
const ended = helper.accessor((facts) => facts.row.lastAt, { id: 'ended', header: 'Ended' });
const ran = helper.accessor((facts) => facts.row.lastAt - facts.row.firstAt, { id: 'ran', header: 'Ran for' });

const runningColumns = helper.columns([state, name, connected, spark, hearing, peak, peakAt, change, windows, age]);
const endedColumns = helper.columns([state, name, ended, ran, peak, peakAt, peakHearing, ama, spark, windows, age]);

const columns = { running: runningColumns, ended: endedColumns };

export function columnsOf(group: Group): (typeof columns)[Group] {
  return columns[group];
}

export function isColumnId(id: string): id is ColumnId {
  return id === 'state' || id === 'name' || COLUMNS.some((column) => column === id);
}

/** The order of a group: the chosen column where the group has it, else its own. The store has put ended ones in theirs. */
export function sortingOf(sort: SortName, descending: boolean, group: Group): { id: string; desc: boolean }[] {
  if (group === 'ended') {
    const order = pastOrder({ sort, descending });
    return [{ id: order.sort, desc: order.descending }];
  }
  if (sort !== 'trouble' && columns.running.some((column) => column.id === sort))
    return [{ id: sort, desc: descending }];
  return [
    { id: 'state', desc: true },
    { id: 'connected', desc: true },
  ];
}

/** What a press of the head of a column sorts by; null: it does not. */
export function sortOf(group: Group, id: ColumnId): SortName | null {
  if (id === 'state') return 'trouble';
  if (group === 'ended' && !PAGE_SORTS.some((sort) => sort === id)) return null;
  return SORTS.find((sort) => sort === id) ?? null;
}
