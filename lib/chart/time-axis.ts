/** The words under a picture: clock times, or time from what stands at zero of aligned broadcasts. */
import type { Alignment } from '../compare/align.ts';
import { clockMinuteText, clockText, dayText, zoneOffset } from '../format/clock.ts';
import { signedCountText } from '../format/number.ts';
import { timeTicks } from '../series/ticks.ts';
import { label, path } from './element.ts';
import type { Drawing } from './lanes.ts';

const ZERO = { start: 'the start', peak: 'the peak', segment: 'the segment', onset: 'the onset' } as const;
const UNITS = [
  { name: 'days', ms: 86_400_000 },
  { name: 'hours', ms: 3_600_000 },
  { name: 'minutes', ms: 60_000 },
  { name: 'seconds', ms: 1_000 },
] as const;

export function timeAxis({ picture, frame, theme, x }: Drawing): string {
  const { layout, domain } = frame;
  const { zone, origin } = picture;
  const most = Math.max(2, Math.floor((layout.width - layout.gutter) / (frame.compact ? 80 : 110)));
  const zero = zeroOf(picture.alignment);
  const times =
    zero === null
      ? timeTicks(domain.from, domain.to, most, zoneOffset(domain.edge, zone))
      : timeTicks(domain.from - origin, domain.to - origin, most, 0).map((offset) => offset + origin);
  const step = (times[1] ?? 0) - (times[0] ?? 0);
  const unit = UNITS.find(({ ms }) => step >= ms && step % ms === 0) ?? UNITS[3];
  const words = (at: number): string => {
    if (zero === null) return clockWords(at, zone, step, picture.alignment === 'clock');
    return at === origin ? zero : signedCountText((at - origin) / unit.ms);
  };
  const drawn = times
    .filter((at) => x(at) <= x(domain.edge) + 1)
    .map(
      (at) =>
        path(`M${x(at).toFixed(1)} ${layout.axis}v4`, { stroke: theme.lineStrong }) +
        label(x(at), layout.axis + 16, words(at), { fill: theme.ink3, anchor: 'middle' }),
    );
  const base = path(`M${layout.gutter} ${layout.axis}H${layout.width}`, { stroke: theme.line });
  const note =
    zero === null
      ? ''
      : label(layout.width, layout.axis + 16, `${unit.name} from ${ZERO[zero]}`, { fill: theme.ink3, anchor: 'end' });
  return (layout.strips.length > 0 || layout.lanes.length > 0 ? base : '') + drawn.join('') + note;
}

function zeroOf(alignment: Alignment | null): keyof typeof ZERO | null {
  return alignment === null || alignment === 'clock' ? null : alignment;
}

/** Midnight is named by its day, but for times of day that stand for several days. */
function clockWords(at: number, zone: string, step: number, timeOfDay: boolean): string {
  const clock = clockText(at, zone);
  if (clock === '00:00:00' && !timeOfDay) return dayText(at, zone, at);
  return step < 60_000 ? clock : clockMinuteText(at, zone);
}
