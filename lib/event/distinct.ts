/** Which of several events count: of one id the first, and again the first one more than 120 s after it (SEMANTICS 2). */
import { type BroadcastEvent, isControl } from './event.ts';
import { canonicalOf, idOf } from './id.ts';

/** The same id further apart than this is another event, ms. */
const SAME_ID_MS = 120_000;

export interface Identified<E extends BroadcastEvent = BroadcastEvent> {
  event: E;
  id: string;
  canonical: string;
}

export function identified<E extends BroadcastEvent>(event: E): Identified<E> {
  return { event, id: idOf(event), canonical: canonicalOf(event) };
}

/** By ts, then id, then as text; ids by code unit. */
export function inOrder(a: Identified, b: Identified): number {
  if (a.event.ts !== b.event.ts) return a.event.ts - b.event.ts;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.canonical < b.canonical ? -1 : a.canonical > b.canonical ? 1 : 0;
}

/**
 * The events that count, of `events` in order; sorts them. Of one id and one instant an event of each rank is kept:
 * which of those counts depends on whether the connection is open then.
 */
export function distinct<E extends BroadcastEvent>(events: Identified<E>[]): Identified<E>[] {
  events.sort(inOrder);
  const counted = new Map<string, { at: number; ranks: Set<string> }>();
  return events.filter(({ event, id }) => {
    const key = scopeOf(event, id);
    const before = counted.get(key);
    if (before === undefined || event.ts - before.at > SAME_ID_MS) {
      counted.set(key, { at: event.ts, ranks: new Set([rankOf(event)]) });
      return true;
    }
    if (event.ts > before.at || before.ranks.has(rankOf(event))) return false;
    before.ranks.add(rankOf(event));
    return true;
  });
}

/** An id is unique within its connection, a control event's within the broadcast. */
function scopeOf(event: BroadcastEvent, id: string): string {
  return isControl(event) ? id : JSON.stringify([event.room, event.listener, event.connection, id]);
}

function rankOf(event: BroadcastEvent): 'going' | 'join' | 'other' {
  if (isControl(event)) return 'other';
  if (event.type === 'leave' || (event.type === 'error' && event.fatal === true)) return 'going';
  return event.type === 'join' ? 'join' : 'other';
}
