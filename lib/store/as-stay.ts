/** A row of the stays table as the stay it holds. */
import type { LeaveReason, Role } from '../event/event.ts';
import type { Stay } from '../presence/stay.ts';
import type { Tables } from './schema.ts';

export function asStay(row: Tables['stays']): Stay {
  const hearing: [number, number | null][] = JSON.parse(row.hearing);
  return {
    listener: row.listener,
    connection: row.connection,
    room: row.room,
    start: Number(row.start_at),
    end: row.end_at === null ? null : Number(row.end_at),
    reason: asReason(row.reason),
    role: asRole(row.role),
    hearing,
    attrs: row.attrs === null ? null : JSON.parse(row.attrs),
    source: row.source,
    lastEvidence: Number(row.last_at),
    heartbeatMs: row.heartbeat_ms,
    joined: row.joined === 1,
  };
}

const REASONS: ReadonlySet<string> = new Set<LeaveReason>([
  'left',
  'error',
  'server',
  'kicked',
  'room_ended',
  'timeout',
  'replaced',
  'other',
]);

function isReason(text: string): text is LeaveReason {
  return REASONS.has(text);
}

export function asReason(text: string | null): LeaveReason | null {
  return text !== null && isReason(text) ? text : null;
}

export function asRole(text: string): Role {
  return text === 'host' || text === 'speaker' ? text : 'listener';
}
