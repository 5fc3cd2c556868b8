import { answer } from '../../_data/answer.ts';
import { DOCUMENT } from './document.ts';

export const dynamic = 'force-dynamic';

/** What this API has to offer, for machines. */
export function GET(request: Request): Promise<Response> {
  return answer(request, async () => Response.json(DOCUMENT));
}
