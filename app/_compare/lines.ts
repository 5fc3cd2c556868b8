/** Lines of several broadcasts on one axis, and where their names may stand. Offsets in ms from the common instant. */
import type { Point } from '../../lib/series/point.ts';
import type { Span } from '../../lib/series/span.ts';
import { thin } from '../../lib/series/thin.ts';

/** Points a line has at most. */
const MOST_POINTS = 400;

export interface CompareLine {
  id: string;
  name: string;
  /** 0: the broadcast itself; 1 to 4: the hue and dash of another */
  look: number;
  /** listeners, or a share of its own peak; null where nothing is known */
  points: [offset: number, value: number | null][];
  /** the peak in listeners */
  peak: number;
  /** of the broadcast itself: its crash windows */
  spans: { from: number; to: number }[];
}

export interface LineInput {
  id: string;
  name: string;
  look: number;
  points: readonly Point[];
  origin: number;
  /** what is read from a point */
  of: 'connected' | 'hearing';
  scale: 'listeners' | 'share';
  peak: number;
  gaps: readonly Span[];
  spans: readonly Span[];
}

export function compareLine({ points, origin, of, scale, gaps, spans, ...rest }: LineInput): CompareLine {
  const unit = scale === 'share' ? Math.max(1, rest.peak) : 1;
  const silent = (at: number): boolean => gaps.some((gap) => at >= gap.from && (gap.to === null || at <= gap.to));
  const last = (points[points.length - 1]?.second ?? 0) * 1000;
  return {
    ...rest,
    points: thin(points, MOST_POINTS).map((point) => {
      const at = point.second * 1000;
      const value = silent(at) ? null : point[of];
      return [at - origin, value === null ? null : value / unit];
    }),
    spans: spans.map(({ from, to }) => ({ from: from - origin, to: (to ?? last) - origin })),
  };
}

/** The stretch that holds every line, ms. */
export function extentOf(lines: readonly CompareLine[]): { from: number; to: number } {
  const ends = lines.flatMap(({ points }) => [points[0]?.[0], points[points.length - 1]?.[0]]);
  const known = ends.filter((end) => end !== undefined);
  if (known.length === 0) return { from: 0, to: 60_000 };
  const [from, to] = [Math.min(...known), Math.max(...known)];
  return { from, to: Math.max(to, from + 60_000) };
}

export function linePath(line: CompareLine, x: (offset: number) => number, y: (value: number) => number): string {
  let path = '';
  let broken = true;
  for (const [offset, value] of line.points) {
    if (value === null) {
      broken = true;
      continue;
    }
    path += `${broken ? 'M' : 'L'}${x(offset).toFixed(1)} ${y(value).toFixed(1)}`;
    broken = false;
  }
  return path;
}

/** The value at an offset: that of the last point at or before it; null outside the line. */
export function valueAt(line: CompareLine, offset: number): number | null {
  const index = line.points.findLastIndex(([at]) => at <= offset);
  const last = line.points[line.points.length - 1];
  if (index < 0 || last === undefined || offset > last[0]) return null;
  return line.points[index]?.[1] ?? null;
}

export interface Name {
  id: string;
  x: number;
  y: number;
  text: string;
  look: number;
}

interface Frame {
  x: (offset: number) => number;
  y: (value: number) => number;
  left: number;
  right: number;
  /** of a text in px */
  width: (text: string) => number;
}

/** Each name over the highest point of its line; one that would run into another moves up or down, or is left out. */
export function namesOf(lines: readonly CompareLine[], words: (line: CompareLine) => string, frame: Frame): Name[] {
  const names: Name[] = [];
  const boxes: { from: number; to: number; top: number }[] = [];
  for (const line of lines) {
    const highest = line.points.reduce<[number, number] | null>(
      (best, [offset, value]) => (value !== null && (best === null || value > best[1]) ? [offset, value] : best),
      null,
    );
    if (highest === null) continue;
    const text = words(line);
    const half = frame.width(text) / 2;
    const x = Math.min(frame.right - half, Math.max(frame.left + half + 6, frame.x(highest[0])));
    const start = Math.max(12, frame.y(highest[1]) - 8);
    const free = [0, -15, 15, -30, 30]
      .map((by) => start + by)
      .find((top) => {
        if (top < 10) return false;
        return boxes.every((box) => x + half < box.from - 6 || x - half > box.to + 6 || Math.abs(top - box.top) > 13);
      });
    if (free === undefined) continue;
    boxes.push({ from: x - half, to: x + half, top: free });
    names.push({ id: line.id, x, y: free, text, look: line.look });
  }
  return names;
}
