/** Which events are the same one, and what ends a tie between two that are not. */
import {
  type BroadcastEvent,
  type ControlEvent,
  isControl,
  LEAVE_REASONS,
  type LeaveReason,
  type ListenerEvent,
} from './event.ts';
import { attrsMember, member } from './members.ts';

/**
 * The id sent, else `~` and the event's own fields as JSON: keys sorted, absent ones left out, no blanks.
 * Unique within its connection (a control event's: within the broadcast).
 */
export function idOf(event: BroadcastEvent): string {
  return event.id ?? `~${canonicalOf(event)}`;
}

/** The event's own fields as sent, its id included, as JSON: keys sorted, absent ones left out, no blanks. */
export function canonicalOf(event: BroadcastEvent): string {
  return `{${isControl(event) ? controlMembers(event) : listenerMembers(event)}"ts":${event.ts},"type":"${event.type}"}`;
}

function controlMembers(event: ControlEvent): string {
  return (
    member('author', event.author) +
    member('broadcast', event.broadcast) +
    member('id', event.id) +
    member('label', event.label) +
    member('replaces', event.replaces) +
    member('room', event.roomSent ? event.room : null) +
    member('source', event.source) +
    member('startsAt', event.startsAt)
  );
}

function listenerMembers(event: ListenerEvent): string {
  return (
    attrsMember(event.attrs, Object.keys(event.attrs ?? {}).sort()) +
    member('broadcast', event.broadcast) +
    member('code', event.type === 'error' ? event.code : null) +
    member('connection', event.connection === '' ? null : event.connection) +
    member('fatal', event.fatal) +
    member('heartbeatMs', event.heartbeatMs) +
    member('id', event.id) +
    member('listener', event.listener) +
    member('reason', event.reason) +
    member('role', event.role) +
    member('room', event.roomSent ? event.room : null) +
    member('source', event.source) +
    member('startupMs', event.startupMs)
  );
}

const KNOWN_REASONS: ReadonlyMap<string, LeaveReason> = new Map(LEAVE_REASONS.map((reason) => [reason, reason]));

/** The reason of a leave in the closed set: none sent is `left`, an unknown one `other`. */
export function leaveReason(reason: string | null): LeaveReason {
  return reason === null ? 'left' : (KNOWN_REASONS.get(reason) ?? 'other');
}
