import { instantText } from '../../lib/format/clock.ts';
import { durationText } from '../../lib/format/duration.ts';
import { timesText } from '../../lib/format/number.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import { isOpen, spanOf, windowWords } from '../../lib/series/span.ts';
import { StateShape } from '../_ui/marks.tsx';

interface Props {
  window: CrashWindow;
  place: string;
  zone: string;
  now: number;
  /** the broadcast's begin, epoch ms: a day is said where it is another one */
  since: number;
}

/** Which window it is, from when to when, of what type, and how sure. */
export function WindowHeading({ window, place, zone, now, since }: Props) {
  const { to } = spanOf(window);
  const cause = window.causes.find((one) => one.likely);
  const end =
    to === null || isOpen(window)
      ? `, open ${durationText(Math.max(0, now - window.onsetAt))}`
      : ` to ${instantText(to, zone, window.onsetAt)}, ${durationText(to - window.onsetAt)}`;
  return (
    <>
      <h2 className="badge crashing">
        <StateShape state="crashing" />
        Crash window {place}
      </h2>
      <span className="ink2">
        {instantText(window.onsetAt, zone, since)}
        {end}, {windowWords(window)}
        {window.source === 'curve' ? ', seen in a curve' : ''}
        {cause === undefined ? '' : `, likely cause ${cause.attribute}=${cause.value}, ${timesText(cause.riskRatio)}`}
      </span>
      {window.decisions?.some(({ verb }) => verb === 'acknowledged') ? (
        <span className="chip">acknowledged</span>
      ) : null}
      {window.joins === undefined ? null : <span className="chip">{window.joins.length} joined</span>}
      <span className="chip">{window.state === 'final' ? `final, r${window.rev}` : window.state}</span>
    </>
  );
}
