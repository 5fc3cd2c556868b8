import { isZone } from '../../../lib/format/clock.ts';
import { refusal } from '../../_data/access.ts';
import { hub } from '../../_data/hub.ts';
import { lineOf } from '../../_data/lines.ts';
import { settings } from '../../_data/settings.ts';
import { pastQuery } from '../../_overview/past-query.ts';
import { parseChoice } from '../../_overview/url-state.ts';

export const dynamic = 'force-dynamic';

/** The overview as server-sent events, with the page of ended broadcasts asked for: `frame` (all of it), `change`, `beat`. */
export async function GET(request: Request): Promise<Response> {
  const params = new URL(request.url).searchParams;
  const zone = params.get('tz') ?? '';
  const past = pastQuery(parseChoice(params), isZone(zone) ? zone : settings().zone);
  return (await refusal(request)) ?? hub().subscribeOverview(past, lineOf(request));
}
