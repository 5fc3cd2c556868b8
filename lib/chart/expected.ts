/** The audience there would have been without a crash: what was lost against it, its band, and its dots. */
import type { WindowDetail } from '../forensics/detail.ts';
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

/** Words at the end of the last line; none where they would leave the plot. */
export function expectedName(
  windows: readonly (readonly ExpectedSecond[])[],
  { x, y }: Scales,
  { theme, right }: { theme: Theme; right: number },
): string {
  const end = windows.at(-1)?.at(-1);
  if (end === undefined) return '';
  const at = Math.min(right - 4, x(end.at));
  return label(at, y(end.upper) - 8, 'expected without the crash, 95 % band', {
    fill: theme.ink2,
    anchor: 'end',
    halo: theme.ground,
  });
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
