/** Errors of the HTTP API: `application/problem+json` (RFC 9457), each with what to do next. */
import 'server-only';
import { databaseTrouble } from '../../lib/store/store-error.ts';

export function problem(status: number, title: string, detail: string): Response {
  return Response.json(
    { type: 'about:blank', title, status, detail },
    { status, headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' } },
  );
}

export function unknownBroadcast(id: string): Response {
  return problem(
    404,
    'Unknown broadcast',
    `No broadcast "${id}" has sent an event; GET /api/broadcasts lists those that have.`,
  );
}

/** What the store says when it cannot answer; 503, so that callers try again. */
export function storeTrouble(error: unknown): Response {
  const why = databaseTrouble(error) ?? (error instanceof Error ? error.message : String(error));
  return problem(503, 'The store does not answer', why);
}
