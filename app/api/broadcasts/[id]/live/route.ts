import { parsePosition } from '../../../../../lib/series/frame.ts';
import { refusal } from '../../../../_data/access.ts';
import { hub } from '../../../../_data/hub.ts';
import { lineOf } from '../../../../_data/lines.ts';
import { storeTrouble, unknownBroadcast } from '../../../../_data/problem.ts';
import { idOfRoute } from '../../../../_ui/broadcast-path.ts';

export const dynamic = 'force-dynamic';

/**
 * One broadcast as server-sent events: `frame` carries what changed (all of it where `reset`), `beat` that nothing did.
 * A client that comes back with its `Last-Event-ID` (or the same as `after`) gets every second from the last final one it has on.
 */
export async function GET(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  const refused = await refusal(request);
  if (refused !== null) return refused;
  const broadcast = idOfRoute((await context.params).id);
  try {
    const after = new URL(request.url).searchParams.get('after');
    const from = parsePosition(request.headers.get('last-event-id') ?? after);
    return (await hub().subscribe(broadcast, from, lineOf(request))) ?? unknownBroadcast(broadcast);
  } catch (error) {
    return storeTrouble(error);
  }
}
