/** Tells a consumer that went silent from one that waits: kafkajs can stop fetching without an error. */

export interface StallWatch {
  /** a sign of life of the consumer; `now` in ms of any steady clock */
  seen(now: number): void;
  /** the consumer waits for us, not for Kafka: its silence does not count */
  busy(now: number): void;
  idle(now: number): void;
  stalled(now: number): boolean;
}

/** Stalled after `limitMs` without a sign of life. */
export function stallWatch(limitMs: number, start: number): StallWatch {
  let last = start;
  let occupied = false;
  return {
    seen(now) {
      last = now;
    },
    busy(now) {
      occupied = true;
      last = now;
    },
    idle(now) {
      occupied = false;
      last = now;
    },
    stalled(now) {
      return !occupied && now - last > limitMs;
    },
  };
}
