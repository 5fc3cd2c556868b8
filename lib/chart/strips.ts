/** Joins, endings and errors per second as bars on the time axis; each strip with its own maximum. */
import { axisCountText, rateText } from '../format/number.ts';
import { type Bar, bars, barWidth, highest } from '../series/bars.ts';
import type { StripName } from '../series/chart-layout.ts';
import type { Point } from '../series/point.ts';
import { alarms, spanOf } from '../series/span.ts';
import { element, label, path } from './element.ts';
import type { Drawing } from './lanes.ts';

const NAMES: Readonly<Record<StripName, string>> = {
  joins: 'Joins/s',
  gone: 'Gone/s',
  errors: 'Errors/s',
  comments: 'Comments/s',
};

/** `points`: within the shown window. */
export function strips(drawing: Drawing, points: readonly Point[]): string {
  const { frame, theme, picture, x } = drawing;
  const { layout, domain } = frame;
  const most = Math.max(20, Math.floor((layout.width - layout.gutter) / 6.2));
  const width = barWidth((domain.to - domain.from) / 1000, most);
  const step = Math.max(1.5, x(width * 1000) - x(0));
  const crashes = alarms(picture.view.windows).map(spanOf);
  const inCrash = (bar: Bar): boolean =>
    crashes.some((span) => (bar.from + width) * 1000 > span.from && (span.to === null || bar.from * 1000 <= span.to));
  return layout.strips
    .map(({ name, base, height }) => {
      const parts = partsOf(points, name, width, inCrash);
      const top = parts === null ? 0 : highest(parts.total);
      const scale = top === 0 ? 0 : height / top;
      const colours = { ink: theme.ink2, left: theme.left, dropped: theme.crash };
      const drawn =
        parts === null
          ? label(layout.gutter + 6, base - 7, 'not measured', { fill: theme.ink3 })
          : parts.list
              .map(({ look, list, under }) =>
                path(barPath(list, under, { left: layout.gutter, right: x(domain.edge), x, step, base, scale }), {
                  fill: colours[look],
                }),
              )
              .join('');
      return element(
        'g',
        { 'data-strip': name },
        path(`M${layout.gutter} ${base}H${layout.width}`, { stroke: theme.lineStrong }) +
          label(layout.gutter - 8, base - 20, NAMES[name], { fill: theme.ink2, anchor: 'end' }) +
          (parts === null
            ? ''
            : label(layout.gutter - 8, base - 7, `max ${maximumText(top)}`, {
                fill: theme.ink3,
                size: 10,
                anchor: 'end',
              })) +
          drawn,
      );
    })
    .join('');
}

interface Parts {
  total: Bar[];
  list: { look: 'ink' | 'left' | 'dropped'; list: Bar[]; under: Bar[] | null }[];
}

function partsOf(
  points: readonly Point[],
  name: StripName,
  width: number,
  inCrash: (bar: Bar) => boolean,
): Parts | null {
  if (name !== 'gone') {
    const list = bars(points, name, width);
    return list === null ? null : { total: list, list: [{ look: 'ink', list, under: null }] };
  }
  const left = bars(points, 'left', width);
  const dropped = bars(points, 'dropped', width);
  if (left === null || dropped === null) return null;
  const total = dropped.map((bar, index) => ({
    from: bar.from,
    perSecond: bar.perSecond + (left[index]?.perSecond ?? 0),
  }));
  return {
    total,
    list: [
      { look: 'left', list: left, under: null },
      { look: 'dropped', list: dropped.filter(inCrash), under: left },
      { look: 'ink', list: dropped.filter((bar) => !inCrash(bar)), under: left },
    ],
  };
}

interface BarPlace {
  left: number;
  right: number;
  x(at: number): number;
  step: number;
  base: number;
  scale: number;
}

function barPath(list: readonly Bar[], under: readonly Bar[] | null, place: BarPlace): string {
  const { left, right, x, step, base, scale } = place;
  const feet = new Map((under ?? []).map((bar) => [bar.from, bar.perSecond]));
  let d = '';
  for (const bar of list) {
    const at = Math.max(left, x(bar.from * 1000));
    const width = Math.min(Math.max(1, step - 1), right - at);
    if (bar.perSecond <= 0 || width <= 0) continue;
    const foot = base - (feet.get(bar.from) ?? 0) * scale;
    const height = Math.max(0.4, bar.perSecond * scale);
    d += `M${at.toFixed(1)} ${foot.toFixed(1)}v${(-height).toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}z`;
  }
  return d;
}

/** In full where it fits the gutter. */
function maximumText(perSecond: number): string {
  return perSecond >= 10_000 ? axisCountText(Math.round(perSecond / 100) * 100) : rateText(perSecond);
}
