import { exportRows, seriesCsv } from '../../../../../lib/series/export-rows.ts';
import { stepKept } from '../../../../../lib/series/kept-words.ts';
import type { SeriesQuery } from '../../../../../lib/store/store.ts';
import { refusal } from '../../../../_data/access.ts';
import { problem, storeTrouble, unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';
import { idOfRoute } from '../../../../_ui/broadcast-path.ts';
import { parseSeriesQuery } from './series-query.ts';

export const dynamic = 'force-dynamic';

/** Rows of a broadcast: `from` <= t < `to` (epoch ms or ISO 8601), `step` in seconds (longer where only longer ones are kept), `format` json or csv. */
export async function GET(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  const refused = await refusal(request);
  if (refused !== null) return refused;
  const broadcast = idOfRoute((await context.params).id);
  const query = parseSeriesQuery(new URL(request.url).searchParams);
  if (query.kind === 'bad') return problem(400, 'Bad request', query.why);
  try {
    const store = await readStore();
    const status = await store.status(broadcast);
    if (status === null) return unknownBroadcast(broadcast);
    const span: SeriesQuery = {};
    if (query.from !== null) span.from = Math.ceil(query.from / 1000);
    if (query.to !== null) span.to = Math.ceil(query.to / 1000);
    const step = stepKept(status.kept, span.from ?? null, query.step);
    const rows = exportRows(await store.series(broadcast, span), step);
    if (query.format === 'csv') {
      return new Response(seriesCsv(rows, step), {
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(broadcast)}.csv`,
          'cache-control': 'no-store',
        },
      });
    }
    return Response.json(
      { broadcast, title: status.title, step, asOfAt: status.liveSecond * 1000, rev: status.rev, rows },
      { headers: { 'cache-control': 'no-store' } },
    );
  } catch (error) {
    return storeTrouble(error);
  }
}
