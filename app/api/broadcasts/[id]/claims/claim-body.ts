/** The body of a claim, parsed once. */
import type { Claim } from '../../../../../lib/compare/claim.ts';
import { claimedNumber, numbersIn } from '../../../../../lib/compare/claimed-number.ts';
import { KINDS, parseKind } from '../../../../../lib/compare/kind.ts';
import { bad, instantField, objectOf, textField } from '../../../../_data/body.ts';

/** `keep` is false where the claim is only to be checked. */
export type ClaimRequest = { claim: Claim; keep: boolean; why: null } | { why: string };

const MOST_TEXT = 280;

/**
 * `{text, value?, kind?, at?, segment?, about?, keep?}`. Without a value it is the one number that the text has, without
 * a kind the claim does not say what it counts.
 */
export function parseClaim(json: string, now: number): ClaimRequest {
  const body = objectOf(json);
  if (body === null) {
    return bad(
      'A JSON object like {"text": "600,000 at the start", "value": "600,000", "kind": "peak"} was expected: send one.',
    );
  }
  const text = textField(body, 'text', 1, MOST_TEXT);
  if (text.why !== null) return text;
  if (text.value === null) return bad('text was expected, the claim as it was said: send it.');
  const kind = textField(body, 'kind', 1, 64);
  if (kind.why !== null) return kind;
  const parsed = kind.value === null ? 'unstated' : parseKind(kind.value);
  if (parsed === null) {
    return bad(`kind was expected as one of ${KINDS.join(', ')}, and came as "${kind.value}": correct it.`);
  }
  const segment = textField(body, 'segment', 1, MOST_TEXT);
  if (segment.why !== null) return segment;
  const about = textField(body, 'about', 1, 128);
  if (about.why !== null) return about;
  const at = instantField(body, 'at', now);
  if (at.why !== null) return at;
  if (at.value !== null && segment.value !== null) {
    return bad('at and segment were expected apart, since a claim is of an instant or of a segment: leave one out.');
  }
  if (body.keep !== undefined && typeof body.keep !== 'boolean') {
    return bad('keep was expected as true or false: correct it, or leave it out to keep the claim.');
  }
  const value = writtenValue(body.value, text.value);
  if (value.why !== null) return value;
  return {
    claim: {
      text: text.value,
      value: value.written,
      kind: parsed,
      at: at.value,
      segment: segment.value,
      about: about.value,
    },
    keep: body.keep !== false,
    why: null,
  };
}

function writtenValue(value: unknown, text: string): { written: string; why: null } | { why: string } {
  const missing = value === undefined || value === null || value === '';
  if (missing) {
    const [only, second] = numbersIn(text);
    if (only !== undefined && second === undefined) return { written: only.written, why: null };
    return bad(
      `value was expected, since the text has ${only === undefined ? 'no number' : 'more than one number'}: send the one that is meant, like "161,000".`,
    );
  }
  const written = typeof value === 'number' ? String(value) : value;
  if (typeof written === 'string' && written.length <= 64 && claimedNumber(written, text) !== null) {
    return { written: written.trim(), why: null };
  }
  return bad(
    `value was expected as one number like 161000, "161,000", "1.2M" or "about 300,000", and came as ${JSON.stringify(value)?.slice(0, 80)}: correct it.`,
  );
}
