'use client';
import { useEffect, useMemo, useState } from 'react';
import type { OverviewChange } from '../_data/hub.ts';
import type { Overview } from '../_data/overview.ts';
import { openLine } from '../_ui/event-line.ts';
import { type Heard, hear, silence, useTick } from '../_ui/server-clock.ts';

export interface OverviewNow {
  overview: Overview;
  /** the server's wall clock as estimated now, epoch ms */
  now: number;
  line: { silentMs: number; tries: number };
}

/** The overview as it stands, kept up to date by the server. */
export function useOverview(initial: Overview): OverviewNow {
  const [overview, setOverview] = useState(initial);
  const [heard, setHeard] = useState<Heard | null>(null);
  const [tries, setTries] = useState(0);
  const tick = useTick();
  useEffect(() => {
    setHeard(hear(initial.now));
    const line = openLine('/api/live', {
      tries: setTries,
      on: {
        frame: (data) => {
          const next = data as Overview;
          setOverview(next);
          setHeard(hear(next.now));
        },
        change: (data) => {
          const change = data as OverviewChange;
          setOverview((known) => apply(known, change));
          setHeard(hear(change.now));
        },
        beat: (data) => setHeard(hear((data as { now: number }).now)),
      },
    });
    return () => line.close();
  }, [initial.now]);
  return useMemo(() => {
    void tick;
    const silentMs = heard === null ? 0 : silence(heard);
    return { overview, now: (heard?.serverNow ?? initial.now) + silentMs, line: { silentMs, tries } };
  }, [overview, heard, tries, tick, initial.now]);
}

export function apply(known: Overview, change: OverviewChange): Overview {
  const changed = new Map(change.rows.map((row) => [row.broadcast, row]));
  const rows = known.rows
    .filter((row) => !change.gone.includes(row.broadcast))
    .map((row) => {
      const next = changed.get(row.broadcast);
      changed.delete(row.broadcast);
      return next ?? row;
    });
  return { now: change.now, pipeline: change.pipeline, rows: [...rows, ...changed.values()] };
}
