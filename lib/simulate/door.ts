/** Who gets in: refusals by a fault, rooms that are full, and the mishaps of any day. */
import { type Device, isAt } from './device.ts';
import type { Plan, Refusal } from './plan.ts';
import type { Random } from './random.ts';

/** Share of attempts that fail on a good day. */
const FAILS = 0.012;

export interface Door {
  /** the code with which the service refuses this attempt at a room with so many connections, or null */
  refusal(device: Device, at: number, crowd: number): string | null;
  /** the code with which an attempt fails on any day, or null */
  mishap(): string | null;
}

export function createDoor(plan: Plan, random: Random): Door {
  function refusal(device: Device, at: number, crowd: number): string | null {
    const room = plan.rooms[device.room];
    if (room === undefined || at >= room.closesAt) return 'server';
    for (const refused of plan.refusals) {
      if (applies(refused, device, at) && random() < refused.share) return refused.code;
    }
    if (room.capacity.length > 0 && crowd >= levelAt(room.capacity, at)) return 'capacity';
    return null;
  }

  function mishap(): string | null {
    if (random() >= FAILS) return null;
    return random() < 0.7 ? 'network' : 'timeout';
  }

  function applies(refused: Refusal, device: Device, at: number): boolean {
    return refused.room === device.room && at >= refused.from && at < refused.to && isAt(refused.where, device);
  }

  return { refusal, mishap };
}

/** Linear between the points, level before the first and after the last. */
function levelAt(points: readonly (readonly [at: number, level: number])[], at: number): number {
  let before: readonly [number, number] | undefined;
  for (const point of points) {
    if (point[0] >= at) {
      if (before === undefined) return point[1];
      return before[1] + ((point[1] - before[1]) * (at - before[0])) / (point[0] - before[0]);
    }
    before = point;
  }
  return before?.[1] ?? Number.POSITIVE_INFINITY;
}
