/** The broadcast's control events as they stand: corrections applied, chapters paired, rooms closed. */
import type { ControlEvent } from '../event/event.ts';
import { compareText, type Identified } from './distinct-events.ts';

export interface SegmentSpan {
  label: string;
  /** epoch ms, [from, to) */
  from: number;
  to: number;
}

/**
 * Distinct control events without those that another one stands in for, and without those that only take back; by ts,
 * then id. A `room_end` stays whatever is said of it.
 */
export function standingControls(distinct: readonly Identified<ControlEvent>[]): Identified<ControlEvent>[] {
  const replaced = new Set(
    distinct.filter(({ event, id }) => event.replaces !== id).map(({ event }) => event.replaces),
  );
  return distinct
    .filter(({ event, id }) => event.type === 'room_end' || !replaced.has(id))
    .filter(({ event }) => event.type === 'room_end' || event.replaces === null || event.label !== '')
    .sort((a, b) => a.event.ts - b.event.ts || compareText(a.id, b.id));
}

/** The first `room_end` of each room, epoch ms. */
export function roomEnds(distinct: readonly Identified<ControlEvent>[]): Map<string, number> {
  const ends = new Map<string, number>();
  for (const { event } of distinct) {
    if (event.type !== 'room_end') continue;
    ends.set(event.room, Math.min(event.ts, ends.get(event.room) ?? Number.POSITIVE_INFINITY));
  }
  return ends;
}

/** `segment_end` closes the latest open one, of its label where it has one; what stays open ends with the runtime. */
export function segmentSpans(standing: readonly Identified<ControlEvent>[], runtimeEnd: number | null): SegmentSpan[] {
  const remarks = standing
    .filter(({ event }) => event.type === 'segment_start' || event.type === 'segment_end')
    .sort((a, b) => a.event.ts - b.event.ts || endFirst(a) - endFirst(b) || compareText(a.id, b.id));
  const open: SegmentSpan[] = [];
  const spans: SegmentSpan[] = [];
  for (const { event } of remarks) {
    if (event.type === 'segment_start') {
      const to = Math.max(event.ts, runtimeEnd ?? event.ts);
      const span = { label: event.label ?? '', from: event.ts, to };
      open.push(span);
      spans.push(span);
      continue;
    }
    const closes = open.findLast(({ label }) => event.label === null || event.label === '' || label === event.label);
    if (closes === undefined) continue;
    closes.to = event.ts;
    open.splice(open.indexOf(closes), 1);
  }
  return spans.sort((a, b) => a.from - b.from || compareText(a.label, b.label));
}

function endFirst({ event }: Identified<ControlEvent>): number {
  return event.type === 'segment_end' ? 0 : 1;
}
