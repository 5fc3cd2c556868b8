/** One connection's openings, endings and events, counted into the seconds they fall in. */
import { endedAttempts } from './attempts.ts';
import { type ConnectionLife, type Presence, roleOf } from './connection.ts';
import { spanOf } from './listener.ts';
import { type Rows, secondOf } from './rows.ts';

/** A stay of length zero is no presence; an open one is never of length zero. */
export function isStay({ start, end }: Presence): boolean {
  return end === null || end > start;
}

/** `errorsByCode` gains the connection's errors, by `second code`. */
export function countConnection(
  rows: Rows,
  life: ConnectionLife,
  errorsByCode: Map<string, { second: number; code: string; count: number }>,
): void {
  for (const presence of life.presences) {
    if (presence.role === 'host') rows.cover('hosts', spanOf(presence));
    if (presence.role === 'speaker') rows.cover('speakers', spanOf(presence));
    if (presence.role !== 'listener') continue;
    rows.cover('connections', spanOf(presence));
    rows.count('joins', presence.start);
    if (presence.end === null || presence.reason === null) continue;
    rows.count(presence.reason, presence.end);
    if (presence.bySilence) rows.count('timeouts', presence.end);
  }
  const opening = life.presences[0];
  if (opening?.role === 'listener' && !opening.joined) rows.count('joinsLost', opening.start);
  const first = life.presences.find((presence) => presence.role === 'listener' && isStay(presence));
  if (first !== undefined) rows.count('newConnections', first.start);

  for (const step of life.steps) {
    const { event } = step;
    const isCounted = event.type === 'error' || event.type === 'comment' || event.type === 'playing' || step.orphan;
    if (!isCounted || roleOf(step, life) !== 'listener') continue;
    if (event.type === 'comment') rows.count('comments', event.ts);
    if (step.orphan) rows.count('orphanLeaves', event.ts);
    if (event.type === 'playing' && event.startupMs !== null) rows.count('started', event.ts);
    if (event.type !== 'error') continue;
    rows.count('errors', event.ts);
    const second = secondOf(event.ts);
    const key = `${second} ${event.code}`;
    const sum = errorsByCode.get(key) ?? { second, code: event.code, count: 0 };
    errorsByCode.set(key, { ...sum, count: sum.count + 1 });
  }

  for (const { role, at, outcome, endedAt } of endedAttempts(life, 'playing')) {
    if (role !== 'listener') continue;
    rows.count('attempts', at);
    rows.count(outcome, at);
    if (outcome === 'failed' && endedAt !== null) rows.count('failures', endedAt);
  }
  for (const { role, at, outcome, endedAt } of endedAttempts(life, 'join')) {
    if (role !== 'listener') continue;
    rows.count(`${outcome}ByJoin`, at);
    if (outcome === 'failed' && endedAt !== null) rows.count('failuresByJoin', endedAt);
  }
}
