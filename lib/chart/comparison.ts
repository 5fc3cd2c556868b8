/** Other broadcasts as lines of their own dash, reported figures as levels, and the names beside them. */
import { countText } from '../format/number.ts';
import type { Point } from '../series/point.ts';
import { element, path } from './element.ts';
import { type EndLabel, endLabels } from './end-labels.ts';
import type { OtherLine } from './input.ts';
import type { Drawing } from './lanes.ts';
import { runs, type Scales, stroke } from './lines.ts';
import { OTHER_DASHES } from './theme.ts';

/** `others`: within the shown window; `unit`: what a value of 1 is worth on the scale. */
export function comparedLines(drawing: Drawing, others: readonly OtherLine[], scales: Scales, unit: number): string {
  const { picture, frame, theme, x } = drawing;
  const right = x(frame.domain.edge);
  const levels = picture.levels.map(({ value }) => {
    const y = scales.y(value * unit).toFixed(1);
    const rule = path(`M${frame.layout.gutter} ${y}H${right.toFixed(1)}`, {
      stroke: theme.ink2,
      'stroke-dasharray': '1 4',
      'stroke-linecap': 'round',
      'data-mark': 'reported',
    });
    const dot = { cx: right - 4, cy: Number(y), r: 3, fill: theme.ground, stroke: theme.ink2, 'stroke-width': 1.5 };
    return rule + element('circle', dot);
  });
  const lines = others.map((other, index) =>
    stroke(
      runs(
        other.points.map(({ at, value }) => ({ at, value: value * unit })),
        other.gaps,
        scales,
      ),
      { ...look(index, theme), width: 1.5, mark: `other-${index + 1}` },
    ),
  );
  return [...levels, ...lines].join('');
}

/** Beside the highest point that each line has in view, kept apart. */
export function comparedNames(
  drawing: Drawing,
  shown: readonly Point[],
  others: readonly OtherLine[],
  scales: Scales,
  unit: number,
): string {
  const { picture, theme } = drawing;
  const highest = shown.reduce((most, point) => Math.max(most, point.connected), 0);
  const own: EndLabel = {
    name: picture.view.title ?? picture.view.broadcast,
    detail: `peak ${countText(picture.view.peak?.value ?? 0)}`,
    colour: theme.ink,
    dash: '',
    y: scales.y(highest),
  };
  return endLabels(drawing, [
    own,
    ...others.map((other, index): EndLabel => {
      const top = other.points.reduce((most, { value }) => Math.max(most, value), 0);
      return {
        name: other.title ?? other.broadcast,
        detail: other.points.length === 0 ? 'not in this window' : `peak ${countText(other.peak)}`,
        ...look(index, theme),
        y: scales.y(top * unit),
      };
    }),
    ...picture.levels.map(
      ({ name, value, qualifier }): EndLabel => ({
        name,
        detail: `${qualifier === '' ? '' : `${qualifier} `}${countText(value)}, reported`,
        colour: theme.ink2,
        dash: '1 4',
        y: scales.y(value * unit),
      }),
    ),
  ]);
}

function look(index: number, theme: Drawing['theme']): { colour: string; dash: string } {
  return { colour: theme.others[index % 4] ?? theme.ink2, dash: OTHER_DASHES[index % 4] ?? '' };
}
