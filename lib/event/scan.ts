/**
 * Reads the common record straight off its bytes, without JSON.parse: a flat object of ASCII texts without escapes and
 * plain numbers. It never guesses: whatever is unusual or wrong is left to `parseRecord`, which alone rejects.
 */
import { type Attrs, AttrsCache } from './attrs-cache.ts';
import type { BroadcastEvent, ControlEventType, ListenerEventType, Parsed } from './event.ts';
import {
  AUTHOR_LENGTH,
  BROADCAST_LENGTH,
  CALENDAR_MS,
  CLOCK_SLACK_MS,
  CODE_LENGTH,
  CONNECTION_LENGTH,
  EARLIEST_TS,
  END_TS,
  HEARTBEAT_MS,
  ID_LENGTH,
  LABEL_LENGTH,
  LISTENER_LENGTH,
  REASON_LENGTH,
  RECORD_BYTES,
  REPLACES_LENGTH,
  ROOM_LENGTH,
  SOURCE_LENGTH,
} from './limits.ts';
import { CONTROL_TYPES, LISTENER_TYPES, parseRecord } from './parse.ts';
import { EVENT_TYPES, FIELD_NAMES, type FieldName, ROLES, Words } from './scan-words.ts';
import { asciiText, TextCache } from './text-cache.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const MISS = -1;
/** nesting of values of no interest that is followed */
const DEPTH = 8;

const FIELDS = new Words(FIELD_NAMES);
const TYPES = new Words(EVENT_TYPES);
const ROLE_WORDS = new Words(ROLES);

const field = (name: FieldName): number => FIELD_NAMES.indexOf(name);
const TYPE = field('type');
const TS = field('ts');
const BROADCAST = field('broadcast');
const ROOM = field('room');
const LISTENER = field('listener');
const CONNECTION = field('connection');
const ID = field('id');
const SOURCE = field('source');
const ROLE = field('role');
const HEARTBEAT = field('heartbeatMs');
const STARTUP = field('startupMs');
const CODE = field('code');
const FATAL = field('fatal');
const REASON = field('reason');
const ATTRS = field('attrs');
const LABEL = field('label');
const AUTHOR = field('author');
const REPLACES = field('replaces');
const STARTS_AT = field('startsAt');

/** [least, most] length of each text field, in characters, which are bytes here */
const TEXTS: readonly [number, number, number][] = [
  [BROADCAST, 1, BROADCAST_LENGTH],
  [ROOM, 1, ROOM_LENGTH],
  [LISTENER, 1, LISTENER_LENGTH],
  [CONNECTION, 1, CONNECTION_LENGTH],
  [ID, 1, ID_LENGTH],
  [SOURCE, 0, SOURCE_LENGTH],
  [CODE, 0, CODE_LENGTH],
  [REASON, 0, REASON_LENGTH],
  [LABEL, 0, LABEL_LENGTH],
  [AUTHOR, 0, AUTHOR_LENGTH],
  [REPLACES, 1, REPLACES_LENGTH],
];
/** 0 marks a field that is no text */
const MOST = new Uint16Array(FIELD_NAMES.length);
const LEAST = new Uint8Array(FIELD_NAMES.length);
for (const [number, least, most] of TEXTS) {
  LEAST[number] = least;
  MOST[number] = most;
}

/** what an event of each type must have, as bits of field numbers */
const REQUIRED = Int32Array.from(EVENT_TYPES, (type) => {
  const needed = [TYPE, TS, BROADCAST];
  if (LISTENER_TYPES.some((t) => t === type)) needed.push(LISTENER);
  if (type === 'error') needed.push(CODE);
  if (type === 'note' || type === 'segment_start' || type === 'title') needed.push(LABEL);
  return needed.reduce((bits, number) => bits | (1 << number), 0);
});

/** Places and numbers of one scanned record, used again for the next one. `eventOf` makes the event of it. */
export class ScannedEvent {
  /** place in EVENT_TYPES */
  type = 0;
  /** epoch ms */
  ts = 0;
  /** bit n: FIELD_NAMES[n] was sent and is not null */
  sent = 0;
  /** place in ROLES */
  role = 0;
  heartbeatMs = 0;
  startupMs = 0;
  startsAt = 0;
  fatal = false;
  attrs: Attrs | null = null;
  /** per field: first byte, byte after the last, hash of the bytes; of text fields that were sent */
  readonly spans = new Int32Array(FIELD_NAMES.length * 3);
  /** the number and the hash last read */
  number = 0;
  hash = 0;
}

const attrsCache = new AttrsCache();

/**
 * Reads the record in [start, end) of `bytes`; true where it is an event, then described by `into`. False says nothing
 * about the record but that `parseRecord` has to look. `recordTimestampMs` as there.
 */
export function scanRecord(
  bytes: Uint8Array,
  start: number,
  end: number,
  recordTimestampMs: number | null,
  into: ScannedEvent,
): boolean {
  if (end - start > RECORD_BYTES) return false;
  into.sent = 0;
  let at = afterSpace(bytes, start, end);
  if (byteAt(bytes, at, end) !== OPEN) return false;
  at++;
  for (;;) {
    at = afterSpace(bytes, at, end);
    if (byteAt(bytes, at, end) !== QUOTE) return false;
    const number = FIELDS.find(bytes, at + 1, end);
    at = number >= 0 ? at + 2 + FIELDS.length(number) : afterText(bytes, at + 1, end, into);
    if (at === MISS) return false;
    at = afterSpace(bytes, at, end);
    if (byteAt(bytes, at, end) !== COLON) return false;
    at = afterSpace(bytes, at + 1, end);
    at = number >= 0 ? afterField(bytes, at, end, number, into) : afterAnything(bytes, at, end, DEPTH, into);
    if (at === MISS) return false;
    at = afterSpace(bytes, at, end);
    const byte = byteAt(bytes, at, end);
    at++;
    if (byte === CLOSE) break;
    if (byte !== COMMA) return false;
  }
  if (afterSpace(bytes, at, end) !== end) return false;
  const required = REQUIRED[into.type] ?? 0;
  if ((into.sent & (1 << TYPE)) === 0 || (into.sent & required) !== required) return false;
  if (into.ts < EARLIEST_TS || into.ts >= END_TS) return false;
  return recordTimestampMs === null || !(into.ts > recordTimestampMs + CLOCK_SLACK_MS);
}

/** What `parseRecord` says of the record in [start, end) of `bytes`, several times faster where the record is common. */
export function parseFast(bytes: Uint8Array, start: number, end: number, recordTimestampMs: number | null): Parsed {
  if (scanRecord(bytes, start, end, recordTimestampMs, scanned))
    return { kind: 'event', event: eventOf(bytes, scanned) };
  return parseRecord(bytes.subarray(start, end), recordTimestampMs);
}

const scanned = new ScannedEvent();
/** texts of a few values each, and texts of as many as there are listeners */
const few = new TextCache(12);
const many = new TextCache(16);

/** The event of a record scanned before, `bytes` being the same. */
export function eventOf(bytes: Uint8Array, scanned: ScannedEvent): BroadcastEvent {
  const { type, ts, sent } = scanned;
  const broadcast = cached(few, bytes, scanned, BROADCAST);
  const roomSent = has(sent, ROOM);
  const room = roomSent ? cached(few, bytes, scanned, ROOM) : broadcast;
  const id = has(sent, ID) ? text(bytes, scanned, ID) : null;
  const source = has(sent, SOURCE) ? cached(few, bytes, scanned, SOURCE) : null;
  const listenerType = LISTENER_TYPES[type];
  // field order as in `parse.ts`: one shape for all events
  if (listenerType !== undefined) {
    const isJoin = type === JOIN;
    const isError = type === ERROR;
    return {
      type: listenerType,
      ts,
      broadcast,
      room,
      roomSent,
      id,
      source,
      listener: cached(many, bytes, scanned, LISTENER),
      connection: has(sent, CONNECTION) ? cached(many, bytes, scanned, CONNECTION) : '',
      role: isJoin && has(sent, ROLE) ? (ROLES[scanned.role] ?? null) : null,
      heartbeatMs: isJoin && has(sent, HEARTBEAT) ? scanned.heartbeatMs : null,
      startupMs: type === PLAYING && has(sent, STARTUP) ? scanned.startupMs : null,
      code: isError ? cached(few, bytes, scanned, CODE) : '',
      fatal: isError && has(sent, FATAL) ? scanned.fatal : null,
      reason: type === LEAVE && has(sent, REASON) ? cached(few, bytes, scanned, REASON) : null,
      attrs: (isJoin || type === ATTEMPT) && has(sent, ATTRS) ? scanned.attrs : null,
    };
  }
  const controlType = CONTROL_TYPES[type - LISTENER_TYPES.length] ?? 'note';
  const isLabelled = controlType !== 'room_start' && controlType !== 'room_end';
  return {
    type: controlType,
    ts,
    broadcast,
    room,
    roomSent,
    id,
    source,
    label: isLabelled && has(sent, LABEL) ? text(bytes, scanned, LABEL) : null,
    author: has(sent, AUTHOR) ? text(bytes, scanned, AUTHOR) : null,
    replaces: has(sent, REPLACES) ? text(bytes, scanned, REPLACES) : null,
    startsAt: controlType === 'title' && has(sent, STARTS_AT) ? scanned.startsAt : null,
  };
}

const numberOfType = (type: ListenerEventType | ControlEventType): number => EVENT_TYPES.indexOf(type);
const JOIN = numberOfType('join');
const LEAVE = numberOfType('leave');
const PLAYING = numberOfType('playing');
const ATTEMPT = numberOfType('attempt');
const ERROR = numberOfType('error');

function has(sent: number, number: number): boolean {
  return (sent & (1 << number)) !== 0;
}

function cached(cache: TextCache, bytes: Uint8Array, scanned: ScannedEvent, number: number): string {
  const { spans } = scanned;
  return cache.text(bytes, spans[number * 3] ?? 0, spans[number * 3 + 1] ?? 0, spans[number * 3 + 2] ?? 0);
}

function text(bytes: Uint8Array, scanned: ScannedEvent, number: number): string {
  return asciiText(bytes, scanned.spans[number * 3] ?? 0, scanned.spans[number * 3 + 1] ?? 0);
}

/** Reads the value of a known field; where it ends, or MISS. */
function afterField(bytes: Uint8Array, at: number, end: number, number: number, into: ScannedEvent): number {
  const byte = byteAt(bytes, at, end);
  if (byte === LETTER_N) {
    into.sent &= ~(1 << number);
    return afterWord(bytes, at, end, 'null');
  }
  into.sent |= 1 << number;
  if (byte === QUOTE) {
    const most = MOST[number] ?? 0;
    if (most > 0) {
      const after = afterText(bytes, at + 1, end, into);
      const length = after - at - 2;
      if (after === MISS || length > most || length < (LEAST[number] ?? 0)) return MISS;
      into.spans[number * 3] = at + 1;
      into.spans[number * 3 + 1] = after - 1;
      into.spans[number * 3 + 2] = into.hash;
      return after;
    }
    if (number === TYPE) {
      const type = TYPES.find(bytes, at + 1, end);
      into.type = type;
      return type < 0 ? MISS : at + 2 + TYPES.length(type);
    }
    if (number === ROLE) {
      const role = ROLE_WORDS.find(bytes, at + 1, end);
      into.role = role;
      return role < 0 ? MISS : at + 2 + ROLE_WORDS.length(role);
    }
    return MISS;
  }
  if (number === ATTRS) {
    if (byte !== OPEN) return MISS;
    into.attrs = attrsCache.read(bytes, at, end);
    return into.attrs === null ? MISS : attrsCache.end;
  }
  if (number === FATAL) {
    into.fatal = byte === LETTER_T;
    return afterFlag(bytes, at, end);
  }
  return afterNumberField(bytes, at, end, number, into);
}

function afterNumberField(bytes: Uint8Array, at: number, end: number, number: number, into: ScannedEvent): number {
  const after = afterNumber(bytes, at, end, into);
  const value = into.number;
  if (after === MISS) return MISS;
  if (number === STARTUP) {
    into.startupMs = value;
    return after;
  }
  if (!Number.isInteger(value)) return MISS;
  if (number === TS) into.ts = value;
  else if (number === HEARTBEAT && value <= HEARTBEAT_MS) into.heartbeatMs = value;
  else if (number === STARTS_AT && value <= CALENDAR_MS) into.startsAt = value;
  else return MISS;
  return after;
}

/** Reads a value of no interest, of plain texts and numbers, at most `depth` lists and objects deep. */
function afterAnything(bytes: Uint8Array, at: number, end: number, depth: number, into: ScannedEvent): number {
  const byte = byteAt(bytes, at, end);
  if (byte === QUOTE) return afterText(bytes, at + 1, end, into);
  if (byte === LETTER_N) return afterWord(bytes, at, end, 'null');
  if (byte === LETTER_T || byte === LETTER_F) return afterFlag(bytes, at, end);
  if (byte !== OPEN && byte !== OPEN_LIST) return afterNumber(bytes, at, end, into);
  return depth === 0 ? MISS : afterMembers(bytes, at, end, depth, into);
}

/** Reads a list or an object, from its opening on. */
function afterMembers(bytes: Uint8Array, from: number, end: number, depth: number, into: ScannedEvent): number {
  const isObject = bytes[from] === OPEN;
  const close = isObject ? CLOSE : CLOSE_LIST;
  let at = afterSpace(bytes, from + 1, end);
  if (byteAt(bytes, at, end) === close) return at + 1;
  for (;;) {
    at = afterSpace(bytes, at, end);
    if (isObject) {
      if (byteAt(bytes, at, end) !== QUOTE) return MISS;
      at = afterText(bytes, at + 1, end, into);
      if (at === MISS) return MISS;
      at = afterSpace(bytes, at, end);
      if (byteAt(bytes, at, end) !== COLON) return MISS;
      at = afterSpace(bytes, at + 1, end);
    }
    at = afterAnything(bytes, at, end, depth - 1, into);
    if (at === MISS) return MISS;
    at = afterSpace(bytes, at, end);
    const byte = byteAt(bytes, at, end);
    if (byte === close) return at + 1;
    if (byte !== COMMA) return MISS;
    at++;
  }
}

function afterFlag(bytes: Uint8Array, at: number, end: number): number {
  return afterWord(bytes, at, end, byteAt(bytes, at, end) === LETTER_T ? 'true' : 'false');
}

function afterWord(bytes: Uint8Array, at: number, end: number, word: string): number {
  if (at + word.length > end) return MISS;
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return MISS;
  return at + word.length;
}

/** Reads ASCII text up to and with its closing quote, leaving the hash of its bytes in `into`. */
function afterText(bytes: Uint8Array, from: number, end: number, into: ScannedEvent): number {
  let hash = 0;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) {
      into.hash = hash;
      return at + 1;
    }
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return MISS;
    hash = ((hash << 5) | (hash >>> 27)) ^ byte;
  }
  return MISS;
}

/** whole numbers up to this many digits, and their quotients by powers of ten, are exact or correctly rounded */
const DIGITS = 15;
const TENS = Float64Array.from({ length: DIGITS + 1 }, (_, n) => 10 ** n);

/** Reads a number >= 0 of at most 15 digits without exponent, leaving it in `into`. */
function afterNumber(bytes: Uint8Array, from: number, end: number, into: ScannedEvent): number {
  // two halves of at most nine digits stay in integer arithmetic
  let high = 0;
  let low = 0;
  let digits = 0;
  let fraction = -1;
  let at = from;
  for (; at < end; at++) {
    const digit = (bytes[at] ?? 0) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digits === 1 && high === 0 && fraction < 0) return MISS;
      if (digits < 9) high = high * 10 + digit;
      else low = low * 10 + digit;
      digits++;
      if (fraction >= 0) fraction++;
    } else if (digit === DOT - ZERO && fraction < 0 && digits > 0) fraction = 0;
    else break;
  }
  if (digits === 0 || digits > DIGITS || fraction === 0) return MISS;
  const whole = digits <= 9 ? high : high * (TENS[digits - 9] ?? 1) + low;
  into.number = fraction > 0 ? whole / (TENS[fraction] ?? 1) : whole;
  return at;
}

function afterSpace(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break;
    at++;
  }
  return at;
}

/** 0, which no JSON has, behind the end */
function byteAt(bytes: Uint8Array, at: number, end: number): number {
  return at < end ? (bytes[at] ?? 0) : 0;
}
