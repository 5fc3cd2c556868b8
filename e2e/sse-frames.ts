/** The live stream of a broadcast as a page reads it, without a browser. */

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
  close(): void;
}

/** Reads on for ever; a stream that ends is opened again, as a page does. */
export function readFrames(url: string, broadcast: string): Frames {
  const ending = new AbortController();
  const shown: Headline[] = [];
  const view: { headline?: { second: number; connected: number } | null; catchingUp?: boolean } = {};
  const take = (event: string): void => {
    const data = /^data: (.*)$/m.exec(event)?.[1];
    if (data === undefined || !/^event: frame$/m.test(event)) return;
    Object.assign(view, JSON.parse(data).view);
    if (!view.headline) return;
    const { second, connected } = view.headline;
    shown.push({ second, connected, catchingUp: view.catchingUp === true, at: performance.now() });
  };
  const read = async (): Promise<void> => {
    const answer = await fetch(`${url}/api/broadcasts/${broadcast}/live`, { signal: ending.signal });
    let text = '';
    for await (const piece of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (text + piece).split('\n\n');
      text = events.pop() ?? '';
      for (const event of events) take(event);
    }
  };
  void (async () => {
    while (!ending.signal.aborted) {
      await read().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return { shown, close: () => ending.abort() };
}
