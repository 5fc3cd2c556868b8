/** Who was dropped in a window, when first, and when back in any room (SEMANTICS 7). */
import { DROPPED, LASTS, type Presences, TIMED_OUT } from './presence.ts';

export interface WindowSpan {
  /** epoch s: the rows onset … end, each covering the second before its instant */
  onset: number;
  /** the last row of failing service; where it still fails, the last row known */
  end: number;
  /** the platform gives no reasons: all who ended in it count */
  everyEnding: boolean;
  /** all is known up to here, epoch ms */
  until: number;
}

export interface Drops {
  /** D: numbers of the listeners, ascending */
  listeners: Int32Array;
  /** first drop, epoch ms */
  first: Float64Array;
  /** the presence whose end was the last drop */
  lastPresence: Int32Array;
  /** first evidence after the last drop, epoch ms; Infinity: not back */
  backAt: Float64Array;
  /** absences that begin in the window, ordered by from, then to: [from, to), `to` Infinity while it lasts, epoch ms */
  absentFrom: Float64Array;
  absentTo: Float64Array;
  /** 1 for each presence whose end is one of the drops */
  isDrop: Uint8Array;
}

export function dropsOf(presences: Presences, span: WindowSpan): Drops {
  const after = (span.onset - 1) * 1000;
  const upTo = Math.min(span.end * 1000, span.until);
  const isDrop = new Uint8Array(presences.from.length);
  const listeners: number[] = [];
  const first: number[] = [];
  const lastPresence: number[] = [];
  const backAt: number[] = [];
  const absences: [number, number][] = [];
  const count = presences.offsets.length - 1;
  for (let listener = 0; listener < count; listener++) {
    const stop = presences.offsets[listener + 1] ?? 0;
    let firstDrop = Number.NaN;
    let last = -1;
    let back = Number.POSITIVE_INFINITY;
    for (let i = presences.offsets[listener] ?? 0; i < stop; i++) {
      const to = presences.to[i] ?? 0;
      if (to > upTo) break;
      const kind = presences.kind[i] ?? LASTS;
      if (!span.everyEnding && kind !== DROPPED && kind !== TIMED_OUT) continue;
      if (to <= after - (presences.datedBack[i] ?? 0)) continue;
      isDrop[i] = 1;
      const next = i + 1 < stop ? (presences.from[i + 1] ?? 0) : Number.POSITIVE_INFINITY;
      back = next <= span.until ? next : Number.POSITIVE_INFINITY;
      if (last === -1) firstDrop = to;
      last = i;
      absences.push([to, back]);
    }
    if (last === -1) continue;
    listeners.push(listener);
    first.push(firstDrop);
    lastPresence.push(last);
    backAt.push(back);
  }
  absences.sort((a, b) => a[0] - b[0] || (a[1] === b[1] ? 0 : a[1] - b[1]));
  return {
    listeners: Int32Array.from(listeners),
    first: Float64Array.from(first),
    lastPresence: Int32Array.from(lastPresence),
    backAt: Float64Array.from(backAt),
    absentFrom: Float64Array.from(absences, ([from]) => from),
    absentTo: Float64Array.from(absences, ([, to]) => to),
    isDrop,
  };
}

/** How much each counts where every ending counts: what natural leaving would have taken anyway is taken off. */
export function weightOf(drops: Drops, span: WindowSpan, hazard: number, connectedBefore: number): number {
  if (!span.everyEnding) return 1;
  const dropped = drops.listeners.length;
  if (dropped === 0) return 0;
  const seconds = span.end - span.onset + 1;
  return Math.max(0, 1 - (hazard * connectedBefore * seconds) / dropped);
}
