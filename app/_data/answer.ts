/** What every route handler does around its own work: access first, and a problem instead of an exception. */
import 'server-only';
import { idOfRoute } from '../_ui/broadcast-path.ts';
import { refusal } from './access.ts';
import { problem, storeTrouble } from './problem.ts';

export interface BroadcastContext {
  params: Promise<{ id: string }>;
}

/** Runs `make` for who may ask; what the store throws becomes a 503. */
export async function answer(request: Request, make: () => Promise<Response>): Promise<Response> {
  try {
    return (await refusal(request)) ?? (await make());
  } catch (error) {
    return storeTrouble(error);
  }
}

/** The same with the broadcast that the address names. */
export function answerFor(
  request: Request,
  context: BroadcastContext,
  make: (broadcast: string) => Promise<Response>,
): Promise<Response> {
  return answer(request, async () => make(idOfRoute((await context.params).id)));
}

/** What may be written here is sentences: more is no honest request. */
const BODY_BYTES = 64 << 10;

/** The text of a JSON body, or the answer that says why it is not read. A form on another site can send text, but not JSON. */
export async function jsonBody(request: Request): Promise<{ text: string; refused: null } | { refused: Response }> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type)) {
    const came = type === '' ? 'one without a type' : `"${type}"`;
    const why = `A body with content-type application/json was expected, and ${came} came: send JSON and say so.`;
    return { refused: problem(415, 'Unsupported media type', why) };
  }
  const text = await shortText(request);
  if (text !== null) return { text, refused: null };
  const why = `A body of at most ${BODY_BYTES} bytes was expected, and a longer one came: send less.`;
  return { refused: problem(413, 'Payload too large', why) };
}

/** The body as text; null where it is longer than anything written here: it is not read on. */
export async function shortText(request: Request): Promise<string | null> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_BYTES) return null;
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of request.body ?? []) {
    bytes += piece.length;
    if (bytes > BODY_BYTES) return null;
    pieces.push(piece);
  }
  return new TextDecoder().decode(Buffer.concat(pieces));
}

export const NOT_KEPT = { 'cache-control': 'no-store' } as const;

/** A file name of any characters, for `content-disposition`. */
export function attachment(name: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", '%27')}`;
}
