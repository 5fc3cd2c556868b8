import type { Metadata } from 'next';
import Link from 'next/link';
import { dayText } from '../../lib/format/clock.ts';
import { countText, timesText } from '../../lib/format/number.ts';
import { hub } from '../_data/hub.ts';
import { type SearchParams, viewOf } from '../_data/view.ts';
import { rowFacts } from '../_overview/row-facts.ts';
import { Spark } from '../_overview/spark.tsx';
import { broadcastPath } from '../_ui/broadcast-path.ts';
import { PageFrame } from '../_ui/page-frame.tsx';
import { DemoChip } from '../_ui/state-badge.tsx';

export const metadata: Metadata = { title: 'Compare' };

/** Peak concurrent audience, like for like: `b` names the broadcasts, the first is what the others are measured against. */
export default async function ComparePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const params = await searchParams;
  const overview = await hub().overview();
  const view = await viewOf(params, overview.now);
  const asked = [params.b ?? []].flat();
  const found = asked.flatMap((id) => overview.rows.filter((row) => row.broadcast === id));
  const shown = found.length > 0 ? found : overview.rows;
  const base = found[0] ?? null;
  const rows = [...shown].sort((a, b) => b.peak - a.peak);
  return (
    <PageFrame view={view} section="compare" state={null}>
      <main id="content">
        <div className="bar">
          <h1>{base === null ? 'Compare' : `${base.title ?? base.broadcast}, compared`}</h1>
          <span className="muted">by peak concurrent audience, connected</span>
        </div>
        {rows.length === 0 ? (
          <p className="nomatch">No broadcast to compare yet.</p>
        ) : (
          <div className="tw">
            <table>
              <caption className="sr">Broadcasts by peak connected</caption>
              <thead>
                <tr>
                  <th scope="col">Date</th>
                  <th scope="col">Broadcast</th>
                  <th scope="col">Whole run</th>
                  <th scope="col" className="num" aria-sort="descending">
                    Peak connected ↓
                  </th>
                  <th scope="col" className="num">
                    {base === null ? 'Of the largest' : 'Of this one'}
                  </th>
                  <th scope="col" className="num">
                    Crash windows
                  </th>
                  <th scope="col">How sure</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => {
                  const against = (base ?? rows[0])?.peak ?? 0;
                  return (
                    <tr key={row.broadcast} className={row.broadcast === base?.broadcast ? 'sel' : undefined}>
                      <td className="nw">{dayText(row.firstAt, view.zone)}</td>
                      <td className="title">
                        <Link href={broadcastPath(row.broadcast)} className="name" prefetch={false}>
                          {row.title ?? row.broadcast}
                        </Link>
                        {row.title === null ? null : <span className="mono id">{row.broadcast}</span>}
                        {row.demo ? <DemoChip /> : null}
                      </td>
                      <td>
                        <Spark facts={rowFacts(row, overview.now)} />
                      </td>
                      <td className="num">{countText(row.peak)}</td>
                      <td className="num">{against === 0 ? 'unknown' : timesText(row.peak / against)}</td>
                      <td className="num">{row.kind === 'curve' ? 'from a curve' : countText(row.windows)}</td>
                      <td>
                        {row.complete || row.state === 'final' ? 'measured, final' : 'measured, running: may grow'}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
      </main>
    </PageFrame>
  );
}
