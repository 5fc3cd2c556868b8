/** The overview's choices in the URL: parse and print are inverses. */

export const STATE_FILTERS = ['all', 'running', 'crashed', 'ended'] as const;
export type StateFilter = (typeof STATE_FILTERS)[number];

export const COLUMNS = [
  'connected',
  'spark',
  'hearing',
  'peak',
  'peakAt',
  'change',
  'peakHearing',
  'ama',
  'windows',
  'age',
  'ended',
  'ran',
] as const;
export type ColumnName = (typeof COLUMNS)[number];

export const SORTS = [
  'trouble',
  'name',
  'connected',
  'hearing',
  'peak',
  'change',
  'windows',
  'age',
  'ended',
  'ran',
] as const;
export type SortName = (typeof SORTS)[number];

export interface OverviewChoice {
  state: StateFilter;
  query: string;
  /** first and last day on which those looked for ran, `2023-05-24`; null: without a bound */
  from: string | null;
  to: string | null;
  sort: SortName;
  descending: boolean;
  /** of the ended ones, from 1 */
  page: number;
  hidden: readonly ColumnName[];
  picked: readonly string[];
}

export const DEFAULT_CHOICE: OverviewChoice = {
  state: 'all',
  query: '',
  from: null,
  to: null,
  sort: 'trouble',
  descending: true,
  page: 1,
  hidden: ['ran'],
  picked: [],
};

export function parseChoice(params: URLSearchParams): OverviewChoice {
  const sort = params.get('sort') ?? '';
  const descending = !sort.startsWith('+');
  const name = sort.replace(/^[+-]/, '');
  const hidden = params.get('hide')?.split(',');
  return {
    state: STATE_FILTERS.find((state) => state === params.get('state')) ?? DEFAULT_CHOICE.state,
    query: params.get('q') ?? '',
    from: dayOf(params.get('from')),
    to: dayOf(params.get('to')),
    sort: SORTS.find((known) => known === name) ?? DEFAULT_CHOICE.sort,
    descending,
    page: pageOf(params.get('page')),
    hidden: hidden === undefined ? DEFAULT_CHOICE.hidden : COLUMNS.filter((column) => hidden.includes(column)),
    picked: [...new Set(params.getAll('pick'))].filter((id) => id !== ''),
  };
}

/** Only what differs from the default is written; parameters of others stay. */
export function printChoice(choice: OverviewChoice, into: URLSearchParams = new URLSearchParams()): URLSearchParams {
  const params = new URLSearchParams(into);
  set(params, 'state', choice.state === DEFAULT_CHOICE.state ? null : choice.state);
  set(params, 'q', choice.query === '' ? null : choice.query);
  set(params, 'from', choice.from);
  set(params, 'to', choice.to);
  const plain = choice.sort === DEFAULT_CHOICE.sort && choice.descending === DEFAULT_CHOICE.descending;
  set(params, 'sort', plain ? null : `${choice.descending ? '-' : '+'}${choice.sort}`);
  set(params, 'page', choice.page === 1 ? null : String(choice.page));
  const hidden = COLUMNS.filter((column) => choice.hidden.includes(column)).join(',');
  set(params, 'hide', hidden === DEFAULT_CHOICE.hidden.join(',') ? null : hidden || NOTHING);
  params.delete('pick');
  for (const id of choice.picked) params.append('pick', id);
  return params;
}

/** What `hide` says where every column is shown. */
const NOTHING = 'none';

/** The last page is shown where there are fewer. */
const MOST_PAGES = 1_000_000;

function pageOf(text: string | null): number {
  return text !== null && /^[1-9]\d{0,6}$/.test(text) ? Math.min(MOST_PAGES, Number(text)) : 1;
}

/** Null where the text is no day between 2000 and 2099. */
export function dayOf(text: string | null): string | null {
  if (text === null || !/^20\d{2}-\d{2}-\d{2}$/.test(text)) return null;
  const at = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || !at.toISOString().startsWith(text) ? null : text;
}

function set(params: URLSearchParams, name: string, value: string | null): void {
  if (value === null) params.delete(name);
  else params.set(name, value);
}
