import { decisionLine } from '../../lib/format/action.ts';
import { clockText, instantText } from '../../lib/format/clock.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import { isAlarm, isDismissed, spanOf, WINDOW_WORDS } from '../../lib/series/span.ts';
import { Restore } from './window-decisions.tsx';

/** Windows that are no crash, and those that were taken back: said, so that nobody looks for them. */
interface Props {
  broadcast: string;
  windows: readonly CrashWindow[];
  /** the broadcast's begin, epoch ms: a day is said where it is another one */
  since: number;
  zone: string;
}

export function OtherWindows({ broadcast, windows, since, zone }: Props) {
  const others = windows.filter((window) => !isAlarm(window));
  if (others.length === 0) return null;
  return (
    <section className="ow" aria-label="Also seen">
      <h2>Also seen, and no crash</h2>
      <ul>
        {others.map((window) => {
          const { from, to } = spanOf(window);
          return (
            <li key={window.id}>
              <b>{WINDOW_WORDS[window.type]}</b>{' '}
              <span className="muted">
                {instantText(from, zone, since)}
                {to === null || to === from ? '' : ` to ${instantText(to, zone, from)}`}
                {window.state === 'withdrawn' ? `, ${withdrawnWords(window, zone)}` : ''}
              </span>
              {isDismissed(window) ? (
                <>
                  {' '}
                  <Restore
                    broadcast={broadcast}
                    id={window.id}
                    words={`the window of ${clockText(window.onsetAt, zone)}`}
                  />
                </>
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function withdrawnWords(window: CrashWindow, zone: string): string {
  const last = window.decisions?.findLast(({ verb }) => verb === 'dismissed');
  return last === undefined
    ? 'withdrawn: the final numbers do not bear it out'
    : decisionLine(last, zone, window.onsetAt);
}
