/** The live stream of a broadcast as a page reads it, without a browser. */
import { setTimeout as pause } from 'node:timers/promises';

export interface Headline {
  /** epoch s */
  second: number;
  connected: number;
  catchingUp: boolean;
  /** when it came, by this process's steady clock, ms */
  at: number;
}

export interface Frames {
  /** what a page would have shown since the beginning, each change once */
  readonly shown: Headline[];
  /** `connected` at each second that the page has a point of its own for, epoch s */
  readonly points: ReadonlyMap<number, number>;
  /** how often the stream ended, and how often it went on after that where it stood, and began anew */
  readonly broke: number;
  readonly resumed: number;
  readonly anew: number;
  close(): void;
}

/** As the stream has it. */
export interface Frame {
  reset: boolean;
  view: object;
  points: number[][];
}

/** Reads frames for ever; a stream that ends is opened again where it stopped, as a page does. */
export function followFrames(
  url: string,
  broadcast: string,
  { take, opened, ended }: { take(frame: Frame): void; opened?(): void; ended?(): void },
): { close(): void } {
  const ending = new AbortController();
  let lastId = '';
  const hear = (event: string): void => {
    const data = /^data: (.*)$/m.exec(event)?.[1];
    if (data === undefined || !/^event: frame$/m.test(event)) return;
    lastId = /^id: (.*)$/m.exec(event)?.[1] ?? lastId;
    take(JSON.parse(data));
  };
  const read = async (): Promise<void> => {
    const answer = await fetch(`${url}/api/broadcasts/${broadcast}/live`, {
      signal: ending.signal,
      headers: lastId === '' ? {} : { 'last-event-id': lastId },
    });
    if (!answer.ok) return;
    opened?.();
    let text = '';
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (text + piece).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) hear(event);
    }
  };
  void (async () => {
    while (!ending.signal.aborted) {
      await read().catch(() => undefined);
      ended?.();
      await pause(100);
    }
  })();
  return { close: () => ending.abort() };
}

/** What a page would have shown of them, and how its stream fared. */
export function readFrames(url: string, broadcast: string): Frames {
  const shown: Headline[] = [];
  const points = new Map<number, number>();
  const view: { headline?: { second: number; connected: number } | null; catchingUp?: boolean } = {};
  let goes = false;
  const counts = { broke: 0, resumed: 0, anew: 0 };
  const stream = followFrames(url, broadcast, {
    take(frame) {
      if (!goes && counts.broke > 0) counts[frame.reset ? 'anew' : 'resumed'] += 1;
      goes = true;
      if (frame.reset) points.clear();
      for (const [second = 0, seconds, connected = 0] of frame.points) if (seconds === 1) points.set(second, connected);
      Object.assign(view, frame.view);
      if (!view.headline) return;
      const { second, connected } = view.headline;
      shown.push({ second, connected, catchingUp: view.catchingUp === true, at: performance.now() });
    },
    ended() {
      if (goes) counts.broke += 1;
      goes = false;
    },
  });
  return {
    ...{ shown, points },
    get broke() {
      return counts.broke;
    },
    get resumed() {
      return counts.resumed;
    },
    get anew() {
      return counts.anew;
    },
    close: stream.close,
  };
}
