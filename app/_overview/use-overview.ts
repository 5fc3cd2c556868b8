'use client';
import { useEffect, useMemo, useState } from 'react';
import type { OverviewChange } from '../_data/boards.ts';
import type { Overview } from '../_data/overview.ts';
import { openLine } from '../_ui/event-line.ts';
import { type Heard, hear, silence, useTick } from '../_ui/server-clock.ts';
import { recordRate, withRead } from './record-rate.ts';

/** A page that has heard nothing for so long does not know how fast records are read, ms. */
const SILENT_MS = 5_000;

export interface OverviewNow {
  overview: Overview;
  /** the server's wall clock as estimated now, epoch ms */
  now: number;
  line: { silentMs: number; tries: number };
  /** what is shown was asked for by another choice; the answer to this one is on its way */
  busy: boolean;
  /** records read a second; null: not known yet */
  rate: number | null;
}

/** The overview as it stands, kept up to date by the server; `asked` names the page of ended ones, as in the address. */
export function useOverview(initial: Overview, asked: string): OverviewNow {
  const [overview, setOverview] = useState(initial);
  const [answered, setAnswered] = useState(asked);
  const [heard, setHeard] = useState<Heard | null>(null);
  const [tries, setTries] = useState(0);
  const [reads, setReads] = useState(() => withRead([], initial.pipeline, initial.now));
  const tick = useTick();
  useEffect(() => setHeard(hear(initial.now)), [initial.now]);
  useEffect(() => {
    const line = openLine(asked === '' ? '/api/live' : `/api/live?${asked}`, {
      tries: setTries,
      on: {
        frame: (data) => {
          const next = data as Overview;
          setReads((known) => withRead(known, next.pipeline, next.now));
          setOverview(next);
          setAnswered(asked);
          setHeard(hear(next.now));
        },
        change: (data) => {
          const change = data as OverviewChange;
          setReads((known) => withRead(known, change.pipeline, change.now));
          setOverview((known) => apply(known, change));
          setHeard(hear(change.now));
        },
        beat: (data) => setHeard(hear((data as { now: number }).now)),
      },
    });
    return () => line.close();
  }, [asked]);
  return useMemo(() => {
    void tick;
    const silentMs = heard === null ? 0 : silence(heard);
    const now = (heard?.serverNow ?? initial.now) + silentMs;
    return {
      overview,
      now,
      line: { silentMs, tries },
      busy: answered !== asked,
      rate: silentMs > SILENT_MS ? null : recordRate(reads, now),
    };
  }, [overview, reads, heard, tries, tick, initial.now, answered, asked]);
}

export function apply(known: Overview, change: OverviewChange): Overview {
  const changed = new Map(change.running.map((row) => [row.broadcast, row]));
  const running = known.running
    .filter((row) => !change.gone.includes(row.broadcast))
    .map((row) => {
      const next = changed.get(row.broadcast);
      changed.delete(row.broadcast);
      return next ?? row;
    });
  return {
    now: change.now,
    pipeline: change.pipeline,
    counts: change.counts,
    running: [...running, ...changed.values()],
    past: change.past ?? known.past,
  };
}
