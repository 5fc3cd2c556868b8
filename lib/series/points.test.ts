import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bars, barWidth, highest } from './bars.ts';
import { bounded, GROWTH_SECONDS, HISTORY_POINTS, RAW_SECONDS } from './bounded.ts';
import { chartRows } from './chart-rows.ts';
import { changedParts, parsePosition, positionText } from './frame.ts';
import { holdTo } from './hold.ts';
import { hostPieces } from './host-lane.ts';
import { indexAfter, mergePoints, pointAt, pointsBetween } from './merge.ts';
import { fromWire, type Point, pointOf, toWire } from './point.ts';
import { point, row } from './test-points.ts';
import { MOST_POINTS, thin } from './thin.ts';

const count = fc.integer({ min: 0, max: 1_000_000 });
const series = fc
  .array(
    fc.record({
      connected: count,
      hearing: fc.option(count),
      joins: fc.nat(99),
      left: fc.nat(99),
      errors: fc.option(fc.nat(9)),
      comments: fc.nat(9),
    }),
    {
      minLength: 1,
      maxLength: 3000,
    },
  )
  .map((list) => list.map((over, index) => point({ ...over, second: 5000 + index })));

const sum = (points: readonly Point[], read: (one: Point) => number): number =>
  points.reduce((all, one) => all + read(one), 0);

describe('points that come for days', () => {
  it('stay bounded, with the last hour whole, the peak and the sums', () => {
    const made = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) =>
        point({ second: from + index, joins: 1, connected: from + index === 5_000 ? 7_000 : 500 }),
      );
    const days = 259_200;
    let kept = made(0, 3);
    for (let at = 3; at < days; at += 900) kept = bounded(mergePoints(kept, made(at, Math.min(days, at + 900))));
    expect(kept.length).toBeLessThan(HISTORY_POINTS + RAW_SECONDS + GROWTH_SECONDS + 1);
    const hour = kept.slice(-RAW_SECONDS).map(({ second }) => second);
    expect(hour).toEqual(Array.from({ length: RAW_SECONDS }, (_, index) => days - RAW_SECONDS + index));
    expect(kept.some(({ second, connected }) => second === 5_000 && connected === 7_000)).toBe(true);
    expect(sum(kept, ({ joins }) => joins)).toBe(days);
  });

  it('are the very same where they are few', () => {
    const few = [point({ second: 1 }), point({ second: 2 })];
    expect(bounded(few)).toBe(few);
  });
});

describe('thinning', () => {
  it('never draws more points than allowed', () => {
    fc.assert(
      fc.property(series, (points) => thin(points).length <= MOST_POINTS),
      { numRuns: 25 },
    );
  });

  it('keeps the first and last second, the peak and the lowest dip', () => {
    fc.assert(
      fc.property(series, (points) => {
        const kept = thin(points);
        const levels = (list: readonly Point[]) => list.map((one) => one.connected);
        expect(kept[0]?.second).toBe(points[0]?.second);
        expect(kept[kept.length - 1]?.second).toBe(points[points.length - 1]?.second);
        expect(Math.max(...levels(kept))).toBe(Math.max(...levels(points)));
        expect(Math.min(...levels(kept))).toBe(Math.min(...levels(points)));
      }),
      { numRuns: 25 },
    );
  });

  it('carries every counter, so that sums stay the same', () => {
    fc.assert(
      fc.property(series, (points) => {
        const kept = thin(points);
        expect(sum(kept, (one) => one.joins)).toBe(sum(points, (one) => one.joins));
        expect(sum(kept, (one) => one.left)).toBe(sum(points, (one) => one.left));
        expect(sum(kept, (one) => one.comments ?? Number.NaN)).toBe(sum(points, (one) => one.comments ?? Number.NaN));
        expect(sum(kept, (one) => one.seconds)).toBe(points.length);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps a dip of one second in a day', () => {
    const day = Array.from({ length: 86_400 }, (_, index) =>
      point({ second: index, connected: index === 40_007 ? 3 : 500 }),
    );
    expect(thin(day).some((one) => one.second === 40_007 && one.connected === 3)).toBe(true);
  });

  it('leaves a short series alone', () => {
    const short = [point({ second: 1 }), point({ second: 2 })];
    expect(thin(short)).toEqual(short);
  });
});

describe('points on the wire', () => {
  it('arrive as they left', () => {
    fc.assert(
      fc.property(series, (points) => {
        expect(points.map((one) => fromWire(toWire(one)))).toEqual(points);
      }),
      { numRuns: 10 },
    );
  });

  it('are refused when something else comes', () => expect(fromWire([1, null])).toBeNull());

  it('part endings into dropped and left', () => {
    const made = pointOf(
      row({
        second: 7,
        leaves: 12,
        leavesByReason: { left: 4, error: 3, server: 2, kicked: 1, room_ended: 1, timeout: 1, replaced: 0, other: 0 },
      }),
    );
    expect([made.dropped, made.left]).toEqual([6, 6]);
  });
});

describe('newer points over older ones', () => {
  const old = [1, 2, 3, 4].map((second) => point({ second, connected: second }));

  it('replace those of the same second and add the rest', () => {
    const merged = mergePoints(old, [point({ second: 4, connected: 40 }), point({ second: 5, connected: 50 })]);
    expect(merged.map((one) => [one.second, one.connected])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 40],
      [5, 50],
    ]);
  });

  it('may come twice without harm', () => {
    fc.assert(
      fc.property(series, fc.nat(50), (points, at) => {
        const changed = points.slice(at);
        const once = mergePoints(points.slice(0, at + 3), changed);
        expect(mergePoints(once, changed)).toEqual(once);
        expect(once).toEqual(points.length > at ? points : once);
      }),
      { numRuns: 25 },
    );
  });

  it('are found by second', () => {
    expect(indexAfter(old, 2)).toBe(2);
    expect(pointAt(old, 2)?.second).toBe(2);
    expect(pointAt(old, 0)).toBeNull();
    expect(pointsBetween(old, 2, 3).map((one) => one.second)).toEqual([2, 3]);
  });
});

describe('positions', () => {
  it('are read back', () => {
    const position = { live: 1_700_000_000, final: 1_699_999_700, rev: 3 };
    expect(parsePosition(positionText(position))).toEqual(position);
  });

  it('of another shape mean a fresh start', () => {
    expect([parsePosition(null), parsePosition(''), parsePosition('1.2'), parsePosition('a.b.c')]).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  it('only what changed travels', () => expect(changedParts({ a: 1, b: [2] }, { a: 1, b: [3] })).toEqual({ b: [3] }));
});

describe('rows of the chart', () => {
  it('are solid up to the first open second and dashed from the one before it', () => {
    const states = ['final', 'settled', 'provisional', 'live'] as const;
    const rows = chartRows(
      states.map((state, second) => point({ second, state })),
      [],
    );
    expect(rows.map((one) => one.connected !== null)).toEqual([true, true, false, false]);
    expect(rows.map((one) => one.connectedOpen !== null)).toEqual([false, true, true, true]);
  });

  it('break at a telemetry gap instead of falling', () => {
    const rows = chartRows(
      [1, 2, 3].map((second) => point({ second })),
      [{ from: 2000, to: 2500 }],
    );
    expect(rows.map((one) => one.connected)).toEqual([100, null, 100]);
    expect(rows[1]?.gap).toBeNull();
  });

  it('draw nothing for hearing that is not measured', () => {
    const [one] = chartRows([point({ second: 1, hearing: null })], []);
    expect([one?.hearing, one?.hearingFill, one?.gap]).toEqual([null, null, null]);
  });

  it('show the band of suspects from connected down', () => {
    const [one] = chartRows([point({ second: 1, suspect: 30 })], []);
    expect([one?.suspect, one?.suspectLow]).toEqual([[70, 100], 70]);
  });
});

describe('bars', () => {
  it('are means per second, aligned to the epoch', () => {
    const made = bars([point({ second: 10, joins: 3 }), point({ second: 11, joins: 5 })], 'joins', 2);
    expect(made).toEqual([{ from: 10, perSecond: 4 }]);
    expect(highest(made ?? [])).toBe(4);
  });

  it('spread a point that covers several bars evenly', () => {
    const made = bars([point({ second: 13, seconds: 4, joins: 8 })], 'joins', 2);
    expect(made).toEqual([
      { from: 10, perSecond: 2 },
      { from: 12, perSecond: 2 },
    ]);
  });

  it('do not exist for a counter that is not measured', () => {
    expect(bars([point({ second: 1, errors: null })], 'errors', 1)).toBeNull();
  });

  it('get wider with the span', () =>
    expect([barWidth(300, 150), barWidth(900, 150), barWidth(86_400, 150)]).toEqual([2, 6, 600]));
});

describe('the host lane', () => {
  it('is empty where no host was seen', () => expect(hostPieces([point({ second: 1, hosts: 0 })])).toEqual([]));

  it('shows presence and the absences between', () => {
    const hosts = [0, 1, 1, 0, 0, 1];
    expect(hostPieces(hosts.map((present, second) => point({ second, hosts: present })))).toEqual([
      { present: true, from: 1000, to: 3000 },
      { present: false, from: 3000, to: 5000 },
      { present: true, from: 5000, to: null },
    ]);
  });
});

describe('levels', () => {
  it('hold up to the live second where nothing came', () => {
    const held = holdTo([point({ second: 5, connected: 7, joins: 3, errors: null })], 9);
    expect(held[1]).toMatchObject({ second: 9, seconds: 4, connected: 7, joins: 0, errors: null, state: 'live' });
    expect(holdTo(held, 9)).toEqual(held);
  });
});
