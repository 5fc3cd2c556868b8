/** The body of a new note, parsed once. */

export type NoteRequest =
  | { kind: 'good'; label: string; at: number; author: string | null }
  | { kind: 'bad'; why: string };

const MOST_LABEL = 280;
const MOST_AUTHOR = 128;
/** An instant later than this beyond the clock would be refused at the door. */
const AHEAD_MS = 60_000;

/** `now` in epoch ms stands in where the body names no instant. */
export function parseNote(text: string, now: number): NoteRequest {
  const body = parseObject(text);
  if (body === null) return bad('A JSON object like {"label": "moved capacity"} was expected.');
  const label = typeof body.label === 'string' ? body.label.trim() : '';
  if (label === '' || label.length > MOST_LABEL) {
    return bad(`label was expected as 1 to ${MOST_LABEL} characters of text, and came with ${label.length}.`);
  }
  const at = body.at ?? now;
  if (typeof at !== 'number' || !Number.isInteger(at) || at < 946_684_800_000 || at > now + AHEAD_MS) {
    return bad('at was expected in epoch milliseconds, after the year 2000 and not in the future.');
  }
  const author = body.author ?? null;
  if (author !== null && (typeof author !== 'string' || author.length > MOST_AUTHOR)) {
    return bad(`author was expected as at most ${MOST_AUTHOR} characters of text.`);
  }
  return { kind: 'good', label, at, author };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function bad(why: string): NoteRequest {
  return { kind: 'bad', why };
}
