/** The chart of one crash window, prepared: its stretch of time, its points and the audience there would have been. */
import type { WindowDetail } from '../../lib/forensics/detail.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import { type Point, toWire, type WirePoint } from '../../lib/series/point.ts';
import { thin } from '../../lib/series/thin.ts';

/** Shown before the onset and after the window closed, s. */
export const BEFORE_SECONDS = 300;
export const AFTER_SECONDS = 600;

export interface WindowPicture {
  /** epoch s, both included */
  from: number;
  to: number;
  points: WirePoint[];
  /** expected, lower and upper of each point; null before anyone is missing, or where it cannot be known */
  expected: ([number, number, number] | null)[];
  /** a value per second from `from` on, whole listeners; null where no audience can be expected */
  perSecond: { from: number; values: number[] } | null;
  depth: { at: number; ratio: number; expected: number; connected: number } | null;
}

/** The seconds the chart of a window covers, within those of the broadcast; without a window all of them. */
export function pictureRange(window: CrashWindow | null, first: number, last: number): { from: number; to: number } {
  if (window === null) return { from: first, to: last };
  const end = window.closedAt ?? last * 1000;
  return {
    from: Math.max(first, Math.floor(window.onsetAt / 1000) - BEFORE_SECONDS),
    to: Math.min(last, Math.ceil(end / 1000) + AFTER_SECONDS),
  };
}

/** `points`: every second of the range, ascending. */
export function windowPicture(
  range: { from: number; to: number },
  points: readonly Point[],
  window: CrashWindow | null,
  detail: WindowDetail | null,
): WindowPicture {
  const kept = thin(points);
  const audience = new Map(detail?.audience.map((row) => [row.second, row]));
  const onset = window === null ? Number.POSITIVE_INFINITY : Math.floor(window.onsetAt / 1000);
  const [first] = detail?.audience ?? [];
  const deepest = detail?.depthAt == null ? undefined : audience.get(detail.depthAt / 1000);
  return {
    ...range,
    points: kept.map(toWire),
    expected: kept.map(({ second }) => {
      const row = second < onset - 1 ? undefined : audience.get(second);
      return row === undefined ? null : [whole(row.expected), whole(row.lower), whole(row.upper)];
    }),
    perSecond:
      first === undefined || detail === null
        ? null
        : { from: first.second, values: detail.audience.map(({ expected }) => whole(expected)) },
    depth:
      deepest === undefined || window?.depth == null
        ? null
        : {
            at: deepest.second * 1000,
            ratio: window.depth,
            expected: whole(deepest.expected),
            connected: deepest.connected,
          },
  };
}

/** The expected audience at a second; null where it is not known. */
export function expectedAt(picture: WindowPicture | null, second: number): number | null {
  const known = picture?.perSecond ?? null;
  return known === null ? null : (known.values[second - known.from] ?? null);
}

function whole(listeners: number): number {
  return Math.round(listeners);
}
