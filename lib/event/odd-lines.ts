/** Logs as no friendly producer writes them, for property tests: odd names, the same event spelt otherwise, and no events. */
import fc from 'fast-check';
import { arbitraryEvent, type EventOptions } from './arbitrary.ts';
import type { BroadcastEvent } from './event.ts';
import { CONTROL_TYPES } from './parse.ts';
import { printEvent } from './print.ts';

/** Names that mean something to somebody else: to JavaScript, CSV, SQL, a spreadsheet, a terminal. */
export const ODD_NAMES = [
  'ann',
  ' ',
  '0',
  '-1',
  '1e3',
  'null',
  'other',
  'true',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  '\u0000',
  'a\u0000b',
  'a\u0001b',
  'a\u0001\u0001b',
  '\u007f',
  'line\nend',
  'carriage\rreturn',
  '\ttab',
  'a,b',
  'a "quoted" one',
  "'; DROP TABLE stays; --",
  '=1+1',
  '%s%n',
  '../../etc/passwd',
  '<script>',
  'a|b',
  '~{"ts":1}',
  '\ufeffmark',
  '\u2028',
  'é',
  'e\u0301',
  '\u{1f3a7}',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  '\uffff',
  '\ufffd',
  'x'.repeat(64),
];

/** Texts that UTF-8 cannot carry; JSON can, escaped. */
export const HALVES_OF_PAIRS = ['\ud83c', '\ud83d', '\udfa7', 'a\ud83cb'];

export interface OddOptions extends EventOptions {
  /** ids of broadcasts */
  broadcasts: readonly string[];
  names?: readonly string[];
  maxLength?: number;
}

/** Lines without their ends, in no order. Shrinks towards few lines, spelt as the product prints them. */
export function oddLines(options: OddOptions): fc.Arbitrary<Buffer[]> {
  const names = options.names ?? ODD_NAMES;
  const some = fc.constantFrom(...names);
  const own = fc.record({
    listeners: fc.array(some, { minLength: 1, maxLength: 3 }),
    connections: fc.array(fc.oneof(some, fc.constant('')), { minLength: 1, maxLength: 2 }),
    rooms: fc.array(some, { minLength: 1, maxLength: 2 }),
  });
  return own.chain((few) => {
    const event = arbitraryEvent({ ids: 8, heartbeatPeriodsMs: PERIODS, ...options, ...few });
    const named = fc.tuple(event, fc.record({ of: some, key: some, label: some, id: some, sends: fc.nat({ max: 9 }) }));
    const line = fc
      .tuple(
        named.map(([plain, names]) => withNames(plain, names)),
        spellings,
      )
      .map(([plain, spelling]) => spell(plain, spelling));
    const copied = fc.tuple(line, fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.constant(2)));
    return fc
      .array(
        fc.oneof(
          { weight: 12, arbitrary: copied },
          { weight: 1, arbitrary: fc.tuple(junk(options.broadcasts), fc.constant(1)) },
        ),
        { minLength: 1, maxLength: options.maxLength ?? 40 },
      )
      .map((lines) => lines.flatMap(([text, copies]) => Array.from({ length: copies }, () => text)));
  });
}

const PERIODS = [10_000, 10_000, 0, 1, 1_400];

/** The event with some of its texts put in the place of others. */
function withNames(
  event: BroadcastEvent,
  { of, key, label, id, sends }: { of: string; key: string; label: string; id: string; sends: number },
): BroadcastEvent {
  if (!('listener' in event)) {
    // one id for things of two kinds is a producer's fault that nothing can mend: which of them is left depends on the order
    const own = (name: string | null) => name && `${event.type} ${event.room} ${name}`;
    const ids = { id: own(event.id), replaces: own(event.replaces) };
    return { ...event, ...ids, ...(event.label === null || sends > 4 ? {} : { label }) };
  }
  const e = { ...event };
  if (sends === 0) e.id = id;
  if (e.type === 'error' && sends < 6) e.code = of;
  if (e.type === 'leave' && sends < 3) e.reason = of;
  if (e.source !== null && sends < 5) e.source = of;
  if (e.attrs !== null && sends < 8) e.attrs = Object.fromEntries([...Object.entries(e.attrs).slice(0, 2), [key, of]]);
  if (e.attrs !== null && sends === 9) e.attrs = { client: of };
  return e;
}

interface Spelling {
  order: number;
  /** a member before the others under a name that comes again */
  repeated: number;
  number: 'plain' | 'fraction' | 'exponent';
  escapes: boolean;
  gap: string;
  extra: string;
  frame: string;
  nulls: boolean;
}

const spellings: fc.Arbitrary<Spelling> = fc.record({
  order: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat({ max: 12 })),
  repeated: fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, fc.nat({ max: 12 })),
  number: fc.constantFrom('plain', 'plain', 'fraction', 'exponent'),
  escapes: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  gap: fc.constantFrom('', '', '', ' ', '\t', '\r\n '.replace('\n', '')),
  extra: fc.constantFrom(
    '',
    '',
    '',
    '"trace":{"a":[1,{"b":"}]"}],"c":"\\\\"}',
    `"deep":${'['.repeat(60)}${']'.repeat(60)}`,
    '"__proto__":{"role":"host"}',
    '"constructor":7',
    `"pad":"${'x'.repeat(15_500)}"`,
    '"startsAt":"never","heartbeat":-1',
  ),
  frame: fc.constantFrom('', '', '', '\r', 'bom'),
  nulls: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
});

/** The same event in other words. */
function spell(event: BroadcastEvent, by: Spelling): Buffer {
  const plain: Record<string, unknown> = JSON.parse(printEvent(event));
  const members = Object.entries(plain).map(([key, value]) => [quoted(key, by), spelt(value, by)] as const);
  const turned = [...members.slice(by.order % members.length), ...members.slice(0, by.order % members.length)];
  const again = turned[by.repeated];
  const all = turned.map(([key, value]) => `${by.gap}${key}${by.gap}:${by.gap}${value}`);
  if (again !== undefined) all.unshift(`${again[0]}:${by.repeated % 2 === 0 ? '[{}]' : '"before"'}`);
  if (by.extra !== '') all.splice(by.order % 3, 0, by.extra);
  if (by.nulls) for (const key of NULLABLE) if (!(key in plain)) all.push(`"${key}":null`);
  const text = `{${all.join(`${by.gap},`)}${by.gap}}`;
  return Buffer.from(by.frame === 'bom' ? `\ufeff${text}` : `${text}${by.frame}`);
}

const NULLABLE = ['room', 'id', 'source', 'connection', 'role', 'attrs', 'fatal', 'reason'];

function quoted(text: string, { escapes }: Spelling): string {
  const json = JSON.stringify(text);
  return escapes ? json.replace(/[a-m]/g, (letter, at: number) => escaped(json, letter, at)) : json;
}

/** A letter as its escape, unless it belongs to one already. */
function escaped(json: string, letter: string, at: number): string {
  if (/\\(u[0-9a-f]{0,3})?$/.test(json.slice(0, at))) return letter;
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function spelt(value: unknown, by: Spelling): string {
  if (typeof value === 'string') return quoted(value, by);
  if (typeof value !== 'number' || by.number === 'plain' || !Number.isSafeInteger(value)) return JSON.stringify(value);
  if (value === 0) return by.number === 'fraction' ? '-0' : '0e5';
  return by.number === 'fraction' ? `${value}.0` : `${value}00E-2`;
}

/** Lines that are no event, each for a reason of its own. */
function junk(broadcasts: readonly string[]): fc.Arbitrary<Buffer> {
  const [broadcast = 'demo'] = broadcasts;
  const said = (members: string): string => `{"broadcast":${JSON.stringify(broadcast)},${members}}`;
  return fc.oneof(
    fc
      .constantFrom(
        '',
        ' \t ',
        'null',
        '[]',
        '{',
        '{}{}',
        '{"type":"join"',
        '['.repeat(15_000),
        said('"type":"dance","ts":1767297600000,"listener":"ann"'),
        said('"type":"join","ts":1767297600000.5,"listener":"ann"'),
        said('"type":"join","ts":"1767297600000","listener":"ann"'),
        said('"type":"join","ts":1767297600000'),
        said('"type":"join","ts":1767297600000,"listener":""'),
        said('"type":"join","ts":1767297600,"listener":"ann"'),
        said('"type":"join","ts":1e400,"listener":"ann"'),
        said('"type":"join","ts":1767297600000,"listener":"ann","heartbeatMs":600001'),
        said(`"type":"comment","ts":1767297600000,"listener":"ann","pad":"${'x'.repeat(17_000)}"`),
        said(`"type":"${CONTROL_TYPES.join()}","ts":1767297600000,"label":"x"`),
      )
      .map((text) => Buffer.from(text)),
    fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x0a))),
    // bytes that are no UTF-8 inside a text
    fc.constant(
      Buffer.concat([
        Buffer.from(said('"type":"join","ts":1767297600000,"listener":"').slice(0, -1)),
        Buffer.from([0xff, 0xc0, 0x80]),
        Buffer.from('"}'),
      ]),
    ),
  );
}
