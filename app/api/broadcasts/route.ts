import { broadcastState } from '../../../lib/series/freshness.ts';
import { refusal } from '../../_data/access.ts';
import { type OverviewRow, rowOf } from '../../_data/overview.ts';
import { problem, storeTrouble } from '../../_data/problem.ts';
import { readStore } from '../../_data/store.ts';

export const dynamic = 'force-dynamic';

const MOST = 500;
const NEWEST_FIRST = { group: null, crashed: false, search: '', sort: 'ended', descending: true, offset: 0 } as const;

/** All broadcasts, newest first, `limit` at a time from `cursor` (the last answer's `next`). */
export async function GET(request: Request): Promise<Response> {
  const refused = await refusal(request);
  if (refused !== null) return refused;
  const query = new URL(request.url).searchParams;
  const limit = Number(query.get('limit') ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    return problem(
      400,
      'Bad limit',
      `limit was expected as a whole number from 1 to ${MOST}, and came as "${query.get('limit')}".`,
    );
  }
  try {
    const cursor = query.get('cursor');
    const store = await readStore();
    if (cursor !== null && (await store.status(cursor)) === null) {
      const why = `cursor was expected as the next of an earlier answer, and no broadcast is called "${cursor}": begin without one.`;
      return problem(400, 'Bad cursor', why);
    }
    const asked = cursor === null ? NEWEST_FIRST : { ...NEWEST_FIRST, after: cursor };
    const now = Date.now();
    const found = (await store.broadcastsPage({ ...asked, limit: limit + 1 })).rows.map(rowOf);
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page[page.length - 1]?.broadcast ?? null) : null;
    return Response.json(
      { broadcasts: page.map((row) => entry(row, now)), next },
      { headers: { 'cache-control': 'no-store' } },
    );
  } catch (error) {
    return storeTrouble(error);
  }
}

function entry(row: OverviewRow, now: number): Record<string, unknown> {
  return {
    broadcast: row.broadcast,
    title: row.title,
    state: broadcastState(row, { open: row.open !== null, lastClosedAt: row.last?.closedAt ?? null }, now),
    connected: row.connected,
    hearing: row.hearing,
    peak: row.peak,
    asOfAt: row.liveSecond * 1000,
    valueState: row.state,
    rev: row.rev,
    kind: row.kind,
    demo: row.demo,
    firstEventAt: row.firstAt,
    lastEventAt: row.lastAt,
    changeIn5Minutes: row.change5m,
    crashWindows: row.windows,
    crashWindowOpen: row.open !== null,
  };
}
