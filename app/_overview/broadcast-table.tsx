'use client';
import { useTable } from '@tanstack/react-table';
import { Definition } from '../_ui/definition.tsx';
import { DEFINITIONS, type Term } from '../_ui/definitions.ts';
import { Cell, type CellView } from './cells.tsx';
import type { RowFacts } from './row-facts.ts';
import { type ColumnId, columnsOf, features, type Group, isColumnId, sortingOf, sortOf } from './table-model.ts';
import type { OverviewChoice, SortName } from './url-state.ts';

const NUMERIC: readonly ColumnId[] = ['connected', 'hearing', 'peak', 'change', 'peakHearing', 'ama', 'age', 'ran'];
/** What a phone shows: it has room for the name, the state and one number. */
const PHONE: Readonly<Record<Group, readonly ColumnId[]>> = {
  running: ['state', 'name', 'connected'],
  ended: ['state', 'name', 'ended', 'peak'],
};

/** There the heads of the columns are gone: a number says itself what it is. */
const PHONE_WORDS: Readonly<Partial<Record<ColumnId, string>>> = { connected: 'connected', peak: 'peak connected' };

/** What the numbers of a column mean: on hover, and on `?` where its head has the focus. */
const TERMS: Readonly<Partial<Record<ColumnId, Term>>> = {
  connected: 'connected',
  hearing: 'hearing',
  peak: 'peak',
  change: 'change',
  peakHearing: 'peak',
  ama: 'ama',
  windows: 'window',
  age: 'age',
  ran: 'ran',
};

export interface TableProps {
  group: Group;
  rows: RowFacts[];
  choice: OverviewChoice;
  view: Omit<CellView, 'picked'>;
  selected: string | null;
  onSort: (sort: SortName) => void;
}

/** The rows of one group, filtered by the search and in the chosen order. */
export function BroadcastTable({ group, rows, choice, view, selected, onSort }: TableProps) {
  const table = useTable({
    features,
    columns: columnsOf(group),
    data: rows,
    getRowId: (facts) => facts.row.broadcast,
    manualSorting: group === 'ended',
    state: {
      sorting: sortingOf(choice.sort, choice.descending, group),
      columnVisibility: Object.fromEntries(choice.hidden.map((column) => [column, false])),
    },
  });
  return (
    <div className="tw">
      <table>
        <caption className="sr">{group === 'running' ? 'Running broadcasts' : 'Ended broadcasts'}</caption>
        <thead>
          {table.getHeaderGroups().map((headers) => (
            <tr key={headers.id}>
              {headers.headers.map((header) => {
                const id = idOf(header.column.id);
                const sorted = sortMark(group, choice, id);
                const name = sortOf(group, id);
                return (
                  <th
                    key={header.id}
                    scope="col"
                    className={NUMERIC.includes(id) ? 'num' : undefined}
                    aria-sort={sorted === null ? undefined : sorted}
                  >
                    {name === null ? (
                      <Defined term={TERMS[id]}>
                        <table.FlexRender header={header} />
                      </Defined>
                    ) : (
                      <button type="button" onClick={() => onSort(name)} data-term={TERMS[id]} title={meaningOf(id)}>
                        <table.FlexRender header={header} />
                        {sorted === null ? null : (
                          <span aria-hidden="true">{sorted === 'descending' ? ' ↓' : ' ↑'}</span>
                        )}
                      </button>
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map((row) => {
            const facts = row.original;
            const { broadcast } = facts.row;
            const classes = [facts.state === 'crashing' ? 'crashing' : '', selected === broadcast ? 'sel' : ''];
            return (
              <tr key={row.id} data-broadcast={broadcast} className={classes.filter(Boolean).join(' ') || undefined}>
                {row.getVisibleCells().map((cell) => {
                  const id = idOf(cell.column.id);
                  return (
                    <td key={cell.id} className={cellClass(group, id)} data-kind={PHONE_WORDS[id]}>
                      <Cell id={id} facts={facts} view={{ ...view, picked: choice.picked.includes(broadcast) }} />
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The head of a column that sorts nothing: what its numbers mean is behind it. */
function Defined({ term, children }: { term: Term | undefined; children: React.ReactNode }) {
  return term === undefined ? children : <Definition term={term}>{children}</Definition>;
}

function meaningOf(id: ColumnId): string | undefined {
  const term = TERMS[id];
  return term === undefined ? undefined : DEFINITIONS[term].means;
}

function cellClass(group: Group, id: ColumnId): string {
  const classes = [`c-${id}`];
  if (id === 'name') classes.push('title');
  if (NUMERIC.includes(id)) classes.push('num');
  if (id === 'connected') classes.push('big');
  if (id === 'windows' || id === 'ended' || id === 'peakAt') classes.push('nw');
  if (!PHONE[group].includes(id)) classes.push('m-hide');
  if (group === 'ended' && id === 'peak') classes.push('c-peakEnded');
  return classes.join(' ');
}

function sortMark(group: Group, choice: OverviewChoice, id: ColumnId): 'ascending' | 'descending' | null {
  const order = sortingOf(choice.sort, choice.descending, group);
  // of trouble first, then connected, the number is what the eye follows
  const shown = order[order.length - 1];
  return shown?.id === id ? (shown.desc ? 'descending' : 'ascending') : null;
}

function idOf(id: string): ColumnId {
  return isColumnId(id) ? id : 'name';
}
