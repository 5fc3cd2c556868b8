import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DetectedWindow } from './detected.ts';
import { LossDetector } from './detector.ts';
import type { LossRow } from './reading.ts';
import { valueKey } from './value-watch.ts';

type Happens = Partial<Omit<LossRow, 'second' | 'connected'>> & { connected?: number };

const NOTHING = {
  hearing: 0,
  began: 0,
  ended: 0,
  dropped: 0,
  handedOver: 0,
  newlySuspect: 0,
  newlyStalled: 0,
  newListeners: 0,
  joins: 0,
  failuresByJoin: 0,
};

/** Seconds 0 … `seconds`; `at` says what happens in which; people come and go, and all else stays as it is. */
function rowsOf(seconds: number, connected: number, at: (second: number) => Happens | null): LossRow[] {
  let present = connected;
  return Array.from({ length: seconds }, (_, second) => {
    const happens = { ...NOTHING, ...at(second) };
    present = happens.connected ?? Math.max(0, present + happens.began - happens.ended);
    return { second, ...happens, connected: present };
  });
}

function windowsOf(rows: readonly LossRow[]): DetectedWindow[] {
  const detector = new LossDetector();
  for (const row of rows) detector.step(row);
  return detector.windows();
}

const during = (second: number, from: number, to: number): boolean => second >= from && second < to;
/** Two leave each ten seconds, of 400: the usual. */
const usual = (second: number): Happens => (second % 10 === 0 ? { ended: 2, began: 2, newListeners: 2, joins: 2 } : {});
const dropped = (n: number): Happens => ({ ended: n, dropped: n });

describe('windows of losses', () => {
  it.each<[string, (second: number) => Happens | null, Partial<DetectedWindow>[]]>([
    ['a calm broadcast', usual, []],
    [
      'a tenth is dropped within five seconds',
      (s) => (during(s, 300, 305) ? dropped(8) : usual(s)),
      [{ onset: 300, detectedAt: 301, evidence: 'reasons', silent: false, within: null }],
    ],
    ['a handful is dropped', (s) => (during(s, 300, 305) ? dropped(3) : usual(s)), []],
    [
      'a crowd falls silent: the first shows after three seconds',
      (s) => (during(s, 303, 313) ? { newlySuspect: 15, connected: 250 } : usual(s)),
      [{ onset: 300, evidence: 'reasons', silent: true }],
    ],
    [
      'most go at once and nobody says why',
      (s) => (during(s, 300, 304) ? { ended: 60 } : usual(s)),
      [{ onset: 300, evidence: 'endings' }],
    ],
    ['people leave for minutes, as at the end of a talk', (s) => (during(s, 300, 420) ? { ended: 3 } : usual(s)), []],
    [
      'people leave for good, faster than any crowd so far',
      (s) => (during(s, 300, 310) ? { ended: 20 } : usual(s)),
      [],
    ],
    [
      'so do these, and come back: they had not left',
      (s) => (during(s, 300, 310) ? { ended: 20 } : during(s, 330, 360) ? { began: 3, joins: 3 } : usual(s)),
      [{ onset: 300, evidence: 'endings' }],
    ],
    [
      'a talk ends, people thin out, and a wave with some who come back follows',
      (s) =>
        during(s, 300, 312)
          ? { ended: 4 }
          : during(s, 312, 360)
            ? { ended: 2 }
            : during(s, 400, 420)
              ? { began: 6, newListeners: 4, joins: 6, failuresByJoin: s % 5 === 0 ? 1 : 0 }
              : usual(s),
      [],
    ],
    [
      'few leave at once without a reason while joins fail',
      (s) => (during(s, 300, 305) ? { ended: 7, failuresByJoin: 3 } : usual(s)),
      [{ onset: 300, evidence: 'endings' }],
    ],
    ['joins fail and nobody is lost', (s) => (during(s, 300, 360) ? { failuresByJoin: 5 } : usual(s)), []],
    [
      'a wave of people who look in and go',
      (s) =>
        during(s, 300, 330)
          ? { began: 12, newListeners: 12, joins: 12, ended: 2 }
          : during(s, 330, 360)
            ? { ended: 4 }
            : usual(s),
      [],
    ],
    [
      'a move to another room carries its reason',
      (s) => (during(s, 300, 304) ? { ended: 90, handedOver: 90, began: 85, joins: 90 } : usual(s)),
      [{ onset: 300, evidence: 'endings' }],
    ],
    ['the first seconds are not judged', (s) => (during(s, 5, 9) ? dropped(30) : usual(s)), []],
    [
      'two losses less than a minute apart are one',
      (s) => (during(s, 300, 303) || during(s, 350, 353) ? dropped(20) : usual(s)),
      [{ onset: 300, serviceEnd: 352, closedAt: 412 }],
    ],
    [
      'two losses further apart are two',
      (s) => (during(s, 300, 303) || during(s, 420, 423) ? dropped(20) : usual(s)),
      [{ onset: 300 }, { onset: 420 }],
    ],
    [
      'it lasts while joins fail',
      (s) => (during(s, 300, 303) ? dropped(20) : during(s, 303, 400) ? { failuresByJoin: 2 } : usual(s)),
      [{ onset: 300, serviceEnd: 399, closedAt: 459 }],
    ],
  ])('%s', (_, at, expected) => {
    expect(windowsOf(rowsOf(900, 400, at))).toMatchObject(expected);
  });

  it.each<[string, (second: number) => Happens | null, number, Partial<DetectedWindow>[]]>([
    [
      'two losses with 59 s from the end of one to the begin of the other are one',
      (s) => (during(s, 300, 303) || during(s, 361, 364) ? dropped(20) : usual(s)),
      900,
      [{ onset: 300, serviceEnd: 363, closedAt: 423 }],
    ],
    [
      'two losses with 60 s between are two',
      (s) => (during(s, 300, 303) || during(s, 362, 365) ? dropped(20) : usual(s)),
      900,
      [
        { onset: 300, serviceEnd: 302, closedAt: 362 },
        { onset: 362, serviceEnd: 364, closedAt: 424 },
      ],
    ],
    [
      'two losses with 61 s between are two',
      (s) => (during(s, 300, 303) || during(s, 363, 366) ? dropped(20) : usual(s)),
      900,
      [
        { onset: 300, serviceEnd: 302 },
        { onset: 363, serviceEnd: 365 },
      ],
    ],
    [
      'a loss during another belongs to it',
      (s) =>
        during(s, 300, 303) || during(s, 330, 333)
          ? { ...dropped(30), failuresByJoin: 3 }
          : during(s, 303, 390)
            ? { failuresByJoin: 3 }
            : usual(s),
      900,
      [{ onset: 300, serviceEnd: 389, closedAt: 449 }],
    ],
    [
      'a loss just after the first 20 s',
      (s) => (during(s, 22, 25) ? dropped(30) : null),
      300,
      [{ onset: 22, serviceEnd: 24 }],
    ],
    [
      'a loss in the last seconds of all ends with them',
      (s) => (during(s, 294, 300) ? dropped(20) : usual(s)),
      300,
      [{ onset: 294, serviceEnd: 299, closedAt: 299 }],
    ],
    [
      'all of a room of five',
      (s) => (during(s, 100, 101) ? { ...dropped(5), connected: 0 } : { connected: 5 }),
      300,
      [],
    ],
  ])('%s', (_, at, seconds, expected) => {
    const detector = new LossDetector();
    for (const row of rowsOf(seconds, 400, at)) detector.step(row);
    detector.finish();
    expect(detector.windows()).toMatchObject(expected);
    expect(detector.windows()).toHaveLength(expected.length);
  });

  it('warns while it lasts', () => {
    const rows = rowsOf(303, 400, (s) => (s >= 300 ? dropped(20) : usual(s)));
    expect(windowsOf(rows)).toMatchObject([{ onset: 300, serviceEnd: null, closedAt: null }]);
  });

  it('withdraws a warning when the crowd has gone for good', () => {
    const rows = rowsOf(900, 400, (s) => (during(s, 300, 310) ? { ended: 20 } : usual(s)));
    expect(windowsOf(rows.slice(0, 310))).toHaveLength(1);
    expect(windowsOf(rows)).toEqual([]);
  });

  it('finds an outage of one edge site where the whole shows nothing', () => {
    const whole = rowsOf(900, 4_000, (s) => ({ ended: during(s, 300, 304) ? 25 : 4, connected: 4_000 }));
    const site = rowsOf(900, 100, (s) => (during(s, 300, 304) ? { ended: 20 } : {}));
    const others = rowsOf(900, 3_900, (s) => ({ ended: during(s, 300, 304) ? 5 : 4, connected: 3_900 }));
    const detector = new LossDetector();
    for (const [i, row] of whole.entries()) {
      const values = new Map<string, LossRow>();
      for (const [value, rows] of [
        ['fra-1', site],
        ['lhr-1', others],
      ] as const) {
        const of = rows[i];
        if (of) values.set(valueKey('edge', value), of);
      }
      detector.step(row, values);
    }
    expect(detector.windows()).toMatchObject([{ onset: 300, within: { attribute: 'edge', value: 'fra-1' } }]);
    expect(windowsOf(whole)).toEqual([]);
  });

  it('finds a small loss with reasons within one value of a large audience', () => {
    const whole = rowsOf(900, 60_000, (s) => ({ ended: during(s, 300, 306) ? 90 : 40, connected: 60_000 }));
    const site = rowsOf(900, 3_000, (s) => (during(s, 300, 306) ? { ...dropped(50), connected: 3_000 } : {}));
    const detector = new LossDetector();
    for (const [i, row] of whole.entries()) {
      const of = site[i];
      detector.step({ ...row, dropped: of?.dropped ?? 0 }, of ? new Map([[valueKey('edge', 'fra-1'), of]]) : undefined);
    }
    expect(detector.windows()).toMatchObject([
      { onset: 300, evidence: 'reasons', within: { attribute: 'edge', value: 'fra-1' } },
    ]);
  });

  it('says the same whether asked every second or at the end', () => {
    const happening = fc.record({ at: fc.integer({ min: 21, max: 500 }), lost: fc.nat(80), refused: fc.nat(6) });
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 12 }), (list) => {
        const rows = rowsOf(600, 400, (s) => {
          const h = list.find((one) => one.at === s);
          return h ? { ...dropped(h.lost), failuresByJoin: h.refused } : usual(s);
        });
        const detector = new LossDetector();
        const closed = new Map<number, DetectedWindow>();
        for (const row of rows) {
          detector.step(row);
          for (const w of detector.windows()) if (w.closedAt !== null) closed.set(w.onset, w);
        }
        const end = windowsOf(rows);
        expect(detector.windows()).toEqual(end);
        for (const w of end) {
          expect(w.detectedAt).toBeGreaterThanOrEqual(w.onset);
          if (w.closedAt !== null) expect(closed.get(w.onset)).toEqual(w);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a broadcast in which nothing happens', () => {
  /** Bursts with long silences between them; each loses some, with or without a reason, or only lets some in. */
  const burst = fc.record({
    after: fc.integer({ min: 1, max: 400 }),
    lost: fc.nat(45),
    said: fc.boolean(),
    refused: fc.nat(4),
    came: fc.nat(60),
    stalled: fc.nat(40),
    site: fc.boolean(),
  });

  it('is passed over quickly, with the same windows to the last digit', () => {
    let rested = 0;
    fc.assert(
      fc.property(fc.array(burst, { minLength: 1, maxLength: 10 }), (bursts) => {
        const quick = new LossDetector();
        const plain = new LossDetector();
        let connected = 400;
        let second = 0;
        let site = 120;
        const quiet = (): LossRow => ({ ...NOTHING, second, connected, hearing: connected });
        for (const { after, lost, said, refused, came, stalled, site: atSite } of bursts) {
          for (let i = 0; i < after; i++, second++) {
            plain.step(quiet(), new Map());
            if (quick.rest(second)) rested++;
            else quick.step(quiet(), new Map());
          }
          const gone = Math.min(lost, connected);
          connected += came - gone;
          const row = {
            ...NOTHING,
            ...{ second: second++, connected, hearing: Math.max(0, connected - stalled), ended: gone, began: came },
            ...{ dropped: said ? gone : 0, newListeners: Math.floor(came / 2), joins: came },
            ...{ failuresByJoin: refused, newlyStalled: stalled },
          };
          const values = new Map<string, LossRow>();
          if (atSite) {
            site = Math.max(0, site - gone);
            values.set(valueKey('edge', 'fra-1'), { ...row, connected: site, began: 0, joins: 0, newListeners: 0 });
          }
          plain.step(row, values);
          quick.step(row, values);
          expect(quick.windows()).toEqual(plain.windows());
        }
      }),
      { numRuns: 60 },
    );
    expect(rested).toBeGreaterThan(10_000);
  });
});

describe('windows without sound', () => {
  const hearing = (second: number): Happens => {
    const low = during(second, 302, 360);
    return { connected: 400, hearing: low ? 120 : 390, newlyStalled: during(second, 300, 303) ? 90 : 0 };
  };

  it('begin when many stall and end when sound is back', () => {
    const windows = windowsOf(rowsOf(600, 400, hearing));
    expect(windows).toMatchObject([{ kind: 'audio', onset: 300, serviceEnd: 359, closedAt: 419 }]);
  });

  it('are not the stalls of every day', () => {
    const stalls = (s: number): Happens => ({ connected: 400, hearing: 390, newlyStalled: s % 3 === 0 ? 1 : 0 });
    expect(windowsOf(rowsOf(600, 400, stalls))).toEqual([]);
  });
});
