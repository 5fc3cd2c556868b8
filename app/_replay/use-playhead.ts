'use client';
/** Where the replay stands, and its moving on while it plays. Instants in epoch ms. */
import { useCallback, useEffect, useRef, useState } from 'react';

export interface Playhead {
  at: number;
  playing: boolean;
  /** stops at the end; started at the end it begins anew */
  toggle: () => void;
  /** to an instant, within the broadcast */
  seek: (at: number) => void;
}

export function usePlayhead(begin: number, first: number, last: number, speed: number): Playhead {
  const [at, setAt] = useState(begin);
  const [playing, setPlaying] = useState(false);
  const place = useRef(begin);
  const seek = useCallback(
    (to: number) => {
      place.current = Math.min(last, Math.max(first, to));
      setAt(place.current);
    },
    [first, last],
  );
  useEffect(() => {
    if (!playing) return;
    let before = performance.now();
    let frame = requestAnimationFrame(function step(now) {
      // a tab that was hidden goes on where it stopped, not where it would have come to
      const passed = Math.min(250, now - before);
      before = now;
      seek(place.current + passed * speed);
      if (place.current >= last) setPlaying(false);
      else frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, last, seek]);
  const toggle = useCallback(() => {
    if (place.current >= last) seek(first);
    setPlaying((is) => !is);
  }, [first, last, seek]);
  return { at, playing, toggle, seek };
}
