import { describe, expect, it } from 'vitest';
import { point } from '../../lib/series/test-points.ts';
import { type CompareLine, compareLine, extentOf, linePath, namesOf, valueAt } from './lines.ts';

const points = [0, 1, 2, 3, 4].map((second) =>
  point({ second: 100 + second, connected: second * 10, hearing: second }),
);
const base = {
  id: 'a',
  name: 'A',
  look: 0,
  origin: 100_000,
  of: 'connected',
  scale: 'listeners',
  peak: 40,
  gaps: [],
  spans: [],
} as const;

describe('a line of a comparison', () => {
  it('counts time from the common instant', () => {
    expect(compareLine({ ...base, points }).points).toEqual([
      [0, 0],
      [1000, 10],
      [2000, 20],
      [3000, 30],
      [4000, 40],
    ]);
  });

  it('is a share of its own peak, or of those who hear', () => {
    expect(compareLine({ ...base, points, scale: 'share' }).points.at(-1)).toEqual([4000, 1]);
    expect(compareLine({ ...base, points, of: 'hearing' }).points.at(-1)).toEqual([4000, 4]);
  });

  it('breaks where a source was silent', () => {
    const line = compareLine({ ...base, points, gaps: [{ from: 101_000, to: 102_000 }] });
    expect(line.points.map(([, value]) => value)).toEqual([0, null, null, 30, 40]);
    expect(
      linePath(
        line,
        (x) => x / 1000,
        (y) => y,
      ),
    ).toBe('M0.0 0.0M3.0 30.0L4.0 40.0');
    expect([valueAt(line, 1500), valueAt(line, 3500), valueAt(line, -1), valueAt(line, 5000)]).toEqual([
      null,
      30,
      null,
      null,
    ]);
  });

  it('lies in the stretch that holds all of them, at least a minute long', () => {
    expect(extentOf([])).toEqual({ from: 0, to: 60_000 });
    expect(extentOf([compareLine({ ...base, points, origin: 90_000 })])).toEqual({ from: 10_000, to: 70_000 });
  });
});

describe('names at the lines', () => {
  const frame = {
    x: (at: number) => at / 10,
    y: (v: number) => 200 - v,
    left: 0,
    right: 600,
    width: (t: string) => t.length * 6,
  };
  const line = (id: string, value: number): CompareLine => ({
    id,
    name: id,
    look: 1,
    points: [[3000, value]],
    peak: value,
    spans: [],
  });

  it('keep out of each other’s way, and are left out before they overlap', () => {
    const names = namesOf(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => line(id, 100)),
      () => 'a long name',
      frame,
    );
    const tops = names.map(({ y }) => y).sort((a, b) => a - b);
    expect(names.length).toBe(4);
    for (const [index, top] of tops.entries()) if (index > 0) expect(top - Number(tops[index - 1])).toBeGreaterThan(13);
  });

  it('cross no line: a name whose peak lies under another line stands elsewhere along its own', () => {
    const flat = (id: string, value: number, dip: number): CompareLine => ({
      ...line(id, value),
      points: [0, 1, 2, 3, 4, 5].map((i) => [i * 1000, i === 2 ? value + dip : value]),
    });
    const lines = [flat('own', 100, 0), flat('other', 80, 12)];
    const names = namesOf(lines, () => 'a name', frame);
    expect(names.map(({ id }) => id)).toEqual(['own', 'other']);
    for (const { x, y } of names) {
      for (const each of lines) {
        const at = frame.y(valueAt(each, x * 10) ?? Number.NaN);
        expect(at <= y - 10 || at >= y + 3).toBe(true);
      }
    }
  });
});
