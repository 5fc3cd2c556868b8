import { clockText } from '../../lib/format/clock.ts';
import { countText, shareText } from '../../lib/format/number.ts';
import { focusWindow, type LiveView } from '../../lib/series/live-view.ts';
import { isOpen } from '../../lib/series/span.ts';
import { Definition } from '../_ui/definition.tsx';

/** How the attempts of the last minute ended; the total is always there. */
export function Attempts({ view, zone }: { view: LiveView; zone: string }) {
  const { attempts } = view;
  const window = focusWindow(view.windows);
  return (
    <section aria-label="Attempts" className={window !== null && isOpen(window) ? 'in-crash' : undefined}>
      <div className="hd">
        <h2>
          <Definition term="attempts">Attempts</Definition>, {view.complete ? 'whole run' : 'last 60 s'}{' '}
          <span className="muted">{attempts === null ? '' : `of ${countText(attempts.total)}`}</span>
        </h2>
      </div>
      {attempts === null ? (
        <p className="sub">
          not measured: no <code>attempt</code> events
        </p>
      ) : attempts.total === 0 ? (
        <p className="sub">no attempts</p>
      ) : (
        <Outcomes total={attempts.total} outcomes={attempts.outcomes} failures={attempts.failures} />
      )}
      {window === null || window.blocked === null ? null : (
        <p className="sub pair rule">
          <span>
            <Definition term="blocked">Blocked</Definition> since {clockText(window.onsetAt, zone)}
          </span>
          <span>
            <b>{countText(window.blocked)}</b> could not get in
          </span>
        </p>
      )}
    </section>
  );
}

const PARTS = [
  { key: 'heard', words: 'Heard', look: 'o-heard' },
  { key: 'failed', words: 'Failed', look: 'o-failed' },
  { key: 'exited', words: 'Exited before sound', look: 'o-exited' },
  { key: 'unresolved', words: 'Unresolved', look: 'o-unresolved' },
] as const;

type AttemptCounts = NonNullable<LiveView['attempts']>;

function Outcomes(props: { total: number; outcomes: AttemptCounts['outcomes']; failures: number | null }) {
  const { total, outcomes, failures } = props;
  if (outcomes === null) {
    return (
      <p className="sub pair">
        <span>Failed, in the second of the error</span>
        <span>{failures === null ? 'not measured' : countText(failures)}</span>
      </p>
    );
  }
  const words = PARTS.map((part) => `${part.words} ${shareText(outcomes[part.key] / total)}`).join(', ');
  return (
    <>
      <div className="att" role="img" aria-label={words}>
        {PARTS.map((part) =>
          outcomes[part.key] === 0 ? null : (
            <span key={part.key} className={part.look} style={{ flexGrow: outcomes[part.key] }} />
          ),
        )}
      </div>
      <dl className="rows">
        {PARTS.map((part) => (
          <div key={part.key}>
            <dt>
              <i className={part.look} />
              {part.words}
            </dt>
            <dd>
              {countText(outcomes[part.key])}
              <span>{shareText(outcomes[part.key] / total)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
