/** The audience there would have been without a crash: what was lost against it, its band, and its dots. */
import type { WindowDetail } from '../forensics/detail.ts';
import { labelWidth } from '../series/chart-layout.ts';
import { label, path } from './element.ts';
import type { ExpectedSecond } from './input.ts';
import { linePath, type Scales } from './lines.ts';
import type { Theme } from './theme.ts';

/** A window is drawn in so many steps at most. */
const MOST = 600;
const LOST = 0.18;
const BAND = 0.14;

/** From the onset to `until` (epoch ms), where another window may begin; thinned evenly, since the curve is smooth. */
export function expectedOf(detail: WindowDetail, onsetAt: number, until: number): ExpectedSecond[] {
  const own = detail.audience.filter(({ second }) => second * 1000 >= onsetAt - 1000 && second * 1000 < until);
  const step = Math.ceil(own.length / MOST);
  return own
    .filter((_, index) => index % step === 0 || index === own.length - 1)
    .map(({ second, connected, expected, lower, upper }) => ({ at: second * 1000, connected, expected, lower, upper }));
}

/** `windows`: of each its seconds, ascending. */
export function expectedMarks(windows: readonly (readonly ExpectedSecond[])[], { x, y }: Scales, theme: Theme): string {
  return windows
    .filter((seconds) => seconds.length > 1)
    .map((seconds) => {
      const line = (read: (one: ExpectedSecond) => number): [number, number][] =>
        seconds.map((one) => [x(one.at), y(read(one))]);
      const expected = line((one) => one.expected);
      return (
        area(
          expected,
          line((one) => Math.min(one.connected, one.expected)),
          theme.crash,
          LOST,
          'lost',
        ) +
        area(
          line((one) => one.upper),
          line((one) => one.lower),
          theme.ink,
          BAND,
          'expected-band',
        ) +
        path(linePath([expected]), {
          fill: 'none',
          stroke: theme.ink2,
          'stroke-width': 2,
          'stroke-linecap': 'round',
          'stroke-dasharray': '0 5',
          'data-mark': 'expected',
        })
      );
    })
    .join('');
}

const NAME = 'expected without the crash, 95 % band';
/** Beside the end of the line, px. */
const GAP = 8;
/** From the line to that of the real audience, so that words fit between them, px. */
const APART = 24;

/** Words after the end of the last line where there is room, else above all of it that they stand over. */
export function expectedName(
  windows: readonly (readonly ExpectedSecond[])[],
  { x, y }: Scales,
  { theme, right }: { theme: Theme; right: number },
): string {
  const end = windows.at(-1)?.at(-1);
  if (end === undefined) return '';
  const width = labelWidth(NAME);
  const look = { fill: theme.ink2, halo: theme.ground } as const;
  const at = x(end.at);
  const isApart = Math.abs(y(end.connected) - y(end.expected)) > APART;
  if (isApart && at + GAP + width < right) return label(at + GAP, y(end.expected) + 4, NAME, look);
  const until = Math.min(right - 4, at);
  const under = windows.at(-1)?.filter((one) => x(one.at) >= until - width) ?? [];
  const top = Math.min(...under.map((one) => y(Math.max(one.upper, one.connected))));
  return label(until, top - 8, NAME, { ...look, anchor: 'end' });
}

function area(
  upper: readonly [number, number][],
  lower: readonly [number, number][],
  colour: string,
  opacity: number,
  mark: string,
): string {
  const there = linePath([[...upper]]);
  const back = linePath([[...lower].reverse()]).replace('M', 'L');
  return path(`${there}${back}Z`, { fill: colour, 'fill-opacity': opacity, 'data-mark': mark });
}
