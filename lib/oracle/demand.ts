/** How many listeners asked to listen in each 10 s of the epoch, and how many of them got in. */
import { type Audio, endedAttempts } from './attempts.ts';
import type { ConnectionLife } from './connection.ts';

const TEN_SECONDS_MS = 10_000;

export interface Demand {
  /** begin of the ten seconds, epoch seconds */
  second: number;
  /** distinct listeners with an attempt at an instant in [second, second + 10) */
  listeners: number;
  /** of those, listeners one of whose attempts in it was heard */
  met: number;
  metByJoin: number;
}

/** Ten-second spans with an attempt of a listener, in order. */
export function demandOf(lives: readonly ConnectionLife[]): Demand[] {
  const asking = new Map<number, Set<string>>();
  const met = { playing: new Map<number, Set<string>>(), join: new Map<number, Set<string>>() };
  const audios: readonly Audio[] = ['playing', 'join'];
  for (const life of lives) {
    for (const audio of audios) {
      for (const { at, role, outcome } of endedAttempts(life, audio)) {
        if (role !== 'listener') continue;
        const second = (Math.floor(at / TEN_SECONDS_MS) * TEN_SECONDS_MS) / 1000;
        asking.set(second, (asking.get(second) ?? new Set()).add(life.listener));
        if (outcome === 'heard') {
          met[audio].set(second, (met[audio].get(second) ?? new Set()).add(life.listener));
        }
      }
    }
  }
  return [...asking]
    .sort(([a], [b]) => a - b)
    .map(([second, listeners]) => ({
      second,
      listeners: listeners.size,
      met: met.playing.get(second)?.size ?? 0,
      metByJoin: met.join.get(second)?.size ?? 0,
    }));
}
