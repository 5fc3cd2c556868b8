import { randomUUID } from 'node:crypto';
import { segmentsOf } from '../../../../../lib/numbers/controls.ts';
import { answerFor, type BroadcastContext, NOT_KEPT, notJson } from '../../../../_data/answer.ts';
import { sendEvents } from '../../../../_data/event-door.ts';
import { problem, unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';
import { parseSegment } from './segment-body.ts';

export const dynamic = 'force-dynamic';

/** Named chapters by their start; `to` is null while one is open, `id` is that of its start. */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const store = await readStore();
    if ((await store.status(broadcast)) === null) return unknownBroadcast(broadcast);
    return Response.json({ segments: segmentsOf(await store.controls(broadcast)) }, { headers: NOT_KEPT });
  });
}

/** Starts, ends or corrects a segment. Its marks are events like any other. */
export function POST(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const untyped = notJson(request);
    if (untyped !== null) return untyped;
    const asked = parseSegment(await request.text(), Date.now());
    if (asked.why !== null) return problem(400, 'Bad request', asked.why);
    if ((await (await readStore()).status(broadcast)) === null) return unknownBroadcast(broadcast);
    const events = asked.marks.map(({ type, ts, label, replaces }) => ({
      type,
      ts,
      broadcast,
      id: randomUUID(),
      label,
      author: asked.author,
      replaces,
    }));
    const refused = await sendEvents(events);
    if (refused !== null) return problem(503, 'The segment was not taken', refused);
    return Response.json(
      { marks: events.map(({ type, id, ts, label, replaces }) => ({ type, id, at: ts, label, replaces })) },
      { status: 201, headers: NOT_KEPT },
    );
  });
}
