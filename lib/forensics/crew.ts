/** Hosts and speakers around a window. */
import type { CrewStay } from './stay-table.ts';

/** When no host was left after the onset, epoch ms; Infinity: one still is, or none was there to begin with. */
export function noHostLeftAt(crew: readonly CrewStay[], onset: number): number {
  let last = Number.NEGATIVE_INFINITY;
  for (const c of crew) if (c.role === 'host') last = Math.max(last, c.end);
  return last > (onset - 1) * 1000 ? last : Number.POSITIVE_INFINITY;
}

/** When the last host's presence ended by `at` so that none was left then, and the first return after it, epoch ms. */
export function hostsGoneBy(
  crew: readonly CrewStay[],
  at: number,
): { lastHostGoneAt: number | null; hostBackAt: number | null } {
  let gone: number | null = null;
  let back: number | null = null;
  for (const c of crew) {
    if (c.role !== 'host') continue;
    if (c.start <= at && c.end > at) return { lastHostGoneAt: null, hostBackAt: null };
    if (c.end <= at && (gone === null || c.end > gone)) gone = c.end;
    if (c.start > at && (back === null || c.start < back)) back = c.start;
  }
  return { lastHostGoneAt: gone, hostBackAt: gone === null ? null : back };
}

/** The crew's lanes within [from, to), epoch ms: who spoke for the broadcast around a window. */
export function crewAround(
  crew: readonly CrewStay[],
  from: number,
  to: number,
): { listener: string; role: 'host' | 'speaker'; room: string; from: number; to: number | null }[] {
  return crew
    .filter((c) => c.start < to && c.end > from)
    .map((c) => ({
      listener: c.listener,
      role: c.role,
      room: c.room,
      from: Math.max(c.start, from),
      to: c.end === Number.POSITIVE_INFINITY ? null : Math.min(c.end, to),
    }));
}
