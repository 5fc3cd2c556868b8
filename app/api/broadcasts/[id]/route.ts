import { answerFor, type BroadcastContext, NOT_KEPT } from '../../../_data/answer.ts';
import { reportWithClaims } from '../../../_data/numbers.ts';
import { unknownBroadcast } from '../../../_data/problem.ts';
import { readStore } from '../../../_data/store.ts';

export const dynamic = 'force-dynamic';

/** The fact sheet: the same as `report --format json`. */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const report = await reportWithClaims(await readStore(), broadcast);
    return report === null ? unknownBroadcast(broadcast) : Response.json(report, { headers: NOT_KEPT });
  });
}
