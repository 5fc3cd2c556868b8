'use client';
/** One broadcast as it stands, fed by server-sent events and resumed where it stopped. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { bounded } from '../../lib/series/bounded.ts';
import type { LiveFrame } from '../../lib/series/frame.ts';
import type { LiveView } from '../../lib/series/live-view.ts';
import { mergePoints } from '../../lib/series/merge.ts';
import { fromWire, type Point, type WirePoint } from '../../lib/series/point.ts';
import { apiPath } from '../_ui/broadcast-path.ts';
import { type EventLine, openLine } from '../_ui/event-line.ts';
import { type Heard, hear, silence, useTick } from '../_ui/server-clock.ts';

export interface LiveNow {
  view: LiveView;
  points: Point[];
  /** the server's wall clock as estimated now, epoch ms */
  now: number;
  /** the same at the moment of the call, not of the last drawing */
  clock: () => number;
  line: { silentMs: number; tries: number };
  reconnect: () => void;
}

export interface LiveStart {
  view: LiveView;
  points: WirePoint[];
  /** server's wall clock, epoch ms */
  now: number;
}

export function useLive(start: LiveStart): LiveNow {
  const [view, setView] = useState(start.view);
  const [points, setPoints] = useState<Point[]>(() => pointsOf(start.points));
  const [heard, setHeard] = useState<Heard | null>(null);
  const [tries, setTries] = useState(0);
  const open = useRef<EventLine | null>(null);
  const tick = useTick();
  const { broadcast } = start.view;

  useEffect(() => {
    const take = (data: unknown): void => {
      const frame = data as LiveFrame;
      setView((known) => ({ ...known, ...frame.view }));
      setPoints((known) =>
        frame.reset ? pointsOf(frame.points) : bounded(mergePoints(known, pointsOf(frame.points))),
      );
      setHeard(hear(frame.now));
    };
    setHeard(hear(start.now));
    const line = openLine(apiPath(broadcast, '/live'), {
      tries: setTries,
      on: { frame: take, beat: (data) => setHeard(hear((data as { now: number }).now)) },
    });
    open.current = line;
    return () => line.close();
  }, [broadcast, start.now]);

  const reconnect = useCallback(() => open.current?.again(), []);
  const clock = useCallback(
    () => (heard?.serverNow ?? start.now) + (heard === null ? 0 : silence(heard)),
    [heard, start.now],
  );
  return useMemo(() => {
    void tick;
    const silentMs = heard === null ? 0 : silence(heard);
    return { view, points, now: clock(), clock, line: { silentMs, tries }, reconnect };
  }, [view, points, heard, tries, tick, clock, reconnect]);
}

function pointsOf(wire: readonly WirePoint[]): Point[] {
  return wire.map(fromWire).filter((point) => point !== null);
}
