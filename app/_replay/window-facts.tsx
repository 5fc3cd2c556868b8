import { clockText, instantText } from '../../lib/format/clock.ts';
import { durationText } from '../../lib/format/duration.ts';
import { countText, shareText, timesText } from '../../lib/format/number.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import { isOpen, spanOf, WINDOW_WORDS } from '../../lib/series/span.ts';
import { Definition } from '../_ui/definition.tsx';

/** One crash window: when, what kind, and what it cost. */
export function WindowFacts(props: { window: CrashWindow; place: string; zone: string; now: number }) {
  const { window, place, zone, now } = props;
  const end = spanOf(window).to;
  const cause = window.causes.find((candidate) => candidate.likely);
  return (
    <section aria-label={`Crash window ${place}`}>
      <h2 className="wf-head">
        <span className={isOpen(window) ? 'badge crashing' : 'badge'}>▼ Crash window {place}</span>
        <span>
          {instantText(window.onsetAt, zone, now)}
          {end === null
            ? `, open ${durationText(Math.max(0, now - window.onsetAt))}`
            : ` to ${clockText(end, zone)}, ${durationText(end - window.onsetAt)}`}
          , {WINDOW_WORDS[window.type]}
          {cause === undefined ? '' : `, likely cause ${cause.attribute}=${cause.value} ${timesText(cause.riskRatio)}`}
        </span>
        <span className="chip fill">{window.state}</span>
      </h2>
      <dl className="facts">
        <Fact name="Depth" value={share(window.depth)} line="of the expected audience, at its worst" />
        <Fact
          name={<Definition term="dropped">Dropped</Definition>}
          value={count(window.dropped)}
          line={`of ${countText(window.connectedBefore)} connected before`}
        />
        <Fact
          name={<Definition term="blocked">Blocked</Definition>}
          value={count(window.blocked)}
          line="join failed in the window"
        />
        <Fact
          name={<Definition term="lost">Lost listener-minutes</Definition>}
          value={count(window.lostListenerMinutes.during)}
          line={`during; ${count(window.lostListenerMinutes.total)} in total`}
        />
        <Fact
          name={<Definition term="return">Back within 5 min</Definition>}
          value={share(window.returnRate['300'])}
          line={`30 s ${share(window.returnRate['30'])}, 2 min ${share(window.returnRate['120'])}, 10 min ${share(window.returnRate['600'])}`}
        />
        <Fact
          name="Recovered"
          value={window.recoveredAt === null ? 'not reached' : clockText(window.recoveredAt, zone)}
          line="95 % of expected, 20 s long"
        />
      </dl>
    </section>
  );
}

function Fact({ name, value, line }: { name: React.ReactNode; value: string; line: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="fig">{value}</dd>
      <dd className="sub">{line}</dd>
    </div>
  );
}

function count(value: number | null): string {
  return value === null ? 'not known' : countText(value);
}

function share(ratio: number | null): string {
  return ratio === null ? 'not known' : shareText(ratio);
}
