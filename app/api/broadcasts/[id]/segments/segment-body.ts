/** The body of a new or corrected segment, parsed once. Instants in epoch ms. */
import { bad, instantField, objectOf, textField } from '../../../../_data/body.ts';

/** A control event of a segment, without its id and its broadcast. */
export interface SegmentMark {
  type: 'segment_start' | 'segment_end';
  ts: number;
  label: string | null;
  replaces: string | null;
}

export type SegmentRequest = { marks: SegmentMark[]; author: string | null; why: null } | { why: string };

/**
 * `label` with neither `from` nor `to`: it starts now. `from`: it starts then. `to`: it ends then, alone the latest open
 * one (of `label` where there is one). `replaces: {start, end}` names earlier marks that these stand in for; an empty
 * label takes them back.
 */
export function parseSegment(text: string, now: number): SegmentRequest {
  const body = objectOf(text);
  if (body === null) return bad('A JSON object like {"label": "the speech"} was expected: send one.');
  const label = textField(body, 'label', 0, 280);
  if (label.why !== null) return label;
  const author = textField(body, 'author', 1, 128);
  if (author.why !== null) return author;
  const from = instantField(body, 'from', now);
  if (from.why !== null) return from;
  const to = instantField(body, 'to', now);
  if (to.why !== null) return to;
  const replaces = replacesOf(body.replaces);
  if (replaces.why !== null) return replaces;
  const takesBack = label.value === '';
  if (takesBack && replaces.start === null && replaces.end === null) {
    return bad(
      'label was expected as 1 to 280 characters; an empty one takes back what replaces names, and it names nothing.',
    );
  }
  const ends = to.value !== null || replaces.end !== null;
  const starts = from.value !== null || replaces.start !== null || !ends;
  if (starts && label.value === null) return bad('label was expected, to say what the segment is called: send it.');
  if (from.value !== null && to.value !== null && from.value >= to.value) {
    return bad(`from was expected before to, and came as ${from.value} and ${to.value}: swap them.`);
  }
  const marks: SegmentMark[] = [];
  if (starts) {
    marks.push({ type: 'segment_start', ts: from.value ?? now, label: label.value, replaces: replaces.start });
  }
  if (ends) marks.push({ type: 'segment_end', ts: to.value ?? now, label: label.value, replaces: replaces.end });
  return { marks, author: author.value, why: null };
}

function replacesOf(value: unknown): { start: string | null; end: string | null; why: null } | { why: string } {
  if (value === undefined || value === null) return { start: null, end: null, why: null };
  const why = 'replaces was expected as {"start": ID, "end": ID} with the ids that GET /segments gives: correct it.';
  if (typeof value !== 'object' || Array.isArray(value)) return { why };
  const { start = null, end = null }: Record<string, unknown> = { ...value };
  const isId = (id: unknown): id is string | null =>
    id === null || (typeof id === 'string' && id.length >= 1 && id.length <= 128);
  return isId(start) && isId(end) ? { start, end, why: null } : { why };
}
