/**
 * The door: bytes of one record in, an event of exact types out, or the reason why not. It never throws.
 *
 * Reasons are found in the order of REJECT_REASONS. Within `field`, what every event has comes first (type as text,
 * ts, broadcast, room, id, source), then the type is looked up, then come the fields of that type; so an unknown
 * type beside a broken `ts` is `field`. An unknown type is no control event: it needs a listener before it is `type`.
 */
import {
  type ControlEvent,
  type ControlEventType,
  type ListenerEvent,
  type ListenerEventType,
  type Parsed,
  PRESENCE_TYPES,
  QUALITY_TYPES,
  REMARK_TYPES,
  type RejectReason,
  ROOM_TYPES,
} from './event.ts';
import { describe, Fields, isJsonObject } from './fields.ts';
import {
  AUTHOR_LENGTH,
  BROADCAST_LENGTH,
  CALENDAR_MS,
  CLOCK_SLACK_MS,
  CODE_LENGTH,
  CONNECTION_LENGTH,
  EARLIEST_TS,
  END_TS,
  ID_LENGTH,
  LABEL_LENGTH,
  LISTENER_LENGTH,
  REASON_LENGTH,
  RECORD_BYTES,
  REPLACES_LENGTH,
  ROOM_LENGTH,
  SOURCE_LENGTH,
} from './limits.ts';

export const LISTENER_TYPES: readonly ListenerEventType[] = [...PRESENCE_TYPES, ...QUALITY_TYPES];
export const CONTROL_TYPES: readonly ControlEventType[] = [...ROOM_TYPES, ...REMARK_TYPES];

const LISTENER_TYPE: ReadonlyMap<string, ListenerEventType> = new Map(LISTENER_TYPES.map((type) => [type, type]));
const CONTROL_TYPE: ReadonlyMap<string, ControlEventType> = new Map(CONTROL_TYPES.map((type) => [type, type]));
const BLANK: Parsed = { kind: 'blank' };
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads one record: a Kafka value, or a line of NDJSON with or without its line end.
 * `recordTimestampMs` is the record's own time in epoch ms, null where the log has none (files).
 */
export function parseRecord(bytes: Uint8Array, recordTimestampMs: number | null): Parsed {
  const record = withoutFrame(bytes);
  if (isBlank(record)) return BLANK;
  if (record.length > RECORD_BYTES) {
    return rejected('size', `A record has at most ${RECORD_BYTES} bytes; this one has at least ${record.length}.`);
  }
  let text: string;
  try {
    text = UTF8.decode(record);
  } catch {
    return rejected('json', 'A record must be UTF-8 text; this one has bytes that are not.');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return rejected('json', `A record must be one JSON object; this one cannot be read: ${why}.`);
  }
  if (!isJsonObject(value)) return rejected('json', `A record must be one JSON object; ${describe(value)}.`);
  return eventOf(new Fields(value), recordTimestampMs);
}

function eventOf(fields: Fields, recordTimestampMs: number | null): Parsed {
  const name = fields.requiredText('type', 0, RECORD_BYTES);
  const ts = fields.requiredInteger('ts');
  // half a surrogate pair has no UTF-8, which stores and files are written in: a name comes back from there as it went in
  const broadcast = fields.requiredText('broadcast', 1, BROADCAST_LENGTH).toWellFormed();
  const room = fields.text('room', 1, ROOM_LENGTH)?.toWellFormed() ?? null;
  const id = fields.text('id', 1, ID_LENGTH);
  const source = fields.text('source', 0, SOURCE_LENGTH);
  const base = { ts, broadcast, room, id, source };

  const controlType = CONTROL_TYPE.get(name);
  const type = LISTENER_TYPE.get(name);
  let event: ListenerEvent | ControlEvent | null = null;
  if (controlType) event = controlEvent(controlType, base, fields);
  else {
    const listener = fields.requiredText('listener', 1, LISTENER_LENGTH);
    const connection = fields.text('connection', 1, CONNECTION_LENGTH);
    if (type) event = listenerEvent(type, base, listener, connection, fields);
  }
  if (fields.problem !== null) return rejected('field', fields.problem);
  if (event === null) {
    const known = [...LISTENER_TYPES, ...CONTROL_TYPES].join(', ');
    return rejected('type', `"type" must be one of ${known}; ${describe(name)}.`);
  }
  const clock = clockProblem(ts, recordTimestampMs);
  return clock === null ? { kind: 'event', event } : rejected('clock', clock);
}

interface Base {
  ts: number;
  broadcast: string;
  room: string | null;
  id: string | null;
  source: string | null;
}

function listenerEvent(
  type: ListenerEventType,
  base: Base,
  listener: string,
  connection: string | null,
  fields: Fields,
): ListenerEvent {
  const isJoin = type === 'join';
  const isError = type === 'error';
  // one field order for every event: readers of them stay fast. `scan.ts` keeps the same
  return {
    type,
    ts: base.ts,
    broadcast: base.broadcast,
    room: base.room ?? base.broadcast,
    roomSent: base.room !== null,
    id: base.id,
    source: base.source,
    listener,
    connection: connection ?? '',
    role: isJoin ? fields.role('role') : null,
    heartbeatMs: isJoin ? fields.heartbeatMs() : null,
    startupMs: type === 'playing' ? fields.amount('startupMs') : null,
    code: isError ? fields.requiredText('code', 0, CODE_LENGTH).toWellFormed() : '',
    fatal: isError ? fields.flag('fatal') : null,
    reason: type === 'leave' ? fields.text('reason', 0, REASON_LENGTH) : null,
    attrs: isJoin || type === 'attempt' ? fields.attrs('attrs') : null,
  };
}

function controlEvent(type: ControlEventType, base: Base, fields: Fields): ControlEvent {
  const needsLabel = type === 'note' || type === 'segment_start' || type === 'title';
  const mayLabel = type === 'segment_end';
  return {
    type,
    ts: base.ts,
    broadcast: base.broadcast,
    room: base.room ?? base.broadcast,
    roomSent: base.room !== null,
    id: base.id,
    source: base.source,
    label: needsLabel
      ? fields.requiredText('label', 0, LABEL_LENGTH)
      : mayLabel
        ? fields.text('label', 0, LABEL_LENGTH)
        : null,
    author: fields.text('author', 0, AUTHOR_LENGTH),
    replaces: fields.text('replaces', 1, REPLACES_LENGTH),
    startsAt: type === 'title' ? fields.integer('startsAt', -CALENDAR_MS, CALENDAR_MS) : null,
  };
}

function clockProblem(ts: number, recordTimestampMs: number | null): string | null {
  if (ts < EARLIEST_TS || ts >= END_TS) {
    return `"ts" must be epoch milliseconds in the years 2000 to 2099; it is ${ts}.`;
  }
  if (recordTimestampMs !== null && ts > recordTimestampMs + CLOCK_SLACK_MS) {
    return `"ts" may be at most ${CLOCK_SLACK_MS / 1000} s after the record's timestamp ${recordTimestampMs}; it is ${ts - recordTimestampMs} ms after it. Set the producer's clock.`;
  }
  return null;
}

function rejected(reason: RejectReason, detail: string): Parsed {
  return { kind: 'rejected', reason, detail };
}

/** Without the leading byte order mark and the line end. */
function withoutFrame(bytes: Uint8Array): Uint8Array {
  let from = 0;
  let to = bytes.length;
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) from = 3;
  if (to > from && bytes[to - 1] === 0x0a) to--;
  if (to > from && bytes[to - 1] === 0x0d) to--;
  return from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
}

/** Nothing but JSON's own white space. */
function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false;
  return true;
}
