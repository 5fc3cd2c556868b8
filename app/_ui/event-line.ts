'use client';
/** One line of server-sent events that comes back by itself and knows how often it tried. */

export interface EventLine {
  close(): void;
  /** try now instead of waiting */
  again(): void;
}

export interface LineHandlers {
  /** by event name; the data as parsed JSON */
  on: Readonly<Record<string, (data: unknown) => void>>;
  tries(count: number): void;
}

const AGAIN_MS = 2000;

/** `url` is asked anew for every connection that the browser does not resume itself. */
export function openLine(url: () => string, handlers: LineHandlers): EventLine {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let tries = 0;
  const connect = (): void => {
    source = new EventSource(url());
    for (const [name, handler] of Object.entries(handlers.on)) {
      source.addEventListener(name, (event) => {
        if (tries > 0) handlers.tries(0);
        tries = 0;
        handler(JSON.parse(event.data));
      });
    }
    source.addEventListener('error', () => {
      tries += 1;
      handlers.tries(tries);
      // a refused answer closes the source for good; a cut line is resumed by the browser
      if (source?.readyState === EventSource.CLOSED) timer = setTimeout(connect, AGAIN_MS);
    });
  };
  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    source?.close();
  };
  connect();
  return {
    close: stop,
    again: () => {
      stop();
      connect();
    },
  };
}
