'use client';
/** Asks the server for the page anew, and mirrors choices in its address: an address written meanwhile would make Next drop the answer. */
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useTransition } from 'react';

/** A refresh that has not come after this holds the address up no longer, ms. */
const PATIENCE_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** Refreshes under way, with the instant each began, in ms of `performance.now`. */
const underWay = new Map<symbol, number>();
let wanted: { path: string; url: string } | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;

/** The page's server side anew, by the function returned. */
export function useRefresh(): () => void {
  const router = useRouter();
  const [waits, start] = useTransition();
  const own = useRef<symbol | null>(null);
  // over when its answer is shown, or when who asked is gone with it
  useEffect(() => {
    if (!waits) return;
    return () => {
      if (own.current !== null) underWay.delete(own.current);
    };
  }, [waits]);
  return () => {
    own.current ??= Symbol('refresh');
    underWay.set(own.current, performance.now());
    start(() => router.refresh());
  };
}

/** Makes `query` that of the address without a trip to the server, at once or when the refresh under way is over. */
export function writeQuery(query: URLSearchParams): void {
  const path = window.location.pathname;
  wanted = { path, url: query.size === 0 ? path : `?${query}` };
  if (timer === null) write();
}

function write(): void {
  timer = null;
  const newest = Math.max(...underWay.values());
  if (performance.now() - newest < PATIENCE_MS) {
    timer = setTimeout(write, LOOK_EVERY_MS);
    return;
  }
  const { path, url } = wanted ?? { path: null, url: '' };
  wanted = null;
  // another page has the address by now, or it says this already
  if (path !== window.location.pathname || new URL(url, window.location.href).href === window.location.href) return;
  window.history.replaceState(null, '', url);
}
