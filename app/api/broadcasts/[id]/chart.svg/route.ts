import { answerFor, type BroadcastContext } from '../../../../_data/answer.ts';
import { chartAnswer } from '../chart-answer.ts';

export const dynamic = 'force-dynamic';

/** The audience chart as SVG: the same as `chart --format svg`. */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, (broadcast) => chartAnswer(request, broadcast, 'svg'));
}
