import { randomUUID } from 'node:crypto';
import { segmentsOf } from '../../../../../lib/numbers/controls.ts';
import { answerFor, type BroadcastContext, jsonBody, NOT_KEPT } from '../../../../_data/answer.ts';
import { authorOf, recordAction } from '../../../../_data/deed.ts';
import { sendEvents } from '../../../../_data/event-door.ts';
import { problem, unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';
import { parseSegment } from './segment-body.ts';

export const dynamic = 'force-dynamic';

/** Named chapters by their start; `to` is null while one is open, `id` is that of its start, `endId` of its end. */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const store = await readStore();
    if ((await store.status(broadcast)) === null) return unknownBroadcast(broadcast);
    return Response.json({ segments: segmentsOf(await store.controls(broadcast)) }, { headers: NOT_KEPT });
  });
}

/** Starts, ends, corrects or takes back a segment. Its marks are events like any other. */
export function POST(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const body = await jsonBody(request);
    if (body.refused !== null) return body.refused;
    const asked = parseSegment(body.text, Date.now());
    if (asked.why !== null) return problem(400, 'Bad request', asked.why);
    const facts = await (await readStore()).facts(broadcast);
    if (facts === null) return unknownBroadcast(broadcast);
    const replaced = asked.marks.flatMap(({ replaces }) => replaces ?? []);
    const known = segmentsOf(facts.controls);
    const unknown = replaced.find((id) => !known.some((one) => one.id === id || one.endId === id));
    if (unknown !== undefined) {
      return problem(404, 'Unknown segment', `No mark that holds has the id ${unknown}: GET /segments gives the ids.`);
    }
    const author = await authorOf(request, asked.author);
    const events = asked.marks.map(({ type, ts, label, replaces }) => ({
      type,
      ts,
      broadcast,
      id: randomUUID(),
      label,
      author,
      replaces,
    }));
    const refused = await sendEvents(events);
    if (refused !== null) return problem(503, 'The segment was not taken', refused);
    const [first] = events;
    const before = known.find((one) => replaced.includes(one.id) || replaced.includes(one.endId ?? ''));
    await recordAction(broadcast, {
      what: 'segment',
      verb: replaced.length === 0 ? 'added' : first?.label === '' ? 'taken back' : 'corrected',
      on: first?.id ?? '',
      author,
      label: first?.label || (before?.label ?? null),
      replaces: replaced,
    });
    return Response.json(
      { marks: events.map(({ type, id, ts, label, replaces }) => ({ type, id, at: ts, label, replaces })) },
      { status: 201, headers: NOT_KEPT },
    );
  });
}
