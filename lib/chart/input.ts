/** What a picture of the audience shows; every choice is made before it is drawn. */
import type { Alignment, Scale } from '../compare/align.ts';
import type { ValueState } from '../numbers/second.ts';
import type { LiveView } from '../series/live-view.ts';
import type { Point } from '../series/point.ts';
import type { Span } from '../series/span.ts';
import type { ThemeName } from './theme.ts';

/** No more than this many broadcasts beside the one that the picture is about. */
export const MOST_OTHERS = 4;

export interface OtherLine {
  broadcast: string;
  title: string | null;
  /** `at` is on the axis of the first broadcast, epoch ms; value in listeners, or a share of its own peak */
  points: { at: number; value: number }[];
  /** stretches in which nothing is known, on the same axis */
  gaps: Span[];
  peak: number;
  state: ValueState;
  rev: number;
}

/** A published figure: a level, never a curve. */
export interface ReportedLevel {
  name: string;
  value: number;
  /** `over`, `about`; empty where it was given plainly */
  qualifier: string;
  source: string;
}

/** Of a second in a crash window: who was there, and who would have been, with its 95 % band. */
export interface ExpectedSecond {
  /** epoch ms */
  at: number;
  connected: number;
  expected: number;
  lower: number;
  upper: number;
}

export interface Picture {
  view: LiveView;
  /** of each crash window, by onset; none in a comparison */
  expected?: readonly (readonly ExpectedSecond[])[];
  /** of the whole broadcast or more than the shown window; ascending, thinned or not */
  points: readonly Point[];
  /** the shown window, epoch ms */
  from: number;
  to: number;
  others: readonly OtherLine[];
  levels: readonly ReportedLevel[];
  /** how others stand against it; null without another line: the axis then reads as the clock */
  alignment: Alignment | null;
  /** the instant that stands at zero of an aligned axis, epoch ms */
  origin: number;
  scale: Scale;
  /** IANA name */
  zone: string;
}

export interface PictureForm {
  /** px */
  width: number;
  height: number;
  theme: ThemeName;
  /** when the picture is made, epoch ms */
  madeAt: number;
}

export const SMALLEST = { width: 240, height: 160 } as const;
export const LARGEST = { width: 8_000, height: 8_000 } as const;

/** Whether other streams stand beside the one that the picture is about: then one kind of number is drawn, connected. */
export function isComparison(picture: Pick<Picture, 'others' | 'levels'>): boolean {
  return picture.others.length + picture.levels.length > 0;
}
