'use client';
/** The live page for a screen on a wall: state, two numbers, the curve, four answers. Nothing under 32 px at 1080p. */
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useMemo } from 'react';
import { clockText, zoneShortText } from '../../lib/format/clock.ts';
import { durationText } from '../../lib/format/duration.ts';
import { changeText, countText, shareText, timesText } from '../../lib/format/number.ts';
import { answersOf, changeSinceOnset, leadingCause } from '../../lib/series/answers.ts';
import { broadcastState, freshnessOf } from '../../lib/series/freshness.ts';
import { holdTo } from '../../lib/series/hold.ts';
import { focusWindow, type LiveView } from '../../lib/series/live-view.ts';
import { pointsBetween } from '../../lib/series/merge.ts';
import { type PageState, pageState } from '../../lib/series/page-state.ts';
import { domainOf } from '../../lib/series/range.ts';
import { chartSentence } from '../../lib/series/sentence.ts';
import { isOpen, windowFacts } from '../../lib/series/span.ts';
import { thin } from '../../lib/series/thin.ts';
import { broadcastPath } from '../_ui/broadcast-path.ts';
import { useKeys } from '../_ui/keys.ts';
import { untilLoaded } from '../_ui/load-part.ts';
import { StateShape } from '../_ui/marks.tsx';
import { type LiveStart, useLive } from './use-live.ts';

const WallChart = dynamic(() => untilLoaded(() => import('./wall-chart.tsx')).then((part) => part.WallChart), {
  ssr: false,
});

export function WallBoard({ start, zone }: { start: LiveStart; zone: string }) {
  const { view, points, now, line, reconnect } = useLive(start);
  const router = useRouter();
  useKeys({
    Escape: () => router.push(broadcastPath(view.broadcast)),
    w: () => router.push(broadcastPath(view.broadcast)),
    r: reconnect,
  });

  const freshness = freshnessOf(view, now);
  const asOf = (view.headline?.second ?? Math.floor(view.lastAt / 1000)) * 1000;
  const state = pageState(line, freshness, asOf, zone);
  const badge = broadcastState(view, windowFacts(view.windows), now);
  const last = view.headline?.second ?? Math.floor(view.lastAt / 1000);
  const first = points[0]?.second ?? last;
  const domain = useMemo(() => domainOf(view.complete ? 'all' : '15m', first, last), [view.complete, first, last]);
  const shown = useMemo(
    () => thin(pointsBetween(holdTo(points, last), Math.floor(domain.from / 1000), Math.floor(domain.edge / 1000))),
    [points, last, domain],
  );
  const { headline } = view;
  const ended = state.kind === 'ended';
  const at = ended && view.peak !== null ? view.peak.second * 1000 : asOf;
  const old = state.oldForMs !== null;
  const then = state.kind === 'live' ? now : asOf;
  return (
    <main className="wall" id="content">
      <header className={old ? 'wt old' : badge === 'crashing' ? 'wt crashing' : 'wt'}>
        <StateShape state={old ? 'no_data' : badge} />
        <h1>{headWords(view, state, badge, zone, then)}</h1>
        {view.demo ? <span className="r">Demo: simulated broadcast</span> : null}
        <span className="r">{view.title ?? view.broadcast}</span>
      </header>
      <section className="wn" aria-label="Audience">
        <div>
          <div className="l">
            <svg viewBox="0 0 56 10" aria-hidden="true">
              <path d="M0 5h56" stroke="var(--ink)" strokeWidth="6" />
            </svg>
            {ended ? 'Peak connected' : 'Connected'}, {clockText(at, zone)} {zoneShortText(at, zone)}
            {state.kind === 'live' ? `, ${durationText(now - asOf)} ago` : ''}
          </div>
          <Value value={(ended ? view.peak?.value : headline?.connected) ?? null} old={old} hearing={false} />
        </div>
        <div>
          <div className="l">
            <svg viewBox="0 0 56 24" aria-hidden="true">
              <rect className="m-hearfill" y="8" width="56" height="16" />
              <path d="M0 6h56" stroke="var(--hearing)" strokeWidth="5" />
            </svg>
            {ended ? 'Peak hearing' : 'Hearing'}
            {ended || headline === null || headline.hearing === null || headline.connected === 0
              ? ''
              : `, ${shareText(headline.hearing / headline.connected)}`}
          </div>
          <Value value={(ended ? view.peakHearing?.value : headline?.hearing) ?? null} old={old} hearing />
        </div>
      </section>
      <section className="wc">
        <WallChart
          view={view}
          points={shown}
          domain={domain}
          zone={zone}
          sentence={chartSentence(view, domain, zone)}
          old={old}
        />
      </section>
      <WallAnswers view={view} zone={zone} now={then} />
    </main>
  );
}

function Value({ value, old, hearing }: { value: number | null; old: boolean; hearing: boolean }) {
  if (value === null) return <div className="v none">not measured</div>;
  return <div className={`v${old ? ' old' : hearing ? ' hear' : ''}`}>{countText(value)}</div>;
}

function headWords(view: LiveView, state: PageState, badge: string, zone: string, now: number): string {
  if (state.oldForMs !== null) return state.words;
  const window = focusWindow(view.windows);
  if (badge === 'crashing' && window !== null) {
    return `Crashing since ${clockText(window.onsetAt, zone)}, ${durationText(Math.max(0, now - window.onsetAt))}`;
  }
  if (badge === 'recovered' && window !== null) {
    return `Recovered; last crash window ${clockText(window.onsetAt, zone)}`;
  }
  return state.words;
}

/** Four answers: what was lost, who was dropped, the likely cause, whether they come back. */
function WallAnswers({ view, zone, now }: { view: LiveView; zone: string; now: number }) {
  const window = focusWindow(view.windows);
  const answers = answersOf(view, zone, now).list;
  const cause = window === null ? null : leadingCause(window);
  const change = window === null ? null : changeSinceOnset(view, window);
  const open = window !== null && isOpen(window);
  return (
    <dl className="wa">
      <div>
        <dt>{window === null ? 'Broken?' : open ? `Change since ${clockText(window.onsetAt, zone)}` : 'Broken?'}</dt>
        <dd className={open ? 'crash' : undefined}>{open && change !== null ? changeText(change) : answers[0].lead}</dd>
      </div>
      <div>
        <dt>Dropped</dt>
        <dd>
          {answers[2].lead}
          {window === null ? <small> in 5 min</small> : null}
        </dd>
      </div>
      <div>
        <dt>Likely cause</dt>
        <dd>
          {cause?.likely ? (
            <>
              <span className="words">
                {cause.attribute} {cause.value}
              </span>{' '}
              <small>{timesText(cause.riskRatio)}</small>
            </>
          ) : (
            'None to name'
          )}
        </dd>
      </div>
      <div>
        <dt>{answers[4].question}</dt>
        <dd>
          {answers[4].lead} {answers[4].small === null ? null : <small>{answers[4].small}</small>}
        </dd>
      </div>
    </dl>
  );
}
