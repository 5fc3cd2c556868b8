'use client';
/** One line of server-sent events that comes back by itself, goes on where it stopped, and knows how often it tried. */

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
/** A page that comes back into sight does not wait for a line that was silent for longer than its beats. */
const SILENT_MS = 4000;
/** A line that says nothing for this long is dead, whatever the browser believes. */
const DEAD_MS = 10_000;

/** A new connection of the browser's own carries `Last-Event-ID`; one made here carries the same as `after`. */
export function openLine(path: string, handlers: LineHandlers): EventLine {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let tries = 0;
  let lastId = '';
  let heardAt = performance.now();
  const later = (ms: number): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(again, ms);
  };
  const connect = (): void => {
    const opened = new EventSource(lastId === '' ? path : `${path}?after=${encodeURIComponent(lastId)}`);
    source = opened;
    later(DEAD_MS);
    for (const [name, handler] of Object.entries(handlers.on)) {
      opened.addEventListener(name, (event) => {
        if (event.lastEventId !== '') lastId = event.lastEventId;
        heardAt = performance.now();
        if (tries > 0) handlers.tries(0);
        tries = 0;
        later(DEAD_MS);
        handler(JSON.parse(event.data));
      });
    }
    opened.addEventListener('error', () => {
      tries += 1;
      handlers.tries(tries);
      // a refused answer closes the source for good; a cut line is resumed by the browser
      if (opened.readyState === EventSource.CLOSED) later(AGAIN_MS);
    });
  };
  const again = (): void => {
    source?.close();
    connect();
  };
  const backInSight = (): void => {
    // what was sent meanwhile is read first, where the line still stands
    if (document.visibilityState === 'visible')
      setTimeout(() => performance.now() - heardAt > SILENT_MS && again(), 100);
  };
  const events = ['visibilitychange', 'resume'] as const;
  for (const name of events) document.addEventListener(name, backInSight);
  connect();
  return {
    close: () => {
      for (const name of events) document.removeEventListener(name, backInSight);
      if (timer !== null) clearTimeout(timer);
      source?.close();
    },
    again,
  };
}
