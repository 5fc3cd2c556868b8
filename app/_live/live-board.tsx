'use client';
/** The live page, from what the server rendered to what its stream says now. */
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import { clockText } from '../../lib/format/clock.ts';
import { answersOf } from '../../lib/series/answers.ts';
import { broadcastState, freshnessOf } from '../../lib/series/freshness.ts';
import { holdTo } from '../../lib/series/hold.ts';
import { pointsBetween } from '../../lib/series/merge.ts';
import { pageState } from '../../lib/series/page-state.ts';
import { type Domain, domainOf, RANGE_WORDS, RANGES, type Range } from '../../lib/series/range.ts';
import { chartSentence } from '../../lib/series/sentence.ts';
import { alarms, windowFacts } from '../../lib/series/span.ts';
import { thin } from '../../lib/series/thin.ts';
import { BroadcastHead } from '../_ui/broadcast-head.tsx';
import { apiPath, broadcastPath } from '../_ui/broadcast-path.ts';
import { Key } from '../_ui/key.tsx';
import { useKeys } from '../_ui/keys.ts';
import { untilLoaded } from '../_ui/load-part.ts';
import { useTellPageState } from '../_ui/page-mark.tsx';
import { writeQuery } from '../_ui/refresh.ts';
import { useTableSwitch } from '../_ui/table-switch.tsx';
import { Affected } from './affected.tsx';
import { AnswerStrip } from './answer-strip.tsx';
import { Attempts } from './attempts.tsx';
import { DataTable } from './data-table.tsx';
import { ExportMenu } from './export-menu.tsx';
import { Figures } from './figures.tsx';
import { IncidentCard } from './incident-card.tsx';
import { Ledger } from './ledger.tsx';
import { Legend } from './legend.tsx';
import { type Draft, Notes, type RemarkKind } from './notes.tsx';
import { PageBar } from './page-bar.tsx';
import { type LiveStart, useLive } from './use-live.ts';

const AudienceChart = dynamic(
  () => untilLoaded(() => import('./audience-chart.tsx')).then((part) => part.AudienceChart),
  {
    ssr: false,
    loading: () => <div className="aud reading">Reading the chart</div>,
  },
);

interface Props {
  start: LiveStart;
  range: Range;
  zone: string;
  zoneLabel: string;
}

export function LiveBoard({ start, range: firstRange, zone, zoneLabel }: Props) {
  const { view, points, now, clock, line, reconnect } = useLive(start);
  const [range, setRange] = useRange(firstRange);
  const [frozen, setFrozen] = useState<number | null>(null);
  const { asTable, tableSwitch } = useTableSwitch();
  const noteField = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const router = useRouter();

  const freshness = freshnessOf(view, now);
  const asOf = (view.headline?.second ?? Math.floor(view.lastAt / 1000)) * 1000;
  const state = pageState(line, freshness, asOf, zone);
  useTellPageState(state);

  const list = alarms(view.windows);
  const facts = windowFacts(view.windows);
  const badge = broadcastState(view, facts, now);
  const then = state.kind === 'live' ? now : asOf;
  const answers = answersOf(view, zone, then);
  // what somebody did is done now, however old the numbers are; only a recording has a time of its own
  const writesAt = (): number => Math.round(state.kind === 'ended' || state.kind === 'replaying' ? asOf : clock());

  const first = points[0]?.second ?? Math.floor(view.firstAt / 1000);
  const last = view.headline?.second ?? Math.floor(view.lastAt / 1000);
  const edge = frozen ?? last;
  const domain = useMemo<Domain>(() => domainOf(range, first, edge), [range, first, edge]);
  const shown = useMemo(
    () => thin(pointsBetween(holdTo(points, last), Math.floor(domain.from / 1000), Math.floor(domain.edge / 1000))),
    [points, last, domain],
  );

  const write = (kind: RemarkKind, event?: KeyboardEvent): void => {
    event?.preventDefault();
    // a field that gains the focus by itself begins a note
    noteField.current?.focus();
    setDraft({ kind, at: writesAt() });
  };
  const follow = (): void => setFrozen((at) => (at === null ? last : null));
  const jump = (direction: 1 | -1): void => {
    const onsets = list.map((window) => Math.floor(window.onsetAt / 1000));
    const next =
      direction === 1
        ? onsets.find((onset) => onset > domain.from / 1000 + 120)
        : onsets.findLast((onset) => onset < edge - 120);
    if (next !== undefined) setFrozen(Math.min(last, next + 300));
  };
  const copyLink = (): void => {
    void navigator.clipboard?.writeText(window.location.href).catch(() => undefined);
  };
  useKeys({
    n: (event) => write('note', event),
    s: (event) => write('segment', event),
    l: follow,
    w: () => router.push(`${broadcastPath(view.broadcast)}?wall=1`),
    r: reconnect,
    y: copyLink,
    '[': () => jump(-1),
    ']': () => jump(1),
  });

  const following = frozen === null;
  return (
    <main className="live-page" id="content">
      <BroadcastHead
        broadcast={view.broadcast}
        title={view.title}
        demo={view.demo}
        kind={view.kind}
        state={badge}
        page="live"
      >
        <fieldset className="seg">
          <legend className="sr">Range</legend>
          {RANGES.map((name) => (
            <button key={name} type="button" aria-pressed={range === name} onClick={() => setRange(name)}>
              {RANGE_WORDS[name]}
            </button>
          ))}
        </fieldset>
        <button type="button" className="btn desk" onClick={() => write('note')}>
          Add note <Key>N</Key>
        </button>
        <Link className="btn desk" href={`${broadcastPath(view.broadcast)}?wall=1`} prefetch={false}>
          Wall board <Key>W</Key>
        </Link>
        <ExportMenu path={apiPath(view.broadcast, '/series')} from={domain.from} to={domain.edge} />
      </BroadcastHead>
      <PageBar state={state} asOf={asOf} zone={zone} reconnect={reconnect} />
      <Alert
        open={facts.open}
        words={answers.kind === 'open' ? `Crash window open since ${answers.list[1].lead}` : 'Crash window closed'}
      />
      <div className={state.oldForMs === null ? 'band' : 'band dimmed-words'}>
        <Figures view={view} state={state} zone={zone} now={now} />
        <AnswerStrip answers={answers} />
      </div>
      <div className="grid">
        <section className="main" aria-label="Audience over time">
          <div className="tools">
            <Legend view={view} />
            <span className="end">
              <button
                type="button"
                className={following ? 'chip on' : 'chip'}
                aria-pressed={following}
                onClick={follow}
              >
                {view.complete ? 'At the end' : following ? 'Following live' : 'Follow live'}
              </button>
              <Key>L</Key>
              {tableSwitch}
            </span>
          </div>
          {asTable ? (
            <DataTable points={shown} zone={zone} zoneLabel={zoneLabel} />
          ) : (
            <AudienceChart
              view={view}
              points={shown}
              domain={domain}
              zone={zone}
              now={then}
              sentence={chartSentence(view, domain, zone)}
              old={state.oldForMs !== null}
            />
          )}
          <noscript>
            <p className="sub">
              The chart needs scripts. As of {clockText(asOf, zone)} the figures above and the lists beside are complete
              without them.
            </p>
          </noscript>
        </section>
        <aside className="rail" aria-label="Details">
          <Attempts view={view} zone={zone} />
          <Affected view={view} />
          <Notes view={view} zone={zone} field={noteField} draft={draft} clock={writesAt} onDraft={setDraft} />
          <IncidentCard view={view} zone={zone} now={then} />
        </aside>
      </div>
      <Ledger view={view} zoneLabel={zoneLabel} />
      <div className="act">
        <button type="button" className="btn primary" onClick={() => write('note')}>
          Add note
        </button>
        <a className="btn" href="#who">
          Who
        </a>
        <button type="button" className="btn" onClick={() => share(view.title ?? view.broadcast, copyLink)}>
          Share
        </button>
      </div>
    </main>
  );
}

/** Said once when a window opens or closes; never while the numbers tick. */
function Alert({ open, words }: { open: boolean; words: string }) {
  const before = useRef(open);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (before.current === open) return;
    before.current = open;
    setSaid(words);
  }, [open, words]);
  return (
    <div className="sr" role="alert">
      {said}
    </div>
  );
}

function useRange(first: Range): [Range, (next: Range) => void] {
  const [range, setRange] = useState(first);
  const change = (next: Range): void => {
    setRange(next);
    writeQuery(() => {
      const query = new URLSearchParams(window.location.search);
      query.set('range', next);
      return query;
    });
  };
  return [range, change];
}

function share(title: string, copy: () => void): void {
  if (typeof navigator.share === 'function') navigator.share({ title, url: window.location.href }).catch(copy);
  else copy();
}
