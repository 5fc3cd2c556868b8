import '../../../_style/claims.css';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { REFERENCE_FIGURES } from '../../../../lib/compare/reference-figures.ts';
import { clockMinuteText, dayText, zoneShortText } from '../../../../lib/format/clock.ts';
import { factSheet } from '../../../../lib/report/document.ts';
import { ClaimDesk } from '../../../_claims/claim-desk.tsx';
import { ClaimRow } from '../../../_claims/claim-row.tsx';
import { PrintButton } from '../../../_claims/print-button.tsx';
import { SheetTables } from '../../../_claims/sheet-tables.tsx';
import { TakeBack } from '../../../_claims/take-back.tsx';
import { broadcastPage, feedOf, type PageProps } from '../../../_data/broadcast-page.ts';
import { claimsOf, numbersOf } from '../../../_data/numbers.ts';
import { newest } from '../../../_data/overview.ts';
import { readStore } from '../../../_data/store.ts';
import { one } from '../../../_data/view.ts';
import { parsePlace } from '../../../_replay/replay-url.ts';
import { BroadcastHead } from '../../../_ui/broadcast-head.tsx';
import { apiPath } from '../../../_ui/broadcast-path.ts';
import { CopyLink } from '../../../_ui/copy-link.tsx';
import { FilesMenu } from '../../../_ui/files-menu.tsx';
import { PageFrame } from '../../../_ui/page-frame.tsx';
import { RevisionWatch } from '../../../_ui/revision-watch.tsx';

/** So many broadcasts a claim can be said to speak of, the newest. */
const OTHERS = 200;

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const feed = await feedOf(params);
  return { title: feed === null ? 'Unknown broadcast' : `${feed.view.title ?? feed.view.broadcast}, claims` };
}

export default async function ClaimsPage(props: PageProps) {
  const { feed, view, query, badge, state, now } = await broadcastPage(props);
  const { broadcast } = feed.view;
  const store = await readStore();
  const report = await numbersOf(store, broadcast);
  if (report === null) notFound();
  const [claims, rows] = await Promise.all([claimsOf(store, report), newest(store, OTHERS)]);
  const { zone } = view;
  const document = (format: string): string =>
    `${apiPath(broadcast, '/report')}?${new URLSearchParams({ format, tz: zone, download: '1' })}`;
  const sheet = factSheet(report, claims, { zone, madeAt: now, actions: await store.actions(broadcast) });
  const begin = report.startedAt ?? report.firstEventAt ?? now;
  const others = [
    ...rows
      .filter((row) => row.broadcast !== broadcast)
      .map((row) => ({ id: row.broadcast, name: row.title ?? row.broadcast })),
    ...REFERENCE_FIGURES.map(({ id, name, date }) => ({ id, name: `${name}, ${date}, published` })),
  ];
  return (
    <PageFrame view={view} section="broadcasts" state={state}>
      <main id="content">
        <BroadcastHead {...feed.view} state={badge} page="claims">
          <CopyLink />
          <FilesMenu
            title="Export the fact sheet"
            files={[
              { kind: 'PDF', words: 'the fact sheet, one page', href: document('pdf') },
              { kind: 'HTML', words: 'the same, one file', href: document('html') },
              { kind: 'MD', words: 'the same, as text', href: document('md') },
              { kind: 'JSON', words: 'every number, with the claims', href: apiPath(broadcast, '') },
              { kind: 'JSON', words: 'the claims alone', href: apiPath(broadcast, '/claims') },
            ]}
          />
          <PrintButton />
        </BroadcastHead>
        <RevisionWatch
          key={report.rev}
          broadcast={broadcast}
          rev={report.rev}
          cited={parsePlace((name) => one(query[name])).rev}
        />
        <div className="doc">
          <header className="dh">
            <div>
              <h2>What was said, and what was counted</h2>
              <p>
                {sheet.title}, {sheet.subtitle}
              </p>
            </div>
            <dl>
              {[...sheet.standing.slice(1), ...sheet.standing.slice(0, 1)].map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>{value}</dd>
                </div>
              ))}
            </dl>
          </header>
          <ClaimDesk
            broadcast={broadcast}
            segments={[...new Set(report.segments.map(({ label }) => label))]}
            others={others}
            zone={zone}
            zoneShort={zoneShortText(begin, zone)}
            around={report.peak.at ?? begin}
          />
          {claims.length === 0 ? (
            <p className="none">
              No claim has been entered. A claim is a number with a kind: people at once, over the whole event, through
              a segment. It is supported, contradicted, or cannot be answered.
            </p>
          ) : (
            <ul className="claims">
              {claims.map((claim) => (
                <li key={claim.id} className="cl">
                  <ClaimRow claim={claim} zone={zone}>
                    <TakeBack broadcast={broadcast} id={claim.id} text={claim.text} />
                  </ClaimRow>
                </li>
              ))}
            </ul>
          )}
          <SheetTables tables={sheet.tables.filter(({ title }) => title !== 'What was said')} />
          <footer className="foot">
            {sheet.footer.map((line) => (
              <p key={line}>{line}</p>
            ))}
            <p className="sr">
              {dayText(now, zone)}, {clockMinuteText(now, zone)}
            </p>
          </footer>
        </div>
      </main>
    </PageFrame>
  );
}
