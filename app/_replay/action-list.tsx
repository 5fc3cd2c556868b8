import { actionText } from '../../lib/format/action.ts';
import { clockText, dayText } from '../../lib/format/clock.ts';
import type { Action } from '../../lib/numbers/action.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';

interface Props {
  actions: readonly Action[];
  windows: readonly CrashWindow[];
  rev: number;
  zone: string;
  zoneShort: string;
}

/** Who did what, and when: nothing that people changed is without a trace. */
export function ActionList({ actions, windows, rev, zone, zoneShort }: Props) {
  return (
    <section className="rd" aria-label="What was changed">
      <h2>
        What was changed{' '}
        <span className="muted">by people, after the fact; these are the numbers of revision {rev}</span>
      </h2>
      {actions.length === 0 ? (
        <p className="sub">Nothing.</p>
      ) : (
        <div className="tw">
          <table>
            <thead>
              <tr>
                <th scope="col">When, {zoneShort}</th>
                <th scope="col">Who</th>
                <th scope="col">What</th>
              </tr>
            </thead>
            <tbody>
              {actions.toReversed().map((action) => (
                <tr key={action.id}>
                  <td className="ink2 nw">
                    {dayText(action.at, zone)}, {clockText(action.at, zone)}
                  </td>
                  <td className="ink2">{action.author ?? <span className="muted">not said</span>}</td>
                  <td>{actionText(action, onsetOf(action, windows, zone))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function onsetOf(action: Action, windows: readonly CrashWindow[], zone: string): string | null {
  if (action.what !== 'window') return null;
  const window = windows.find(({ id, joins }) => id === action.on || joins?.some((part) => part.id === action.on));
  return window === undefined ? null : clockText(window.onsetAt, zone);
}
