/** The distinct events of a broadcast that counted, in order of `ts`, then `id`. */
import { distinct, type Identified, identified, inOrder } from '../event/distinct.ts';
import { type BroadcastEvent, type ControlEvent, isControl } from '../event/event.ts';
import { isLate } from '../event/lateness.ts';

export class EventLedger {
  #broadcast: string;
  #newest = new Map<number, number>();
  #kept: Identified[] = [];
  #late: Identified[] = [];

  constructor(broadcast: string) {
    this.#broadcast = broadcast;
  }

  /** In the order of the partition's log: lateness is judged by it. Events of other broadcasts are passed over. */
  add(event: BroadcastEvent, partition: number): void {
    if (event.broadcast !== this.#broadcast) return;
    if (!isControl(event) || event.type === 'room_start' || event.type === 'room_end') {
      const newest = this.#newest.get(partition) ?? Number.NEGATIVE_INFINITY;
      if (isLate(event.ts, newest)) {
        this.#late.push(identified(event));
        return;
      }
      if (event.ts > newest) this.#newest.set(partition, event.ts);
    }
    this.#kept.push(identified(event));
  }

  /** A control event that the store has; one that the log has too counts once. */
  addControl(event: ControlEvent): void {
    this.#kept.push(identified(event));
  }

  /** `late`: left out, beside those that counted, or taken up as if they had come in time. */
  *events(late: 'left out' | 'beside' | 'taken up'): Generator<BroadcastEvent> {
    const counted = distinct(late === 'taken up' ? [...this.#kept, ...this.#late] : this.#kept);
    for (const { event } of late === 'beside' ? [...counted, ...this.#late].sort(inOrder) : counted) yield event;
  }
}
