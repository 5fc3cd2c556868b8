import { answerFor, attachment, type BroadcastContext, NOT_KEPT } from '../../../../_data/answer.ts';
import { choiceOf, spanOf } from '../../../../_data/instant.ts';
import { problem, unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';
import { crashesCsv } from './crashes-csv.ts';

export const dynamic = 'force-dynamic';

/** Crash windows that touch `from` <= t < `to`, by onset: the same as `export crashes`. */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const params = new URL(request.url).searchParams;
    const span = spanOf(params);
    if (span.why !== null) return problem(400, 'Bad request', span.why);
    const format = choiceOf(params, 'format', ['json', 'csv', 'ndjson']);
    if (format.why !== null) return problem(400, 'Bad request', format.why);
    const store = await readStore();
    if ((await store.status(broadcast)) === null) return unknownBroadcast(broadcast);
    const { from, to } = span;
    const windows = (await store.windows(broadcast)).filter(
      (window) => (to === null || window.onsetAt < to) && (from === null || (window.closedAt ?? from) >= from),
    );
    if (format.value === 'json') return Response.json(windows, { headers: NOT_KEPT });
    const csv = format.value === 'csv';
    return new Response(csv ? crashesCsv(windows) : windows.map((window) => `${JSON.stringify(window)}\n`).join(''), {
      headers: {
        ...NOT_KEPT,
        'content-type': csv ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
        'content-disposition': attachment(`${broadcast} crashes.${format.value}`),
      },
    });
  });
}
