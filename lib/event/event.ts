/** The exact shape of an event past the door. Absent fields are null; lengths and ranges have been checked. */

export const PRESENCE_TYPES = ['join', 'leave', 'heartbeat', 'comment'] as const;
export const QUALITY_TYPES = ['attempt', 'playing', 'stall', 'resume', 'error'] as const;
export const REMARK_TYPES = ['segment_start', 'segment_end', 'title', 'note'] as const;
export const ROOM_TYPES = ['room_start', 'room_end'] as const;

export type ListenerEventType = (typeof PRESENCE_TYPES)[number] | (typeof QUALITY_TYPES)[number];
export type RemarkType = (typeof REMARK_TYPES)[number];
export type RoomEventType = (typeof ROOM_TYPES)[number];
export type ControlEventType = RemarkType | RoomEventType;
export type EventType = ListenerEventType | ControlEventType;

export type Role = 'listener' | 'speaker' | 'host';

export const LEAVE_REASONS = [
  'left',
  'error',
  'server',
  'kicked',
  'room_ended',
  'timeout',
  'replaced',
  'other',
] as const;
export type LeaveReason = (typeof LEAVE_REASONS)[number];

interface EventBase {
  /** event time, epoch milliseconds */
  ts: number;
  broadcast: string;
  /** the room sent, else the broadcast id */
  room: string;
  /** whether `room` was sent; part of the default id */
  roomSent: boolean;
  /** the id sent, or null where the default id holds (see `idOf`) */
  id: string | null;
  source: string | null;
}

export interface ListenerEvent extends EventBase {
  type: ListenerEventType;
  listener: string;
  /** '' where none was sent: one connection of its own per (listener, room) */
  connection: string;
  /** on `join` */
  role: Role | null;
  /** on `join`: heartbeat period, ms; 0 = sends none */
  heartbeatMs: number | null;
  /** on `playing`: time from attempt to first audio, ms */
  startupMs: number | null;
  /** on `error`, as sent; '' elsewhere */
  code: string;
  /** on `error`; null = not sent */
  fatal: boolean | null;
  /** on `leave`, as sent; null = not sent. `leaveReason` maps it to the closed set */
  reason: string | null;
  /** on `attempt`, `join` */
  attrs: Readonly<Record<string, string>> | null;
}

export interface ControlEvent extends EventBase {
  type: ControlEventType;
  label: string | null;
  author: string | null;
  replaces: string | null;
  /** on `title`: planned begin, epoch ms */
  startsAt: number | null;
}

export type BroadcastEvent = ListenerEvent | ControlEvent;

export const REJECT_REASONS = ['size', 'json', 'field', 'type', 'clock'] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** What the door says of one record. `blank` is no record at all. */
export type Parsed =
  | { kind: 'event'; event: BroadcastEvent }
  | { kind: 'blank' }
  | { kind: 'rejected'; reason: RejectReason; detail: string };

export function isControl(event: BroadcastEvent): event is ControlEvent {
  return !('listener' in event);
}
