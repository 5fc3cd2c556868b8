import { durationText } from '../../lib/format/duration.ts';
import { countText } from '../../lib/format/number.ts';
import { keptWords } from '../../lib/series/kept-words.ts';
import type { LiveView } from '../../lib/series/live-view.ts';

/** What was counted and what was left out. */
export function Ledger({ view, zoneLabel }: { view: LiveView; zoneLabel: string }) {
  const { longestTimeout, ledger, known } = view;
  const finalAfter = Math.max(longestTimeout, 120_000) + 125_000;
  return (
    <div className="ledger">
      <span>
        Counts <b>distinct listeners</b>, hosts and speakers not included
      </span>
      <span>
        {longestTimeout > 0 ? (
          <>
            Heartbeat <b>{durationText(longestTimeout / 3)}</b>, time-out <b>{durationText(longestTimeout)}</b>,
            back-dated
          </>
        ) : (
          <>
            Heartbeats <b>none</b>: silence is not seen
          </>
        )}
      </span>
      <span>
        Hearing <b>{known.hearing ? 'measured' : 'not measured'}</b>
      </span>
      <span>
        Duplicates <b>{countText(ledger.duplicates)}</b>
      </span>
      <span>
        Late <b>{countText(ledger.late)}</b>
      </span>
      <span>
        Dead letters <b>{countText(ledger.rejected)}</b>
      </span>
      {view.kept === null ? null : <span>{keptWords(view.kept)}</span>}
      <span className="end">
        Times in <b>{zoneLabel}</b>. Revision <b>{view.rev}</b>
        {view.complete ? ', final' : `, a second is final after ${durationText(finalAfter)}`}
      </span>
    </div>
  );
}
