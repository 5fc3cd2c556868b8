import { clockText } from '../../lib/format/clock.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import { isAlarm, spanOf, WINDOW_WORDS } from '../../lib/series/span.ts';

/** Windows that are no crash, and those that were taken back: said, so that nobody looks for them. */
export function OtherWindows({ windows, zone }: { windows: readonly CrashWindow[]; zone: string }) {
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
                {clockText(from, zone)}
                {to === null || to === from ? '' : ` to ${clockText(to, zone)}`}
                {window.state === 'withdrawn' ? ', withdrawn: the final numbers do not bear it out' : ''}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
