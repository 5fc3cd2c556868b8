import { STAY_COLUMNS, stayRows } from '../../../../../lib/export/stays.ts';
import { TABLE_FORMATS, type TableFormat, tablePieces } from '../../../../../lib/export/table.ts';
import { rowRange } from '../../../../../lib/store/read.ts';
import { answerFor, attachment, type BroadcastContext, NOT_KEPT } from '../../../../_data/answer.ts';
import { choiceOf, spanOf } from '../../../../_data/instant.ts';
import { problem, unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';
import { pieceStream } from './piece-stream.ts';

export const dynamic = 'force-dynamic';

const TYPES: Readonly<Record<TableFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  parquet: 'application/vnd.apache.parquet',
};

/**
 * Stays that touch `from` <= t < `to`, in the order of `export stays`, sent as they are read. With `pseudonymise` ids
 * are hashes with that key.
 */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const params = new URL(request.url).searchParams;
    const span = spanOf(params);
    if (span.why !== null) return problem(400, 'Bad request', span.why);
    const format = choiceOf(params, 'format', TABLE_FORMATS);
    if (format.why !== null) return problem(400, 'Bad request', format.why);
    const key = params.get('pseudonymise');
    if (key === '') {
      return problem(400, 'Bad request', 'pseudonymise was expected with a key of one character or more: give one.');
    }
    const store = await readStore();
    const status = await store.status(broadcast);
    if (status === null) return unknownBroadcast(broadcast);
    const headers = {
      ...NOT_KEPT,
      'content-type': TYPES[format.value],
      'content-disposition': attachment(`${broadcast} stays.${format.value}`),
    };
    if (request.method === 'HEAD') return new Response(null, { headers });
    const openEnd = (rowRange(status).to - 1) * 1000;
    const choice = { ...span, key, hearing: status.known.hearing, openEnd };
    const rows = stayRows(store.staysByStart(broadcast), choice);
    return new Response(pieceStream(tablePieces(STAY_COLUMNS, rows, format.value)), { headers });
  });
}
