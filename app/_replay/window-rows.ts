/** Rows of a window's chart, and where its words may stand. */
import { shareText } from '../../lib/format/number.ts';
import { labelWidth } from '../../lib/series/chart-layout.ts';
import { type ChartRow, chartRows } from '../../lib/series/chart-rows.ts';
import type { Point } from '../../lib/series/point.ts';
import type { Span } from '../../lib/series/span.ts';
import type { WindowPicture } from './window-picture.ts';

export interface WindowRow extends ChartRow {
  expected: number | null;
  /** its 95 % band */
  band: [number, number] | null;
  /** from connected up to expected */
  lost: [number, number] | null;
}

/** `points` and `picture.expected` stand side by side. */
export function windowRows(picture: WindowPicture, points: readonly Point[], gaps: readonly Span[]): WindowRow[] {
  return chartRows(points, gaps).map((row, index) => {
    const expected = picture.expected[index] ?? null;
    const connected = points[index]?.connected ?? 0;
    if (expected === null) return { ...row, expected: null, band: null, lost: null };
    const [middle, lower, upper] = expected;
    return { ...row, expected: middle, band: [lower, upper], lost: [connected, Math.max(connected, middle)] };
  });
}

export interface Placed {
  x: number;
  y: number;
  text: string;
}

interface Scales {
  x: (at: number) => number;
  y: (value: number) => number;
  /** words stay within, px */
  left: number;
  right: number;
}

/** The depth: a rule between expected and connected where it was largest, its words beside it. */
export function depthMark(
  picture: WindowPicture,
  { x, y, left }: Scales,
): (Placed & { top: number; bottom: number; ruleX: number }) | null {
  const { depth } = picture;
  if (depth === null) return null;
  const [top, bottom] = [y(depth.expected), y(depth.connected)];
  if (bottom - top < 30) return null;
  const text = `depth ${shareText(depth.ratio)}`;
  const ruleX = x(depth.at);
  const before = ruleX - 8 - labelWidth(text) * 1.1;
  return { ruleX, top, bottom, text, x: Math.max(left + 4, before), y: (top + bottom) / 2 + 4 };
}

/** Where words of this length stand best in the red between the lines, clear of `avoid`; null where they fit nowhere. */
export function lostPlace(
  rows: readonly WindowRow[],
  text: string,
  { x, y, left, right }: Scales,
  avoid: readonly { from: number; to: number }[],
): Placed | null {
  const half = (labelWidth(text) * 1.12) / 2;
  let best: { x: number; y: number; room: number } | null = null;
  for (const row of rows) {
    const middle = x(row.at);
    const [from, to] = [middle - half - 6, middle + half + 6];
    if (from < left || to > right || avoid.some((place) => from < place.to && to > place.from)) continue;
    let top = Number.NEGATIVE_INFINITY;
    let bottom = Number.POSITIVE_INFINITY;
    for (const other of rows) {
      const at = x(other.at);
      if (at < from || at > to) continue;
      if (other.lost === null) bottom = Number.NEGATIVE_INFINITY;
      else {
        top = Math.max(top, y(other.lost[1]));
        bottom = Math.min(bottom, y(other.lost[0]));
      }
    }
    const room = bottom - top;
    if (room >= 30 && (best === null || room > best.room)) best = { x: middle, y: (top + bottom) / 2 + 4, room };
  }
  return best === null ? null : { x: best.x, y: best.y, text };
}
