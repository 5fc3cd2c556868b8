import type { Metadata } from 'next';
import { broadcastPage, feedOf, type PageProps } from '../../../_data/broadcast-page.ts';
import { BroadcastHead } from '../../../_ui/broadcast-head.tsx';
import { PageFrame } from '../../../_ui/page-frame.tsx';

export async function generateMetadata({ params }: PageProps): Promise<Metadata> {
  const feed = await feedOf(params);
  return { title: feed === null ? 'Unknown broadcast' : `${feed.view.title ?? feed.view.broadcast}, claims` };
}

export default async function ClaimsPage(props: PageProps) {
  const { feed, view, badge, state } = await broadcastPage(props);
  return (
    <PageFrame view={view} section="broadcasts" state={state}>
      <main id="content">
        <BroadcastHead {...feed.view} state={badge} page="claims" />
        <div className="sheet">
          <h2>What was said, and what was counted</h2>
          <p className="lead">
            A claim is a number with a kind: connected, hearing, peak, unique, reach, a segment’s audience. It is
            supported, contradicted, or cannot be answered, always with the measured number and its definition beside
            it.
          </p>
          <pre className="mono block">{`npx headcount claim ${shellWord(feed.view.broadcast)} "600,000 at the start" --value 600000 --kind peak`}</pre>
        </div>
      </main>
    </PageFrame>
  );
}

function shellWord(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
