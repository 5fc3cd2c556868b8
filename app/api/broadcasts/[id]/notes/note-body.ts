/** The body of a new, corrected or withdrawn note, parsed once. Instants in epoch ms. */
import { bad, instantField, objectOf, textField } from '../../../../_data/body.ts';

export type NoteRequest =
  | { label: string; at: number; author: string | null; replaces: string | null; why: null }
  | { why: string };

const MOST_LABEL = 280;
const MOST_NAME = 128;

/** `now` stands in where the body names no instant. With `replaces` an empty label takes back what it names. */
export function parseNote(text: string, now: number): NoteRequest {
  const body = objectOf(text);
  if (body === null) return bad('A JSON object like {"label": "moved capacity"} was expected: send one.');
  const replaces = textField(body, 'replaces', 1, MOST_NAME);
  if (replaces.why !== null) return replaces;
  const label = textField(body, 'label', replaces.value === null ? 1 : 0, MOST_LABEL);
  if (label.why !== null) return label;
  if (label.value === null) return bad(`label was expected, 1 to ${MOST_LABEL} characters of text: send it.`);
  const at = instantField(body, 'at', now);
  if (at.why !== null) return at;
  const author = textField(body, 'author', 1, MOST_NAME);
  if (author.why !== null) return author;
  return { label: label.value, at: at.value ?? now, author: author.value, replaces: replaces.value, why: null };
}
