'use client';
import * as Popover from '@radix-ui/react-popover';
import { useRouter } from 'next/navigation';
import { useEffect, useMemo, useRef, useState } from 'react';
import { countText } from '../../lib/format/number.ts';
import type { Overview } from '../_data/overview.ts';
/** The list of broadcasts as a person works with it: search, filter, order, columns, keys, all in the URL. */
import { Key } from '../_ui/key.tsx';
import { useKeys } from '../_ui/keys.ts';
import { Glass } from '../_ui/marks.tsx';
import { useTellPageState } from '../_ui/page-mark.tsx';
import { writeQuery } from '../_ui/refresh.ts';
import { boardState } from './board-state.ts';
import { BroadcastTable } from './broadcast-table.tsx';
import { DateMenu } from './date-menu.tsx';
import { instantsOf } from './days.ts';
import { FirstRun, type FirstRunFacts } from './first-run.tsx';
import { PageLinks } from './page-links.tsx';
import { PipelineStrip } from './pipeline-strip.tsx';
import { type RowFacts, rowFacts } from './row-facts.ts';
import {
  COLUMNS,
  type ColumnName,
  DEFAULT_CHOICE,
  type OverviewChoice,
  printChoice,
  type SortName,
  STATE_FILTERS,
  type StateFilter,
} from './url-state.ts';
import { useOverview } from './use-overview.ts';

interface Props {
  initial: Overview;
  choice: OverviewChoice;
  zone: string;
  zoneLabel: string;
  /** ended broadcasts on a full page */
  perPage: number;
  /** the query of this page's address */
  link: string;
  firstRun: FirstRunFacts;
}

export function OverviewBoard({ initial, choice: first, zone, zoneLabel, perPage, link, firstRun }: Props) {
  const [choice, setChoice] = useChoice(first);
  const asked = useRested(pageText(choice, zone), choice.query);
  const { overview, now, line, busy, rate } = useOverview(initial, asked);
  const [selected, setSelected] = useState<string | null>(null);
  const filter = useRef<HTMLInputElement>(null);
  const router = useRouter();

  const all = useMemo(() => overview.running.map((row) => rowFacts(row, now)), [overview, now]);
  const running = useMemo(() => all.filter((facts) => matches(facts, choice, zone, now)), [all, choice, zone, now]);
  const { past, counts } = overview;
  const ended = useMemo(() => past.rows.map((row) => rowFacts(row, now)), [past, now]);
  const shown = running.length + ended.length;

  const state = boardState(overview, line, now, zone);
  useTellPageState(state);

  const move = (step: number): void => {
    const order = shownOrder();
    const at = selected === null ? -1 : order.indexOf(selected);
    const next = order[at < 0 ? (step > 0 ? 0 : order.length - 1) : Math.min(order.length - 1, Math.max(0, at + step))];
    if (next === undefined) return;
    setSelected(next);
    const row = document.querySelector(`tr[data-broadcast="${CSS.escape(next)}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    row?.querySelector('a')?.focus({ preventScroll: true });
  };
  const pick = (): void => {
    if (selected === null) return;
    const picked = choice.picked.includes(selected)
      ? choice.picked.filter((id) => id !== selected)
      : [...choice.picked, selected];
    setChoice({ ...choice, picked });
  };
  const go = (page: number): void => {
    if (page < 1 || page > past.pages || page === past.page) return;
    setSelected(null);
    setChoice({ ...choice, page });
    document.getElementById('ended')?.scrollIntoView({ block: 'nearest' });
  };
  const compare = (): void => {
    if (choice.picked.length > 0) router.push(comparePath(choice.picked));
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: (event) => {
      if (selected !== null) {
        event.preventDefault();
        move(1);
      }
    },
    ArrowUp: (event) => {
      if (selected !== null) {
        event.preventDefault();
        move(-1);
      }
    },
    f: (event) => {
      event.preventDefault();
      filter.current?.focus();
    },
    x: pick,
    c: compare,
    '[': () => go(past.page - 1),
    ']': () => go(past.page + 1),
    Escape: () => setSelected(null),
  });

  const sort = (name: SortName): void =>
    setChoice({
      ...choice,
      sort: name,
      descending: choice.sort === name ? !choice.descending : name !== 'name',
      page: 1,
    });

  const ages = all.flatMap(({ ageMs, state: of }) => (ageMs === null || of === 'no_data' ? [] : [ageMs]));
  const age = ages.length === 0 ? null : Math.min(...ages);
  if (counts.all === 0) {
    return (
      <>
        <PipelineStrip pipeline={overview.pipeline} rate={rate} ageMs={null} zone={zone} now={now} />
        <FirstRun facts={firstRun} pipeline={overview.pipeline} waitedMs={now - initial.now} />
      </>
    );
  }
  return (
    <>
      {state.oldForMs !== null && state.kind === 'disconnected' ? (
        <div className="pagebar old" role="status">
          <b>{state.words}.</b> Everything below is as it was then; this page tries again by itself.
        </div>
      ) : null}
      <PipelineStrip pipeline={overview.pipeline} rate={rate} ageMs={age} zone={zone} now={now} />
      <main id="content">
        <div className="bar">
          <h1>Broadcasts</h1>
          <StateFilterGroup
            counts={counts}
            value={choice.state}
            onChange={(value) => setChoice({ ...choice, state: value, page: 1 })}
          />
          <label className="field">
            <Glass />
            <span className="sr">Filter by name or id</span>
            <input
              ref={filter}
              type="search"
              value={choice.query}
              placeholder="Name or id"
              autoComplete="off"
              onChange={(event) => setChoice({ ...choice, query: event.target.value, page: 1 })}
              onKeyDown={(event) => {
                if (event.key === 'Escape') event.currentTarget.blur();
              }}
            />
            <Key>F</Key>
          </label>
          <DateMenu
            days={choice}
            zone={zone}
            zoneLabel={zoneLabel}
            now={now}
            onChange={(days) => setChoice({ ...choice, ...days, page: 1 })}
          />
          <span className="say-sort">
            {choice.sort === 'trouble' ? 'Sorted by trouble, then connected' : 'Sorted by column'}
          </span>
          <ColumnMenu hidden={choice.hidden} onChange={(hidden) => setChoice({ ...choice, hidden })} />
          {choice.picked.length === 0 ? null : (
            <button type="button" className="btn" onClick={compare}>
              Compare {choice.picked.length} <Key>C</Key>
            </button>
          )}
        </div>
        {running.length === 0 ? null : (
          <>
            <div className="grp">
              <h2>
                Running <span className="muted">{running.length}</span>
              </h2>
            </div>
            <BroadcastTable
              group="running"
              rows={running}
              choice={choice}
              view={{ zone, now }}
              selected={selected}
              onSort={sort}
            />
          </>
        )}
        {ended.length === 0 ? null : (
          <div aria-busy={busy || asked !== pageText(choice, zone)} className="past">
            <div className="grp" id="ended">
              <h2>
                Ended <span className="muted">{countText(past.total)}</span>
              </h2>
            </div>
            <BroadcastTable
              group="ended"
              rows={ended}
              choice={choice}
              view={{ zone, now }}
              selected={selected}
              onSort={sort}
            />
            {past.pages === 1 ? null : (
              <PageLinks
                past={past}
                perPage={perPage}
                hrefOf={(page) => `?${printChoice({ ...choice, page }, new URLSearchParams(link))}`}
                onGo={go}
              />
            )}
          </div>
        )}
        {shown === 0 ? (
          <p className="nomatch">
            {counts.all === 1
              ? 'The one broadcast does not match.'
              : `None of ${countText(counts.all)} broadcasts matches.`}{' '}
            <button
              type="button"
              className="btn"
              onClick={() => setChoice({ ...choice, query: '', from: null, to: null, state: 'all', page: 1 })}
            >
              Show all
            </button>
          </p>
        ) : null}
        <div className="cap">
          <span className="keys-hint">
            {countText(shown)} of {countText(counts.all)} {counts.all === 1 ? 'broadcast' : 'broadcasts'}. <kbd>J</kbd>{' '}
            <kbd>K</kbd> move, <kbd>Enter</kbd> opens, <kbd>X</kbd> picks for comparison
          </span>
          <span>Counts distinct listeners. Times in {zoneLabel}</span>
        </div>
      </main>
    </>
  );
}

function StateFilterGroup(props: {
  counts: Overview['counts'];
  value: StateFilter;
  onChange: (value: StateFilter) => void;
}) {
  const words: Readonly<Record<StateFilter, string>> = {
    all: 'All',
    running: 'Running',
    crashed: 'Crashed',
    ended: 'Ended',
  };
  return (
    <fieldset className="seg" style={{ margin: 0, padding: 0, minInlineSize: 0 }}>
      <legend className="sr">State</legend>
      {STATE_FILTERS.map((state) => (
        <button key={state} type="button" aria-pressed={props.value === state} onClick={() => props.onChange(state)}>
          {words[state]} {countText(props.counts[state])}
        </button>
      ))}
    </fieldset>
  );
}

const COLUMN_WORDS: Readonly<Record<ColumnName, string>> = {
  connected: 'Connected',
  spark: 'Whole run',
  hearing: 'Hearing',
  peak: 'Peak',
  peakAt: 'When the peak was',
  change: 'In 5 min',
  peakHearing: 'Peak hearing',
  ama: 'Average-minute audience',
  windows: 'Crash windows',
  age: 'Data age',
  ended: 'Ended at',
  ran: 'Ran for',
};

function ColumnMenu(props: { hidden: readonly ColumnName[]; onChange: (hidden: ColumnName[]) => void }) {
  const { hidden, onChange } = props;
  return (
    <Popover.Root>
      <Popover.Trigger className="btn columns">Columns</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="float checks" sideOffset={6} align="end" aria-label="Columns">
          {COLUMNS.map((column) => (
            <label key={column}>
              <input
                type="checkbox"
                checked={!hidden.includes(column)}
                onChange={(event) =>
                  onChange(event.target.checked ? hidden.filter((name) => name !== column) : [...hidden, column])
                }
              />
              {COLUMN_WORDS[column]}
            </label>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** What the page of ended ones depends on, as in the address: of the zone, what its days are. */
function pageText(choice: OverviewChoice, zone: string): string {
  const days = choice.from !== null || choice.to !== null;
  const others = days ? new URLSearchParams({ tz: zone }) : undefined;
  return printChoice({ ...choice, hidden: DEFAULT_CHOICE.hidden, picked: [] }, others).toString();
}

/** The server is asked once typing rests, ms. */
const RESTS_MS = 200;

/** `value` at once, but while `typed` changes only when it rests. */
function useRested(value: string, typed: string): string {
  const [rested, setRested] = useState({ value, typed });
  useEffect(() => {
    const timer = setTimeout(() => setRested({ value, typed }), RESTS_MS);
    return () => clearTimeout(timer);
  }, [value, typed]);
  return rested.typed === typed ? value : rested.value;
}

/** The choice, mirrored in the URL without a trip to the server. */
function useChoice(first: OverviewChoice): [OverviewChoice, (next: OverviewChoice) => void] {
  const [choice, setChoice] = useState(first);
  const change = (next: OverviewChoice): void => {
    setChoice(next);
    writeQuery(() => printChoice(next, new URLSearchParams(window.location.search)));
  };
  return [choice, change];
}

/** Of a running one. */
function matches(facts: RowFacts, choice: OverviewChoice, zone: string, now: number): boolean {
  const { from, to } = instantsOf(choice, zone) ?? { from: null, to: null };
  const then = (from === null || now >= from) && (to === null || facts.row.firstAt < to);
  return then && inState(facts, choice.state) && facts.haystack.includes(choice.query.trim().toLowerCase());
}

function inState(facts: RowFacts, state: StateFilter): boolean {
  if (state === 'crashed') return facts.row.windows > 0;
  return state !== 'ended';
}

/** Ids in the order the tables show them. */
function shownOrder(): string[] {
  return [...document.querySelectorAll('tr[data-broadcast]')].map((row) => row.getAttribute('data-broadcast') ?? '');
}

function comparePath(picked: readonly string[]): string {
  return `/compare?${new URLSearchParams(picked.map((id) => ['b', id]))}`;
}
