/** Which page of the ended broadcasts a choice asks the store for. */
import { PAGE_SORTS, type PageSort } from '../../lib/store/store.ts';
import type { PastQuery } from '../_data/overview.ts';
import { instantsOf } from './days.ts';
import type { OverviewChoice } from './url-state.ts';

/** Null where only running ones are looked at. Days are those of the zone. */
export function pastQuery(choice: OverviewChoice, zone: string): PastQuery | null {
  if (choice.state === 'running') return null;
  const ran = instantsOf(choice, zone);
  return {
    ...(ran === null ? {} : { ran }),
    crashed: choice.state === 'crashed',
    search: choice.query.trim().toLowerCase(),
    ...pastOrder(choice),
    page: choice.page,
  };
}

/** The chosen column where ended ones can be ordered by it, else the newest first. */
export function pastOrder({ sort, descending }: Pick<OverviewChoice, 'sort' | 'descending'>): {
  sort: PageSort;
  descending: boolean;
} {
  const known = PAGE_SORTS.find((one) => one === sort);
  return known === undefined ? { sort: 'ended', descending: true } : { sort: known, descending };
}
