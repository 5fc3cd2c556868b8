'use client';
import { useEffect, useState } from 'react';
import { apiPath } from './broadcast-path.ts';
import { useRefresh } from './refresh.ts';

/** The server is asked again this often while the page is looked at, ms. */
const ASK_EVERY_MS = 15_000;

interface Props {
  broadcast: string;
  /** the revision of the numbers on this page */
  rev: number;
  /** the revision that the link cites; null: none */
  cited: number | null;
}

/** Says so where a link cites another revision, and where the numbers were corrected while the page lay open. */
export function RevisionWatch({ broadcast, rev, cited }: Props) {
  const refresh = useRefresh();
  const [latest, setLatest] = useState(rev);
  useEffect(() => {
    const ask = async (): Promise<void> => {
      if (document.hidden) return;
      const answer = await fetch(apiPath(broadcast, '/actions')).catch(() => null);
      const said: { rev?: number } = answer?.ok ? await answer.json() : {};
      if (said.rev !== undefined) setLatest(said.rev);
    };
    const timer = setInterval(() => void ask(), ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [broadcast]);
  return (
    <div role="status">
      {latest > rev ? (
        <p className="pagebar old">
          These are the numbers of revision {rev}. They were corrected since: revision {latest} is there.
          <button type="button" className="btn" onClick={refresh}>
            Show revision {latest}
          </button>
        </p>
      ) : cited !== null && cited !== rev ? (
        <p className="pagebar old">
          The link cites revision {cited}; these are the numbers of revision {rev}, corrected since.
        </p>
      ) : null}
    </div>
  );
}
