/** Sends what somebody corrected, and waits until the numbers on the server follow. */
import { apiPath } from '../_ui/broadcast-path.ts';
import { problemSentence } from '../_ui/problem-sentence.ts';

const LOOK_EVERY_MS = 300;
const PATIENCE_MS = 15_000;
/** Pages are made of what the store said no longer ago than this, ms. */
const PAGES_FOLLOW_MS = 1_000;

/** Null once it is kept and read back, else the sentence that says what went wrong. */
export async function sendCorrection(
  broadcast: string,
  what: 'notes' | 'segments',
  body: Record<string, unknown>,
): Promise<string | null> {
  let ids: string[] = [];
  const why = await problemSentence(async () => {
    const answer = await post(broadcast, `/${what}`, body);
    if (answer.ok) ids = idsOf(await answer.clone().json());
    return answer;
  });
  if (why !== null) return why;
  return (await holds(broadcast, what, ids, body.label === ''))
    ? null
    : 'it is kept, and the numbers do not follow yet; reload the page in a while.';
}

/** The same for a crash window. */
export async function sendDecision(broadcast: string, body: Record<string, unknown>): Promise<string | null> {
  const why = await problemSentence(() => post(broadcast, '/crashes', body));
  if (why === null) await pause(PAGES_FOLLOW_MS);
  return why;
}

function pause(forMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, forMs));
}

function post(broadcast: string, tail: string, body: Record<string, unknown>): Promise<Response> {
  return fetch(apiPath(broadcast, tail), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

interface Kept {
  id?: string;
  marks?: { id: string; replaces: string | null }[];
  replaces?: string | null;
}

/** What has to be there afterwards; of what is taken back, what has to be gone. */
function idsOf({ id, marks, replaces }: Kept): string[] {
  const all = marks ?? (id === undefined ? [] : [{ id, replaces: replaces ?? null }]);
  return all.flatMap((one) => [one.id, one.replaces ?? '']).filter((one) => one !== '');
}

/** `gone`: none of them holds any more; else the first does. */
async function holds(broadcast: string, what: 'notes' | 'segments', ids: string[], gone: boolean): Promise<boolean> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
    const answer = await fetch(apiPath(broadcast, `/${what}`)).catch(() => null);
    const said: Record<string, { id: string; endId?: string | null }[]> = answer?.ok ? await answer.json() : {};
    const there = (said[what] ?? []).flatMap((one) => [one.id, one.endId ?? '']);
    const found = ids.filter((id) => there.includes(id));
    if (answer?.ok && (gone ? found.length === 0 : found.includes(ids[0] ?? ''))) {
      await pause(PAGES_FOLLOW_MS);
      return true;
    }
    await pause(LOOK_EVERY_MS);
  }
  return false;
}
