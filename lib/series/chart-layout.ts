/** Where things stand in the audience chart, in CSS pixels from its top left corner. One time axis for all of it. */
import type { Domain } from './range.ts';

export type LaneName = 'room' | 'segment' | 'host' | 'notes';
export type StripName = 'joins' | 'gone' | 'errors' | 'comments';

export interface ChartLayout {
  width: number;
  height: number;
  /** labels left of every plot and lane */
  gutter: number;
  /** the plot is [0, plotHeight], y = 0 of its scale at the bottom */
  plotHeight: number;
  /** top of a 12 px lane */
  lanes: { name: LaneName; top: number }[];
  /** base line of a strip, and the height of its highest bar */
  strips: { name: StripName; base: number; height: number }[];
  axis: number;
  compact: boolean;
}

const LANE = 20;
const STRIP = 48;

/** A strip of comments only where anybody ever wrote one: most broadcasts have no chat. */
export function chartLayout(width: number, plotHeight: number, compact: boolean, comments = false): ChartLayout {
  const laneNames: LaneName[] = compact ? ['host', 'notes'] : ['room', 'segment', 'host', 'notes'];
  const usual: StripName[] = compact ? ['gone'] : ['joins', 'gone', 'errors'];
  const stripNames: StripName[] = comments && !compact ? [...usual, 'comments'] : usual;
  const lanes = laneNames.map((name, index) => ({ name, top: plotHeight + 12 + index * LANE }));
  const afterLanes = plotHeight + 12 + laneNames.length * LANE;
  const strips = stripNames.map((name, index) => ({ name, base: afterLanes + 38 + index * STRIP, height: 34 }));
  const axis = afterLanes + 38 + (stripNames.length - 1) * STRIP + 14;
  return { width, height: axis + 20, gutter: compact ? 38 : 64, plotHeight, lanes, strips, axis, compact };
}

/** What the layout takes beside the plot. */
export function heightBesidePlot(compact: boolean, comments: boolean): number {
  return chartLayout(0, 0, compact, comments).height;
}

export function timeScale(layout: ChartLayout, domain: Domain): (at: number) => number {
  const width = layout.width - layout.gutter;
  return (at) => layout.gutter + ((at - domain.from) / (domain.to - domain.from)) * width;
}

/** The instant under x, inside what has data. */
export function timeAt(layout: ChartLayout, domain: Domain, x: number): number {
  const width = layout.width - layout.gutter;
  const at = domain.from + ((x - layout.gutter) / width) * (domain.to - domain.from);
  return Math.min(domain.edge, Math.max(domain.from, at));
}

export function valueScale(layout: ChartLayout, ceiling: number): (value: number) => number {
  return (value) => layout.plotHeight * (1 - value / ceiling);
}

/** A rough width of a label at 11 px: enough to keep labels from running into each other. */
export function labelWidth(text: string): number {
  return text.length * 6.1;
}
