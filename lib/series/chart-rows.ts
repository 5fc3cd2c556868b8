/** Points as the audience chart draws them: solid and dashed parts of a line, bands, and breaks at telemetry gaps. */
import type { Point } from './point.ts';
import type { Span } from './span.ts';

export interface ChartRow {
  /** epoch ms */
  at: number;
  /** settled and final: the solid line */
  connected: number | null;
  /** live and provisional: the dashed line; its first point is the last of the solid one */
  connectedOpen: number | null;
  hearing: number | null;
  hearingOpen: number | null;
  /** 0 to hearing, over both parts */
  hearingFill: number | null;
  /** from hearing up to connected: in the room, no sound */
  gap: [number, number] | null;
  /** from connected - suspect up to connected */
  suspect: [number, number] | null;
  /** the dashed lower edge of that band */
  suspectLow: number | null;
}

export function chartRows(points: readonly Point[], gaps: readonly Span[]): ChartRow[] {
  const firstOpen = points.findIndex((point) => isOpenState(point));
  const split = firstOpen < 0 ? points.length : firstOpen;
  return points.map((point, index) => {
    const at = point.second * 1000;
    if (gaps.some((gap) => at >= gap.from && (gap.to === null || at <= gap.to))) return blank(at);
    const solid = index < split;
    const dashed = index >= split - 1 && split < points.length;
    const suspect = point.suspect === null || point.suspect === 0 ? null : point.connected - point.suspect;
    return {
      at,
      connected: solid ? point.connected : null,
      connectedOpen: dashed ? point.connected : null,
      hearing: solid ? point.hearing : null,
      hearingOpen: dashed ? point.hearing : null,
      hearingFill: point.hearing,
      gap: point.hearing === null ? null : [point.hearing, point.connected],
      suspect: suspect === null ? null : [suspect, point.connected],
      suspectLow: suspect,
    };
  });
}

/** May still change: drawn dashed. */
export function isOpenState(point: Point): boolean {
  return point.state === 'live' || point.state === 'provisional';
}

function blank(at: number): ChartRow {
  return {
    at,
    connected: null,
    connectedOpen: null,
    hearing: null,
    hearingOpen: null,
    hearingFill: null,
    gap: null,
    suspect: null,
    suspectLow: null,
  };
}
