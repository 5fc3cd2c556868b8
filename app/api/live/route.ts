import { hub } from '../../_data/hub.ts';

export const dynamic = 'force-dynamic';

/** The overview as server-sent events: `frame` (all of it), `change`, `beat`. */
export function GET(request: Request): Promise<Response> {
  return hub().subscribeOverview(request.signal);
}
