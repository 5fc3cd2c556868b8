'use client';
/** The replay: one instant, and everything on the page as of it. */
import { usePathname } from 'next/navigation';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { clockText } from '../../lib/format/clock.ts';
import { keptWords } from '../../lib/series/kept-words.ts';
import { fromWire, type Point, type WirePoint } from '../../lib/series/point.ts';
import { chartSentence } from '../../lib/series/sentence.ts';
import type { ReplayStart } from '../_data/replay.ts';
import { DataTable } from '../_live/data-table.tsx';
import { Key } from '../_ui/key.tsx';
import { useKeys } from '../_ui/keys.ts';
import { useReplace, writeQuery } from '../_ui/refresh.ts';
import { useTableSwitch } from '../_ui/table-switch.tsx';
import { happenings, lastBefore, nextFrom } from './happenings.ts';
import { printPlace, type ReplayPlace, SPEEDS, type Speed } from './replay-url.ts';
import { Scrubber } from './scrubber.tsx';
import { Transport } from './transport.tsx';
import { usePlayhead } from './use-playhead.ts';
import { useSeconds } from './use-seconds.ts';
import { WindowChart } from './window-chart.tsx';
import { expectedAt } from './window-picture.ts';

interface Props {
  start: ReplayStart;
  zone: string;
  zoneShort: string;
  zoneLabel: string;
  /** over the chart: which window this is */
  heading: React.ReactNode;
  /** right of the chart: what it cost */
  rail: React.ReactNode;
  /** under the chart: what the expected audience rests on */
  foot: React.ReactNode;
}

/** The link follows the playhead no more often than this, ms. */
const LINK_EVERY_MS = 400;

export function ReplayBoard({ start, zone, zoneShort, zoneLabel, heading, rail, foot }: Props) {
  const { view, picture, windowIds, windowIndex, hasThen } = start;
  const run = useMemo(() => pointsOf(start.run), [start.run]);
  const points = useMemo(() => pointsOf(picture.points), [picture.points]);
  const [first, last] = [(run[0]?.second ?? 0) * 1000, (run[run.length - 1]?.second ?? 0) * 1000];
  const [speed, setSpeed] = useState<Speed>(start.place.speed);
  const [known, setKnown] = useState<ReplayPlace['known']>(hasThen ? start.place.known : 'now');
  const { asTable, tableSwitch } = useTableSwitch();
  const { at: exact, playing, toggle, seek } = usePlayhead(start.at, first, last, speed);
  const at = Math.floor(exact / 1000) * 1000;
  const second = at / 1000;
  const seconds = useSeconds({
    broadcast: view.broadcast,
    rev: view.rev,
    start: start.chunk,
    second,
    last: last / 1000,
    wantThen: known === 'then',
  });
  const point = seconds.at(second);
  const shown = seconds.shown(second);
  const drawn = known === 'now' || point === null ? point : shown === null ? null : { ...point, ...shown };
  const expected = expectedAt(picture, second);
  const list = useMemo(() => happenings(view), [view]);
  const [before, after] = [lastBefore(list, at), nextFrom(list, at, 1)];
  const place = useMemo<ReplayPlace>(
    () => ({
      at,
      window: windowIndex ? (windowIds[windowIndex] ?? null) : null,
      speed,
      known,
      rev: start.place.rev,
      detail: start.place.detail,
    }),
    [at, windowIndex, windowIds, speed, known, start.place.rev, start.place.detail],
  );
  useLink(place);

  const replace = useReplace();
  const path = usePathname();
  const toWindow = useCallback(
    (index: number) => {
      const id = windowIds[index];
      const window = view.windows.find((one) => one.id === id);
      if (id === undefined || window === undefined) return;
      seek(window.onsetAt);
      if (index !== windowIndex) replace(`${path}?${queryOf({ ...place, at: window.onsetAt, window: id })}`);
    },
    [windowIds, windowIndex, view.windows, seek, replace, path, place],
  );
  const jump = useCallback(
    (way: 1 | -1) => {
      const next = nextFrom(list, at, way);
      if (next !== null) seek(next.at);
    },
    [list, at, seek],
  );
  const step = (by: number) => (event: KeyboardEvent) => {
    event.preventDefault();
    seek(at + by * 1000 * (event.shiftKey ? 10 : 1));
  };
  useKeys({
    ' ': (event) => {
      // a focused button is pressed by it
      if (document.activeElement instanceof HTMLButtonElement || document.activeElement instanceof HTMLAnchorElement)
        return;
      event.preventDefault();
      toggle();
    },
    ArrowLeft: step(-1),
    ArrowRight: step(1),
    '[': () => toWindow(onsetBefore(start, at) ?? windowIndex ?? 0),
    ']': () => toWindow(onsetAfter(start, at) ?? windowIndex ?? 0),
    ',': () => jump(-1),
    '.': () => jump(1),
  });

  const window = view.windows.find((one) => one.id === windowIds[windowIndex ?? -1]) ?? null;
  const domain = { from: picture.from * 1000, edge: picture.to * 1000, to: picture.to * 1000 };
  return (
    <>
      <section className="player" aria-label="Replay">
        <Transport
          view={view}
          at={at}
          zone={zone}
          zoneShort={zoneShort}
          playing={playing}
          speed={speed}
          point={point}
          reading={!seconds.has(second)}
          expected={expected}
          known={known}
          shown={shown}
          hasThen={hasThen}
          toggle={toggle}
          jump={jump}
          setSpeed={(next) => setSpeed(SPEEDS.find((one) => one === next) ?? 10)}
          setKnown={setKnown}
        />
        <Scrubber
          view={view}
          points={run}
          first={first}
          last={last}
          at={exact}
          zone={zone}
          connected={point?.connected ?? null}
          seek={seek}
        />
        <p className="pr-said">
          <span>{before === null ? 'Nothing has happened yet' : `${clockText(before.at, zone)} ${before.words}`}</span>
          {view.kept === null ? null : <span className="muted">{keptWords(view.kept)}</span>}
          {seconds.trouble === null ? (
            <span className="muted">{after === null ? 'nothing after it' : `next ${clockText(after.at, zone)}`}</span>
          ) : (
            <span className="stale" role="alert">
              {seconds.trouble}
            </span>
          )}
        </p>
      </section>
      <div className="fx">
        <section aria-label="Audience around the window">
          <div className="fh">
            {heading}
            <span className="end">
              {tableSwitch}
              {windowIds.length === 0 ? null : (
                <span className="muted nw keys-hint">
                  <Key>[</Key> <Key>]</Key> previous, next window
                </span>
              )}
            </span>
          </div>
          {asTable ? (
            <DataTable points={points} zone={zone} zoneLabel={zoneLabel} />
          ) : (
            <WindowChart
              view={view}
              window={window}
              picture={picture}
              points={points}
              zone={zone}
              at={at}
              point={drawn}
              sure={known === 'then' ? 'as shown then' : (drawn?.state ?? '')}
              expected={expected}
              sentence={chartSentence(view, domain, zone)}
              seek={seek}
            />
          )}
          {foot}
        </section>
        {rail}
      </div>
    </>
  );
}

/** The window whose onset is the last before the playhead, or the first after it. */
function onsetBefore({ view, windowIds }: ReplayStart, at: number): number | null {
  const index = onsetsOf(view, windowIds).findLastIndex((onset) => onset < at);
  return index < 0 ? null : index;
}

function onsetAfter({ view, windowIds }: ReplayStart, at: number): number | null {
  const index = onsetsOf(view, windowIds).findIndex((onset) => onset > at);
  return index < 0 ? null : index;
}

function onsetsOf(view: ReplayStart['view'], ids: readonly string[]): number[] {
  return ids.map((id) => view.windows.find((window) => window.id === id)?.onsetAt ?? Number.NaN);
}

/** Keeps the address up to date without going anywhere. */
function useLink(place: ReplayPlace): void {
  useEffect(() => {
    const timer = setTimeout(() => writeQuery(() => queryOf(place)), LINK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [place]);
}

function queryOf(place: ReplayPlace): URLSearchParams {
  const query = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(printPlace(place))) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  return query;
}

function pointsOf(wire: readonly WirePoint[]): Point[] {
  return wire.flatMap((one) => fromWire(one) ?? []);
}
