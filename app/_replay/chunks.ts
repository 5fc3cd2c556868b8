/** Seconds of a broadcast in pieces that are fetched as the playhead comes near. Epoch s. */
import { indexAfter } from '../../lib/series/merge.ts';
import type { Point } from '../../lib/series/point.ts';

export const CHUNK_SECONDS = 600;
/** No more seconds than this in one answer. */
export const MOST_SECONDS = 7200;

/** What was shown of a second, and when; `second` in epoch s, `shownAt` in epoch ms. */
export interface ShownPoint {
  second: number;
  shownAt: number;
  connected: number;
  hearing: number | null;
  suspect: number | null;
}

/** The first second of the piece that holds `second`. */
export function chunkOf(second: number): number {
  return Math.floor(second / CHUNK_SECONDS) * CHUNK_SECONDS;
}

/** The point of exactly this second, or of the rolled-up seconds it is one of; null where there is none. */
export function exactly<Dated extends Pick<Point, 'second'> & Partial<Pick<Point, 'seconds'>>>(
  points: readonly Dated[],
  second: number,
): Dated | null {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.second ?? Number.POSITIVE_INFINITY) < second) low = middle + 1;
    else high = middle;
  }
  const found = points[low];
  return found !== undefined && found.second - (found.seconds ?? 1) < second ? found : null;
}

/** Pieces to fetch for a playhead that moves on: its own and the next, where they are not there and not before the end. */
export function wanted(has: (chunk: number) => boolean, second: number, last: number): number[] {
  const own = chunkOf(second);
  return [own, own + CHUNK_SECONDS].filter((chunk) => chunk <= last && !has(chunk));
}

/** The points within a piece, for a map of pieces. */
export function within(points: readonly Point[], from: number): Point[] {
  return points.slice(indexAfter(points, from - 1), indexAfter(points, from + CHUNK_SECONDS - 1));
}
