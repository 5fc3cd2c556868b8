/** The distinct events of a broadcast that counted, in order of `ts`, then `id`. */
import { type BroadcastEvent, type ControlEvent, isControl } from '../event/event.ts';
import { canonicalOf, idOf } from '../event/id.ts';

/** Behind the newest event of its partition by this, an event is late, ms. */
const LATE_AFTER_MS = 125_000;
/** The same id further apart than this is another event, ms. */
const SAME_ID_MS = 120_000;

interface Kept {
  event: BroadcastEvent;
  id: string;
  canonical: string;
}

export class EventLedger {
  #broadcast: string;
  #newest = new Map<number, number>();
  #kept: Kept[] = [];
  #late: Kept[] = [];

  constructor(broadcast: string) {
    this.#broadcast = broadcast;
  }

  /** In the order of the partition's log: lateness is judged by it. Events of other broadcasts are passed over. */
  add(event: BroadcastEvent, partition: number): void {
    if (event.broadcast !== this.#broadcast) return;
    const kept = keep(event);
    if (!isControl(event) || event.type === 'room_start' || event.type === 'room_end') {
      const newest = this.#newest.get(partition) ?? Number.NEGATIVE_INFINITY;
      if (event.ts <= newest - LATE_AFTER_MS) {
        this.#late.push(kept);
        return;
      }
      if (event.ts > newest) this.#newest.set(partition, event.ts);
    }
    this.#kept.push(kept);
  }

  /** A remark that the store has; one that the log has too counts once. */
  addRemark(event: ControlEvent): void {
    this.#kept.push(keep(event));
  }

  *events(withLate: boolean): Generator<BroadcastEvent> {
    this.#kept.sort(inOrder);
    const countedAt = new Map<string, number>();
    const distinct = this.#kept.filter(({ event, id }) => {
      const key = isControl(event) ? id : JSON.stringify([event.room, event.listener, event.connection, id]);
      const before = countedAt.get(key);
      if (before !== undefined && event.ts - before <= SAME_ID_MS) return false;
      countedAt.set(key, event.ts);
      return true;
    });
    for (const { event } of withLate ? [...distinct, ...this.#late].sort(inOrder) : distinct) yield event;
  }
}

function keep(event: BroadcastEvent): Kept {
  return { event, id: idOf(event), canonical: canonicalOf(event) };
}

function inOrder(a: Kept, b: Kept): number {
  if (a.event.ts !== b.event.ts) return a.event.ts - b.event.ts;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  return a.canonical < b.canonical ? -1 : a.canonical > b.canonical ? 1 : 0;
}
