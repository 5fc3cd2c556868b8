/** Names right of the lines of a comparison, kept apart, each with a piece of its line. */
import { element, fitted, label, path } from './element.ts';
import type { Drawing } from './lanes.ts';

const APART = 30;
const SWATCH = 18;

export interface EndLabel {
  name: string;
  detail: string;
  colour: string;
  dash: string;
  /** px, where it is wanted */
  y: number;
}

export function endLabels({ frame, theme, x }: Drawing, list: readonly EndLabel[]): string {
  const left = x(frame.domain.edge) + 10;
  const room = frame.layout.width - left - SWATCH - 6;
  const places = spread(
    list.map(({ y }) => y),
    12,
    frame.layout.plotHeight - 26,
  );
  return list
    .map((entry, index) => {
      const y = places[index] ?? entry.y;
      return element(
        'g',
        { 'data-mark': 'end-label' },
        path(`M${left.toFixed(1)} ${y.toFixed(1)}h${SWATCH}`, {
          stroke: entry.colour,
          'stroke-width': 2,
          'stroke-dasharray': entry.dash,
        }) +
          label(left + SWATCH + 6, y + 4, fitted(entry.name, room, 12), { fill: entry.colour, size: 12, weight: 600 }) +
          label(left + SWATCH + 6, y + 18, fitted(entry.detail, room), { fill: theme.ink3 }),
      );
    })
    .join('');
}

/** Places at least `APART` from each other and inside [low, high] where there is room, in the order given. */
export function spread(wanted: readonly number[], low: number, high: number): number[] {
  const order = wanted.map((y, index) => ({ y, index })).sort((a, b) => a.y - b.y || a.index - b.index);
  let floor = low;
  for (const entry of order) {
    entry.y = Math.max(entry.y, floor);
    floor = entry.y + APART;
  }
  let ceiling = high;
  for (const entry of [...order].reverse()) {
    entry.y = Math.min(entry.y, ceiling);
    ceiling = entry.y - APART;
  }
  const places: number[] = [];
  for (const { y, index } of order) places[index] = y;
  return places;
}
