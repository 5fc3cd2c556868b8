import { refusal } from '../../_data/access.ts';
import { hub } from '../../_data/hub.ts';

export const dynamic = 'force-dynamic';

/** The overview as server-sent events: `frame` (all of it), `change`, `beat`. */
export async function GET(request: Request): Promise<Response> {
  return (await refusal(request)) ?? hub().subscribeOverview(request.signal);
}
