import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRecord } from './parse.ts';

const TS = 1_684_965_600_000;
const JOIN = { type: 'join', ts: TS, broadcast: 'demo', listener: 'a' };

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
function parse(value: unknown, recordTimestampMs: number | null = null) {
  return parseRecord(bytes(typeof value === 'string' ? value : JSON.stringify(value)), recordTimestampMs);
}
/** `event`, `blank`, or the reason */
function verdict(value: unknown, recordTimestampMs: number | null = null): string {
  const parsed = parse(value, recordTimestampMs);
  return parsed.kind === 'rejected' ? parsed.reason : parsed.kind;
}
function eventOf(value: unknown) {
  const parsed = parse(value);
  if (parsed.kind !== 'event') throw new Error(`expected an event, got ${JSON.stringify(parsed)}`);
  return parsed.event;
}

describe('an event', () => {
  test('of the least a producer can send has every other field absent', () => {
    expect(eventOf(JOIN)).toEqual({
      type: 'join',
      ts: TS,
      broadcast: 'demo',
      room: 'demo',
      roomSent: false,
      id: null,
      source: null,
      listener: 'a',
      connection: '',
      role: null,
      heartbeatMs: null,
      startupMs: null,
      code: '',
      fatal: null,
      reason: null,
      attrs: null,
    });
  });
  test('with all its fields keeps them as sent', () => {
    const join = { ...JOIN, room: 'r', connection: 'c', id: 'i', role: 'host', heartbeatMs: 5000, source: 's' };
    expect(eventOf({ ...join, attrs: { edge: 'x', client: '' } })).toMatchObject({
      ...join,
      roomSent: true,
      attrs: { edge: 'x', client: '' },
    });
  });
  test('has names that can be written as UTF-8, where half a surrogate pair cannot', () => {
    const error = { ...JOIN, type: 'error', broadcast: 'a\ud800', room: '\udc00b', code: '\ud801' };
    expect(eventOf(error)).toMatchObject({ broadcast: 'a\ufffd', room: '\ufffdb', code: '\ufffd' });
    expect(eventOf({ ...JOIN, broadcast: '\ud800' }).room).toBe('\ufffd');
  });
  test('of an operator has no listener', () => {
    const title = { type: 'title', ts: TS, broadcast: 'demo', label: 'Launch', author: 'ops', startsAt: TS + 5 };
    const event = eventOf({ ...title, listener: 7, connection: 7, replaces: 'old' });
    expect(event).toMatchObject({ ...title, replaces: 'old' });
    expect(event).not.toHaveProperty('listener');
  });
  test('keeps a room that was sent apart from one that was not, though it is named like the broadcast', () => {
    expect(eventOf({ ...JOIN, room: 'demo' })).toMatchObject({ room: 'demo', roomSent: true });
  });
  test('takes an error without `fatal` and a leave of any reason as sent', () => {
    expect(eventOf({ ...JOIN, type: 'error', code: '' })).toMatchObject({ code: '', fatal: null });
    expect(eventOf({ ...JOIN, type: 'leave', reason: 'bored' })).toMatchObject({ reason: 'bored' });
  });
  test('may have the time written as 5.0 or 1e3', () => {
    const text = '{"type":"join","ts":1684965600000.0,"broadcast":"demo","listener":"a","heartbeatMs":1e3}';
    expect(eventOf(text)).toMatchObject({ ts: TS, heartbeatMs: 1000 });
  });
  test('has plain zeros only', () => {
    expect(eventOf('{"type":"join","ts":1684965600000,"broadcast":"d","listener":"a","heartbeatMs":-0}')).toMatchObject(
      { heartbeatMs: 0 },
    );
  });
  test('counts the last of repeated keys', () => {
    const text = '{"type":"join","ts":1684965600000,"broadcast":"a","listener":"a","broadcast":"b"}';
    expect(eventOf(text)).toMatchObject({ broadcast: 'b' });
    expect(verdict(text.replace('"b"', 'null'))).toBe('field');
  });
  test('has attributes in which no key means anything but itself', () => {
    const event = eventOf(
      `{"type":"join","ts":${TS},"broadcast":"d","listener":"a","attrs":{"__proto__":"x"},"__proto__":{"role":"king"}}`,
    );
    if (!('attrs' in event) || event.attrs === null) throw new Error('expected attributes');
    expect(Object.entries(event.attrs)).toEqual([['__proto__', 'x']]);
    expect(event.attrs.constructor).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
  test('may follow a byte order mark and end with a line end', () => {
    expect(verdict(`\ufeff${JSON.stringify(JOIN)}\r\n`)).toBe('event');
    expect(verdict(`\ufeff\ufeff${JSON.stringify(JOIN)}`)).toBe('json');
  });
});

describe('no record', () => {
  test.each(['', ' ', '\r\n', '\t \n', '\ufeff', ' '.repeat(20_000)])('is a blank line: %j', (line) => {
    expect(verdict(line)).toBe('blank');
  });
});

const LONG = (n: number) => 'x'.repeat(n);

describe('the first reason that holds', () => {
  const listener = { ts: TS, broadcast: 'd', listener: 'a' };
  const control = { ts: TS, broadcast: 'd' };
  const cases: [string, unknown, string][] = [
    ['16 KiB are in', `${JSON.stringify(JOIN)}${' '.repeat(16_384 - JSON.stringify(JOIN).length)}`, 'event'],
    ['16 KiB and a line end are in', `${JSON.stringify(JOIN).padEnd(16_384)}\r\n`, 'event'],
    ['a byte more is not', JSON.stringify(JOIN).padEnd(16_385), 'size'],
    ['size comes before json', '{'.repeat(16_385), 'size'],
    ['half an object', '{"type":"join"', 'json'],
    ['a list', '[1]', 'json'],
    ['null', 'null', 'json'],
    ['text', '"text"', 'json'],
    ['two objects', '{}{}', 'json'],
    ['a form feed', '\f', 'json'],
    ['deep nesting', '['.repeat(16_000), 'json'],
    ['nothing in it', {}, 'field'],
    ['no type', { ...JOIN, type: undefined }, 'field'],
    ['a number for a type', { ...JOIN, type: 1 }, 'field'],
    ['an unknown type', { ...JOIN, type: 'dance' }, 'type'],
    ['a type of Object.prototype', { ...JOIN, type: 'constructor' }, 'type'],
    ['an empty type', { ...JOIN, type: '' }, 'type'],
    ['an unknown type with a broken time', { ...JOIN, type: 'dance', ts: '1' }, 'field'],
    ['an unknown type without a listener', { type: 'dance', ts: TS, broadcast: 'd' }, 'field'],
    ['an unknown type with a field of others', { ...JOIN, type: 'dance', role: 'king' }, 'type'],
    ['an unknown type out of its time', { ...JOIN, type: 'dance', ts: 1 }, 'type'],
    ['time as text', { ...JOIN, ts: String(TS) }, 'field'],
    ['half a millisecond', { ...JOIN, ts: TS + 0.5 }, 'field'],
    ['no time', { ...JOIN, ts: null }, 'field'],
    ['time beyond all numbers', JSON.stringify(JOIN).replace(String(TS), '1e999'), 'field'],
    ['time beyond the calendar', { ...JOIN, ts: 1e300 }, 'clock'],
    ['time in seconds', { ...JOIN, ts: TS / 1000 }, 'clock'],
    ['time below zero', { ...JOIN, ts: -TS }, 'clock'],
    ['the last of 1999', { ...JOIN, ts: 946_684_799_999 }, 'clock'],
    ['the first of 2000', { ...JOIN, ts: 946_684_800_000 }, 'event'],
    ['the last of 2099', { ...JOIN, ts: 4_102_444_799_999 }, 'event'],
    ['the first of 2100', { ...JOIN, ts: 4_102_444_800_000 }, 'clock'],
    ['field comes before clock', { ...JOIN, ts: 1, role: 'king' }, 'field'],
    ['no broadcast', { ...JOIN, broadcast: undefined }, 'field'],
    ['an empty broadcast', { ...JOIN, broadcast: '' }, 'field'],
    ['a broadcast of 128', { ...JOIN, broadcast: LONG(128) }, 'event'],
    ['a broadcast of 129', { ...JOIN, broadcast: LONG(129) }, 'field'],
    ['a broadcast of 65 pairs', { ...JOIN, broadcast: '\u{1f3a7}'.repeat(65) }, 'field'],
    ['a broadcast of 64 pairs', { ...JOIN, broadcast: '\u{1f3a7}'.repeat(64) }, 'event'],
    ['an empty room', { ...JOIN, room: '' }, 'field'],
    ['an absent room', { ...JOIN, room: null }, 'event'],
    ['a listener of 256', { ...JOIN, listener: LONG(256) }, 'event'],
    ['a listener of 257', { ...JOIN, listener: LONG(257) }, 'field'],
    ['a listener as number', { ...JOIN, listener: 7 }, 'field'],
    ['an empty connection', { ...JOIN, connection: '' }, 'field'],
    ['a connection of 257', { ...JOIN, connection: LONG(257) }, 'field'],
    ['an empty id', { ...JOIN, id: '' }, 'field'],
    ['an id of 129', { ...JOIN, id: LONG(129) }, 'field'],
    ['an empty source', { ...JOIN, source: '' }, 'event'],
    ['a source of 65', { ...JOIN, source: LONG(65) }, 'field'],
    ['an unknown role', { ...JOIN, role: 'king' }, 'field'],
    ['the role of a heartbeat', { ...JOIN, type: 'heartbeat', role: 'king' }, 'event'],
    ['a period of 600 s', { ...JOIN, heartbeatMs: 600_000 }, 'event'],
    ['a longer period', { ...JOIN, heartbeatMs: 600_001 }, 'field'],
    ['a period below zero', { ...JOIN, heartbeatMs: -1 }, 'field'],
    ['the period of a leave', { ...JOIN, type: 'leave', heartbeatMs: -1 }, 'event'],
    ['a start-up time with a fraction', { ...listener, type: 'playing', startupMs: 12.5 }, 'event'],
    ['a start-up time below zero', { ...listener, type: 'playing', startupMs: -1 }, 'field'],
    [
      'an endless start-up time',
      `{"type":"playing","ts":${TS},"broadcast":"d","listener":"a","startupMs":1e999}`,
      'field',
    ],
    ['an error without code', { ...listener, type: 'error' }, 'field'],
    ['a code of 64', { ...listener, type: 'error', code: LONG(64) }, 'event'],
    ['a code of 65', { ...listener, type: 'error', code: LONG(65) }, 'field'],
    ['fatal as text', { ...listener, type: 'error', code: 'x', fatal: 'true' }, 'field'],
    ['fatal on a stall', { ...listener, type: 'stall', fatal: 'true' }, 'event'],
    ['a reason of 65', { ...listener, type: 'leave', reason: LONG(65) }, 'field'],
    ['a reason as number', { ...listener, type: 'leave', reason: 1 }, 'field'],
    ['attributes in a list', { ...JOIN, attrs: ['x'] }, 'field'],
    ['an attribute as number', { ...JOIN, attrs: { version: 5 } }, 'field'],
    ['an attribute that is null', { ...JOIN, attrs: { version: null } }, 'field'],
    ['an attribute of 129', { ...JOIN, attrs: { version: LONG(129) } }, 'field'],
    ['eight attributes', { ...JOIN, attrs: { a: '', b: '', c: '', d: '', e: '', f: '', g: '', h: '' } }, 'event'],
    ['nine attributes', { ...JOIN, attrs: { a: '', b: '', c: '', d: '', e: '', f: '', g: '', h: '', i: '' } }, 'field'],
    ['attributes of a comment', { ...JOIN, type: 'comment', attrs: 1 }, 'event'],
    ['a note without label', { ...control, type: 'note' }, 'field'],
    ['a note with an empty label', { ...control, type: 'note', label: '' }, 'event'],
    ['a label of 281', { ...control, type: 'note', label: LONG(281) }, 'field'],
    ['a chapter without label', { ...control, type: 'segment_start' }, 'field'],
    ['the end of a chapter without label', { ...control, type: 'segment_end' }, 'event'],
    ['the label of a room', { ...control, type: 'room_end', label: 5 }, 'event'],
    ['an author of 129', { ...control, type: 'room_end', author: LONG(129) }, 'field'],
    ['replacing nothing', { ...control, type: 'note', label: 'x', replaces: '' }, 'field'],
    ['a plan in half milliseconds', { ...control, type: 'title', label: 'x', startsAt: 0.5 }, 'field'],
    ['a plan on a note', { ...control, type: 'note', label: 'x', startsAt: 0.5 }, 'event'],
  ];
  test.each(cases)('%s', (_, record, expected) => {
    expect(verdict(record)).toBe(expected);
  });
  test('is `json` for bytes that are not UTF-8, and the next record is read as ever', () => {
    const broken = bytes(JSON.stringify(JOIN));
    broken[broken.length - 3] = 0xff;
    expect(parseRecord(broken, null)).toMatchObject({ kind: 'rejected', reason: 'json' });
    expect(verdict(JOIN)).toBe('event');
  });
  test('is `clock` for a time more than 60 s after the record', () => {
    expect(verdict(JOIN, TS - 60_000)).toBe('event');
    expect(verdict(JOIN, TS - 60_001)).toBe('clock');
    expect(verdict(JOIN, TS + 1e9)).toBe('event');
  });
  test('says what was expected and what came', () => {
    expect(parse({ ...JOIN, role: 'king' })).toEqual({
      kind: 'rejected',
      reason: 'field',
      detail: '"role" must be "listener", "speaker" or "host"; it is the text "king".',
    });
  });
});

describe('whatever comes', () => {
  test('is an event, blank or rejected, and never throws', () => {
    const some = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map(bytes),
      fc.string({ unit: 'binary' }).map((text) => bytes(`{"type":${JSON.stringify(text)}}`)),
    );
    fc.assert(
      fc.property(some, fc.option(fc.integer()), (record, timestamp) => {
        expect(['event', 'blank', 'rejected']).toContain(parseRecord(record, timestamp).kind);
      }),
    );
  });
});
