import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aWindow } from '../../lib/compare/report-builder.ts';
import { point } from '../../lib/series/test-points.ts';
import { chunkOf, exactly, wanted } from './chunks.ts';
import { flowPicture } from './flow-picture.ts';
import { forestPicture } from './forest-picture.ts';
import { lastBefore, nextFrom } from './happenings.ts';
import { returnPicture } from './return-picture.ts';
import { pictureRange } from './window-picture.ts';
import { depthMark } from './window-rows.ts';

describe('where the dropped went', () => {
  it('is nothing to draw where nobody was dropped', () => {
    expect(flowPicture({ back: 0, elsewhere: 0, notBack: 0 })).toBeNull();
  });

  it('keeps everybody, and keeps words apart', () => {
    const some = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(some, some, some, (back, elsewhere, notBack) => {
        const picture = flowPicture({ back, elsewhere, notBack });
        if (picture === null) return back + elsewhere + notBack === 0;
        const [first, second, third] = picture.ends.map(({ labelY }) => labelY);
        expect(picture.ends.reduce((sum, end) => sum + end.listeners, 0)).toBe(picture.total);
        expect(Number(third) + 14).toBeLessThan(picture.height);
        return Number(second) - Number(first) >= 28 && Number(third) - Number(second) >= 28 && Number(first) >= 8;
      }),
    );
  });
});

describe('the return curve', () => {
  const steps = [
    { seconds: 10, share: 0.1, atRisk: 100 },
    { seconds: 400, share: 0.3, atRisk: 60 },
  ];

  it('is nothing to draw before it is known', () => {
    const window = aWindow({ returnRate: { '30': null, '120': null, '300': null, '600': null, end: null } });
    expect(returnPicture([], window)).toBeNull();
  });

  it('starts at nobody, rises in steps and ends where its end mark stands', () => {
    const window = aWindow({ returnRate: { '30': 0.1, '120': 0.1, '300': 0.1, '600': 0.3, end: 0.3 } });
    const picture = returnPicture(steps, window);
    expect(picture?.line).toMatch(/^M40\.0 148\.0(H[\d.]+V[\d.]+)+$/);
    expect(picture?.marks.map(({ text }) => text.split(' ')[0])).toEqual(['2', '5', '', 'end']);
    expect(picture?.line.endsWith(`V${picture.marks.at(-1)?.y.toFixed(1)}`)).toBe(true);
  });
});

describe('the words on the return curve', () => {
  it('never run into each other; the headline stays', () => {
    const share = fc.double({ min: 0.001, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(share, share, share, share), fc.integer({ min: 700, max: 20_000 }), (shares, last) => {
        const [a = 0, b = 0, c = 0, d = 0] = [...shares].sort((x, y) => x - y);
        const steps = [
          [60, a],
          [200, b],
          [500, c],
          [last, d],
        ].map(([seconds = 0, at = 0]) => ({
          ...{ seconds, share: at, atRisk: 9 },
        }));
        const returnRate = { '30': 0, '120': a, '300': b, '600': c, end: d };
        const marks = returnPicture(steps, aWindow({ returnRate }))?.marks.filter(({ text }) => text !== '') ?? [];
        expect(marks.some(({ strong }) => strong)).toBe(true);
        for (const [index, one] of marks.entries()) {
          for (const other of marks.slice(index + 1)) {
            if (one.anchor !== other.anchor) continue;
            const apart = Math.abs(one.labelX - other.labelX) > 6 * Math.min(one.text.length, other.text.length);
            expect(apart || Math.abs(one.labelY - other.labelY) >= 12).toBe(true);
          }
        }
      }),
    );
  });
});

describe('risk ratios', () => {
  const [cause] = aWindow().causes;

  it('stand in order on their axis, whatever their size', () => {
    const one = cause === undefined ? [] : [cause, { ...cause, riskRatio: 1, lower: 0.9, upper: 1.1 }];
    const picture = forestPicture(one, 5);
    for (const row of picture.rows) expect(row.from <= row.x && row.x <= row.to).toBe(true);
    expect(picture.rows[0]?.x).toBeGreaterThan(picture.likely);
    expect(picture.rows[1]?.x).toBeCloseTo(picture.one);
  });
});

describe('the picture of a window', () => {
  const window = aWindow({ onsetAt: 10_000_000, closedAt: 10_600_000 });

  it('begins five minutes before and ends ten after, within the broadcast', () => {
    expect(pictureRange(window, 0, 50_000)).toEqual({ from: 9_700, to: 11_200 });
    expect(pictureRange(window, 9_900, 11_000)).toEqual({ from: 9_900, to: 11_000 });
  });

  it('is the whole broadcast where there is none, and goes to the end while it is open', () => {
    expect(pictureRange(null, 5, 9)).toEqual({ from: 5, to: 9 });
    expect(pictureRange({ ...window, closedAt: null }, 0, 12_000).to).toBe(12_000);
  });
});

describe('the words of the depth', () => {
  // 10 px a second, 1 px a listener from 200 down
  const scales = { x: (at: number) => at / 100, y: (value: number) => 200 - value, left: 0, right: 600 };
  const depth = { at: 30_000, ratio: 0.5, expected: 160, connected: 80 };
  const picture = { from: 0, to: 60, points: [], expected: [], perSecond: null, depth };
  const sideOf = (connected: (second: number) => number) =>
    depthMark(
      picture,
      Array.from({ length: 61 }, (_, second) => point({ second, connected: connected(second), hearing: null })),
      scales,
    )?.side;

  it('stand left of its rule where no line goes through them', () => expect(sideOf(() => 80)).toBe('left'));

  it('stand right of it where the fall is on the left', () =>
    expect(sideOf((second) => (second < 26 ? 160 : 80))).toBe('right'));

  it('are left out where lines go through both places', () =>
    expect(sideOf((second) => (second < 26 || second > 34 ? 160 : 80))).toBeNull());
});

describe('what happened', () => {
  const list = [10, 20, 20, 30].map((at) => ({ at, words: 'x' }));

  it.each([
    [5, null, 10, null],
    [10, 10, 20, null],
    [25, 20, 30, 20],
    [30, 30, null, 20],
  ])('at %s: last %s, next %s, back %s', (at, last, next, back) => {
    expect(lastBefore(list, at)?.at ?? null).toBe(last);
    expect(nextFrom(list, at, 1)?.at ?? null).toBe(next);
    expect(nextFrom(list, at, -1)?.at ?? null).toBe(back);
  });
});

describe('seconds in pieces', () => {
  it('of a piece start at tens of minutes', () => expect([chunkOf(600), chunkOf(1199)]).toEqual([600, 600]));

  it('are fetched for the playhead and the piece after it, not beyond the end', () => {
    expect(wanted(() => false, 650, 5000)).toEqual([600, 1200]);
    expect(wanted((chunk) => chunk === 600, 650, 1100)).toEqual([]);
  });

  it('are found by the very second', () => {
    const points = [{ second: 1 }, { second: 3 }];
    expect([exactly(points, 3), exactly(points, 2), exactly([], 1)]).toEqual([{ second: 3 }, null, null]);
  });
});
