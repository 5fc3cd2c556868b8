/** Where the dropped went: a room opened in place of the failed one, and the silence between the two (SEMANTICS 7). */
import type { Drops } from './drops.ts';
import type { Presences } from './presence.ts';
import type { StayTable } from './stay-table.ts';

/** A replacement may open so long before the onset (a move), and after service ends, ms. */
const BEFORE_MS = 60_000;
const AFTER_MS = 900_000;

export interface CarryOver {
  room: string;
  /** share of the dropped who were in it */
  share: number;
  deadAirSeconds: number;
}

export interface CarryOverSpan {
  /** epoch ms of the window's begin and of its end of failing service */
  onsetAt: number;
  serviceEndAt: number;
  /** first room_end of each room, epoch ms */
  roomEnds: ReadonlyMap<string, number>;
}

export function carryOver(
  stays: StayTable,
  presences: Presences,
  drops: Drops,
  { onsetAt, serviceEndAt, roomEnds }: CarryOverSpan,
): CarryOver | null {
  if (drops.listeners.length === 0) return null;
  const failed = failedRoom(stays, presences, drops);
  const candidates = stays.rooms
    .map((_, room) => room)
    .filter((room) => {
      const opened = stays.roomOpenings[room] ?? Number.NaN;
      return room !== failed && opened >= onsetAt - BEFORE_MS && opened <= serviceEndAt + AFTER_MS;
    });
  let best: { room: number; came: number } | null = null;
  for (const room of candidates) {
    let came = 0;
    for (const listener of drops.listeners) if (wasIn(stays, listener, room)) came++;
    const sooner =
      best !== null && (stays.roomOpenings[room] ?? 0) < (stays.roomOpenings[best.room] ?? 0) && came === best.came;
    if (best === null || came > best.came || sooner) best = { room, came };
  }
  if (best === null) return null;
  return {
    room: stays.rooms[best.room] ?? '',
    share: best.came / drops.listeners.length,
    deadAirSeconds: deadAir(stays, failed, best.room, roomEnds),
  };
}

/** Where most of the dropped were, as a room number; -1: nobody was dropped. */
export function failedRoom(stays: StayTable, presences: Presences, drops: Drops): number {
  const from = new Int32Array(stays.rooms.length);
  for (const presence of drops.lastPresence) {
    const room = stays.room[presences.lastStay[presence] ?? 0] ?? 0;
    from[room] = (from[room] ?? 0) + 1;
  }
  return drops.lastPresence.length === 0 ? -1 : from.indexOf(Math.max(...from));
}

function wasIn(stays: StayTable, listener: number, room: number): boolean {
  const stop = stays.offsets[listener + 1] ?? 0;
  for (let s = stays.offsets[listener] ?? 0; s < stop; s++) if (stays.room[s] === room) return true;
  return false;
}

/**
 * From the moment the old room carried nothing more (it ended, or its last host left it, or its last listener where no
 * host ever was in it) to the moment the new one carried something (its first host, or its first opening where no host
 * ever came), s.
 */
function deadAir(stays: StayTable, before: number, after: number, roomEnds: ReadonlyMap<string, number>): number {
  const old = stays.rooms[before] ?? '';
  const fresh = stays.rooms[after] ?? '';
  let until = Number.NEGATIVE_INFINITY;
  let from = Number.POSITIVE_INFINITY;
  for (const c of stays.crew) {
    if (c.role !== 'host') continue;
    if (c.room === old) until = Math.max(until, c.end);
    if (c.room === fresh) from = Math.min(from, c.start);
  }
  if (until === Number.NEGATIVE_INFINITY) {
    for (let s = 0; s < stays.room.length; s++) {
      if (stays.room[s] === before) until = Math.max(until, stays.end[s] ?? 0);
    }
  }
  const ended = Math.min(roomEnds.get(old) ?? Number.POSITIVE_INFINITY, until);
  const began = Number.isFinite(from) ? from : (stays.roomOpenings[after] ?? 0);
  return Math.max(0, began - ended) / 1000;
}
