import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryEvent } from './arbitrary.ts';
import { parseRecord } from './parse.ts';
import { printEvent } from './print.ts';
import { eventOf, parseFast, ScannedEvent, scanRecord } from './scan.ts';

const TS = 1_684_965_600_000;

/** both readers of the record, which stands between others in a larger buffer */
function expectAgreement(record: Uint8Array, recordTimestampMs: number | null = null): void {
  const buffer = Buffer.concat([Buffer.from('{"type":"x"}\n'), record, Buffer.from('"}}]}\n 9')]);
  const start = 13;
  const fast = parseFast(buffer, start, start + record.length, recordTimestampMs);
  expect(fast).toStrictEqual(parseRecord(record, recordTimestampMs));
}
function bytes(text: string): Buffer {
  return Buffer.from(text);
}
/** whether the scanner alone reads it */
function isScanned(text: string): boolean {
  return scanRecord(bytes(text), 0, bytes(text).length, null, new ScannedEvent());
}

const letters = fc.constantFrom(
  ...[
    'a',
    'A',
    '0',
    ' ',
    '{',
    '}',
    ',',
    ':',
    '"',
    '\\',
    '/',
    '\n',
    '\u0000',
    '\u007f',
    '\u0080',
    'é',
    '\u{1f3a7}',
    '\ud83c',
  ],
);
const text = fc.oneof(fc.string({ maxLength: 6 }), fc.string({ unit: letters, maxLength: 4 }));
const numberText = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '5.0',
    '1e3',
    '1E-2',
    '00',
    '01',
    '5.',
    '.5',
    '-1',
    '1e999',
    '600000',
    '600001',
    '0.1',
    '0.0',
  ),
  fc.constantFrom(
    String(TS),
    `${TS}.0`,
    `${TS}.5`,
    '946684799999',
    '946684800000',
    '4102444800000',
    '9007199254740993',
  ),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => JSON.stringify(n)),
  fc.nat({ max: 10 ** 9 }).chain((n) => fc.integer({ min: 0, max: 15 }).map((digits) => (n / 1e5).toFixed(digits))),
  fc.bigInt({ min: 0n, max: 10n ** 18n }).map(String),
);
const textValue = text.map((value) => JSON.stringify(value));
const attrsText = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom('"client"', '"__proto__"', '"\\u0063lient"'), textValue),
      fc.oneof(textValue, numberText),
    ),
    {
      maxLength: 3,
    },
  )
  .map((entries) => `{${entries.map(([key, value]) => `${key}:${value}`).join(',')}}`);
const anyValue = fc.oneof(
  { weight: 3, arbitrary: textValue },
  { weight: 2, arbitrary: numberText },
  { weight: 1, arbitrary: fc.constantFrom('null', 'true', 'false', 'nul', 'True', '{}', '[]', '""', '') },
  { weight: 1, arbitrary: attrsText },
  { weight: 1, arbitrary: fc.json({ maxDepth: 2 }) },
);
const KEYS =
  'type ts broadcast room listener connection id source role heartbeatMs startupMs code fatal reason attrs label author replaces startsAt'.split(
    ' ',
  );
const keyText = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...KEYS).map((key) => `"${key}"`) },
  { weight: 1, arbitrary: textValue },
  {
    weight: 1,
    arbitrary: fc.constantFrom('"typ\\u0065"', '"__proto__"', '"typ"', '"types"', '"startsA"', '"ts', 'ts'),
  },
);
const fitting = fc.oneof(
  fc
    .constantFrom(
      'join',
      'leave',
      'error',
      'playing',
      'note',
      'title',
      'segment_end',
      'segment_start',
      'room_end',
      'dance',
    )
    .map((type) => `"type":"${type}"`),
  fc.constantFrom('listener', 'host', 'king', 'speaker').map((role) => `"role":"${role}"`),
  attrsText.map((attrs) => `"attrs":${attrs}`),
  fc
    .tuple(fc.constantFrom('ts', 'startupMs', 'heartbeatMs', 'startsAt'), numberText)
    .map(([key, n]) => `"${key}":${n}`),
  fc.constantFrom(...KEYS).map((key) => `"${key}":null`),
  fc.tuple(keyText, anyValue).map(([key, value]) => `${key}:${value}`),
);
const space = fc.oneof({ weight: 6, arbitrary: fc.constant('') }, fc.constantFrom(' ', '\t', '\r\n', '\u00a0', '\f'));
/** an event with further, doubled, broken or unusual members */
const altered = fc
  .record({
    event: arbitraryEvent(),
    members: fc.array(fitting, { maxLength: 4 }),
    gaps: fc.array(space, { minLength: 6, maxLength: 6 }),
    first: fc.boolean(),
  })
  .map(({ event, members, gaps, first }) => {
    const own = printEvent(event).slice(1, -1);
    const all = (first ? [...members, own] : [own, ...members]).join(`${gaps[0]},${gaps[1]}`);
    return bytes(`${gaps[2]}{${gaps[3]}${all}${gaps[4]}}${gaps[5]}`);
  });
/** an event with some of its bytes changed, taken out or doubled */
const damaged = fc
  .record({
    event: arbitraryEvent(),
    damages: fc.array(
      fc.record({
        at: fc.nat(400),
        kind: fc.constantFrom('set', 'cut', 'add', 'end'),
        byte: fc.oneof(fc.nat(255), fc.constantFrom(0x22, 0x5c, 0x7b, 0x7d, 0x2c, 0x20, 0x30)),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  })
  .map(({ event, damages }) => {
    const record = [...bytes(printEvent(event))];
    for (const { at, kind, byte } of damages) {
      const place = at % (record.length + 1);
      if (kind === 'set') record[Math.min(place, Math.max(0, record.length - 1))] = byte;
      else if (kind === 'cut') record.splice(place, 1);
      else if (kind === 'add') record.splice(place, 0, byte);
      else record.length = place;
    }
    return Uint8Array.from(record);
  });

describe('the scanner agrees with the parser', () => {
  const timestamp = fc.option(fc.integer({ min: Date.UTC(2026, 0, 1, 19, 58), max: Date.UTC(2026, 0, 1, 20, 4) }));
  test('on events', () => {
    fc.assert(
      fc.property(arbitraryEvent(), timestamp, (event, ts) => expectAgreement(bytes(printEvent(event)), ts)),
      { numRuns: 500 },
    );
  });
  test('on events with more, doubled, broken or unusual members', () => {
    fc.assert(
      fc.property(altered, timestamp, (record, ts) => expectAgreement(record, ts)),
      { numRuns: 2000 },
    );
  });
  test('on damaged events', () => {
    fc.assert(
      fc.property(damaged, (record) => expectAgreement(record)),
      { numRuns: 2000 },
    );
  });
  test('on any JSON', () => {
    fc.assert(fc.property(fc.json(), (json) => expectAgreement(bytes(json))));
  });
  test('on any bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (record) => expectAgreement(record)));
  });
  test('on every number it reads itself', () => {
    fc.assert(
      fc.property(numberText, (number) => {
        expectAgreement(bytes(`{"type":"playing","ts":${TS},"broadcast":"b","listener":"a","startupMs":${number}}`));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the scanner', () => {
  const join = `{"type":"join","ts":${TS},"broadcast":"demo","listener":"a","attrs":{"client":"web"}}`;
  test.each([
    join,
    ` { "type" : "join" , "ts" : ${TS} , "broadcast" : "demo" , "listener" : "a" } \r\n`,
    `{"type":"playing","ts":${TS},"broadcast":"demo","listener":"a","startupMs":12.25,"trace":"x","hops":3,"retry":false}`,
    `{"x_trace":{"span":[1, 2,null],"to":{}, "of" : [ ]},"__proto__":{"polluted":true},"type":"leave","ts":${TS},"broadcast":"demo","listener":"a"}`,
    `{"type":"note","ts":${TS},"broadcast":"demo","label":"moved capacity","author":null}`,
    `{"broadcast":null,"type":"error","ts":1,"ts":${TS},"broadcast":"demo","listener":"a","code":"network","fatal":true}`,
  ])('reads %s', (record) => {
    expect(isScanned(record)).toBe(true);
  });
  test.each([
    ['what is no event', join.replace('join', 'dance')],
    ['an escape', join.replace('demo', 'd\\u0065mo')],
    ['a character beyond ASCII', join.replace('demo', 'démo')],
    ['an exponent', join.replace(String(TS), '1.6849656e12')],
    ['a field nested deep', join.replace('{', `{"trace":${'['.repeat(9)}${']'.repeat(9)},`)],
    ['an escape in a field of no interest', join.replace('{', '{"trace":{"span":"\\n"},')],
    ['a byte order mark', `\ufeff${join}`],
  ])('leaves %s to the parser', (_, record) => {
    expect(isScanned(record)).toBe(false);
    expectAgreement(bytes(record));
  });
  test('reads every word of the contract', () => {
    fc.assert(
      fc.property(
        arbitraryEvent(),
        (event) => isScanned(printEvent(event)) || /e[-+]?\d|\.\d{12,}/.test(printEvent(event)),
      ),
    );
  });
  test('reads bytes that are no Buffer', () => {
    const record = new TextEncoder().encode(join);
    const scanned = new ScannedEvent();
    expect(scanRecord(record, 0, record.length, null, scanned)).toBe(true);
    expect({ kind: 'event', event: eventOf(record, scanned) }).toEqual(parseRecord(record, null));
  });
  test('gives one object for attributes that come again', () => {
    const [a, b] = [1, 2].map(() => parseFast(bytes(join), 0, join.length, null));
    const attrs = (parsed: typeof a) =>
      parsed?.kind === 'event' && 'attrs' in parsed.event ? parsed.event.attrs : null;
    expect(attrs(a)).toEqual({ client: 'web' });
    expect(attrs(a)).toBe(attrs(b));
  });
});
