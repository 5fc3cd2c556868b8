import { clockText } from '../../lib/format/clock.ts';
import { countText, rateText, shareText } from '../../lib/format/number.ts';
import type { DemandNow } from '../../lib/series/demand-now.ts';
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
      {view.demand === null ? null : <Demand demand={view.demand} zone={zone} />}
      <p className="sub pair">
        <Definition term="firstAudio">Time to first sound</Definition>
        <span>{view.timeToFirstAudio === null ? 'not measured' : waited(view.timeToFirstAudio)}</span>
      </p>
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

function waited({ p50, p95, p99 }: NonNullable<LiveView['timeToFirstAudio']>): string {
  return `p50 ${p50.toFixed(1)} s, p95 ${p95.toFixed(1)} s, p99 ${p99.toFixed(1)} s`;
}

/** How many want in against what was carried while people were refused. */
function Demand({ demand, zone }: { demand: DemandNow; zone: string }) {
  const { last, highestPerSecond, ceilingPerSecond, unmet, from } = demand;
  return (
    <>
      <p className="sub pair">
        <Definition term="demand">Demand</Definition>
        <span>
          {last === null ? (
            `at most ${rateText(highestPerSecond)}/s`
          ) : (
            <>
              <b>{rateText(last.askedPerSecond)}/s</b> want in, {rateText(last.metPerSecond)}/s get in
            </>
          )}
        </span>
      </p>
      <p className="sub pair">
        <Definition term="ceiling">Ceiling</Definition>
        <span>
          {ceilingPerSecond === null
            ? `none seen since ${clockText(from * 1000, zone)}`
            : `${rateText(ceilingPerSecond)}/s, demand at most ${rateText(highestPerSecond)}/s`}
        </span>
      </p>
      {unmet === null ? null : (
        <p className="sub pair">
          <Definition term="unmet">Still outside</Definition>
          <span>
            <b>{countText(unmet)}</b> tried in vain
          </span>
        </p>
      )}
    </>
  );
}
