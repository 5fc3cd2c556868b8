/** Sets of instants as half-open intervals [from, to), epoch ms; `to` may be Infinity. */

export interface Interval {
  from: number;
  to: number;
}

/** The same instants as intervals that neither touch nor overlap, in order; empty ones vanish. */
export function union(intervals: readonly Interval[]): Interval[] {
  const ordered = intervals.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const merged: Interval[] = [];
  for (const { from, to } of ordered) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** The instants of `from` that are not in `without`; in order, none touching another. */
export function minus(from: readonly Interval[], without: readonly Interval[]): Interval[] {
  let rest = union(from);
  for (const hole of union(without)) {
    rest = rest.flatMap((piece) => {
      if (hole.to <= piece.from || hole.from >= piece.to) return [piece];
      return [
        { from: piece.from, to: Math.min(piece.to, hole.from) },
        { from: Math.max(piece.from, hole.to), to: piece.to },
      ].filter((part) => part.from < part.to);
    });
  }
  return rest;
}

/** Milliseconds of these instants inside [from, to), each counted once. */
export function lengthWithin(intervals: readonly Interval[], from: number, to: number): number {
  let sum = 0;
  for (const part of union(intervals)) sum += Math.max(0, Math.min(part.to, to) - Math.max(part.from, from));
  return sum;
}
