/** The way from gateway to log: events come a little late, some twice, some never, a silent gateway's not at all. */
import type { BroadcastEvent } from '../event/event.ts';
import type { Gap } from './plan.ts';
import type { Random } from './random.ts';

const TWICE = 0.002;
const SLOW = 0.06;
const VERY_SLOW = 0.005;
/** arrival second's milliseconds in the high part of a sort key, the event's index in the low part */
const INDEX_SPAN = 2 ** 32;

interface Bucket {
  events: BroadcastEvent[];
  keys: number[];
}

export interface Outbox {
  /** an event of a listener, on its way through its gateway */
  put(event: BroadcastEvent): void;
  /** an event that comes on a way of its own: `delayMs` after its ts, once */
  putSure(event: BroadcastEvent, delayMs: number): void;
  /** what arrives in this second after the start, in the order of arrival. Each second is taken once, in order */
  take(second: number): BroadcastEvent[];
  /** whether a later second still has something */
  waiting(): boolean;
}

export function createOutbox(startMs: number, gaps: readonly Gap[], random: Random): Outbox {
  const buckets = new Map<number, Bucket>();

  function arrive(event: BroadcastEvent, at: number): void {
    const sinceStart = at - startMs;
    const second = Math.floor(sinceStart / 1000);
    let bucket = buckets.get(second);
    if (bucket === undefined) {
      bucket = { events: [], keys: [] };
      buckets.set(second, bucket);
    }
    bucket.keys.push(Math.floor(sinceStart - second * 1000) * INDEX_SPAN + bucket.events.length);
    bucket.events.push(event);
  }

  function gapOf(event: BroadcastEvent): Gap | undefined {
    const { source, ts } = event;
    return gaps.find((gap) => ts >= gap.from && ts < gap.to && source !== null && gap.sources.includes(source));
  }

  return {
    put(event) {
      const chance = random();
      let delay = 40 + chance * 300;
      if (chance < VERY_SLOW) delay = 1_000 + chance * 400_000;
      else if (chance < SLOW) delay = 300 + chance * 20_000;
      const twice = random() < TWICE;
      const gap = gaps.length > 0 ? gapOf(event) : undefined;
      if (gap !== undefined) {
        if (!gap.backfill) return;
        // The backlog comes in order, ten times as fast as it was made.
        delay += gap.to - event.ts + (event.ts - gap.from) / 10;
      }
      arrive(event, event.ts + delay);
      if (twice) arrive(event, event.ts + delay + 200 + random() * 2_500);
    },
    putSure(event, delayMs) {
      arrive(event, event.ts + delayMs);
    },
    take(second) {
      const bucket = buckets.get(second);
      if (bucket === undefined) return [];
      buckets.delete(second);
      const { events, keys } = bucket;
      const order = Float64Array.from(keys).sort();
      const sorted: BroadcastEvent[] = [];
      for (const key of order) {
        const event = events[key % INDEX_SPAN];
        if (event !== undefined) sorted.push(event);
      }
      return sorted;
    },
    waiting() {
      return buckets.size > 0;
    },
  };
}
