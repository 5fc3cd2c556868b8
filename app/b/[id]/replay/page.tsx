import '../../../_style/replay.css';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { clockMinuteText, clockText, dayText, instantMinuteText, zoneShortText } from '../../../../lib/format/clock.ts';
import { countText, shareText } from '../../../../lib/format/number.ts';
import { WINDOW_WORDS } from '../../../../lib/series/span.ts';
import { broadcastPage, feedOf, type PageProps } from '../../../_data/broadcast-page.ts';
import { replayOf } from '../../../_data/replay.ts';
import { readStore } from '../../../_data/store.ts';
import { one, type SearchParams } from '../../../_data/view.ts';
import { ActionList } from '../../../_replay/action-list.tsx';
import { CostRail } from '../../../_replay/cost-rail.tsx';
import { FactTable } from '../../../_replay/fact-table.tsx';
import { Forensics } from '../../../_replay/forensics.tsx';
import { OtherWindows } from '../../../_replay/other-windows.tsx';
import { RemarksDesk } from '../../../_replay/remarks-desk.tsx';
import { ReplayBoard } from '../../../_replay/replay-board.tsx';
import { replayFiles } from '../../../_replay/replay-files.ts';
import { parsePlace } from '../../../_replay/replay-url.ts';
import { WindowDecisions } from '../../../_replay/window-decisions.tsx';
import { WindowHeading } from '../../../_replay/window-heading.tsx';
import { BroadcastHead } from '../../../_ui/broadcast-head.tsx';
import { broadcastPath } from '../../../_ui/broadcast-path.ts';
import { CopyLink } from '../../../_ui/copy-link.tsx';
import { FilesMenu } from '../../../_ui/files-menu.tsx';
import { PageFrame } from '../../../_ui/page-frame.tsx';
import { RevisionWatch } from '../../../_ui/revision-watch.tsx';

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const feed = await feedOf(params);
  return { title: feed === null ? 'Unknown broadcast' : `${feed.view.title ?? feed.view.broadcast}, replay` };
}

export default async function ReplayPage(props: PageProps) {
  const { feed, view, query, badge, state, now, asOf } = await broadcastPage(props);
  const place = parsePlace((name) => one(query[name]));
  const replay = await replayOf(await readStore(), feed, place);
  if (replay === null) notFound();
  const { start, window, detail, report, figures, actions, isOnDemand, next } = replay;
  const { zone, zoneLabel } = view;
  const zoneShort = zoneShortText(start.at, zone);
  const [from, to] = [report.startedAt ?? feed.view.firstAt, report.endedAt ?? feed.view.lastAt];
  const sure =
    report.state === 'final'
      ? `Final, revision ${report.rev}`
      : `${report.state.charAt(0).toUpperCase()}${report.state.slice(1)}, may still change`;
  return (
    <PageFrame view={view} section="broadcasts" state={state}>
      <main id="content">
        <BroadcastHead {...feed.view} state={badge} page="replay">
          <span className="muted sub nw desk">
            {dayText(from, zone)}, {clockMinuteText(from, zone)} to {instantMinuteText(to, zone, from)} {zoneShort}.{' '}
            {sure}
          </span>
          <CopyLink />
          <FilesMenu title="Export this broadcast" files={replayFiles(feed.view.broadcast, start.picture, zone)} />
        </BroadcastHead>
        <RevisionWatch key={report.rev} broadcast={feed.view.broadcast} rev={report.rev} cited={place.rev} />
        <ReplayBoard
          start={start}
          zone={zone}
          zoneShort={zoneShort}
          zoneLabel={zoneLabel}
          heading={
            window === null || start.windowIndex === null ? (
              <h2>No crash window in this broadcast</h2>
            ) : (
              <WindowHeading
                window={window}
                place={`${start.windowIndex + 1} of ${start.windowIds.length}`}
                zone={zone}
                since={from}
                now={feed.view.complete ? asOf : now}
              />
            )
          }
          rail={
            window === null ? (
              <NoWindow />
            ) : (
              <CostRail window={window} detail={detail} zone={zone}>
                <WindowDecisions
                  key={window.id}
                  broadcast={feed.view.broadcast}
                  window={{ id: window.id, words: `the window of ${clockText(window.onsetAt, zone)}` }}
                  next={next && { id: next.id, words: `that of ${clockText(next.onsetAt, zone)}` }}
                  canRestore={window.decisions !== undefined && window.joins !== undefined}
                  isAcknowledged={window.decisions?.some(({ verb }) => verb === 'acknowledged') ?? false}
                />
              </CostRail>
            )
          }
          foot={
            <p className="sub wfoot">
              {isOnDemand ? (
                <DetailLink path={`${broadcastPath(feed.view.broadcast, 'replay')}`} query={query} />
              ) : detail === null ? (
                window === null ? (
                  'Nothing was lost, so the expected audience is the real one.'
                ) : window.source === 'events' ? (
                  'Expected audience, who came back and where to were not counted while every second of this broadcast was kept.'
                ) : (
                  `A ${WINDOW_WORDS[window.type]} seen in a curve: who left, and where to, a curve does not say.`
                )
              ) : (
                `Expected: the dropped would have left at ${shareText(detail.hazard.perSecond * 60)} a minute (95 %: ${shareText(detail.hazard.lower * 60)} to ${shareText(detail.hazard.upper * 60)}), as ${countText(detail.hazard.leavings)} did by themselves in the five minutes before.`
              )}
            </p>
          }
        />
        {window === null || detail === null ? null : <Forensics window={window} detail={detail} />}
        <OtherWindows broadcast={feed.view.broadcast} windows={feed.view.windows} since={from} zone={zone} />
        <FactTable report={report} figures={figures} zone={zone} zoneShort={zoneShort} />
        <RemarksDesk
          broadcast={feed.view.broadcast}
          notes={feed.view.notes}
          segments={feed.view.segments}
          at={start.at}
          zone={zone}
          zoneShort={zoneShort}
        />
        <ActionList actions={actions} windows={feed.view.windows} rev={report.rev} zone={zone} zoneShort={zoneShort} />
      </main>
    </PageFrame>
  );
}

/** Expected audience, ways back and causes look at every listener of the whole run. */
function DetailLink({ path, query }: { path: string; query: SearchParams }) {
  const asked = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
  asked.set('detail', '1');
  return (
    <>
      In a run this long the expected audience, who came back and why are counted when asked for:{' '}
      <a href={`${path}?${asked}`}>count them now</a>, which can take a minute.
    </>
  );
}

function NoWindow() {
  return (
    <aside className="r" aria-label="What it cost">
      <div className="fh">
        <h2>What it cost</h2>
      </div>
      <p className="sub">
        Nothing: no crash, outage, host drop or audio dropout was seen. People who left by themselves are in the facts
        below.
      </p>
    </aside>
  );
}
