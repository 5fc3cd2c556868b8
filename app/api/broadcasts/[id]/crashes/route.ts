import { crashesCsv, touches } from '../../../../../lib/export/crashes.ts';
import { answerFor, attachment, type BroadcastContext, jsonBody, NOT_KEPT } from '../../../../_data/answer.ts';
import { decideWindow } from '../../../../_data/decide.ts';
import { authorOf } from '../../../../_data/deed.ts';
import { choiceOf, spanOf } from '../../../../_data/instant.ts';
import { problem, unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';
import { parseDecision } from './decision-body.ts';

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
    const windows = (await store.windows(broadcast)).filter((window) => touches(window, span.from, span.to));
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

/** Acknowledges, dismisses or joins a window, or takes such a decision back. */
export function POST(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const body = await jsonBody(request);
    if (body.refused !== null) return body.refused;
    const decision = parseDecision(body.text);
    if (decision.why !== null) return problem(400, 'Bad request', decision.why);
    const store = await readStore();
    if ((await store.status(broadcast)) === null) return unknownBroadcast(broadcast);
    const author = await authorOf(request, decision.asked.author);
    const decided = await decideWindow(store, broadcast, { ...decision.asked, author });
    if (decided.why !== null) {
      return problem(decided.status, decided.status === 404 ? 'Unknown window' : 'Not possible now', decided.why);
    }
    return Response.json({ window: decided.window }, { status: 201, headers: NOT_KEPT });
  });
}
