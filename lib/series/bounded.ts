/** What a page that stays open for days keeps: a history that grows by a second every second must not. */
import { indexAfter } from './merge.ts';
import type { Point } from './point.ts';
import { thin } from './thin.ts';

/** The last hour is kept second by second; what is older keeps its shape in this many points. */
export const RAW_SECONDS = 3600;
export const HISTORY_POINTS = 1200;
/** Thinning anew waits until this much has grown beyond the hour. */
export const GROWTH_SECONDS = 1800;

/** The very points where they are few, else the last hour of them and a thinned history. Points ascend by second. */
export function bounded(points: Point[]): Point[] {
  const last = points[points.length - 1];
  if (last === undefined || points.length < HISTORY_POINTS + RAW_SECONDS + GROWTH_SECONDS) return points;
  const split = indexAfter(points, last.second - RAW_SECONDS - 1);
  return [...thin(points.slice(0, split), HISTORY_POINTS), ...points.slice(split)];
}
