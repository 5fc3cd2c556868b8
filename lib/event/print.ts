/** An event as one line of the log: what the door reads back as the equal event. */
import { type BroadcastEvent, type ControlEvent, isControl, type ListenerEvent } from './event.ts';
import { attrsMember, member } from './members.ts';

/** One JSON object without a line end: type, time and place first, then who and what; fields not sent are left out. */
export function printEvent(event: BroadcastEvent): string {
  const head = `{"type":"${event.type}","ts":${event.ts},${member('broadcast', event.broadcast)}${member('room', event.roomSent ? event.room : null)}`;
  const members = head + (isControl(event) ? controlMembers(event) : listenerMembers(event));
  return `${members.slice(0, -1)}}`;
}

function controlMembers(event: ControlEvent): string {
  return (
    member('id', event.id) +
    member('source', event.source) +
    member('label', event.label) +
    member('author', event.author) +
    member('replaces', event.replaces) +
    member('startsAt', event.startsAt)
  );
}

function listenerMembers(event: ListenerEvent): string {
  return (
    member('listener', event.listener) +
    member('connection', event.connection === '' ? null : event.connection) +
    member('id', event.id) +
    member('source', event.source) +
    member('role', event.role) +
    member('heartbeatMs', event.heartbeatMs) +
    member('startupMs', event.startupMs) +
    member('code', event.type === 'error' ? event.code : null) +
    member('fatal', event.fatal) +
    member('reason', event.reason) +
    attrsMember(event.attrs, Object.keys(event.attrs ?? {}))
  );
}
