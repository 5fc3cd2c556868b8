/** One listener over all connections, counted into the seconds: presence, hearing, beginnings, endings, silence. */
import { endedAttempts } from './attempts.ts';
import type { ConnectionLife } from './connection.ts';
import { endingsOf, hearingOf, presentOf, stallsOf, suspicionsOf, unmetOf } from './listener.ts';
import type { Rows } from './rows.ts';

export function countListener(rows: Rows, lives: readonly ConnectionLife[]): void {
  const connections = lives.map((life) => ({
    life,
    presences: life.presences.filter(({ role }) => role === 'listener'),
  }));
  const presences = connections.flatMap((connection) => connection.presences);

  const present = presentOf(presences);
  for (const interval of present) {
    rows.cover('connected', interval);
    rows.count('began', interval.from);
  }
  const first = present[0];
  if (first !== undefined) rows.count('newListeners', first.from);
  for (const interval of hearingOf(presences)) rows.cover('hearing', interval);

  for (const { at, reason, bySilence } of endingsOf(presences)) {
    rows.count(bySilence ? 'timedOut' : 'ended', at);
    if (reason === 'error' || reason === 'server') rows.count('dropped', at);
    if (reason === 'replaced') rows.count('handedOver', at);
  }
  for (const at of suspicionsOf(presences)) rows.count('newlySuspect', at);
  for (const at of stallsOf(presences)) rows.count('newlyStalled', at);

  for (const audio of ['playing', 'join'] as const) {
    const failures = lives.flatMap((life) =>
      endedAttempts(life, audio)
        .filter(({ role, outcome }) => role === 'listener' && outcome === 'failed')
        .map((attempt) => ({ attempt, life })),
    );
    const level = audio === 'playing' ? 'unmet' : 'unmetByJoin';
    for (const interval of unmetOf(failures, connections)) rows.cover(level, interval);
  }
}
