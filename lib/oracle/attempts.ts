/** How each attempt of a connection ended (SEMANTICS 4), with audio as `playing` and with audio as the join. */
import type { Role } from '../event/event.ts';
import type { AttemptOutcome } from '../presence/stay.ts';
import { type ConnectionLife, roleOf, type Step } from './connection.ts';
import { rankOf } from './distinct-events.ts';

const RESOLVED_WITHIN = 60_000;
const EXIT_AFTER = 1_000;

export type Audio = 'playing' | 'join';

export interface EndedAttempt {
  at: number;
  outcome: AttemptOutcome;
  /** instant of what ended it, epoch ms; null where nothing did */
  endedAt: number | null;
  /** position among the connection's steps of what ended it */
  step: number | null;
  role: Role;
}

/** In the order of the attempts. */
export function endedAttempts(life: ConnectionLife, audio: Audio): EndedAttempt[] {
  const attempts = life.steps.flatMap((step, at) => (step.event.type === 'attempt' ? [{ step, at }] : []));
  return attempts.map(({ step, at }, i) => {
    const next = attempts[i + 1];
    const ends = endsAfter(life, audio, step, at, next?.at ?? null);
    const first = ends.sort((a, b) => a.ts - b.ts || a.step - b.step)[0];
    return {
      at: step.event.ts,
      outcome: first?.outcome ?? 'unresolved',
      endedAt: first?.ts ?? null,
      step: first?.step ?? null,
      role: roleOf(step, life),
    };
  });
}

interface End {
  ts: number;
  /** position among steps; an ending without an event of its own comes after all that are dated alike */
  step: number;
  outcome: AttemptOutcome;
}

function endsAfter(life: ConnectionLife, audio: Audio, attempt: Step, at: number, nextAt: number | null): End[] {
  const from = attempt.event.ts;
  const until = from + RESOLVED_WITHIN;
  const ends: End[] = [];
  for (let i = at + 1; i < (nextAt ?? life.steps.length); i++) {
    const event = life.steps[i]?.event;
    if (event === undefined || event.ts > until) break;
    if (event.type === audio) ends.push({ ts: event.ts, step: i, outcome: 'heard' });
    if (event.type === 'error' && rankOf(event) === 'going') ends.push({ ts: event.ts, step: i, outcome: 'failed' });
  }
  const nextTs = nextAt === null ? null : (life.steps[nextAt]?.event.ts ?? null);
  for (const { end, closedAt } of life.presences) {
    if (end === null || end < from + EXIT_AFTER || end > until) continue;
    // a fatal error that closed the connection stands before its own ending in the order of steps
    if (closedAt !== null) {
      if (closedAt > at && (nextAt === null || closedAt < nextAt)) {
        ends.push({ ts: end, step: closedAt + 0.5, outcome: 'exited' });
      }
    } else if (nextTs === null || end <= nextTs) {
      ends.push({ ts: end, step: Number.POSITIVE_INFINITY, outcome: 'exited' });
    }
  }
  return ends;
}
