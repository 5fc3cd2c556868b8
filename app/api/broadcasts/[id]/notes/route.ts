import { randomUUID } from 'node:crypto';
import { refusal } from '../../../../_data/access.ts';
import { sendEvents } from '../../../../_data/event-door.ts';
import { problem, storeTrouble, unknownBroadcast } from '../../../../_data/problem.ts';
import { readStore } from '../../../../_data/store.ts';
import { idOfRoute } from '../../../../_ui/broadcast-path.ts';
import { parseNote } from './note-body.ts';

export const dynamic = 'force-dynamic';

/** Adds an operator's note: `{label, at?, author?}`, `at` in epoch ms. It is an event like any other. */
export async function POST(request: Request, context: { params: Promise<{ id: string }> }): Promise<Response> {
  const refused = await refusal(request);
  if (refused !== null) return refused;
  const broadcast = idOfRoute((await context.params).id);
  // a form on another site can send text, but not JSON
  if (!(request.headers.get('content-type') ?? '').startsWith('application/json')) {
    return problem(415, 'Unsupported media type', 'A note was expected with Content-Type: application/json.');
  }
  const note = parseNote(await request.text(), Date.now());
  if (note.kind === 'bad') return problem(400, 'Bad request', note.why);
  try {
    if ((await (await readStore()).status(broadcast)) === null) return unknownBroadcast(broadcast);
  } catch (error) {
    return storeTrouble(error);
  }
  const event = { type: 'note', ts: note.at, broadcast, id: randomUUID(), label: note.label, author: note.author };
  const untaken = await sendEvents([event]);
  if (untaken !== null) return problem(503, 'The note was not taken', untaken);
  return Response.json({ id: event.id, at: note.at, label: note.label, author: note.author }, { status: 201 });
}
