/** The events that are no listener's: rooms, remarks, hosts and speakers. */
import type { BroadcastEvent, ControlEvent, ControlEventType, ListenerEvent } from '../event/event.ts';
import type { CrewStay, Plan } from './plan.ts';

/** In the order of their ts. */
export function scriptOf(plan: Plan, broadcast: string, labelled: boolean): BroadcastEvent[] {
  const events: BroadcastEvent[] = [];
  let count = 0;

  function control(
    type: ControlEventType,
    at: number,
    room: string | null,
    label: string | null,
    author: string | null,
  ) {
    const event: ControlEvent = {
      type,
      ts: at,
      broadcast,
      room: room ?? broadcast,
      roomSent: room !== null,
      id: `k${++count}`,
      source: null,
      label,
      author,
      replaces: null,
      startsAt: type === 'title' ? plan.startMs : null,
    };
    events.push(event);
  }

  for (const { room, opensAt, closesAt } of plan.rooms) {
    control('room_start', opensAt, room, null, null);
    control('room_end', closesAt, room, null, null);
  }
  for (const { type, at, label, author } of plan.remarks) control(type, at, null, label, author);
  for (const [index, stay] of plan.crew.entries()) {
    const room = plan.rooms[stay.room]?.room;
    if (room === undefined) continue;
    const connection = `${stay.listener}-${index + 1}`;
    events.push(crewEvent('join', stay, stay.from, connection, broadcast, room));
    const leave = crewEvent('leave', stay, stay.to, connection, broadcast, room);
    events.push(labelled ? { ...leave, reason: stay.reason } : leave);
  }
  return events.sort((a, b) => a.ts - b.ts);
}

function crewEvent(
  type: 'join' | 'leave',
  stay: CrewStay,
  at: number,
  connection: string,
  broadcast: string,
  room: string,
): ListenerEvent {
  return {
    type,
    ts: at,
    broadcast,
    room,
    roomSent: true,
    id: type,
    source: null,
    listener: stay.listener,
    connection,
    role: type === 'join' ? stay.role : null,
    heartbeatMs: type === 'join' ? 0 : null,
    startupMs: null,
    code: '',
    fatal: null,
    reason: null,
    attrs: null,
  };
}
