import { secondPages } from '../../../../../lib/export/series.ts';
import { publisher } from '../../../../../lib/numbers/rows.ts';
import { exportRowPages, seriesCsvPieces, seriesJsonPieces } from '../../../../../lib/series/export-rows.ts';
import { stepKept } from '../../../../../lib/series/kept-words.ts';
import type { SeriesQuery } from '../../../../../lib/store/store.ts';
import { refusal } from '../../../../_data/access.ts';
import { problem, storeTrouble, unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';
import { idOfRoute } from '../../../../_ui/broadcast-path.ts';
import { pieceStream } from '../stays/piece-stream.ts';
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
    const csv = query.format === 'csv';
    const headers = {
      'content-type': csv ? 'text/csv; charset=utf-8' : 'application/json',
      ...(csv && { 'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(broadcast)}.csv` }),
      'cache-control': 'no-store',
    };
    if (request.method === 'HEAD') return new Response(null, { headers });
    const rows = exportRowPages(secondPages(store.runPages(broadcast, span, status), publisher(status)), step);
    const head = { broadcast, title: status.title, step, asOfAt: status.liveSecond * 1000, rev: status.rev };
    return new Response(pieceStream(csv ? seriesCsvPieces(rows, step) : seriesJsonPieces(rows, head)), { headers });
  } catch (error) {
    return storeTrouble(error);
  }
}
