/** Which events of one connection (or which control events of a broadcast) count, and which are copies of one that does. */
import { type BroadcastEvent, isControl } from '../event/event.ts';
import { canonicalOf } from '../event/id.ts';

/** Later than this after the one counted, the same id is another event; ms. */
const SAME_ID_FOR = 120_000;

export interface Identified<E extends BroadcastEvent> {
  event: E;
  id: string;
}

/** The three ranks inside one millisecond. A fatal error ranks with the leaves. */
export type Rank = 'going' | 'join' | 'other';

export interface Distinct<E extends BroadcastEvent> {
  /** by ts, then id. Of one id and millisecond, one event of each rank may be left: their order decides which counts */
  events: Identified<E>[];
  copies: E[];
}

export function rankOf(event: BroadcastEvent): Rank {
  if (isControl(event)) return 'other';
  if (event.type === 'leave' || (event.type === 'error' && event.fatal === true)) return 'going';
  return event.type === 'join' ? 'join' : 'other';
}

/** Same id = same event: the earliest counts, and again the first one more than 120 s of `ts` after it. */
export function distinctEvents<E extends BroadcastEvent>(read: readonly Identified<E>[]): Distinct<E> {
  const byId = new Map<string, Identified<E>[]>();
  for (const one of read) {
    const same = byId.get(one.id);
    if (same === undefined) byId.set(one.id, [one]);
    else same.push(one);
  }
  const events: Identified<E>[] = [];
  const copies: E[] = [];
  for (const same of byId.values()) {
    same.sort((a, b) => a.event.ts - b.event.ts);
    let countedAt = Number.NEGATIVE_INFINITY;
    let countedRanks = new Map<Rank, Identified<E>>();
    for (const one of same) {
      const { ts } = one.event;
      if (ts > countedAt + SAME_ID_FOR) {
        events.push(...countedRanks.values());
        countedAt = ts;
        countedRanks = new Map([[rankOf(one.event), one]]);
        continue;
      }
      const rank = rankOf(one.event);
      const rival = countedRanks.get(rank);
      if (ts > countedAt) copies.push(one.event);
      else if (rival === undefined) countedRanks.set(rank, one);
      else {
        // two copies that tell different things at one instant: the first as text counts, whichever came first
        const [first, second] = canonicalOf(rival.event) <= canonicalOf(one.event) ? [rival, one] : [one, rival];
        countedRanks.set(rank, first);
        copies.push(second.event);
      }
    }
    events.push(...countedRanks.values());
  }
  events.sort((a, b) => a.event.ts - b.event.ts || compareText(a.id, b.id));
  return { events, copies };
}

/** By UTF-16 code unit. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
