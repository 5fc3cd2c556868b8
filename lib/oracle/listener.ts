/** One listener over all connections in the lane of listeners: presence, hearing, silence, failed attempts as sets of instants. */
import type { LeaveReason } from '../event/event.ts';
import type { EndedAttempt } from './attempts.ts';
import type { ConnectionLife, Presence } from './connection.ts';
import { type Interval, minus, union } from './interval.ts';

/** a listener is suspect one heartbeat period and this after the last evidence, ms */
const SUSPECT_AFTER = 3_000;

export interface ListenerEnding {
  at: number;
  reason: LeaveReason;
  bySilence: boolean;
}

/** Of listener connections alone, so `presences` of another role must have been left out. */
export function presentOf(presences: readonly Presence[]): Interval[] {
  return union(presences.map(spanOf));
}

export function hearingOf(presences: readonly Presence[]): Interval[] {
  return union(presences.flatMap((presence) => presence.hearing));
}

/** [start, end), to Infinity while open. */
export function spanOf(presence: Presence): Interval {
  return { from: presence.start, to: presence.end ?? Number.POSITIVE_INFINITY };
}

const REASON_ORDER: readonly LeaveReason[] = [
  'error',
  'server',
  'timeout',
  'replaced',
  'kicked',
  'room_ended',
  'left',
  'other',
];

/** Where the listener's presence ended, by the last connection to close; at one instant an involuntary one wins. */
export function endingsOf(presences: readonly Presence[]): ListenerEnding[] {
  return presentOf(presences).flatMap(({ to }) => {
    const closing = presences.filter(({ start, end }) => end === to && start < to);
    const weight = (presence: Presence) =>
      REASON_ORDER.indexOf(presence.reason ?? 'other') + (presence.bySilence ? 0.5 : 0);
    const decisive = closing.sort((a, b) => weight(a) - weight(b))[0];
    if (decisive === undefined || decisive.reason === null) return [];
    return [{ at: to, reason: decisive.reason, bySilence: decisive.bySilence }];
  });
}

/** Instants at which all open connections of the listener came to be without evidence for H + 3 s. */
export function suspicionsOf(presences: readonly Presence[]): number[] {
  const silent: Interval[] = [];
  const seen: Interval[] = [];
  for (const presence of presences) {
    seen.push({ from: presence.start, to: presence.seenUntil });
    if (presence.heartbeatMs === 0) continue;
    for (const [i, at] of presence.evidence.entries()) {
      const until = presence.evidence[i + 1] ?? presence.seenUntil;
      silent.push({ from: at + presence.heartbeatMs + SUSPECT_AFTER, to: until });
    }
  }
  const heard = presences.flatMap((presence, i) => {
    const own = seen[i];
    if (own === undefined) return [];
    if (presence.heartbeatMs === 0) return [own];
    return presence.evidence.map((at, k) => ({
      from: at,
      to: Math.min(at + presence.heartbeatMs + SUSPECT_AFTER, presence.evidence[k + 1] ?? own.to),
    }));
  });
  return minus(silent, heard).map(({ from }) => from);
}

/** Instants at which a stall ended the listener's hearing while a connection stayed. */
export function stallsOf(presences: readonly Presence[]): number[] {
  const present = presentOf(presences);
  return hearingOf(presences)
    .map(({ to }) => to)
    .filter((at) => presences.some(({ hearing }) => hearing.some(({ to, stalled }) => stalled && to === at)))
    .filter((at) => present.some(({ from, to }) => from <= at && at < to));
}

/** A listener's connection, its presences in the lane of listeners, and how its attempts there ended. */
export interface Connected {
  life: ConnectionLife;
  presences: readonly Presence[];
}

/** From a failed attempt until the listener's next opening on any connection. */
export function unmetOf(
  failures: readonly { attempt: EndedAttempt; life: ConnectionLife }[],
  connections: readonly Connected[],
): Interval[] {
  return union(
    failures.map(({ attempt, life }) => {
      const from = attempt.endedAt ?? attempt.at;
      const openings = connections.flatMap((connection) =>
        connection.presences
          .filter(({ start, openedAt }) => {
            if (start !== from) return start > from;
            return connection.life !== life || openedAt > (attempt.step ?? 0);
          })
          .map(({ start }) => start),
      );
      return { from, to: Math.min(Number.POSITIVE_INFINITY, ...openings) };
    }),
  );
}
