/** Who acts in which second. Each device has one entry that counts: its last. */
import type { Device } from './device.ts';

export interface Agenda {
  /** the device acts at `at`, epoch ms; replaces what was planned for it before */
  plan(device: Device, at: number): void;
  /** everyone planned for this second after the start, now and while the list is walked */
  take(second: number, act: (device: Device) => void): void;
}

/** `seconds`: the length of the broadcast; what is planned after it never happens. */
export function createAgenda(startMs: number, seconds: number): Agenda {
  const buckets: (Device[] | undefined)[] = new Array(seconds).fill(undefined);
  return {
    plan(device, at) {
      const second = Math.max(0, Math.floor((at - startMs) / 1000));
      device.due = second;
      if (second >= seconds) return;
      const bucket = buckets[second];
      if (bucket === undefined) buckets[second] = [device];
      else bucket.push(device);
    },
    take(second, act) {
      const bucket = buckets[second];
      if (bucket === undefined) return;
      for (let index = 0; index < bucket.length; index++) {
        const device = bucket[index];
        // An entry whose device was planned anew since is stale; a device acts once a second.
        if (device !== undefined && device.due === second) act(device);
      }
      buckets[second] = undefined;
    },
  };
}
