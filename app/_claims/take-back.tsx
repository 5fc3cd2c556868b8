'use client';
import { useState } from 'react';
import { apiPath } from '../_ui/broadcast-path.ts';
import { problemSentence } from '../_ui/problem-sentence.ts';
import { useRefresh } from '../_ui/refresh.ts';

/** Takes a claim off the list. */
export function TakeBack({ broadcast, id, text }: { broadcast: string; id: string; text: string }) {
  const refresh = useRefresh();
  const [trouble, setTrouble] = useState<string | null>(null);
  const [going, setGoing] = useState(false);
  const take = async (): Promise<void> => {
    setGoing(true);
    const why = await problemSentence(() => fetch(apiPath(broadcast, `/claims/${id}`), { method: 'DELETE' }));
    setTrouble(why);
    setGoing(false);
    if (why === null) refresh();
  };
  return (
    <p className="back">
      <button
        type="button"
        className="plain"
        onClick={() => void take()}
        disabled={going}
        aria-label={`Take back: ${text}`}
      >
        Take back
      </button>
      {trouble === null ? null : (
        <span className="stale" role="alert">
          {' '}
          Not taken back: {trouble}
        </span>
      )}
    </p>
  );
}
