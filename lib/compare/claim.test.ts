import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../numbers/report.ts';
import type { SecondRow } from '../numbers/second.ts';
import { type Claim, ClaimValueError, checkClaim, type Measured } from './claim.ts';
import { claimLines, verdictSentence } from './claim-text.ts';
import { claimedNumber, inSpan, numbersIn, spanOfClaim } from './claimed-number.ts';
import { parseKind } from './kind.ts';
import { levelsOf } from './levels.ts';
import { streamOfReference } from './other-stream.ts';
import { REFERENCE_FIGURES, referenceFigure } from './reference-figures.ts';
import { aReport, aWindow } from './report-builder.ts';

const START = Date.UTC(2023, 4, 24, 21, 48);

const report: Report = aReport({
  peak: { connected: 612_480, at: START + 969_000, minuteMean: 611_200.5, minuteMeanAt: START + 960_000 },
  unique: 868_214,
  reach: 641_870,
  rooms: [
    { room: 'room-1', firstJoinAt: START, endedAt: START + 2_270_000, peakConnected: 612_480, unique: 700_100 },
    { room: 'room-2', firstJoinAt: START + 2_311_000, endedAt: null, peakConnected: 303_118, unique: 352_610 },
  ],
  segments: [
    {
      label: 'Opening',
      from: START,
      to: START + 60_000,
      any: 5_000,
      half: 4_000,
      most: 3_000,
      averageMinuteAudience: 1,
    },
    {
      label: 'The speech',
      from: START + 2_770_000,
      to: START + 3_245_000,
      any: 214_870,
      half: 161_320,
      most: 98_406,
      averageMinuteAudience: 172_000,
    },
  ],
});

function row(second: number, connected: number, hearing: number | null): SecondRow {
  return {
    second,
    connected,
    hearing,
    connections: connected,
    suspect: null,
    joins: 0,
    leaves: 0,
    leavesByReason: { left: 0, error: 0, server: 0, kicked: 0, room_ended: 0, timeout: 0, replaced: 0, other: 0 },
    timeouts: null,
    errors: null,
    attempts: null,
    failures: null,
    comments: null,
    hosts: 0,
    speakers: 0,
    unmet: null,
    state: 'final',
    rev: 1,
  };
}

const rows = [0, 1, 2, 3].map((s) => row(START / 1000 + 720 + s, 486_210 + s, 450_000 - s));

function check(claim: Partial<Claim> & { value: string }, more: Partial<Measured> = {}) {
  return checkClaim(
    { text: claim.value, kind: 'peak', at: null, segment: null, about: null, ...claim },
    { report, levels: levelsOf(rows, []), other: null, ...more },
  );
}

describe('a claimed number', () => {
  it.each([
    ['161000', 161_000, 159_390, 162_610],
    ['161,000', 161_000, 159_390, 162_610],
    ['161 000', 161_000, 159_390, 162_610],
    ['600,000', 600_000, 550_000, 650_000],
    ['1.2M', 1_200_000, 1_150_000, 1_250_000],
    ['1.20 million', 1_200_000, 1_150_000, 1_250_000],
    ['300k', 300_000, 250_000, 350_000],
    ['about 300,000', 300_000, 200_000, 400_000],
    ['nearly 1 million', 1_000_000, 0, 2_000_000],
    ['~612,480', 612_480, 600_230.4, 624_729.6],
    ['612,480 or so', 612_480, 600_230.4, 624_729.6],
    ['1', 1, 0.5, 1.5],
    ['0', 0, 0, 0.5],
    ['0.25', 0.25, 0.245, 0.255],
  ])('%s spans half a unit of its last digit, at least 1 %%, doubled by "about"', (written, value, low, high) => {
    const number = claimedNumber(written, '');
    expect(number?.value).toBeCloseTo(value, 6);
    const span = spanOfClaim(number ?? { value: -1, halfUnit: 0, about: false });
    expect(span.low).toBeCloseTo(low, 3);
    expect(span.high).toBeCloseTo(high, 3);
  });

  it('takes "about" from the text where it stands before that very number', () => {
    expect(claimedNumber('300000', 'about 300,000 attended in total')?.about).toBe(true);
    expect(claimedNumber('300000', 'about 20 minutes late, 300,000 attended')?.about).toBe(false);
    expect(claimedNumber('161000', 'some 161,000 heard it')?.about).toBe(true);
    expect(claimedNumber('161000', 'handsome 161,000 heard it')?.about).toBe(false);
  });

  it.each(['', 'many', '1 to 2', '-5', '161,000 and 2', '12px'])('refuses "%s"', (written) =>
    expect(claimedNumber(written, '')).toBeNull(),
  );

  it('finds every number of a sentence', () => {
    expect(numbersIn('1.2 million in March, 600,000 in May').map(({ value }) => value)).toEqual([1_200_000, 600_000]);
  });

  it('always lies in its own span', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), fc.constantFrom('', 'about '), (value, about) => {
        const number = claimedNumber(`${about}${value}`, '');
        return number !== null && number.value === value && inSpan(value, spanOfClaim(number));
      }),
    );
  });
});

describe('a verdict', () => {
  it('supports the peak as it was said', () => {
    const verdict = check({ value: '600,000', text: '600,000 at the start' });
    expect(verdict).toMatchObject({ verdict: 'supported', measured: { value: 612_480, state: 'final', rev: 1 } });
  });

  it('contradicts a total that is none, gives the ratio, and names what does lie in the span', () => {
    const verdict = check({ value: '300,000', kind: 'unique' });
    expect(verdict.verdict).toBe('contradicted');
    expect(verdict.ratio).toBeCloseTo(2.894, 3);
    expect(verdict.alsoInSpan.map(({ name }) => name)).toEqual(['peak of room-2']);
    expect(verdictSentence(verdict)).toBe(
      'Unique listeners: 868,214, 2.9× what was claimed. What lies in the span: 303,118, peak of room-2.',
    );
  });

  it('knows that 161,000 is the audience of the speech, not of the event', () => {
    expect(check({ value: '161,000', kind: 'segment-half', segment: 'the speech' }).verdict).toBe('supported');
    const whole = check({ value: '161,000', kind: 'unique' });
    expect(whole.verdict).toBe('contradicted');
    expect(whole.alsoInSpan[0]?.name).toBe('heard half of “The speech” or more');
  });

  it('reads a concurrent number at an instant from that second', () => {
    const at = START + 721_400;
    expect(check({ value: '486,211', kind: 'connected', at })).toMatchObject({
      verdict: 'supported',
      measured: { value: 486_211, from: at },
    });
    expect(check({ value: '449,999', kind: 'hearing', at }).measured?.value).toBe(449_999);
  });

  it('takes a concurrent number without an instant for the peak', () => {
    expect(check({ value: '612,480', kind: 'connected' }).measured?.id).toBe('peak');
  });

  it.each([
    [{ kind: 'views' as const }, /counts plays, live or later/],
    [{ kind: 'unstated' as const }, /does not say what it counts/],
    [{ kind: 'connected' as const, at: START - 1 }, /does not cover that instant/],
    [{ kind: 'unique' as const, at: START }, /over a stretch of time/],
    [{ kind: 'segment-half' as const, segment: 'The end' }, /no segment “The end”: it has “Opening”, “The speech”/],
    [{ kind: 'segment-half' as const }, /does not say which segment/],
    [{ kind: 'peak' as const, about: 'March' }, /Nothing is known here of “March”/],
  ])('cannot answer %j', (claim, reason) => {
    const verdict = check({ value: '161,000', ...claim });
    expect(verdict.verdict).toBe('not_answerable');
    expect(verdict.measured).toBeNull();
    expect(verdict.reason).toMatch(reason);
  });

  it('says what an unstated kind may have meant', () => {
    expect(check({ value: '161,000', kind: 'unstated' }).alsoInSpan[0]?.kind).toBe('segment-half');
  });

  it('does not answer what lies in a telemetry gap', () => {
    const at = START + 721_000;
    const gap = aWindow({ type: 'telemetry_gap', onsetAt: at, serviceEndAt: at, closedAt: at });
    const levels = levelsOf(rows, [gap]);
    expect(check({ value: '1', kind: 'connected', at }, { levels }).verdict).toBe('not_answerable');
    expect(check({ value: '1', kind: 'connected', at: at + 1000 }, { levels }).verdict).toBe('contradicted');
  });

  it('does not know hearing where no playing event was sent', () => {
    const mute = { ...report, peakHearing: null, reach: null };
    expect(check({ value: '1', kind: 'hearing' }, { report: mute }).reason).toMatch(/was not measured/);
    expect(check({ value: '1', kind: 'reach' }, { report: mute }).reason).toMatch(/was not measured/);
  });

  it('holds a claim about another stream against what was published, kind by kind', () => {
    const reference = referenceFigure('spaces-talk-2024');
    const other = reference && streamOfReference(reference);
    const claim = { value: '16M', about: 'spaces-talk-2024' };
    expect(check({ ...claim, kind: 'peak' }, { other }).reason).toMatch(/counts people at one stated moment/);
    expect(check({ ...claim, kind: 'tuned-in' }, { other })).toMatchObject({
      verdict: 'supported',
      measured: { state: 'reported', source: 'Daily Beast' },
    });
  });

  it('refuses a value that is no number', () => {
    expect(() => check({ value: 'a lot' })).toThrow(ClaimValueError);
  });

  it('prints number, definition, window, certainty', () => {
    const claim: Claim = {
      text: '300,000 attended in total',
      value: '300,000',
      kind: 'unique',
      at: null,
      segment: null,
      about: null,
    };
    const lines = claimLines(claim, check({ value: '300,000', kind: 'unique' }), 'America/New_York');
    expect(lines).toEqual([
      'Contradicted: “300,000 attended in total”',
      '  claimed     300,000, meaning 250,000 to 350,000',
      '  measured    868,214, unique listeners, 2.9× what was claimed',
      '  definition  Distinct listeners with any presence, a union over rooms and devices',
      '  window      24 May 2023, 17:48:00 to 19:12:30 EDT',
      '  certainty   Final, revision 1',
      '  in the span 303,118, peak of room-2',
    ]);
  });
});

it('reads kinds by name and by usual other words', () => {
  expect(['AMA', 'peak', 'segment_any', 'concurrent', 'Listener minutes', 'nonsense'].map(parseKind)).toEqual([
    'average-minute-audience',
    'peak',
    'segment-any',
    'connected',
    'listener-minutes',
    null,
  ]);
});

it('ships reference figures with kind, date and source each, under ids of their own', () => {
  expect(new Set(REFERENCE_FIGURES.map(({ id }) => id)).size).toBe(REFERENCE_FIGURES.length);
  for (const { figures, date } of REFERENCE_FIGURES) {
    expect(date).not.toBe('');
    for (const figure of figures) expect(figure.source.length * figure.value).toBeGreaterThan(0);
  }
});
