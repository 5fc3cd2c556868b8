/** What somebody did after the fact, in words. */
import type { Action, Decision } from '../numbers/action.ts';
import { instantText } from './clock.ts';

/** `dismissed: a test of the failover` */
export function decisionText({ verb, reason }: Pick<Decision, 'verb' | 'reason'>): string {
  return reason === null ? DECISIONS[verb] : `${DECISIONS[verb]}: ${reason}`;
}

/** `dismissed by ann, 18:04:12: a test of the failover`; `near` decides whether the day is said. */
export function decisionLine(decision: Decision, zone: string, near: number): string {
  const { at, author, verb, reason } = decision;
  const who = author === null ? '' : ` by ${author}`;
  return `${DECISIONS[verb]}${who}, ${instantText(at, zone, near)}${reason === null ? '' : `: ${reason}`}`;
}

/** `Note corrected: “moved capacity”`, `Crash window of 18:04:12 dismissed: a test`; `onset`: of the window, as text. */
export function actionText(action: Action, onset: string | null): string {
  if (action.what === 'window') {
    return `Crash window${onset === null ? '' : ` of ${onset}`} ${decisionText(action)}`;
  }
  const name = action.what === 'note' ? 'Note' : 'Segment';
  return `${name} ${action.verb}${action.label === null ? '' : `: “${action.label}”`}`;
}

const DECISIONS: Readonly<Record<Decision['verb'], string>> = {
  acknowledged: 'acknowledged',
  dismissed: 'dismissed',
  joined: 'joined with the next one',
  restored: 'taken back, as it was detected',
};
