import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CurveFileError, readCurve } from './curve.ts';

const COLUMNS = { time: 'time', value: 'viewers' };
const AT = Date.UTC(2017, 0, 8, 16);

describe('a curve from a CSV file', () => {
  it.each([
    ['ISO 8601', '2017-01-08T16:00:00Z'],
    ['without a zone, read as UTC', '2017-01-08 16:00:00'],
    ['with an offset', '2017-01-08T11:00:00-0500'],
    ['epoch seconds', String(AT / 1000)],
    ['epoch milliseconds', String(AT)],
  ])('reads times in %s', (_, time) => {
    expect(readCurve(`time,viewers\n${time},12\n`, COLUMNS)).toEqual([{ at: AT, value: 12 }]);
  });

  it('takes an empty cell, null and what lies below zero for missing, and 0 for zero', () => {
    const values = ['', '-1', 'null', '-13814', '0', '5'];
    const lines = values.map((value, minute) => `2017-01-08T16:0${minute}:00Z,${value}`);
    const samples = readCurve(['time,viewers', ...lines].join('\n'), COLUMNS);
    expect(samples.map(({ value }) => value)).toEqual([null, null, null, null, 0, 5]);
  });

  it('reads quotes, other separators, a byte order mark, Windows lines and no last line feed', () => {
    const text =
      '\ufeff"time";"note";"Viewers"\r\n"2017-01-08T16:00:00Z";"a ""quoted"";\nnote";"12"\r\n\r\n2017-01-08T16:01:00Z;;13';
    expect(readCurve(text, COLUMNS).map(({ value }) => value)).toEqual([12, 13]);
  });

  it.each([
    ['', /file is empty/],
    ['when,viewers\n', /Line 1 .* "time", and names "when", "viewers": choose one/],
    ['time,viewers\n2017-01-08T16:00:00Z,12\nsoon,13\n', /Line 3 .* time .* has "soon"/],
    ['time,viewers\n2017-01-08T16:00:00Z,many\n', /Line 2 .* number of viewers.* has "many"/],
    ['time,viewers\n2017-01-08T16:00:00Z,"1,2"\n', /Line 2 .* has "1,2"/],
    ['time,viewers\n2017-01-08T16:00:00Z\n', /Line 2 has 1 cells, and 2 were expected/],
    ['time,viewers\n2017-01-08T16:01:00Z,1\n2017-01-08T16:00:00Z,1\n', /line 3 lies before .* sort the file/],
    ['time,viewers\n2017-01-08T16:00:00Z,"12\n', /quote that opens on line 2/],
    ['time,viewers\n1817-01-08T16:00:00Z,12\n', /Line 2 .* time/],
    ['time,viewers\n2017-01-08T16:00:00Z,-1\n', /No known value/],
  ])('refuses %j in one sentence', (text, sentence) => {
    expect(() => readCurve(text, COLUMNS)).toThrow(CurveFileError);
    expect(() => readCurve(text, COLUMNS)).toThrow(sentence);
  });

  it('reads any numbers back as they were written', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat({ max: 2_000_000_000 })), { minLength: 1 }), (values) => {
        fc.pre(values.some((value) => value !== null));
        const lines = values.map((value, i) => `${AT / 1000 + i * 60},${value ?? ''}`);
        const samples = readCurve(`time,viewers\n${lines.join('\n')}`, COLUMNS);
        expect(samples).toEqual(values.map((value, i) => ({ at: AT + i * 60_000, value })));
      }),
    );
  });
});
