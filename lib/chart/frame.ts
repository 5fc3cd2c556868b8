/** Where the parts of a picture stand, in px. Plot, lanes and strips share one gutter and one time axis. */
import type { ChartLayout, LaneName, StripName } from '../series/chart-layout.ts';
import type { Domain } from '../series/range.ts';
import { captionOf, footerLines } from './captions.ts';
import { isComparison, type Picture, type PictureForm } from './input.ts';

export interface Frame {
  compact: boolean;
  side: number;
  /** top of the plot: title and subtitle stand above */
  top: number;
  /** in coordinates that begin at (side, top) */
  layout: ChartLayout;
  domain: Domain;
  /** how many notes are written out under the axis */
  notesListed: number;
  /** base line of the first line of the footer */
  footer: number;
}

const COMPACT_BELOW = 560;
const LANE = 20;
const STRIP = 48;
const NOTE_LINE = 16;
const MOST_NOTES = 8;
/** A plot lower than this gives up strips, then listed notes, then lanes. */
const PLOT_LEAST = 150;

export function frameOf(picture: Picture, form: PictureForm): Frame {
  const compact = form.width < COMPACT_BELOW;
  const side = compact ? 12 : 20;
  const top = compact ? 62 : 72;
  const caption = captionOf({ picture }, form.madeAt);
  const lines = footerLines(caption, form.width - 2 * side).length;
  const bottom = 14 + lines * 15;
  const room = form.height - top - bottom;
  const lanes = lanesOf(picture, compact);
  const notes = compact ? 0 : Math.min(MOST_NOTES, notesIn(picture));
  const strips: StripName[] =
    compact || isComparison(picture) || picture.view.kind === 'curve' ? [] : ['joins', 'gone', 'errors'];
  const plans: [LaneName[], StripName[], number][] = [
    [lanes, strips, notes],
    [lanes, strips, 0],
    [lanes, [], notes],
    [lanes, [], 0],
    [[], [], 0],
  ];
  const fits = plans.find(([l, s, n]) => room - beside(l, s, n) >= (s.length > 0 ? 220 : PLOT_LEAST));
  const [shownLanes, shownStrips, notesListed] = fits ?? [[], [], 0];
  const plotHeight = Math.max(24, room - beside(shownLanes, shownStrips, notesListed));
  const width = form.width - 2 * side;
  const gutter = compact ? 38 : 64;
  const afterLanes = plotHeight + (shownLanes.length > 0 ? 12 + shownLanes.length * LANE : 0);
  const axis = shownStrips.length > 0 ? afterLanes + 38 + (shownStrips.length - 1) * STRIP + 14 : afterLanes + 2;
  const layout: ChartLayout = {
    width,
    height: axis + 20,
    gutter,
    plotHeight,
    lanes: shownLanes.map((name, index) => ({ name, top: plotHeight + 12 + index * LANE })),
    strips: shownStrips.map((name, index) => ({ name, base: afterLanes + 38 + index * STRIP, height: 34 })),
    axis,
    compact,
  };
  const words = Math.min(isComparison(picture) ? 204 : compact ? 14 : 92, (width - gutter) / 3);
  const span = Math.max(1000, picture.to - picture.from);
  const domain = {
    from: picture.from,
    edge: picture.from + span,
    to: picture.from + (span * (width - gutter)) / (width - gutter - words),
  };
  return { compact, side, top, layout, domain, notesListed, footer: form.height - bottom + 20 };
}

/** Notes that stand in the shown window. */
export function notesIn({ view, from, to }: Picture): number {
  return view.notes.filter((note) => note.at >= from && note.at <= to).length;
}

/** A lane without anything to say is left out. */
function lanesOf({ view }: Picture, compact: boolean): LaneName[] {
  const names: LaneName[] = [];
  if (!compact && view.rooms.length > 0) names.push('room');
  if (!compact && view.segments.length > 0) names.push('segment');
  if (view.hosts.length > 0) names.push('host');
  if (view.notes.length > 0) names.push('notes');
  return names;
}

/** What stands under the plot: lanes, strips, axis and listed notes. */
function beside(lanes: readonly LaneName[], strips: readonly StripName[], notes: number): number {
  const laneHeight = lanes.length > 0 ? 12 + lanes.length * LANE : 0;
  const stripHeight = strips.length > 0 ? 38 + (strips.length - 1) * STRIP + 14 : 2;
  return laneHeight + stripHeight + 22 + (notes > 0 ? 6 + notes * NOTE_LINE : 0);
}
