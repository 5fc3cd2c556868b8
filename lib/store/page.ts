/** A page of the overview: past broadcasts chosen by the database, merged with the few that are not kept as they are now. */
import type { Kysely } from 'kysely';
import { countPast, fits, inOrder, pastIds, pastNamed, pastOf } from './past.ts';
import type { Tables } from './schema.ts';
import type { BroadcastsPage, PageQuery } from './store.ts';
import type { Summaries } from './summaries.ts';

export async function broadcastsPage(
  db: Kysely<Tables>,
  summaries: Summaries,
  query: PageQuery,
): Promise<BroadcastsPage> {
  const { group, limit, offset } = query;
  const changed = (await summaries.changed()).map((summary) => ({ summary, past: pastOf(summary) }));
  const fitting = changed.filter(
    ({ summary, past }) => fits(past, query) && (group === null || (summary.state === 'final') === (group === 'ended')),
  );
  const order = inOrder(query);
  const last =
    query.after === undefined
      ? null
      : (changed.find(({ summary }) => summary.broadcast === query.after)?.past ?? (await pastNamed(db, query.after)));
  const own = fitting.filter(({ past }) => last === null || order(last, past) < 0);
  const withPast = group !== 'running';
  // whatever of them comes before the page, no more than all of them do
  const skipped = Math.max(0, offset - own.length);
  const ids = withPast ? await pastIds(db, query, last, skipped, offset - skipped + limit) : [];
  const kept = (await summaries.kept(ids)).map((summary) => ({ summary, past: pastOf(summary) }));
  const rows = [...own, ...kept]
    .sort((a, b) => order(a.past, b.past))
    .slice(offset - skipped, offset - skipped + limit)
    .map(({ summary }) => summary);
  const [all, crashed] = [
    await countPast(db, { crashed: false, search: '' }),
    await countPast(db, { crashed: true, search: '' }),
  ];
  let total = 0;
  const narrowed = query.search !== '' || query.ran !== undefined;
  if (withPast) total = narrowed ? await countPast(db, query) : query.crashed ? crashed : all;
  const running = changed.filter(({ summary }) => summary.state !== 'final').length;
  return {
    rows,
    total: fitting.length + total,
    counts: {
      all: changed.length + all,
      running,
      ended: changed.length + all - running,
      crashed: changed.filter(({ past }) => past.windows > 0).length + crashed,
    },
  };
}
