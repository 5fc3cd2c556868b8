import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clockText,
  dayText,
  instantMinuteText,
  instantText,
  isoSecondText,
  isZone,
  zoneOffset,
  zoneShortText,
  zoneText,
} from './clock.ts';
import { durationText, secondsText } from './duration.ts';
import {
  axisCountText,
  changeText,
  countText,
  rateText,
  shareText,
  signedCountText,
  signedRateText,
  timesText,
} from './number.ts';

describe('numbers', () => {
  it.each([
    [612480, '612,480'],
    [0, '0'],
    [-0.4, '0'],
    [-128, '\u2212128'],
    [1_214_306, '1,214,306'],
  ])('writes %s in full', (value, text) => expect(countText(value)).toBe(text));

  it('signs a change of a count, and leaves zero bare', () => {
    expect([signedCountText(412), signedCountText(-4), signedCountText(0)]).toEqual(['+412', '\u22124', '0']);
  });

  it('shortens on axes alone', () => {
    expect([0, 40, 600_000, 1_250_000, 7_500].map(axisCountText)).toEqual(['0', '40', '600k', '1.25M', '7.5k']);
  });

  it('puts a narrow no-break space before the percent sign', () => {
    expect(shareText(0.173)).toBe('17.3\u202f%');
    expect(shareText(0.933, { tight: true })).toBe('93\u202f%');
    expect(shareText(0.031, { tight: true })).toBe('3.1\u202f%');
  });

  it('writes a fall with U+2212, a rise with a plus and no change with neither', () => {
    expect(changeText(-0.61)).toBe('\u221261.0\u202f%');
    expect(changeText(-0.52, { decimals: 0 })).toBe('\u221252\u202f%');
    expect(changeText(0.031)).toBe('+3.1\u202f%');
    expect(changeText(0.0001)).toBe('0.0\u202f%');
    expect(changeText(-0.0001)).toBe('0.0\u202f%');
  });

  it('writes ratios and rates', () => {
    expect([timesText(7.12), timesText(0.29)]).toEqual(['7.1×', '0.29×']);
    expect([412.4, 0.44, 0, 3, 9.96].map(rateText)).toEqual(['412', '0.4', '0', '3', '10']);
    expect([signedRateText(-128), signedRateText(0.5), signedRateText(0)]).toEqual(['\u2212128/s', '+0.5/s', '0/s']);
  });

  it('never loses a digit of a whole number', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const back = Number(countText(value).replaceAll(',', '').replace('\u2212', '-'));
        return back === value;
      }),
    );
  });
});

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [38_999, '38 s'],
    [334_000, '5 min 34 s'],
    [128_000, '2 min 08 s'],
    [3_720_000, '1 h 02 min'],
    [273_600_000, '3 d 4 h'],
    [-5, '0 s'],
  ])('writes %s ms as %s', (ms, text) => expect(durationText(ms)).toBe(text));

  it('writes measured seconds with two digits', () => {
    expect([secondsText(0.42), secondsText(18.62)]).toEqual(['0.42 s', '18.6 s']);
  });
});

describe('clocks', () => {
  const at = Date.UTC(2023, 4, 24, 22, 4, 12);

  it('reads the wall clock of a zone', () => {
    expect(clockText(at, 'America/New_York')).toBe('18:04:12');
    expect(clockText(at, 'UTC')).toBe('22:04:12');
    expect(clockText(Date.UTC(2023, 4, 24, 0, 0, 0), 'UTC')).toBe('00:00:00');
  });

  it('names the zone once, with its offset', () => {
    expect(zoneText(at, 'America/New_York')).toBe('EDT, UTC\u22124');
    expect(zoneText(at, 'Europe/Paris')).toBe('CEST, UTC+2');
    expect(zoneText(at, 'UTC')).toBe('UTC');
    expect(zoneShortText(at, 'America/New_York')).toBe('EDT');
    expect(zoneText(at, 'Asia/Kolkata')).toContain('UTC+5:30');
  });

  it('adds the date when it is not today, and the year when it is not this one', () => {
    const sameYear = Date.UTC(2023, 10, 1);
    const later = Date.UTC(2026, 0, 1);
    expect(instantText(at, 'UTC', at + 60_000)).toBe('22:04:12');
    expect(instantText(at, 'UTC', sameYear)).toBe('24 May, 22:04:12');
    expect(instantMinuteText(at, 'UTC', later)).toBe('24 May 2023, 22:04');
    expect(dayText(at, 'Asia/Tokyo')).toBe('25 May 2023');
  });

  it('knows a zone from a typing error', () => {
    expect([isZone('Europe/Berlin'), isZone('Europe/Berlim'), isZone('')]).toEqual([true, false, false]);
  });

  it('writes instants for files in ISO 8601 UTC', () => expect(isoSecondText(at + 999)).toBe('2023-05-24T22:04:12Z'));

  it('gives an offset in whole minutes at every instant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 946_684_800_000, max: 4_102_444_799_000 }),
        fc.constantFrom('America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'),
        (instant, zone) => zoneOffset(instant, zone) % 60_000 === 0,
      ),
    );
  });
});
