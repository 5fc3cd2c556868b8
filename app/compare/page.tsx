import '../_style/compare.css';
import type { Metadata } from 'next';
import Link from 'next/link';
import { KIND_WORDS } from '../../lib/compare/kind.ts';
import { clockText } from '../../lib/format/clock.ts';
import { countText } from '../../lib/format/number.ts';
import type { PageState } from '../../lib/series/page-state.ts';
import { valueCeiling } from '../../lib/series/ticks.ts';
import { CapacityTable } from '../_compare/capacity-table.tsx';
import { Choices, StreamChecks } from '../_compare/choices.tsx';
import { CompareChart } from '../_compare/compare-chart.tsx';
import { type CompareChoice, parseCompare } from '../_compare/compare-url.ts';
import { GateList } from '../_compare/gate-list.tsx';
import { KindBars } from '../_compare/kind-bars.tsx';
import { AroundPeak, EachAlone } from '../_compare/small-multiples.tsx';
import { StreamTable } from '../_compare/stream-table.tsx';
import { type Compared, compared } from '../_data/compare.ts';
import { type SearchParams, viewOf } from '../_data/view.ts';
import { apiPath } from '../_ui/broadcast-path.ts';
import { CopyLink } from '../_ui/copy-link.tsx';
import { FilesMenu } from '../_ui/files-menu.tsx';
import { PageFrame } from '../_ui/page-frame.tsx';
import { DemoChip } from '../_ui/state-badge.tsx';

export const metadata: Metadata = { title: 'Compare' };

/** Like for like: `b` names the broadcasts, the first is what the others are measured against. */
export default async function ComparePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const view = await viewOf(params, Date.now());
  const choice = parseCompare((name) => [params[name] ?? []].flat());
  const found = await compared(choice, view.zone);
  return (
    <PageFrame view={view} section="compare" state={found === null ? null : standing(found, view.zone)}>
      <main id="content">
        {found === null ? (
          <>
            <div className="bar">
              <h1>Compare</h1>
            </div>
            <p className="nomatch">
              No broadcast to compare yet: one is there with its first event. <Link href="/">How to send it</Link>
            </p>
          </>
        ) : (
          <Comparison found={found} choice={choice} zone={view.zone} />
        )}
      </main>
    </PageFrame>
  );
}

function Comparison({ found, choice, zone }: { found: Compared; choice: CompareChoice; zone: string }) {
  const { base, streams, lines } = found;
  const measured = streams.filter((stream) => stream.measured && stream.look !== 0);
  const reported = streams.filter((stream) => !stream.measured);
  const levels = reported
    .filter(({ on }) => on)
    .map(({ id, name, figure }) => ({
      id,
      name,
      value: figure.value,
      words: `${figure.qualifier === '' ? '' : `${figure.qualifier} `}${countText(figure.value)}, reported`,
    }));
  const kindName = KIND_WORDS[choice.kind].name;
  const sentence = `${kindName} of ${streams.map(({ name, figure }) => `${name} ${countText(figure.value)}`).join(', ')}.`;
  const zero = { start: 'start', peak: 'peak', onset: 'onset', segment: 'segment', clock: 'midnight' }[choice.align];
  const highest = Math.max(0, ...lines.flatMap(({ points }) => points.map(([, value]) => value ?? 0)));
  return (
    <>
      <div className="head">
        <h1>{base.name}, compared</h1>
        {base.demo ? <DemoChip /> : null}
        <span className="muted">
          with {measured.length} measured {measured.length === 1 ? 'broadcast' : 'broadcasts'} and {reported.length}{' '}
          reported {reported.length === 1 ? 'figure' : 'figures'}
        </span>
        <div className="right">
          <CopyLink />
          <FilesMenu title="Export this comparison" files={files(found, choice, zone)} />
        </div>
      </div>
      <Choices
        choice={withBase(choice, found)}
        kinds={found.kinds}
        segments={found.segments}
        curves={lines.length > 0}
        leftOut={found.leftOut.length + found.unaligned.length}
      />
      <div className="cg">
        <div>
          {streams.length === 0 ? (
            <p className="sub">
              {base.name} has no {kindName}: choose another kind of number.
            </p>
          ) : lines.length === 0 ? (
            found.unaligned.length > 0 ? (
              <p className="sub">Nothing can be aligned at the {zero}: choose another place.</p>
            ) : (
              <KindBars streams={streams} />
            )
          ) : choice.layout === 'overlay' ? (
            <CompareChart
              lines={lines}
              levels={levels}
              scale={choice.scale}
              align={choice.align}
              origin={base.origin}
              zone={zone}
              zeroWords={zero}
              sentence={sentence}
            />
          ) : (
            <EachAlone lines={lines} ceiling={choice.scale === 'share' ? 1.12 : valueCeiling(highest)} />
          )}
          {found.small.length === 0 || lines.length === 0 ? null : (
            <section className="smh" aria-label="Around the peak">
              <h2>
                30 minutes after the peak <span className="muted">small multiples, share of peak, aligned at peak</span>
              </h2>
              <AroundPeak list={found.small} />
            </section>
          )}
        </div>
        <aside aria-label="What is compared">
          <h2>
            Like for like <span className="muted">{kindName}</span>
          </h2>
          <p className="sub">{KIND_WORDS[choice.kind].means}.</p>
          <StreamChecks choice={withBase(choice, found)} streams={streams} />
          <GateList
            choice={withBase(choice, found)}
            kinds={found.kinds}
            leftOut={found.leftOut}
            unaligned={found.unaligned}
          />
        </aside>
      </div>
      {streams.length === 0 ? null : <StreamTable streams={streams} kind={choice.kind} base={base.id} zone={zone} />}
      <CapacityTable capacities={found.capacities} />
    </>
  );
}

/** When its numbers are of: those of a running broadcast are as they were when the page was asked for. */
function standing({ streams }: Compared, zone: string): PageState {
  const running = streams.flatMap(({ on, asOfAt }) => (on && asOfAt !== null ? [asOfAt] : []));
  if (running.length === 0) return { kind: 'ended', words: 'All final', oldForMs: null };
  return { kind: 'waiting', words: `As of ${clockText(Math.min(...running), zone)}`, oldForMs: null };
}

/** A link that is passed on keeps the broadcast it began with. */
function withBase(choice: CompareChoice, { base }: Compared): CompareChoice {
  return choice.ids.length > 0 ? choice : { ...choice, ids: [base.id] };
}

/** A picture holds four others. */
const MOST_PICTURED = 4;

function files({ base, lines, streams }: Compared, choice: CompareChoice, zone: string) {
  const others = [
    ...lines.filter(({ look }) => look !== 0).map(({ id }) => id),
    ...(choice.scale === 'share' ? [] : streams.filter(({ on, measured }) => on && !measured).map(({ id }) => id)),
  ].slice(0, MOST_PICTURED);
  const query = new URLSearchParams({ tz: zone, download: '1', align: choice.align, scale: choice.scale });
  if (choice.segment !== null) query.set('segment', choice.segment);
  if (others.length > 0) query.set('compare', others.join(','));
  const pictures = [
    { kind: 'PNG', words: 'the chart, with four others at most', href: `${apiPath(base.id, '/chart.png')}?${query}` },
    { kind: 'SVG', words: 'the same, to be scaled', href: `${apiPath(base.id, '/chart.svg')}?${query}` },
  ];
  return [
    ...(lines.length > 0 && choice.kind !== 'hearing' ? pictures : []),
    { kind: 'JSON', words: 'the fact sheet', href: apiPath(base.id, '') },
  ];
}
