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

export interface DepthMark {
  ruleX: number;
  top: number;
  bottom: number;
  text: string;
  /** on which side of the rule the words stand; null: on neither without crossing a line */
  side: 'left' | 'right' | null;
  y: number;
  /** what rule and words take, px */
  from: number;
  to: number;
}

const BESIDE = 7;

/** The depth: a rule between expected and connected where it was largest, its words beside it where they cross no line. */
export function depthMark(
  picture: WindowPicture,
  points: readonly Point[],
  { x, y, left, right }: Scales,
): DepthMark | null {
  const { depth } = picture;
  if (depth === null) return null;
  const [top, bottom] = [y(depth.expected), y(depth.connected)];
  if (bottom - top < 30) return null;
  const text = `depth ${shareText(depth.ratio)}`;
  const ruleX = x(depth.at);
  const middle = (top + bottom) / 2;
  const width = labelWidth(text) * 1.1 + BESIDE;
  const free = (from: number, to: number): boolean =>
    from >= left && to <= right && !isCrossed(points, { x, y }, { from, to, top: middle - 9, bottom: middle + 9 });
  const side = free(ruleX - width, ruleX - BESIDE) ? 'left' : free(ruleX + BESIDE, ruleX + width) ? 'right' : null;
  const [from, to] = [side === 'left' ? ruleX - width : ruleX, side === 'right' ? ruleX + width : ruleX];
  return { ruleX, top, bottom, text, side, y: middle + 4, from, to };
}

/** Whether connected or hearing goes through a box, px. */
function isCrossed(
  points: readonly Point[],
  { x, y }: Pick<Scales, 'x' | 'y'>,
  box: { from: number; to: number; top: number; bottom: number },
): boolean {
  return points.some((point, index) => {
    const next = points[index + 1] ?? point;
    if (x(next.second * 1000) < box.from || x(point.second * 1000) > box.to) return false;
    return [
      [point.connected, next.connected],
      [point.hearing, next.hearing],
    ].some(([a, b]) => {
      if (a === null || b === null || a === undefined || b === undefined) return false;
      return Math.min(y(a), y(b)) < box.bottom && Math.max(y(a), y(b)) > box.top;
    });
  });
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
