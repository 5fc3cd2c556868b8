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

/** The answer to a body that is no JSON: a form on another site can send text, but not JSON. Null where it is. */
export function notJson(request: Request): Response | null {
  const type = request.headers.get('content-type') ?? '';
  if (/^application\/(json|[\w.-]+\+json)\s*(;|$)/i.test(type)) return null;
  return problem(
    415,
    'Unsupported media type',
    `A body with content-type application/json was expected, and ${type === '' ? 'one without a type' : `"${type}"`} came: send JSON and say so.`,
  );
}

export const NOT_KEPT = { 'cache-control': 'no-store' } as const;

/** A file name of any characters, for `content-disposition`. */
export function attachment(name: string): string {
  return `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", '%27')}`;
}
