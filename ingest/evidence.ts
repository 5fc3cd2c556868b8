/** What the rooms of a broadcast have shown: which numbers are known, and whether it has ended. */
import type { Known } from '../lib/numbers/second.ts';
import type { Evidence } from '../lib/presence/summary.ts';

/** Known but for `silence`, which the rows tell. */
export type KnownByEvent = Omit<Known, 'silence'>;

export interface RoomsShow {
  known: KnownByEvent;
  /** the last room_end where every room of `rooms` has one, epoch ms; else null */
  endedAt: number | null;
}

/**
 * `rooms`: per counter, the earliest event of each kind by room (`CounterSummary.rooms`); `ends`: the first room_end of each
 * room, epoch ms. What comes after a room's end switches nothing on.
 */
export function roomsShow(
  rooms: Iterable<Readonly<Record<string, Evidence>>>,
  ends: ReadonlyMap<string, number>,
): RoomsShow {
  const known: KnownByEvent = { hearing: false, errors: false, attempts: false, comments: false };
  let allEnded = ends.size > 0;
  for (const ofCounter of rooms) {
    for (const [room, evidence] of Object.entries(ofCounter)) {
      const end = ends.get(room) ?? Number.POSITIVE_INFINITY;
      const before = (at: number | undefined): boolean => at !== undefined && at < end;
      known.hearing ||= before(evidence.playing);
      known.errors ||= before(evidence.error);
      known.attempts ||= before(evidence.attempt);
      known.comments ||= before(evidence.comment);
      if (end === Number.POSITIVE_INFINITY) allEnded = false;
    }
  }
  return { known, endedAt: allEnded ? Math.max(...ends.values()) : null };
}
