/** When a host was in the room, from the rows: present, and the absences between. */
import type { Point } from './point.ts';
import type { Span } from './span.ts';

export interface HostPiece extends Span {
  /** false: every host gone, between two presences or after the last */
  present: boolean;
}

/** Pieces from the first presence on, in order; empty where no host was ever seen. A gap of one row is no absence. */
export function hostPieces(points: readonly Point[]): HostPiece[] {
  const pieces: HostPiece[] = [];
  for (const point of points) {
    const present = point.hosts > 0;
    const at = point.second * 1000;
    const last = pieces[pieces.length - 1];
    if (last === undefined) {
      if (present) pieces.push({ present, from: at, to: null });
    } else if (last.present !== present) {
      last.to = at;
      pieces.push({ present, from: at, to: null });
    }
  }
  return pieces;
}
