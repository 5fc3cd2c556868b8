/** What one crash window cost: every number with its definition and what it is out of. */
import type { WindowDetail } from '../../lib/forensics/detail.ts';
import { decisionLine } from '../../lib/format/action.ts';
import { clockText, instantText } from '../../lib/format/clock.ts';
import { durationText } from '../../lib/format/duration.ts';
import { countText, shareText } from '../../lib/format/number.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import { Definition } from '../_ui/definition.tsx';
import { Key } from '../_ui/key.tsx';

interface Props {
  window: CrashWindow;
  detail: WindowDetail | null;
  zone: string;
  /** under the numbers: what can be decided of the window */
  children: React.ReactNode;
}

export function CostRail({ window, detail, zone, children }: Props) {
  const { returnRate: back, lostListenerMinutes: lost, carryOver } = window;
  return (
    <aside className="r" aria-label="What it cost">
      <div className="fh">
        <h2>What it cost</h2>
        <span className="end muted">
          definitions <Key>?</Key>
        </span>
      </div>
      <dl className="figs">
        <Fact
          name={<Definition term="depth">Depth</Definition>}
          value={share(window.depth)}
          line={depthLine(window, detail, zone)}
        />
        <Fact
          name={<Definition term="dropped">Dropped</Definition>}
          value={count(window.dropped)}
          line={reasons(window, detail)}
        />
        <Fact
          name={<Definition term="left">Left by themselves</Definition>}
          value={detail === null ? UNKNOWN : countText(detail.leftByThemselves)}
          line="not counted as dropped"
        />
        <Fact
          name={<Definition term="blocked">Blocked</Definition>}
          value={count(window.blocked ?? detail?.blocked?.listeners ?? null)}
          line={
            detail?.blocked == null
              ? 'whose join failed in the window: not known by listener'
              : `join failed in the window; ${countText(detail.blocked.gotIn)} got in later`
          }
        />
        <Fact
          name={<Definition term="lost">Lost listener-minutes</Definition>}
          value={count(lost.during)}
          line={lostLine(window)}
        />
        <Fact
          name={<Definition term="return">Back within 5 min</Definition>}
          value={back['300'] === null ? notYet(window) : shareText(back['300'])}
          line={`30 s ${share(back['30'])}, 2 min ${share(back['120'])}, 10 min ${share(back['600'])}`}
        />
        <Fact
          name={
            <Definition term="carryOver">
              {carryOver === null ? 'Carry-over' : `Carry-over to ${carryOver.room}`}
            </Definition>
          }
          value={carryOver === null ? 'none' : shareText(carryOver.share)}
          line={
            carryOver === null
              ? 'no other room opened in place of this one'
              : `of the dropped; dead air ${carryOver.deadAirSeconds === 0 ? 'none' : durationText(carryOver.deadAirSeconds * 1000)}`
          }
        />
        <Fact
          name={<Definition term="recovered">Recovered</Definition>}
          value={window.recoveredAt === null ? 'not reached' : instantText(window.recoveredAt, zone, window.onsetAt)}
          line="95 % of expected, 20 s long"
        />
      </dl>
      {window.decisions === undefined ? null : (
        <ul className="wds">
          {window.decisions.map((decision) => (
            <li key={`${decision.at} ${decision.verb}`}>{decisionLine(decision, zone, window.onsetAt)}</li>
          ))}
        </ul>
      )}
      {children}
    </aside>
  );
}

const UNKNOWN = <span className="muted">unknown</span>;

function Fact({ name, value, line }: { name: React.ReactNode; value: React.ReactNode; line: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
      <dd className="s">{line}</dd>
    </div>
  );
}

function depthLine(window: CrashWindow, detail: WindowDetail | null, zone: string): string {
  const when = detail?.depthAt == null ? '' : `, ${clockText(detail.depthAt, zone)}`;
  const lowest = `; lowest ${countText(window.connectedLowest)} of ${countText(window.connectedBefore)}`;
  return window.source === 'curve' ? `of the audience before${lowest}` : `of the expected audience${when}${lowest}`;
}

function lostLine({ source, lostListenerMinutes: { total } }: CrashWindow): string {
  if (source === 'curve') return 'a curve does not say whose';
  return total === null ? 'during' : `during; ${countText(total)} to the end`;
}

function reasons(window: CrashWindow, detail: WindowDetail | null): string {
  if (detail === null) {
    return window.source === 'curve'
      ? 'a curve does not say who was dropped'
      : `of ${countText(window.connectedBefore)} before`;
  }
  const list = detail.droppedByReason.map(
    ({ reason, listeners }) => `${WORDS[reason] ?? reason} ${countText(listeners)}`,
  );
  return list.length === 0 ? 'nobody' : list.join(', ');
}

const WORDS: Readonly<Record<string, string>> = { timeout: 'time-out', room_ended: 'room ended' };

function notYet(window: CrashWindow): React.ReactNode {
  return <span className="muted">{window.source === 'curve' ? 'unknown' : 'too early'}</span>;
}

function count(value: number | null): React.ReactNode {
  return value === null ? UNKNOWN : countText(value);
}

function share(ratio: number | null): string {
  return ratio === null ? 'unknown' : shareText(ratio);
}
