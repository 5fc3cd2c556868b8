import { answerFor, type BroadcastContext, NOT_KEPT } from '../../../../_data/answer.ts';
import { unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';

export const dynamic = 'force-dynamic';

/** What people did to it in the dashboard and over HTTP, by time. */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const store = await readStore();
    const status = await store.status(broadcast);
    if (status === null) return unknownBroadcast(broadcast);
    return Response.json({ rev: status.rev, actions: await store.actions(broadcast) }, { headers: NOT_KEPT });
  });
}
