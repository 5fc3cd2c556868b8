import { answer } from '../../_data/answer.ts';
import { problem } from '../../_data/problem.ts';

export const dynamic = 'force-dynamic';

/** Whatever no other address answers. */
export function GET(request: Request): Promise<Response> {
  return answer(request, async () =>
    problem(
      404,
      'Unknown address',
      `Nothing answers at ${new URL(request.url).pathname}: GET /api/openapi.json lists the addresses.`,
    ),
  );
}

export { GET as DELETE, GET as PATCH, GET as POST, GET as PUT };
