import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stay } from '../presence/stay.ts';
import { changeSinceOnset, costOf } from './cost.ts';
import { hazardBefore } from './hazard.ts';
import { detected, known, stay } from './made-broadcast.ts';
import { plainCost } from './plain-cost.ts';
import { presencesOf } from './presence.ts';
import { medianReturn, returnedInTheEnd, returnedWithin } from './return-curve.ts';
import { StayTableBuilder } from './stay-table.ts';

/** Ten who stay from 1,000 to 3,000. */
const STEADY = Array.from({ length: 10 }, (_, i) => stay(`steady-${i}`, 1000, 3000));

function dropped(listener: string, at: number, back: number | null, reason: Stay['reason'] = 'server'): Stay[] {
  const first = stay(listener, 1000, at, { reason });
  return back === null ? [first] : [first, stay(listener, back, 3000)];
}

describe('who was dropped', () => {
  it.each<[string, Stay[], number]>([
    ['with reason error or server', [...dropped('a', 2001, null), ...dropped('b', 2002, null, 'error')], 2],
    [
      'not one who left, was kicked or moved',
      (['left', 'kicked', 'replaced', 'room_ended'] as const).flatMap((r) => dropped(r, 2002, null, r)),
      0,
    ],
    ['in the row of the onset, which covers the second before it', dropped('a', 1999.001, null), 1],
    ['not at the instant that row begins', dropped('a', 1999, null), 0],
    ['at the instant of the last row', dropped('a', 2010, null), 1],
    ['not after it', dropped('a', 2010.001, null), 0],
    [
      'once, however often',
      [stay('a', 1000, 2001, { reason: 'error' }), stay('a', 2003, 2005, { reason: 'error' })],
      1,
    ],
    [
      'not one who is still there on another device',
      [stay('a', 1000, 2001, { reason: 'error' }), stay('a', 1500, null)],
      0,
    ],
    [
      'one whose last device was dropped',
      [stay('a', 1000, 2001, { reason: 'left' }), stay('a', 1500, 2002, { reason: 'error' })],
      1,
    ],
    [
      'one whose devices left and failed in one instant',
      [stay('a', 1000, 2002), stay('a', 1500, 2002, { reason: 'error' })],
      1,
    ],
    [
      'by silence, dated back by half a period',
      [stay('a', 1000, 1994.5, { reason: 'timeout', heartbeatMs: 10_000 })],
      1,
    ],
    ['not by silence long before', [stay('a', 1000, 1994, { reason: 'timeout', heartbeatMs: 10_000 })], 0],
  ])('%s', (_, stays, count) => {
    const cost = costOf(known([...STEADY, ...stays], { from: 1000, to: 3000 }), detected(2000, 2010));
    expect(cost.drops.listeners.length).toBe(count);
  });

  it('all who ended, with a weight, where the platform gives no reasons', () => {
    const gone = Array.from({ length: 30 }, (_, i) => dropped(`g${i}`, 2001 + i / 10, null, 'left'));
    const cost = costOf(
      known([...STEADY, ...gone.flat()], { from: 1000, to: 3000 }),
      detected(2000, 2010, { evidence: 'endings' }),
    );
    expect(cost.drops.listeners.length).toBe(30);
    // nobody left in the 300 s before: half a leaving in 40 × 300 s and 600 s
    const hazard = 0.5 / (40 * 300 + 600);
    expect(cost.hazard.perSecond).toBeCloseTo(hazard, 12);
    expect(cost.weight).toBeCloseTo(1 - (hazard * 40 * 11) / 30, 12);
  });
});

describe('who came back', () => {
  it('after the last drop, in any room', () => {
    const stays = [
      stay('a', 1000, 2001, { reason: 'error' }),
      stay('a', 2003, 2005, { reason: 'error' }),
      stay('a', 2041, 3000, { room: 'second' }),
    ];
    const { drops } = costOf(known([...STEADY, ...stays], { from: 1000, to: 3000 }), detected(2000, 2010));
    expect([...drops.first]).toEqual([2_001_000]);
    expect([...drops.backAt]).toEqual([2_041_000]);
    expect([...drops.absentFrom]).toEqual([2_001_000, 2_005_000]);
    expect([...drops.absentTo]).toEqual([2_003_000, 2_041_000]);
  });

  it('as a share of all who were dropped, the rest watched to the end', () => {
    const stays = [
      ...dropped('a', 2001, 2011),
      ...dropped('b', 2001, 2101),
      ...dropped('c', 2001, 2701),
      ...dropped('d', 2001, null),
    ];
    const { returns, ended } = costOf(known([...STEADY, ...stays], { from: 1000, to: 3000 }), detected(2000, 2010));
    expect(ended).toBe(true);
    expect([30, 120, 300, 600].map((s) => returnedWithin(returns, s))).toEqual([0.25, 0.5, 0.5, 0.5]);
    expect(returnedInTheEnd(returns)).toBeCloseTo(0.75, 12);
    expect(medianReturn(returns)).toBe(100);
  });

  it('unknown until the time has passed, and by Kaplan and Meier where not all were watched as long', () => {
    const stays = [
      ...dropped('a', 2001, 2011),
      ...dropped('b', 2001, null),
      ...dropped('c', 2091, null),
      ...dropped('d', 2001, 2061),
    ];
    const at = known([...STEADY, ...stays], { from: 1000, to: 2101, complete: false });
    const { returns, ended } = costOf(at, detected(2000, 2095));
    expect(ended).toBe(false);
    // of four one is back after 10 s; c is watched for just 10 s; of the two left one after 60 s
    expect(returnedWithin(returns, 30)).toBeCloseTo(0.25, 12);
    expect(returns.steps.map((s) => s.atRisk)).toEqual([4, 2]);
    expect(returns.steps[1]?.share).toBeCloseTo(1 - 0.75 * 0.5, 12);
    expect(returnedWithin(returns, 100)).toBeCloseTo(0.625, 12);
    expect(returnedWithin(returns, 120)).toBeNull();
  });

  it('not after the last known second', () => {
    const stays = dropped('a', 2001, 2101);
    const { returns } = costOf(
      known([...STEADY, ...stays], { from: 1000, to: 2100, complete: false }),
      detected(2000, 2010),
    );
    expect(returns.steps).toEqual([]);
  });

  it('never, where the rooms have ended', () => {
    const stays = dropped('a', 2001, null);
    const at = known([...STEADY, ...stays], { from: 1000, to: 3000, complete: false, roomEnds: { main: 2100 } });
    const { returns, ended } = costOf(at, detected(2000, 2010));
    expect(ended).toBe(true);
    expect(returns.watchedFor).toBe(99);
  });
});

describe('natural leaving', () => {
  const hazard = (stays: Stay[]): ReturnType<typeof hazardBefore> => {
    const builder = new StayTableBuilder();
    for (const s of stays) builder.add(s);
    const presences = presencesOf(builder.finish());
    return hazardBefore(presences, 2000, new Uint8Array(presences.from.length));
  };

  it.each<[string, Stay[], number, number]>([
    ['nobody there', [], 0, 0],
    ['one who stays: time at risk from the 300 rows before the onset', [stay('a', 1000, null)], 0, 300],
    ['one who leaves among them', [stay('a', 1000, 1799)], 1, 100],
    ['one who leaves at their end', [stay('a', 1000, 1999)], 1, 300],
    ['one who leaves before them', [stay('a', 1000, 1699)], 0, 0],
    ['one who leaves after them', [stay('a', 1000, 1999.5)], 0, 300],
    ['one who only looked in', [stay('a', 1800, 1859.9)], 0, 0],
    ['one who came late: the first minute is no time at risk', [stay('a', 1800, 1899)], 1, 39],
    ['one who is back within a minute has not left', [stay('a', 1000, 1799), stay('a', 1859, 1861)], 0, 100],
    ['one who is back later has', [stay('a', 1000, 1799), stay('a', 1859.001, 1861)], 1, 100],
  ])('%s', (_, stays, leavings, seconds) => {
    const found = hazard(stays);
    expect([found.leavings, found.seconds]).toEqual([leavings, seconds]);
    expect(found.perSecond).toBeCloseTo((leavings + 0.5) / (seconds + 600), 15);
  });
});

describe('natural leaving after an earlier window', () => {
  it('does not count who was dropped in that one', () => {
    const stays = [...dropped('a', 1801, null), ...dropped('b', 1802, 2900), ...dropped('c', 1803, null, 'left')];
    const at = known([...STEADY, ...stays, ...dropped('d', 2001, null)], { from: 1000, to: 3000 });
    const leavings = (evidence: 'reasons' | 'endings', serviceEnd: number) =>
      costOf(at, detected(2000, 2010), [detected(1800, serviceEnd, { evidence }), detected(2000, 2010)]).hazard
        .leavings;
    expect(costOf(at, detected(2000, 2010)).hazard.leavings).toBe(3);
    expect(leavings('reasons', 1810)).toBe(1);
    expect(leavings('endings', 1810)).toBe(0);
    expect(leavings('reasons', 1801)).toBe(2);
  });
});

describe('what it cost', () => {
  it('counts the dropped who are not back, less and less surely', () => {
    const stays = [...dropped('a', 2001, 2051), ...dropped('b', 2001, null)];
    const cost = costOf(known([...STEADY, ...stays], { from: 1000, to: 3000 }), detected(2000, 2010));
    const { perSecond } = cost.hazard;
    const at = (second: number): number | undefined => cost.audience.expected[second - cost.audience.from];
    expect(cost.connectedBefore).toBe(12);
    expect(cost.connectedLowest).toBe(10);
    expect(at(2000)).toBe(12);
    expect(at(2001)).toBeCloseTo(12, 12);
    expect(at(2050)).toBeCloseTo(10 + 2 * Math.exp(-49 * perSecond), 10);
    expect(at(2051)).toBeCloseTo(11 + Math.exp(-50 * perSecond), 10);
    expect(cost.depth?.depth).toBeCloseTo(1 - 10 / 12, 10);
    expect(cost.depth?.at).toBe(2001);
    expect(changeSinceOnset(10, cost.connectedBefore)).toBeCloseTo(-1 / 6, 12);
  });

  it('is over with twenty seconds at 95 % of what would be', () => {
    const stays = Array.from({ length: 10 }, (_, i) => dropped(`d${i}`, 2001, i === 0 ? 2900 : 2051)).flat();
    const cost = costOf(known([...STEADY, ...stays], { from: 1000, to: 3000 }), detected(2000, 2010));
    expect(cost.recoveredAt).toBe(2_051_000);
    const g = (s: number): number => (1 - Math.exp(-cost.hazard.perSecond * s)) / cost.hazard.perSecond / 60;
    expect(cost.lost.during).toBeCloseTo(10 * g(9), 10);
    expect(cost.lost.total).toBeCloseTo(10 * g(50), 10);
  });

  it('is not over while the last known second leaves it open', () => {
    const stays = Array.from({ length: 10 }, (_, i) => dropped(`d${i}`, 2001, 2051)).flat();
    const upTo = (to: number): number | null =>
      costOf(known([...STEADY, ...stays], { from: 1000, to, complete: false }), detected(2000, 2010)).recoveredAt;
    expect(upTo(2069)).toBeNull();
    expect(upTo(2070)).toBe(2_051_000);
  });

  it('stops growing when no host is left', () => {
    const stays = [...dropped('a', 2001, null), stay('host', 1000, 2101, { role: 'host' })];
    const cost = costOf(known([...STEADY.slice(0, 2), ...stays], { from: 1000, to: 3000 }), detected(2000, 2010));
    const g = (s: number): number => (1 - Math.exp(-cost.hazard.perSecond * s)) / cost.hazard.perSecond / 60;
    expect(cost.recoveredAt).toBeNull();
    expect(cost.lost.total).toBeCloseTo(g(100), 10);
  });

  it('is no deeper for the silence between two rooms after service ended', () => {
    const first = ['a', 'b', 'c', 'd'].map((l) => stay(l, 1000, 2030, { reason: 'room_ended' }));
    const second = ['a', 'b', 'c', 'd'].map((l) => stay(l, 2040, 3000, { room: 'second' }));
    const cost = costOf(
      known([...first, ...second, ...dropped('e', 2001, null)], { from: 1000, to: 3000, roomEnds: { main: 2030 } }),
      detected(2000, 2010),
    );
    expect(cost.depth?.depth).toBeCloseTo(0.2, 3);
  });
});

describe('blocked listeners', () => {
  it('are those whose join failed in the window, the dropped among them', () => {
    const fail = (listener: string, at: number) => ({ listener, at: at * 1000 });
    const failures = [
      fail('new', 2003),
      fail('new', 2004),
      fail('later', 2003),
      fail('d', 2004),
      fail('steady-0', 2004),
      fail('before', 1999),
      fail('first-row', 1999.5),
      fail('after', 2010.5),
    ];
    const cost = costOf(
      known([...STEADY, ...dropped('d', 2001, 2040), stay('later', 2050, 2060)], { from: 1000, to: 3000, failures }),
      detected(2000, 2010),
    );
    // new, later, d, steady-0 and first-row; later and d open a stay afterwards
    expect(cost.blocked).toEqual({ listeners: 5, gotIn: 2 });
  });

  it('are unknown where failed attempts are not known by listener', () => {
    expect(costOf(known(STEADY, { from: 1000, to: 3000 }), detected(2000, 2010)).blocked).toBeNull();
  });
});

describe('against a plain recount', () => {
  const listener = fc.array(
    fc.record({
      start: fc.integer({ min: 1_400_000, max: 2_200_000 }),
      length: fc.integer({ min: 1, max: 500_000 }),
      open: fc.boolean(),
      reason: fc.constantFrom('left', 'error', 'server', 'timeout', 'replaced', 'kicked'),
      heartbeatMs: fc.constantFrom(0, 10_000, 30_000),
    }),
    { minLength: 1, maxLength: 5 },
  );
  const broadcast = fc.record({
    listeners: fc.array(listener, { minLength: 1, maxLength: 12 }),
    onset: fc.integer({ min: 1_700, max: 2_100 }),
    length: fc.integer({ min: 1, max: 90 }),
    endings: fc.boolean(),
  });

  it('agrees in D, λ, C(t), depth, lost minutes and returns', () => {
    fc.assert(
      fc.property(broadcast, ({ listeners, onset, length, endings }) => {
        const stays = listeners.flatMap((own, i) =>
          own.map((s, k): Stay => {
            const end = s.open && s.start > 2_100_000 ? null : (s.start + s.length) / 1000;
            const ended = end !== null ? { reason: s.reason } : {};
            return stay(`l${i}`, s.start / 1000, end, {
              ...ended,
              heartbeatMs: s.heartbeatMs,
              connection: `${k}`,
            } as Partial<Stay>);
          }),
        );
        const window = detected(onset, onset + length, endings ? { evidence: 'endings' } : {});
        const cost = costOf(known(stays, { from: 1400, to: 2400 }), window);
        const plain = plainCost(stays, {
          from: 1400,
          to: 2400,
          end: 2_400_000,
          onset,
          serviceEnd: onset + length,
          endings,
        });
        expect(cost.drops.listeners.length).toBe(plain.dropped);
        expect(cost.hazard.leavings).toBe(plain.leavings);
        expect(cost.hazard.seconds).toBeCloseTo(plain.atRisk, 6);
        expect(cost.weight).toBeCloseTo(plain.weight, 10);
        for (const [second, expected] of plain.expected) {
          const value = cost.audience.expected[second - cost.audience.from];
          if (value !== undefined) expect(value).toBeCloseTo(expected, 8);
        }
        expect(cost.recoveredAt).toBe(plain.recoveredAt);
        expect(cost.connectedLowest).toBe(plain.connectedLowest);
        expect(cost.depth?.depth ?? null).toEqual(plain.depth === null ? null : expect.closeTo(plain.depth, 10));
        expect(cost.lost.during).toBeCloseTo(plain.during, 8);
        expect(cost.lost.total).toBeCloseTo(plain.total, 8);
        for (const seconds of [30, 120, 300, 600]) {
          const back = plain.returned(seconds);
          expect(returnedWithin(cost.returns, seconds)).toEqual(back === null ? null : expect.closeTo(back, 10));
        }
      }),
      { numRuns: 50 },
    );
  });
});
