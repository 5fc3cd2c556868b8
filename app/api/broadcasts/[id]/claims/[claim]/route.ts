import { removeClaim } from '../../../../../../lib/store/claims.ts';
import { answer } from '../../../../../_data/answer.ts';
import { problem } from '../../../../../_data/problem.ts';
import { tables } from '../../../../../_data/tables.ts';
import { idOfRoute } from '../../../../../_ui/broadcast-path.ts';

export const dynamic = 'force-dynamic';

/** Takes a claim back. */
export function DELETE(
  request: Request,
  context: { params: Promise<{ id: string; claim: string }> },
): Promise<Response> {
  return answer(request, async () => {
    const { id, claim } = await context.params;
    const broadcast = idOfRoute(id);
    if (await removeClaim(await tables(), broadcast, claim)) return new Response(null, { status: 204 });
    return problem(
      404,
      'Unknown claim',
      `No claim "${claim}" is kept with "${broadcast}": GET /api/broadcasts/ID/claims lists those that are.`,
    );
  });
}
