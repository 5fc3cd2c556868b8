import { storeTrouble } from '../_data/problem.ts';
import { readStore } from '../_data/store.ts';

export const dynamic = 'force-dynamic';

/** The store answers. */
export async function GET(): Promise<Response> {
  try {
    await (await readStore()).changeToken();
    return Response.json({ status: 'ready' }, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    return storeTrouble(error);
  }
}
