/** What is decided of a crash window, parsed once. */
import type { WindowVerb } from '../../../../../lib/numbers/action.ts';
import { bad, objectOf, textField } from '../../../../_data/body.ts';

export interface AskedDecision {
  window: string;
  verb: WindowVerb;
  /** of `joined`: the other window */
  with: string | null;
  reason: string | null;
  author: string | null;
}

export type DecisionRequest = { asked: AskedDecision; why: null } | { why: string };

/** What a request asks for, and what has then been done. */
const VERBS: Readonly<Record<string, WindowVerb>> = {
  acknowledge: 'acknowledged',
  dismiss: 'dismissed',
  join: 'joined',
  restore: 'restored',
};

/** `{window, action, reason?, with?, author?}`: a dismissal needs its reason, `with` is the other window of a `join`. */
export function parseDecision(text: string): DecisionRequest {
  const body = objectOf(text);
  if (body === null) return bad('A JSON object like {"window": ID, "action": "acknowledge"} was expected: send one.');
  const window = textField(body, 'window', 1, 128);
  if (window.why !== null) return window;
  const action = textField(body, 'action', 1, 32);
  if (action.why !== null) return action;
  const reason = textField(body, 'reason', 1, 280);
  if (reason.why !== null) return reason;
  const other = textField(body, 'with', 1, 128);
  if (other.why !== null) return other;
  const author = textField(body, 'author', 1, 128);
  if (author.why !== null) return author;
  const verb = VERBS[action.value ?? ''];
  if (window.value === null || verb === undefined) {
    return bad(
      `window was expected with the id of a crash window, and action as one of ${Object.keys(VERBS).join(', ')}: correct them.`,
    );
  }
  if (verb === 'dismissed' && reason.value === null) {
    return bad('reason was expected, the sentence that says why the window is dismissed: send it.');
  }
  if (verb === 'joined' && (other.value === null || other.value === window.value)) {
    return bad('with was expected, the id of the neighbouring window that it is joined with: send it.');
  }
  return {
    asked: { window: window.value, verb, with: other.value, reason: reason.value, author: author.value },
    why: null,
  };
}
