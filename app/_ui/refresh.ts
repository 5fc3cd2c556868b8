'use client';
/** Asks the server for the page anew or for another choice of it, and mirrors choices in its address: an address written meanwhile would make Next drop the answer. */
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useTransition } from 'react';

/** An answer that has not come after this holds the address up no longer, ms. */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** What is asked for and under way, with the instant each began, in ms of `performance.now`. */
const underWay = new Map<symbol, number>();
let wanted: { path: string; query: () => URLSearchParams } | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;

/** The page's server side anew, by the function returned. */
export function useRefresh(): () => void {
  const router = useRouter();
  const ask = useAsking();
  return () => ask(() => router.refresh());
}

/** The page at another address in place of this one, by the function returned, which what is written of this one gives way to. */
export function useReplace(): (url: string) => void {
  const router = useRouter();
  const ask = useAsking();
  return (url) => {
    wanted = null;
    ask(() => router.replace(url, { scroll: false }));
  };
}

/** Runs what asks the server; until its answer is shown no address is written. */
function useAsking(): (ask: () => void) => void {
  const [waits, start] = useTransition();
  const own = useRef<symbol | null>(null);
  // over when its answer is shown, or when who asked is gone with it
  useEffect(() => {
    if (!waits) return;
    return () => {
      if (own.current !== null) underWay.delete(own.current);
    };
  }, [waits]);
  return (ask) => {
    own.current ??= Symbol('asking');
    underWay.set(own.current, performance.now());
    start(ask);
  };
}

/** Makes `query` that of the address without a trip to the server, at once or when what is under way is over; made just then. */
export function writeQuery(query: () => URLSearchParams): void {
  wanted = { path: window.location.pathname, query };
  if (timer === null) write();
}

function write(): void {
  timer = null;
  const newest = Math.max(...underWay.values());
  if (performance.now() - newest < PATIENCE_MS) {
    timer = setTimeout(write, LOOK_EVERY_MS);
    return;
  }
  const now = wanted;
  wanted = null;
  // another page has the address by now
  if (now === null || now.path !== window.location.pathname) return;
  const query = now.query();
  const url = query.size === 0 ? now.path : `?${query}`;
  if (new URL(url, window.location.href).href === window.location.href) return;
  window.history.replaceState(null, '', url);
}
