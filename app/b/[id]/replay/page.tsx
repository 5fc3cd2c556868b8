import type { Metadata } from 'next';
import { alarms } from '../../../../lib/series/span.ts';
import { broadcastPage, feedOf, type PageProps } from '../../../_data/broadcast-page.ts';
import { WindowFacts } from '../../../_replay/window-facts.tsx';
import { BroadcastHead } from '../../../_ui/broadcast-head.tsx';
import { PageFrame } from '../../../_ui/page-frame.tsx';

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const feed = await feedOf(params);
  return { title: feed === null ? 'Unknown broadcast' : `${feed.view.title ?? feed.view.broadcast}, replay` };
}

export default async function ReplayPage(props: PageProps) {
  const { feed, view, badge, state, now } = await broadcastPage(props);
  const windows = alarms(feed.view.windows);
  return (
    <PageFrame view={view} section="broadcasts" state={state}>
      <main id="content">
        <BroadcastHead {...feed.view} state={badge} page="replay" />
        <div className="sheet">
          {windows.length === 0 ? (
            <p className="lead">No crash window in this broadcast.</p>
          ) : (
            windows.map((window, index) => (
              <WindowFacts
                key={window.id}
                window={window}
                place={`${index + 1} of ${windows.length}`}
                zone={view.zone}
                now={now}
              />
            ))
          )}
        </div>
      </main>
    </PageFrame>
  );
}
