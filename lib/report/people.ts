/** Who was there, from stays: reach and segment audiences as unions over rooms and devices, from exact milliseconds. */
import type { Segment } from '../numbers/controls.ts';
import type { Stay } from '../presence/stay.ts';

/** Hearing at least this long in total is reach, ms. */
const REACH_MS = 60_000;

export interface SegmentPeople {
  any: number;
  half: number;
  most: number;
}

/**
 * Takes every role-listener stay once, in any order of listeners; `finish` gives the unions.
 * `openEnd`: where a stay or a hearing that never ended stops being summed, epoch ms.
 */
export class People {
  #spans = new Map<string, { hearing: [number, number][]; present: [number, number][] }>();
  #openEnd: number;

  constructor(openEnd: number) {
    this.#openEnd = openEnd;
  }

  add(stay: Stay): void {
    if (stay.role !== 'listener') return;
    let of = this.#spans.get(stay.listener);
    if (!of) {
      of = { hearing: [], present: [] };
      this.#spans.set(stay.listener, of);
    }
    of.present.push([stay.start, stay.end ?? this.#openEnd]);
    for (const [from, to] of stay.hearing) of.hearing.push([from, to ?? stay.end ?? this.#openEnd]);
  }

  unique(): number {
    return this.#spans.size;
  }

  reach(): number {
    let reach = 0;
    for (const { hearing } of this.#spans.values()) {
      if (unionWithin(hearing, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY) >= REACH_MS) reach++;
    }
    return reach;
  }

  /** `hearingKnown`: else presence stands in for hearing. `to`: the segment's end, or the end of runtime. */
  segment(segment: Segment, to: number, hearingKnown: boolean): SegmentPeople {
    const people: SegmentPeople = { any: 0, half: 0, most: 0 };
    const length = to - segment.from;
    for (const spans of this.#spans.values()) {
      const heard = unionWithin(hearingKnown ? spans.hearing : spans.present, segment.from, to);
      if (heard >= 1_000) people.any++;
      if (length <= 0) continue;
      if (heard * 2 >= length) people.half++;
      if (heard * 10 >= length * 9) people.most++;
    }
    return people;
  }
}

/** Length of the union of intervals within [from, to), ms. */
function unionWithin(spans: [number, number][], from: number, to: number): number {
  if (spans.length > 1) spans.sort((a, b) => a[0] - b[0]);
  let sum = 0;
  let reached = from;
  for (const [a, b] of spans) {
    const start = Math.max(a, reached);
    const end = Math.min(b, to);
    if (end > start) {
      sum += end - start;
      reached = end;
    }
  }
  return sum;
}
