/** Which events are the same one, and what ends a tie between two that are not. */
import { type BroadcastEvent, isControl, LEAVE_REASONS, type LeaveReason } from './event.ts';

/**
 * The id sent, else `~` and the event's own fields as JSON: keys sorted, absent ones left out, no blanks.
 * Unique within its connection (a control event's: within the broadcast).
 */
export function idOf(event: BroadcastEvent): string {
  return event.id ?? `~${canonicalOf(event)}`;
}

/** The event's own fields as sent, its id included, as JSON: keys sorted, absent ones left out, no blanks. */
export function canonicalOf(event: BroadcastEvent): string {
  return isControl(event)
    ? `{${entry('author', event.author)}"broadcast":${quoted(event.broadcast)},${entry('id', event.id)}${entry('label', event.label)}${entry('replaces', event.replaces)}${roomOf(event)}${entry('source', event.source)}${entry('startsAt', event.startsAt)}"ts":${event.ts},"type":"${event.type}"}`
    : `{${attrsOf(event.attrs)}"broadcast":${quoted(event.broadcast)},${event.type === 'error' ? `"code":${quoted(event.code)},` : ''}${event.connection === '' ? '' : entry('connection', event.connection)}${entry('fatal', event.fatal)}${entry('heartbeatMs', event.heartbeatMs)}${entry('id', event.id)}"listener":${quoted(event.listener)},${entry('reason', event.reason)}${entry('role', event.role)}${roomOf(event)}${entry('source', event.source)}${entry('startupMs', event.startupMs)}"ts":${event.ts},"type":"${event.type}"}`;
}

function roomOf(event: BroadcastEvent): string {
  return event.roomSent ? entry('room', event.room) : '';
}

function entry(key: string, value: string | number | boolean | null): string {
  if (value === null) return '';
  return typeof value === 'string' ? `"${key}":${quoted(value)},` : `"${key}":${value},`;
}

function attrsOf(attrs: Readonly<Record<string, string>> | null): string {
  if (attrs === null) return '';
  // written by hand: an object would put keys like "10" first, whatever the order they are set in
  const entries = Object.keys(attrs)
    .sort()
    .map((key) => `${quoted(key)}:${quoted(attrs[key] ?? '')}`);
  return `"attrs":{${entries.join(',')}},`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

const KNOWN_REASONS: ReadonlyMap<string, LeaveReason> = new Map(LEAVE_REASONS.map((reason) => [reason, reason]));

/** The reason of a leave in the closed set: none sent is `left`, an unknown one `other`. */
export function leaveReason(reason: string | null): LeaveReason {
  return reason === null ? 'left' : (KNOWN_REASONS.get(reason) ?? 'other');
}
