/** Past broadcasts as an overview orders and finds them: a short row each, beside the summary that is kept. */
import type { Kysely } from 'kysely';
import type { Tables } from './schema.ts';
import type { BroadcastSummary, PageQuery, PageSort } from './store.ts';

/** What a broadcast is ordered and found by; kept as it is for past ones. */
export type Past = Omit<Tables['past'], 'broadcast_id'>;

const COLUMNS = {
  name: 'name',
  ended: 'last_at',
  ran: 'ran',
  peak: 'peak',
  windows: 'windows',
} as const satisfies Record<PageSort, keyof Past>;

/** No title with its id is longer: a longer search finds nothing, as its beginning does. */
const LONGEST_SEARCH = 1_000;

export function pastOf(summary: BroadcastSummary): Past {
  const { broadcast, title, firstAt, lastAt, peak, alarms } = summary;
  return {
    broadcast: broadcast.toWellFormed(),
    name: (title ?? broadcast).toLowerCase().toWellFormed(),
    haystack: `${title ?? ''}\n${broadcast}`.toLowerCase().toWellFormed(),
    last_at: lastAt,
    ran: lastAt - firstAt,
    peak,
    windows: alarms.count,
  };
}

export async function putPast(db: Kysely<Tables>, broadcastId: number, summary: BroadcastSummary): Promise<void> {
  const values = pastOf(summary);
  await db
    .insertInto('past')
    .values({ broadcast_id: broadcastId, ...values })
    .onConflict((c) => c.column('broadcast_id').doUpdateSet(values))
    .execute();
}

type Filter = Pick<PageQuery, 'crashed' | 'search' | 'ran'>;

export function fits(past: Past, { crashed, search, ran }: Filter): boolean {
  if (ran !== undefined) {
    const { from, to } = ran;
    if ((from !== null && past.last_at < from) || (to !== null && past.last_at - past.ran >= to)) return false;
  }
  return (!crashed || past.windows > 0) && past.haystack.includes(wanted(search));
}

/** What one is ordered by that is kept; null where there is none of that name. */
export async function pastNamed(db: Kysely<Tables>, broadcast: string): Promise<Past | null> {
  const row = await db
    .selectFrom('past')
    .innerJoin('broadcasts', 'broadcasts.id', 'past.broadcast_id')
    .selectAll('past')
    .where('broadcasts.broadcast', '=', broadcast)
    .executeTakeFirst();
  return row === undefined ? null : { ...row, last_at: Number(row.last_at), ran: Number(row.ran) };
}

/** Before 0: `a` comes first. As the databases have it: text by its bytes, those alike by id, all in the same direction. */
export function inOrder({ sort, descending }: Pick<PageQuery, 'sort' | 'descending'>): (a: Past, b: Past) => number {
  const column = COLUMNS[sort];
  const turn = descending ? -1 : 1;
  return (a, b) => turn * (compare(a[column], b[column]) || compare(a.broadcast, b.broadcast));
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}

function wanted(search: string): string {
  return search.trim().toLowerCase().slice(0, LONGEST_SEARCH).toWellFormed();
}

/** Those kept as they are now: [from, from + most) of the ones that fit and come after `last`, in order. */
export async function pastIds(
  db: Kysely<Tables>,
  { sort, descending, ...filter }: Filter & Pick<PageQuery, 'sort' | 'descending'>,
  last: Past | null,
  from: number,
  most: number,
): Promise<number[]> {
  const direction = descending ? 'desc' : 'asc';
  const rows = await fitting(db, filter)
    .$if(last !== null, (query) =>
      query.where((eb) =>
        eb(
          eb.refTuple(COLUMNS[sort], 'broadcast'),
          descending ? '<' : '>',
          eb.tuple(last?.[COLUMNS[sort]] ?? '', last?.broadcast ?? ''),
        ),
      ),
    )
    .select('broadcast_id')
    .orderBy(COLUMNS[sort], direction)
    .orderBy('broadcast', direction)
    .limit(most)
    .offset(from)
    .execute();
  return rows.map(({ broadcast_id }) => broadcast_id);
}

/** How many of those kept as they are now fit. */
export async function countPast(db: Kysely<Tables>, filter: Filter): Promise<number> {
  const { n } = await fitting(db, filter)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  return Number(n);
}

function fitting(db: Kysely<Tables>, { crashed, search, ran }: Filter) {
  const text = wanted(search);
  const { from, to } = ran ?? { from: null, to: null };
  return db
    .selectFrom('past')
    .where('broadcast_id', 'not in', (eb) => eb.selectFrom('changed').select('changed.broadcast_id'))
    .$if(crashed, (query) => query.where('windows', '>', 0))
    .$if(from !== null, (query) => query.where('last_at', '>=', from))
    .$if(to !== null, (query) => query.where((eb) => eb(eb('last_at', '-', eb.ref('ran')), '<', to)))
    .$if(text !== '', (query) =>
      query.where((eb) =>
        eb(eb.fn<string>('replace', ['haystack', eb.val(text), eb.val('')]), '!=', eb.ref('haystack')),
      ),
    );
}
