/** `export events` as a table: the fields of an event as they were sent, attributes as JSON. */
import { type BroadcastEvent, isControl } from '../event/event.ts';
import type { Cell, Column } from './table.ts';

export const EVENT_COLUMNS: readonly Column[] = [
  { name: 'type', type: 'text' },
  { name: 'ts', type: 'integer' },
  { name: 'broadcast', type: 'text' },
  { name: 'room', type: 'text' },
  { name: 'listener', type: 'text' },
  { name: 'connection', type: 'text' },
  { name: 'id', type: 'text' },
  { name: 'role', type: 'text' },
  { name: 'heartbeatMs', type: 'integer' },
  { name: 'startupMs', type: 'real' },
  { name: 'code', type: 'text' },
  { name: 'fatal', type: 'text' },
  { name: 'reason', type: 'text' },
  { name: 'attrs', type: 'text' },
  { name: 'source', type: 'text' },
  { name: 'label', type: 'text' },
  { name: 'author', type: 'text' },
  { name: 'replaces', type: 'text' },
  { name: 'startsAt', type: 'integer' },
];

/** In the order of EVENT_COLUMNS; null where it was not sent. */
export function eventCells(event: BroadcastEvent): Cell[] {
  const { type, ts, broadcast, id, source } = event;
  const room = event.roomSent ? event.room : null;
  if (isControl(event)) {
    const { label, author, replaces, startsAt } = event;
    const listeners = Array<null>(7).fill(null);
    return [type, ts, broadcast, room, null, null, id, ...listeners, source, label, author, replaces, startsAt];
  }
  const { listener, connection, role, heartbeatMs, startupMs, code, fatal, reason, attrs } = event;
  return [
    ...[type, ts, broadcast, room, listener, connection === '' ? null : connection, id],
    ...[role, heartbeatMs, startupMs, type === 'error' ? code : null, fatal, reason],
    ...[attrs === null ? null : JSON.stringify(attrs), source, null, null, null, null],
  ];
}
