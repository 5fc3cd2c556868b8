/** From when to when a broadcast ran: what its average-minute audience is taken over (SEMANTICS 4). Instants in epoch ms. */
import type { ControlEvent } from '../event/event.ts';
import { roomEnds } from './controls.ts';

export interface RuntimeInput {
  controls: readonly ControlEvent[];
  /** by room */
  firstJoins: ReadonlyMap<string, number>;
  lastEventAt: number | null;
  /** of an event or an ending */
  lastAt: number;
  /** a room with presence has no end */
  openRoom: boolean;
}

export interface Runtime {
  startedAt: number | null;
  endedAt: number | null;
  /** ms; null where one of both is */
  length: number | null;
}

export function runtimeOf(input: RuntimeInput): Runtime {
  const { controls, firstJoins, lastEventAt, lastAt, openRoom } = input;
  const ends = roomEnds(controls);
  const started = controls.filter((c) => c.type === 'room_start').map((c) => c.ts);
  const joins = [...firstJoins].filter(([room, at]) => at < (ends.get(room) ?? Number.POSITIVE_INFINITY));
  const begins = started.length > 0 ? started : joins.map(([, at]) => at);
  const startedAt = begins.length === 0 ? null : Math.min(...begins);
  const endedAt = lastEventAt === null ? null : openRoom || ends.size === 0 ? lastAt : Math.max(...ends.values());
  return {
    startedAt,
    endedAt,
    length: startedAt === null || endedAt === null ? null : Math.max(0, endedAt - startedAt),
  };
}

/** Listener-minutes over the minutes of runtime; null where there is none. `length` in ms. */
export function averageMinuteAudience(listenerMinutes: number | null, length: number | null): number | null {
  return listenerMinutes === null || !length ? null : listenerMinutes / (length / 60_000);
}
