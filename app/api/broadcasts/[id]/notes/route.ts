import { randomUUID } from 'node:crypto';
import { notesOf } from '../../../../../lib/series/remarks.ts';
import { answerFor, type BroadcastContext, jsonBody, NOT_KEPT } from '../../../../_data/answer.ts';
import { authorOf, recordAction } from '../../../../_data/deed.ts';
import { sendEvents } from '../../../../_data/event-door.ts';
import { problem, unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';
import { parseNote } from './note-body.ts';

export const dynamic = 'force-dynamic';

/** The notes that hold, by time. */
export function GET(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const facts = await (await readStore()).facts(broadcast);
    if (facts === null) return unknownBroadcast(broadcast);
    return Response.json({ notes: notesOf(facts.controls) }, { headers: NOT_KEPT });
  });
}

/** Adds an operator's note, or corrects or takes back an earlier one. It is an event like any other. */
export function POST(request: Request, context: BroadcastContext): Promise<Response> {
  return answerFor(request, context, async (broadcast) => {
    const body = await jsonBody(request);
    if (body.refused !== null) return body.refused;
    const note = parseNote(body.text, Date.now());
    if (note.why !== null) return problem(400, 'Bad request', note.why);
    const facts = await (await readStore()).facts(broadcast);
    if (facts === null) return unknownBroadcast(broadcast);
    const { label, at, replaces } = note;
    const before = notesOf(facts.controls).find(({ id }) => id === replaces);
    if (replaces !== null && before === undefined) {
      return problem(404, 'Unknown note', `No note that holds has the id ${replaces}: GET /notes gives the ids.`);
    }
    const author = await authorOf(request, note.author);
    const event = { type: 'note', ts: at, broadcast, id: randomUUID(), label, author, replaces };
    const untaken = await sendEvents([event]);
    if (untaken !== null) return problem(503, 'The note was not taken', untaken);
    await recordAction(broadcast, {
      what: 'note',
      verb: replaces === null ? 'added' : label === '' ? 'taken back' : 'corrected',
      on: event.id,
      author,
      label: label === '' ? (before?.label ?? null) : label,
      replaces: replaces === null ? [] : [replaces],
    });
    return Response.json({ id: event.id, at, label, author, replaces }, { status: 201, headers: NOT_KEPT });
  });
}
