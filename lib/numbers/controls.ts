/** Control events as they count: copies gone, replaced ones gone, segments paired (SEMANTICS 2 and 4). */
import { distinct, identified } from '../event/distinct.ts';
import type { ControlEvent } from '../event/event.ts';
import { idOf } from '../event/id.ts';

export interface Controls {
  /** distinct control events, replaced ones included */
  events: number;
  duplicates: number;
  /** without copies, replaced ones included, in order of ts */
  distinct: ControlEvent[];
  /** what holds, in order of ts */
  holding: ControlEvent[];
}

export interface Segment {
  label: string;
  from: number;
  /** null: not ended, it lasts to the end of runtime */
  to: number | null;
  author: string | null;
  /** of its start, and of its end */
  id: string;
  endId: string | null;
}

/** `records`: every accepted control event of one broadcast, in any order, exact copies allowed. */
export function resolveControls(records: readonly ControlEvent[]): Controls {
  const counted = distinct(records.map(identified));
  const replaced = new Set<string>();
  for (const { event, id } of counted)
    if (event.replaces !== null && event.replaces !== id) replaced.add(event.replaces);
  const holding = counted
    .filter(({ event, id }) => {
      if (event.type === 'room_end') return true;
      return !replaced.has(id) && !(event.replaces !== null && event.label === '');
    })
    .map(({ event }) => event);
  return {
    events: counted.length,
    duplicates: records.length - counted.length,
    distinct: counted.map(({ event }) => event),
    holding,
  };
}

/** The first room_end of each room holds for good, epoch ms. */
export function roomEnds(controls: readonly ControlEvent[]): Map<string, number> {
  const ends = new Map<string, number>();
  for (const c of controls) {
    if (c.type === 'room_end') ends.set(c.room, Math.min(c.ts, ends.get(c.room) ?? Number.POSITIVE_INFINITY));
  }
  return ends;
}

/** Named chapters; of one millisecond the end goes first. */
export function segmentsOf(holding: readonly ControlEvent[]): Segment[] {
  const steps = holding.filter((c) => c.type === 'segment_start' || c.type === 'segment_end');
  steps.sort(
    (a, b) =>
      a.ts - b.ts ||
      Number(a.type === 'segment_start') - Number(b.type === 'segment_start') ||
      compare(idOf(a), idOf(b)),
  );
  const segments: Segment[] = [];
  const open: Segment[] = [];
  for (const c of steps) {
    if (c.type === 'segment_start') {
      const segment: Segment = {
        label: c.label ?? '',
        from: c.ts,
        to: null,
        author: c.author,
        id: idOf(c),
        endId: null,
      };
      segments.push(segment);
      open.push(segment);
      continue;
    }
    const named = c.label !== null && c.label !== '';
    const at = named ? open.findLastIndex((s) => s.label === c.label) : open.length - 1;
    const segment = open[at];
    if (!segment) continue;
    segment.to = c.ts;
    segment.endId = idOf(c);
    open.splice(at, 1);
  }
  return segments.sort((a, b) => a.from - b.from || compare(a.label, b.label));
}

export function titleOf(holding: readonly ControlEvent[]): string | null {
  return holding.findLast((c) => c.type === 'title')?.label ?? null;
}

/** By UTF-16 code unit. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
