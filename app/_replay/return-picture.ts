/** The return curve as a drawing: a step line of the share back, with the times that have a name marked on it. */
import type { WindowDetail } from '../../lib/forensics/detail.ts';
import { durationText } from '../../lib/format/duration.ts';
import { shareText } from '../../lib/format/number.ts';
import type { CrashWindow } from '../../lib/numbers/report.ts';
import { labelWidth } from '../../lib/series/chart-layout.ts';

export interface ReturnPicture {
  /** of the whole drawing, px */
  width: number;
  height: number;
  line: string;
  /** ends of the axes: minutes to the right, a share upwards */
  minutes: { x: number; text: string }[];
  shares: { y: number; text: string }[];
  marks: {
    x: number;
    y: number;
    text: string;
    strong: boolean;
    labelX: number;
    labelY: number;
    anchor: 'start' | 'end';
  }[];
  base: number;
  left: number;
}

const WIDTH = 420;
const HEIGHT = 184;
const LEFT = 40;
const TOP = 10;
const BASE = 148;
const NAMED = [
  ['120', 120],
  ['300', 300],
  ['600', 600],
] as const;
const MINUTE_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 720, 1440, 2880];
const SHARE_STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25];
/** A mark has this much room for its words, px. */
const WORDS = 13;

/** Null where nobody was dropped. */
export function returnPicture(returns: WindowDetail['returns'], window: CrashWindow): ReturnPicture | null {
  const inTheEnd = window.returnRate.end;
  if (inTheEnd === null) return null;
  const last = returns.at(-1);
  const span = Math.max(600, last?.seconds ?? 0);
  const top = Math.max(0.02, inTheEnd, last?.share ?? 0);
  const shareStep = SHARE_STEPS.find((step) => top / step <= 5) ?? 0.25;
  const ceiling = Math.ceil(top / shareStep + 0.15) * shareStep;
  const perSecond = (WIDTH - LEFT - 10) / span;
  const x = (seconds: number): number => LEFT + seconds * perSecond;
  const y = (share: number): number => BASE - (share / ceiling) * (BASE - TOP);
  const minuteStep = MINUTE_STEPS.find((step) => span / 60 / step <= 7) ?? 2880;
  const named = NAMED.flatMap(([key, seconds]) => {
    const share = window.returnRate[key];
    if (share === null || seconds > span) return [];
    return [{ seconds, share, text: `${durationText(seconds * 1000).replace(' 00 s', '')} ${shareText(share)}` }];
  });
  const marks: ReturnPicture['marks'] = [];
  for (const { seconds, share, text } of named) {
    const place = { x: x(seconds), y: y(share) };
    const headline = seconds === 300;
    // the headline stands over its mark while the curve does not rise through it
    const over = headline && y(shareAt(returns, (place.x + 10 + labelWidth(text) - LEFT) / perSecond)) > place.y - 6;
    marks.push({
      ...place,
      text,
      strong: headline,
      labelX: place.x + 6,
      labelY: over ? place.y - 7 : Math.min(BASE - 5, place.y + WORDS + 3),
      anchor: 'start',
    });
  }
  marks.push({
    x: x(span),
    y: y(inTheEnd),
    text: `end ${shareText(inTheEnd)}`,
    strong: false,
    labelX: x(span),
    labelY: y(inTheEnd) - 8,
    anchor: 'end',
  });
  return {
    width: WIDTH,
    height: HEIGHT,
    line: stepPath(returns, span, x, y),
    minutes: ticks(span / 60, minuteStep).map((minute) => ({ x: x(minute * 60), text: String(minute) })),
    shares: ticks(Math.min(1, ceiling) + 1e-9, shareStep).map((share) => ({
      y: y(share),
      text: share === 0 ? '0' : shareText(share, { tight: true }),
    })),
    marks: readable(apart(marks)),
    base: BASE,
    left: LEFT,
  };
}

function shareAt(returns: WindowDetail['returns'], seconds: number): number {
  return returns.findLast((step) => step.seconds <= seconds)?.share ?? 0;
}

/** Steps so small that they share a pixel are drawn as one. */
function stepPath(
  returns: WindowDetail['returns'],
  span: number,
  x: (seconds: number) => number,
  y: (share: number) => number,
): string {
  let path = `M${x(0).toFixed(1)} ${y(0).toFixed(1)}`;
  let [atX, atY] = [x(0), y(0)];
  for (const { seconds, share } of returns) {
    if (Math.abs(x(seconds) - atX) < 0.4 && Math.abs(y(share) - atY) < 0.4) continue;
    [atX, atY] = [x(seconds), y(share)];
    path += `H${atX.toFixed(1)}V${atY.toFixed(1)}`;
  }
  const last = returns.at(-1);
  return `${path}H${x(span).toFixed(1)}V${y(last?.share ?? 0).toFixed(1)}`;
}

/** Words that would run into each other go under one another. */
function apart(marks: ReturnPicture['marks']): ReturnPicture['marks'] {
  const under = marks
    .filter((mark) => mark.labelY > mark.y && mark.anchor === 'start')
    .sort((a, b) => a.labelX - b.labelX);
  for (const [index, mark] of [...under.entries()].reverse()) {
    const next = under[index + 1];
    if (next === undefined || sides(mark)[1] < sides(next)[0]) continue;
    mark.labelY = Math.min(BASE - 5, Math.max(mark.labelY, next.labelY + WORDS));
  }
  return marks;
}

/** Words that leave the drawing, or still run into the headline's or those before them, are left out: the numbers stand in the rail too. */
function readable(marks: ReturnPicture['marks']): ReturnPicture['marks'] {
  const kept: ReturnPicture['marks'] = [];
  const free = (mark: ReturnPicture['marks'][number]): boolean => {
    const [from, to] = sides(mark);
    if (to > WIDTH + 4) return false;
    return kept.every((other) => {
      const [left, right] = sides(other);
      return from > right || to < left || Math.abs(mark.labelY - other.labelY) >= WORDS - 1;
    });
  };
  const words = new Set<ReturnPicture['marks'][number]>();
  for (const mark of [...marks].sort((a, b) => Number(b.strong) - Number(a.strong))) {
    if (!free(mark)) continue;
    kept.push(mark);
    words.add(mark);
  }
  return marks.map((mark) => (words.has(mark) ? mark : { ...mark, text: '' }));
}

function sides({ labelX, anchor, text }: ReturnPicture['marks'][number]): [number, number] {
  const width = labelWidth(text);
  return anchor === 'start' ? [labelX, labelX + width] : [labelX - width, labelX];
}

function ticks(most: number, step: number): number[] {
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}
