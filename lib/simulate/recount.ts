/** For tests: who was there, counted the plain way from a simulation's events, without the product's own counting. */
import { type BroadcastEvent, isControl, type ListenerEvent } from '../event/event.ts';
import type { ScenarioOptions } from './options.ts';
import { simulate } from './scenario.ts';
import type { Truth } from './truth.ts';

export interface Recorded {
  events: BroadcastEvent[];
  truth: Truth;
}

export function record(options: ScenarioOptions): Recorded {
  const events: BroadcastEvent[] = [];
  const stream = simulate(options);
  for (;;) {
    const next = stream.next();
    if (next.done) return { events, truth: next.value };
    events.push(next.value);
  }
}

export function listenerEvents(events: readonly BroadcastEvent[]): ListenerEvent[] {
  return events.filter((event): event is ListenerEvent => !isControl(event) && event.source !== null);
}

export interface Presence {
  listener: string;
  connection: string;
  room: string;
  edge: string;
  from: number;
  to: number;
  /** how it ended: the leave's reason, `fatal`, `room_ended`, or `silence` */
  ending: string;
  hearing: [number, number][];
}

/** One presence a connection; silence ends it half a heartbeat after its last event. Crew left out. */
export function presences({ events, truth }: Recorded, heartbeatMs: number): Presence[] {
  const roomEnds = new Map<string, number>();
  const byConnection = new Map<string, Map<string, ListenerEvent>>();
  for (const event of events) {
    if (isControl(event)) {
      if (event.type === 'room_end') roomEnds.set(event.room, event.ts);
    } else if (event.source !== null) {
      const own = byConnection.get(event.connection) ?? new Map<string, ListenerEvent>();
      own.set(event.id ?? `${event.type} ${event.ts}`, event);
      byConnection.set(event.connection, own);
    }
  }
  const found: Presence[] = [];
  for (const own of byConnection.values()) {
    const ordered = [...own.values()].sort((a, b) => a.ts - b.ts);
    const first = ordered.find(({ type }) => type !== 'attempt' && type !== 'error' && type !== 'leave');
    if (first === undefined) continue;
    const bye = ordered.find(({ type, fatal }) => type === 'leave' || (type === 'error' && fatal === true));
    const last = ordered.at(-1) ?? first;
    const roomEnd = roomEnds.get(first.room) ?? truth.endMs;
    const quiet = heartbeatMs > 0 && roomEnd - last.ts > 3 * heartbeatMs;
    const open = quiet
      ? { to: last.ts + heartbeatMs / 2, ending: 'silence' }
      : { to: Math.max(roomEnd, first.ts), ending: 'room_ended' };
    const end =
      bye === undefined ? open : { to: bye.ts, ending: bye.type === 'error' ? 'fatal' : (bye.reason ?? 'none') };
    const hearing: [number, number][] = [];
    let since: number | null = null;
    for (const { type, ts } of [...ordered, { type: 'stall', ts: end.to }]) {
      if ((type === 'playing' || type === 'resume') && since === null) since = ts;
      if (type === 'stall' && since !== null) {
        hearing.push([since, Math.max(since, ts)]);
        since = null;
      }
    }
    const { listener, connection, room } = first;
    const edge = ordered.find(({ attrs }) => attrs !== null)?.attrs?.edge ?? '';
    found.push({ listener, connection, room, edge, from: first.ts, ...end, hearing });
  }
  return found;
}

/** Distinct listeners at each second after the start, counting only what `intervals` gives of a presence. */
export function audience(
  found: readonly Presence[],
  { startMs, endMs }: Truth,
  intervals: (presence: Presence) => readonly (readonly [number, number])[] = ({ from, to }) => [[from, to]],
): number[] {
  const seconds = Math.floor((endMs - startMs) / 1000);
  const there = Array.from({ length: seconds + 1 }, () => new Set<string>());
  for (const presence of found) {
    for (const [from, to] of intervals(presence)) {
      const last = Math.min(Math.ceil((to - startMs) / 1000) - 1, seconds);
      for (let second = Math.ceil((from - startMs) / 1000); second <= last; second++) {
        there[second]?.add(presence.listener);
      }
    }
  }
  return there.map((listeners) => listeners.size);
}
