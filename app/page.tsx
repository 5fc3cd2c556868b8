import type { Metadata } from 'next';
import { admitPage } from './_data/access.ts';
import { hub } from './_data/hub.ts';
import { PAST_PER_PAGE } from './_data/overview.ts';
import { settings } from './_data/settings.ts';
import { one, type SearchParams, viewOf } from './_data/view.ts';
import { boardState } from './_overview/board-state.ts';
import { OverviewBoard } from './_overview/overview-board.tsx';
import { pastQuery } from './_overview/past-query.ts';
import { parseChoice } from './_overview/url-state.ts';
import { PageFrame } from './_ui/page-frame.tsx';

export const metadata: Metadata = { title: { absolute: 'Broadcasts | Headcount' } };

export default async function OverviewPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await admitPage();
  const params = await searchParams;
  const choice = parseChoice(asSearch(params));
  const view = await viewOf(params, Date.now());
  const overview = await hub().overview(pastQuery(choice, view.zone));
  const { store, kafka, metricsPort } = settings();
  return (
    <PageFrame
      view={view}
      section="broadcasts"
      state={boardState(overview, { silentMs: 0, tries: 0 }, overview.now, view.zone)}
    >
      <OverviewBoard
        initial={overview}
        choice={choice}
        zone={view.zone}
        zoneLabel={view.zoneLabel}
        perPage={PAST_PER_PAGE}
        link={asSearch(params).toString()}
        firstRun={{ kafka, metricsPort, store: store.startsWith('postgres') ? 'PostgreSQL' : 'SQLite' }}
      />
    </PageFrame>
  );
}

function asSearch(params: SearchParams): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (Array.isArray(value)) for (const each of value) search.append(name, each);
    else if (value !== undefined) search.set(name, one(value) ?? '');
  }
  return search;
}
