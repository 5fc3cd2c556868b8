import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryEvent } from './arbitrary.ts';
import type { BroadcastEvent } from './event.ts';
import { canonicalOf, idOf, leaveReason } from './id.ts';
import { parseRecord } from './parse.ts';
import { printEvent } from './print.ts';

function parse(line: string): BroadcastEvent {
  const parsed = parseRecord(new TextEncoder().encode(line), null);
  if (parsed.kind !== 'event') throw new Error(`expected an event, got ${JSON.stringify(parsed)}`);
  return parsed.event;
}

const text = (max: number, min = 1) => fc.string({ unit: 'binary', minLength: min, maxLength: max });
const odd = fc.record(
  {
    type: fc.constantFrom('join', 'leave', 'error', 'playing', 'note', 'title', 'room_end', 'segment_end'),
    ts: fc.integer({ min: 946_684_800_000, max: 4_102_444_799_999 }),
    broadcast: text(20),
    room: text(20),
    listener: text(20),
    connection: text(20),
    id: text(20),
    source: text(20, 0),
    role: fc.constantFrom('listener', 'host'),
    heartbeatMs: fc.integer({ min: 0, max: 600_000 }),
    startupMs: fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
    code: text(20, 0),
    fatal: fc.boolean(),
    reason: text(20, 0),
    attrs: fc.dictionary(fc.oneof(text(5, 0), fc.constantFrom('__proto__', '10', '9')), text(20, 0), { maxKeys: 4 }),
    label: text(20, 0),
    author: text(20, 0),
    replaces: text(20),
    startsAt: fc.integer(),
  },
  { requiredKeys: ['type', 'ts', 'broadcast', 'listener', 'code', 'label'] },
);

describe('a printed event', () => {
  test('is one line that reads back as the equal event', () => {
    fc.assert(
      fc.property(arbitraryEvent(), (event) => {
        const line = printEvent(event);
        expect(line).not.toMatch(/[\r\n]/);
        expect(parse(line)).toEqual(event);
      }),
    );
  });
  test('keeps every character and number', () => {
    fc.assert(
      fc.property(odd, (fields) => {
        const event = parse(JSON.stringify(fields));
        expect(parse(printEvent(event))).toEqual(event);
        expect(parse(canonicalOf(event))).toEqual(event);
      }),
    );
  });
});

describe('the id of an event', () => {
  test('is the one sent', () => {
    expect(idOf(parse('{"type":"note","ts":1684965600000,"broadcast":"d","label":"x","id":"n1"}'))).toBe('n1');
  });
  test('is else its own fields, sorted, without what is absent or of another type', () => {
    const line =
      '{"ts":1684965600000.0, "type":"join", "x":1, "reason":"left", "role":null, "listener":"a", "broadcast":"d", "attrs":{"b":"2","10":"1","9":"0","a":"é"}}';
    expect(idOf(parse(line))).toBe(
      '~{"attrs":{"10":"1","9":"0","a":"é","b":"2"},"broadcast":"d","listener":"a","ts":1684965600000,"type":"join"}',
    );
  });
  test('has every own field in the order of the keys', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          odd.map((fields) => parse(JSON.stringify(fields))),
          arbitraryEvent(),
        ),
        (event) => {
          const own: Record<string, unknown> = JSON.parse(printEvent({ ...event, id: null }));
          const attrs = own.attrs;
          const replacer = (key: string, value: unknown) => (key === 'attrs' ? null : value);
          const sorted = JSON.stringify(
            Object.fromEntries(Object.entries(own).sort(([a], [b]) => (a < b ? -1 : 1))),
            replacer,
          );
          const id = idOf({ ...event, id: null });
          expect(attrs === undefined ? id : id.replace(/"attrs":\{(?:"(?:[^"\\]|\\.)*"|[:,])*\}/, '"attrs":null')).toBe(
            `~${sorted}`,
          );
        },
      ),
    );
  });
  test('is the same for two events exactly where they are equal', () => {
    const few = arbitraryEvent({ ids: 0, windowMs: 2000 });
    fc.assert(
      fc.property(few, few, (a, b) => {
        expect(idOf(a) === idOf(b)).toBe(printEvent(a) === printEvent(b) || sameBut(a, b));
      }),
    );
  });
});

/** equal, though their attributes come in another order */
function sameBut(a: BroadcastEvent, b: BroadcastEvent): boolean {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
}

describe('the reason of a leave', () => {
  test.each([
    [null, 'left'],
    ['left', 'left'],
    ['room_ended', 'room_ended'],
    ['other', 'other'],
    ['bored', 'other'],
    ['', 'other'],
    ['constructor', 'other'],
  ])('%s is %s', (sent, reason) => {
    expect(leaveReason(sent)).toBe(reason);
  });
});
