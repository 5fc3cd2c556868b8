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

/** A label's letters reach from so far above its base line to so far below it, px. */
const ABOVE = 10;
const BELOW = 3;
/** From a point of the line to the base line of its name: over it, under it, and further off. */
const OFFSETS = [-8, 18, -23, 33];
/** Places looked at along a line, its highest point aside. */
const PLACES = 12;

/**
 * Each name beside its line: over the highest point where that is free, else at another place along it. It crosses no
 * line and no other name; one that finds no place is left out, since the list and the table name every line.
 */
export function namesOf(lines: readonly CompareLine[], words: (line: CompareLine) => string, frame: Frame): Name[] {
  const drawn = lines.map((line) => inPixels(line, frame));
  const names: Name[] = [];
  const boxes: Box[] = [];
  for (const [index, line] of lines.entries()) {
    const text = words(line);
    const half = frame.width(text) / 2;
    const box = placesOf(drawn[index] ?? [])
      .flatMap((place) => OFFSETS.map((by) => boxAround(place, by, half, frame)))
      .find((one) => {
        if (one.top < 0) return false;
        if (boxes.some((other) => overlap(one, other))) return false;
        return !drawn.some((points) => crosses(points, one));
      });
    if (box === undefined) continue;
    boxes.push(box);
    names.push({ id: line.id, x: (box.left + box.right) / 2, y: box.top + ABOVE, text, look: line.look });
  }
  return names;
}

interface Pixel {
  x: number;
  y: number;
}

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Null where the line is broken. */
function inPixels(line: CompareLine, { x, y }: Frame): (Pixel | null)[] {
  return line.points.map(([offset, value]) => (value === null ? null : { x: x(offset), y: y(value) }));
}

/** The highest point, then some along the line. */
function placesOf(points: readonly (Pixel | null)[]): Pixel[] {
  const known = points.filter((point) => point !== null);
  const highest = known.reduce<Pixel | null>((best, point) => (best === null || point.y < best.y ? point : best), null);
  if (highest === null) return [];
  const along = Array.from({ length: PLACES }, (_, i) => known[Math.floor(((i + 0.5) / PLACES) * known.length)]);
  return [highest, ...along.filter((point) => point !== undefined)];
}

function boxAround(place: Pixel, by: number, half: number, { left, right }: Frame): Box {
  const x = Math.min(right - half, Math.max(left + half + 6, place.x));
  const base = Math.max(ABOVE + 2, place.y + by);
  return { left: x - half, right: x + half, top: base - ABOVE, bottom: base + BELOW };
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right + 6 && b.left < a.right + 6 && a.top < b.bottom + 1 && b.top < a.bottom + 1;
}

/** Whether a piece of the line runs through the box. */
function crosses(points: readonly (Pixel | null)[], box: Box): boolean {
  return points.some((to, index) => {
    const from = points[index - 1] ?? to;
    if (from === null || to === null) return false;
    const [left, right] = [Math.max(from.x, box.left), Math.min(to.x, box.right)];
    if (left > right) return false;
    const at = (x: number): number =>
      to.x === from.x ? to.y : from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y);
    const [one, other] = [at(left), at(right)];
    return Math.min(one, other) < box.bottom && Math.max(one, other) > box.top;
  });
}
