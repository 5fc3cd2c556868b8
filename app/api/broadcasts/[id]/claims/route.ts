import { checkClaim } from '../../../../../lib/compare/claim.ts';
import { measuredFor } from '../../../../../lib/compare/read-claims.ts';
import { putClaim } from '../../../../../lib/store/claims.ts';
import { answerFor, type BroadcastContext, jsonBody, NOT_KEPT } from '../../../../_data/answer.ts';
import { claimsOf, numbersOf } from '../../../../_data/numbers.ts';
import { problem, unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';
import { tables } from '../../../../_data/tables.ts';
import { parseClaim } from './claim-body.ts';

export const dynamic = 'force-dynamic';

/** The claims kept with a broadcast, each with its verdict as of now. */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const store = await readStore();
    const report = await numbersOf(store, broadcast);
    if (report === null) return unknownBroadcast(broadcast);
    return Response.json({ claims: await claimsOf(store, report) }, { headers: NOT_KEPT });
  });
}

/** Checks a claim, and keeps it with the broadcast unless `keep` is false. */
export function POST(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const body = await jsonBody(request);
    if (body.refused !== null) return body.refused;
    const now = Date.now();
    const asked = parseClaim(body.text, now);
    if (asked.why !== null) return problem(400, 'Bad request', asked.why);
    const { claim, keep } = asked;
    const store = await readStore();
    const report = await numbersOf(store, broadcast);
    if (report === null) return unknownBroadcast(broadcast);
    const measured = await measuredFor(store, report, claim, (other) => numbersOf(store, other));
    const verdict = checkClaim(claim, measured);
    const kept = keep ? await putClaim(await tables(), broadcast, claim, now) : null;
    const place = kept === null ? { id: null, enteredAt: null } : { id: kept.id, enteredAt: kept.enteredAt };
    return Response.json({ ...claim, ...place, ...verdict }, { status: kept === null ? 200 : 201, headers: NOT_KEPT });
  });
}
