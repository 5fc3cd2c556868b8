/** A row of the stays table as the stay it holds. */
import { LEAVE_REASONS, type LeaveReason, type Role } from '../event/event.ts';
import type { Stay } from '../presence/stay.ts';
import type { Tables } from './schema.ts';

export function asStay(row: Tables['stays']): Stay {
  const hearing: [number, number | null][] = JSON.parse(row.hearing);
  return { ...asBareStay(row, row.attrs === null ? null : JSON.parse(row.attrs)), hearing };
}

/** A stay without its hearing. */
export type BareStay = Omit<Stay, 'hearing'>;

/** `attrs`: what its text says. */
export function asBareStay(row: Omit<Tables['stays'], NotAsked>, attrs: Stay['attrs']): BareStay {
  return {
    listener: row.listener,
    connection: row.connection,
    room: row.room,
    start: Number(row.start_at),
    end: row.end_at === null ? null : Number(row.end_at),
    reason: asReason(row.reason),
    role: asRole(row.role),
    attrs,
    source: row.source,
    lastEvidence: Number(row.last_at),
    heartbeatMs: row.heartbeat_ms,
    joined: row.joined === 1,
  };
}

type NotAsked = 'broadcast_id' | 'hearing' | 'final' | 'part';

const REASONS: ReadonlySet<string> = new Set(LEAVE_REASONS);

function isReason(text: string): text is LeaveReason {
  return REASONS.has(text);
}

export function asReason(text: string | null): LeaveReason | null {
  return text !== null && isReason(text) ? text : null;
}

export function asRole(text: string): Role {
  return text === 'host' || text === 'speaker' ? text : 'listener';
}
