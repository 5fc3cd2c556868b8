'use client';
/**
 * The server's wall clock as the page knows it. The browser's own clock may be an hour off, so only differences are
 * taken from it: a frame says when it was sent, and the time since then is added.
 */
import { useEffect, useState } from 'react';

export interface Heard {
  /** server's wall clock in the last frame, epoch ms */
  serverNow: number;
  /** when it arrived, on the browser's two clocks */
  steady: number;
  wall: number;
}

export function hear(serverNow: number): Heard {
  return { serverNow, steady: performance.now(), wall: Date.now() };
}

/** Ms since it was heard. The steady clock stops in a sleeping computer, so the larger of the two counts. */
export function silence(heard: Heard): number {
  return Math.max(0, performance.now() - heard.steady, Date.now() - heard.wall);
}

/** Counts up once a second, so that ages do. */
export function useTick(): number {
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const more = (): void => setTick((count) => count + 1);
    const timer = setInterval(more, 1000);
    // timers rest in a tab out of sight
    document.addEventListener('visibilitychange', more);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', more);
    };
  }, []);
  return tick;
}
