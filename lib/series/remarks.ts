/** Notes, segments and rooms out of a broadcast's control events (SEMANTICS 2 and 4). Instants in epoch ms. */
import type { ControlEvent } from '../event/event.ts';

export interface Note {
  id: string | null;
  at: number;
  label: string;
  author: string | null;
}

export interface Segment {
  label: string;
  from: number;
  /** null while it is open */
  to: number | null;
}

export interface Room {
  room: string;
  /** null where no `room_start` was seen */
  from: number | null;
  /** null while it is open */
  to: number | null;
}

/** The control events that hold: replaced ones gone, taken-back ones too, by time, then id. */
export function holding(controls: readonly ControlEvent[]): ControlEvent[] {
  const replaced = new Set<string>();
  for (const event of controls) if (event.replaces !== null) replaced.add(event.replaces);
  return controls
    .filter((event) => event.type === 'room_end' || event.id === null || !replaced.has(event.id))
    .filter((event) => event.replaces === null || (event.label ?? '') !== '')
    .sort((a, b) => a.ts - b.ts || compare(a.id ?? '', b.id ?? ''));
}

export function notesOf(controls: readonly ControlEvent[]): Note[] {
  return holding(controls)
    .filter((event) => event.type === 'note')
    .map((event) => ({ id: event.id, at: event.ts, label: event.label ?? '', author: event.author }));
}

/** A `segment_end` closes the latest open segment, of its label where it has one; at one instant ends go first. */
export function segmentsOf(controls: readonly ControlEvent[]): Segment[] {
  const segments: Segment[] = [];
  const marks = holding(controls).filter((event) => event.type === 'segment_start' || event.type === 'segment_end');
  marks.sort((a, b) => a.ts - b.ts || Number(a.type === 'segment_start') - Number(b.type === 'segment_start'));
  for (const mark of marks) {
    if (mark.type === 'segment_start') {
      segments.push({ label: mark.label ?? '', from: mark.ts, to: null });
      continue;
    }
    const label = mark.label ?? '';
    const open = segments.filter((segment) => segment.to === null && (label === '' || segment.label === label));
    const latest = open[open.length - 1];
    if (latest !== undefined) latest.to = mark.ts;
  }
  return segments;
}

/** Rooms that said when they opened or closed, by opening. The first `room_end` of a room holds for good. */
export function roomsOf(controls: readonly ControlEvent[]): Room[] {
  const rooms = new Map<string, Room>();
  for (const event of holding(controls)) {
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
