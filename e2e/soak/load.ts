/** What is sent in a soak: one broadcast that goes on all the time, and beside it one after the other that begins and ends. */
import { setTimeout as pause } from 'node:timers/promises';
import { Crowd, HEARTBEAT_MS } from '../bench/crowd.ts';
import { topicWriter } from '../send-to-kafka.ts';

export const MARATHON = 'marathon';
/** Of all records so many are the marathon's. */
const MARATHON_SHARE = 0.9;
/** How often records are made, ms. */
const STEP_MS = 100;
/** After the end of a broadcast somebody comes and goes, so that it is final at once: possible where event time is past. */
const LATECOMER_AFTER_MS = 20 * 60_000;

export interface LoadOptions {
  brokers: string;
  topic: string;
  /** wall time, s */
  seconds: number;
  /** records a second of wall time */
  perSecond: number;
  /** what a busy machine has not sent by then is never sent, wall time, s */
  atMostSeconds: number;
  /** seconds of event time in one of wall time; above 1 all is dated a day back */
  speed: number;
  /** each broadcast beside the marathon lasts so long by event time, s */
  showSeconds: number;
}

export interface Show {
  name: string;
  crowd: Crowd;
  /** by event time, epoch ms; null: it goes on */
  endedAt: number | null;
}

export interface Load {
  readonly marathon: Crowd;
  readonly shows: Show[];
  sent(): number;
  /** resolves when all has been sent */
  whole: Promise<void>;
}

/** Begins at once. What could not be sent in time, since the broker was away, is sent when it is back. */
export function startLoad(options: LoadOptions): Load {
  const { seconds, speed } = options;
  const startAt = Date.now() - (speed > 1 ? 86_400_000 : 0);
  const endAt = startAt + seconds * speed * 1000;
  const listeners = (share: number): number => Math.ceil((options.perSecond * share * HEARTBEAT_MS) / (1000 * speed));
  const marathon = new Crowd({ broadcast: MARATHON, listeners: listeners(MARATHON_SHARE), startAt, seed: 1 });
  const shows: Show[] = [];
  let sent = 0;

  const whole = (async () => {
    const writer = await topicWriter(options.brokers, options.topic);
    const send = async (...parts: Iterable<string>[]): Promise<void> => {
      const lines = parts.flatMap((part) => [...part]);
      await writer.send(lines);
      sent += lines.length;
    };
    const end = async (crowd: Crowd, at: number): Promise<void> => {
      await send(crowd.end(at));
      if (speed > 1) await send(crowd.latecomer(at + LATECOMER_AFTER_MS));
    };
    const next = (at: number): Show => {
      const name = `show-${String(shows.length + 1).padStart(3, '0')}`;
      const crowd = new Crowd({
        ...{ broadcast: name, listeners: listeners(1 - MARATHON_SHARE), startAt: at, seed: shows.length + 2 },
      });
      const show: Show = { name, crowd, endedAt: null };
      shows.push(show);
      return show;
    };
    let show = next(startAt);
    const begunAt = performance.now();
    let endedAt = endAt;
    for (let step = 1; ; step++) {
      const early = step * STEP_MS - (performance.now() - begunAt);
      if (early > 0) await pause(early);
      const now = Math.min(endAt, startAt + step * STEP_MS * speed);
      await send(marathon.until(now), show.crowd.until(now));
      const isLast = now === endAt || performance.now() - begunAt >= options.atMostSeconds * 1000;
      if (isLast) endedAt = now;
      if (isLast || now >= startAt + shows.length * options.showSeconds * 1000) {
        await end(show.crowd, now);
        show.endedAt = now;
        if (!isLast) show = next(now);
      }
      if (isLast) break;
    }
    await end(marathon, endedAt);
    await writer.close();
  })();
  whole.catch(() => undefined);
  return { marathon, shows, sent: () => sent, whole };
}
