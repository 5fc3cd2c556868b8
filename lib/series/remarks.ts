/** Notes and rooms out of the control events of a broadcast that hold, which come by time. Instants in epoch ms. */
import type { ControlEvent } from '../event/event.ts';
import { idOf } from '../event/id.ts';

export interface Note {
  id: string;
  at: number;
  label: string;
  author: string | null;
}

export interface Room {
  room: string;
  /** null where no `room_start` was seen */
  from: number | null;
  /** null while it is open */
  to: number | null;
}

export function notesOf(holding: readonly ControlEvent[]): Note[] {
  return holding
    .filter((event) => event.type === 'note')
    .map((event) => ({ id: idOf(event), at: event.ts, label: event.label ?? '', author: event.author }));
}

/** Rooms that said when they opened or closed, by opening. The first `room_end` of a room holds for good. */
export function roomsOf(holding: readonly ControlEvent[]): Room[] {
  const rooms = new Map<string, Room>();
  for (const event of holding) {
    if (event.type !== 'room_start' && event.type !== 'room_end') continue;
    const room = rooms.get(event.room) ?? { room: event.room, from: null, to: null };
    if (event.type === 'room_start') room.from ??= event.ts;
    else room.to ??= event.ts;
    rooms.set(event.room, room);
  }
  return [...rooms.values()].sort((a, b) => (a.from ?? 0) - (b.from ?? 0) || compare(a.room, b.room));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
