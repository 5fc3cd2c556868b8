import { toWire } from '../../../../../lib/series/point.ts';
import { shownIn } from '../../../../../lib/store/shown-reads.ts';
import { answerFor, type BroadcastContext, NOT_KEPT } from '../../../../_data/answer.ts';
import { problem, unknownBroadcast } from '../../../../_data/problem.ts';
import { secondsOf } from '../../../../_data/replay.ts';
import { readStore } from '../../../../_data/store.ts';
import { tables } from '../../../../_data/tables.ts';
import { MOST_SECONDS, type ShownPoint } from '../../../../_replay/chunks.ts';

export const dynamic = 'force-dynamic';

/** Every second in [from, to), epoch s, as the pages draw it; with `known=then` what was shown of them instead. */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const params = new URL(request.url).searchParams;
    const [from, to] = ['from', 'to'].map((name) => {
      const text = params.get(name) ?? '';
      return /^\d{1,11}$/.test(text) ? Number(text) : Number.NaN;
    });
    if (from === undefined || to === undefined || !(to > from && to - from <= MOST_SECONDS)) {
      return problem(
        400,
        'Bad request',
        `from and to were expected in epoch seconds, at most ${MOST_SECONDS} apart, and came as "${params.get('from')}" and "${params.get('to')}": correct them.`,
      );
    }
    const store = await readStore();
    const status = await store.status(broadcast);
    if (status === null) return unknownBroadcast(broadcast);
    if (params.get('known') !== 'then') {
      const points = await secondsOf(store, broadcast, from, to);
      return Response.json({ points: points.map(toWire) }, { headers: NOT_KEPT });
    }
    const known = (await shownIn(await tables(), broadcast, from, to)).map(
      (one): ShownPoint => ({
        ...one,
        hearing: status.known.hearing ? one.hearing : null,
        suspect: status.known.silence ? one.suspect : null,
      }),
    );
    return Response.json({ shown: known }, { headers: NOT_KEPT });
  });
}
