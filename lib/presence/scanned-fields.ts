/** What the counter wants of a record that was scanned and never became an object. */
import type { ListenerEventType } from '../event/event.ts';
import { LISTENER_TYPES } from '../event/parse.ts';
import type { ScannedEvent } from '../event/scan.ts';
import { FIELD_NAMES, type FieldName, ROLES } from '../event/scan-words.ts';
import { TextCache } from '../event/text-cache.ts';
import { ATTEMPT, ERROR, JOIN, LEAVE, PLAYING, type Said } from './details.ts';
import { NO_STARTUP } from './undecided.ts';

const place = (name: FieldName): number => FIELD_NAMES.indexOf(name);
const BROADCAST = place('broadcast');
const ROOM = place('room');
export const LISTENER_FIELD = place('listener');
export const CONNECTION_FIELD = place('connection');
export const ID_FIELD = place('id');
const SOURCE = place('source');
const ROLE = place('role');
const HEARTBEAT = place('heartbeatMs');
const STARTUP = place('startupMs');
const CODE = place('code');
const FATAL = place('fatal');
const REASON = place('reason');
const ATTRS = place('attrs');

/** Whether the record tells of a listener. */
export function isOfListener(scanned: ScannedEvent): boolean {
  return scanned.type < LISTENER_TYPES.length;
}

const few = new TextCache(12);

/** The broadcast of a scanned record: one string for all its records, mostly. */
export function scannedBroadcast(bytes: Uint8Array, scanned: ScannedEvent): string {
  return text(bytes, scanned, BROADCAST);
}

function text(bytes: Uint8Array, scanned: ScannedEvent, field: number): string {
  const { spans } = scanned;
  return few.text(bytes, spans[field * 3] ?? 0, spans[field * 3 + 1] ?? 0, spans[field * 3 + 2] ?? 0);
}

export function wasSent(scanned: ScannedEvent, field: number): boolean {
  return (scanned.sent & (1 << field)) !== 0;
}

/** The fields of a listener's record, but for its ids; used again for the next one. */
export class ScannedFields implements Said {
  type: ListenerEventType = 'heartbeat';
  roomSent = false;
  room = '';
  source: string | null = null;
  role: Said['role'] = null;
  heartbeatMs: number | null = null;
  code = '';
  fatal: boolean | null = null;
  reason: string | null = null;
  attrs: Said['attrs'] = null;
  startup = NO_STARTUP;

  read(bytes: Uint8Array, scanned: ScannedEvent): void {
    const { type, sent } = scanned;
    this.type = LISTENER_TYPES[type] ?? 'heartbeat';
    this.roomSent = (sent & (1 << ROOM)) !== 0;
    this.room = text(bytes, scanned, this.roomSent ? ROOM : BROADCAST);
    this.source = (sent & (1 << SOURCE)) === 0 ? null : text(bytes, scanned, SOURCE);
    this.startup = NO_STARTUP;
    this.role = null;
    this.heartbeatMs = null;
    this.code = '';
    this.fatal = null;
    this.reason = null;
    this.attrs = null;
    if (type === JOIN) {
      if ((sent & (1 << ROLE)) !== 0) this.role = ROLES[scanned.role] ?? null;
      if ((sent & (1 << HEARTBEAT)) !== 0) this.heartbeatMs = scanned.heartbeatMs;
    }
    if (type === JOIN || type === ATTEMPT) {
      if ((sent & (1 << ATTRS)) !== 0) this.attrs = scanned.attrs;
    } else if (type === PLAYING) {
      if ((sent & (1 << STARTUP)) !== 0) this.startup = scanned.startupMs;
    } else if (type === ERROR) {
      this.code = text(bytes, scanned, CODE);
      if ((sent & (1 << FATAL)) !== 0) this.fatal = scanned.fatal;
    } else if (type === LEAVE && (sent & (1 << REASON)) !== 0) this.reason = text(bytes, scanned, REASON);
  }
}
