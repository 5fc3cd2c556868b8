/** Where the dropped went, as ribbons from all of them to each end. */
import type { WindowDetail } from '../../lib/forensics/detail.ts';
import { countText } from '../../lib/format/number.ts';

export interface FlowEnd {
  name: string;
  listeners: number;
  share: number;
  top: number;
  height: number;
  /** outline of its ribbon */
  ribbon: string;
  labelY: number;
}

export interface FlowPicture {
  width: number;
  height: number;
  total: number;
  ends: FlowEnd[];
  /** the bar at the left and where the ends stand */
  left: number;
  right: number;
  bar: { top: number; height: number };
}

const WIDTH = 420;
const HEIGHT = 172;
const LEFT = 92;
const RIGHT = 262;
const GAP = 14;
const TOP = 8;
const BAR = 6;
/** Two lines of words beside an end, px. */
const WORDS = 34;

/** From the edge to the first line of the first words, and from that of the last ones to the other edge, px. */
const FIRST_WORDS = 10;
const LAST_WORDS = 18;

/** Null where nobody was dropped. */
export function flowPicture({ back, elsewhere, notBack }: WindowDetail['dropped']): FlowPicture | null {
  const total = back + elsewhere + notBack;
  if (total === 0) return null;
  const ends = [
    ['Came back to the same room', back],
    ['Turned up in another room', elsewhere],
    ['No further sign of life', notBack],
  ] as const;
  const room = HEIGHT - TOP - GAP * (ends.length - 1) - 8;
  const barTop = TOP + GAP;
  let from = barTop;
  let to = TOP;
  let words: number = FIRST_WORDS;
  const drawn = ends.map(([name, listeners]) => {
    const height = (listeners / total) * room;
    const thick = Math.max(1, height);
    const labelY = Math.max(words, to + thick / 2 - 3);
    words = labelY + WORDS;
    const end = {
      name,
      listeners,
      share: listeners / total,
      top: to,
      height: thick,
      ribbon: ribbon(from, from + height, to, to + thick),
      labelY,
    };
    from += height;
    to += height + GAP;
    return end;
  });
  // the last words stay within the drawing, and those above them make room
  let lowest = HEIGHT - LAST_WORDS;
  for (const end of drawn.toReversed()) {
    end.labelY = Math.min(end.labelY, lowest);
    lowest = end.labelY - WORDS;
  }
  return {
    width: WIDTH,
    height: HEIGHT,
    total,
    left: LEFT,
    right: RIGHT,
    bar: { top: barTop, height: room },
    ends: drawn,
  };
}

/** The sentence under the drawing. */
export function flowSentence(detail: WindowDetail): string {
  const { back, elsewhere, notBack } = detail.dropped;
  return (
    `Of ${countText(back + elsewhere + notBack)} dropped, ${countText(back)} came back to the room they were cut off from, ` +
    `${countText(elsewhere)} were next seen in another room, and of ${countText(notBack)} nothing more was seen. ` +
    `${countText(detail.leftByThemselves)} others left by themselves in the window; they are not among the dropped.`
  );
}

function ribbon(fromTop: number, fromBottom: number, toTop: number, toBottom: number): string {
  const [x1, x2] = [LEFT + BAR, RIGHT];
  const middle = (x1 + x2) / 2;
  return (
    `M${x1} ${fromTop.toFixed(1)}C${middle} ${fromTop.toFixed(1)} ${middle} ${toTop.toFixed(1)} ${x2} ${toTop.toFixed(1)}` +
    `V${toBottom.toFixed(1)}C${middle} ${toBottom.toFixed(1)} ${middle} ${fromBottom.toFixed(1)} ${x1} ${fromBottom.toFixed(1)}Z`
  );
}
