/** The parameters of a picture, parsed once. */
import { LARGEST, MOST_OTHERS, SMALLEST } from '../../../../lib/chart/input.ts';
import type { PictureChoice } from '../../../../lib/chart/read.ts';
import { THEMES, type ThemeName } from '../../../../lib/chart/theme.ts';
import { ALIGNMENTS, SCALES } from '../../../../lib/compare/align.ts';
import { isZone } from '../../../../lib/format/clock.ts';
import { choiceOf, spanOf } from '../../../_data/instant.ts';

export interface ChartRequest {
  choice: PictureChoice;
  width: number;
  height: number;
  theme: ThemeName;
  why: null;
}

/** Repeated `compare` and lists with commas are the same. Throws nothing: a sentence says what is wrong. */
export function parseChartQuery(params: URLSearchParams, home: string): ChartRequest | { why: string } {
  const span = spanOf(params);
  if (span.why !== null) return span;
  const width = pixels(params, 'width', 1200, SMALLEST.width, LARGEST.width);
  if (typeof width === 'string') return { why: width };
  const height = pixels(params, 'height', 675, SMALLEST.height, LARGEST.height);
  if (typeof height === 'string') return { why: height };
  const theme = choiceOf(params, 'theme', THEMES);
  if (theme.why !== null) return theme;
  const align = choiceOf(params, 'align', ALIGNMENTS);
  if (align.why !== null) return align;
  const scale = choiceOf(params, 'scale', SCALES);
  if (scale.why !== null) return scale;
  const compare = params
    .getAll('compare')
    .flatMap((list) => list.split(','))
    .filter((id) => id !== '');
  if (compare.length > MOST_OTHERS) {
    return {
      why: `compare was expected with at most ${MOST_OTHERS} ids, and came with ${compare.length}: take some out.`,
    };
  }
  const zone = params.get('tz') ?? home;
  if (!isZone(zone)) {
    return { why: `tz was expected as the name of a time zone like Europe/Berlin, and came as "${zone}": correct it.` };
  }
  const segment = params.get('segment');
  return {
    choice: {
      ...(span.from !== null && { from: span.from }),
      ...(span.to !== null && { to: span.to }),
      ...(segment !== null && { segment }),
      compare,
      align: align.value,
      scale: scale.value,
      zone,
    },
    width,
    height,
    theme: theme.value,
    why: null,
  };
}

/** A sentence where it is no such number. */
function pixels(params: URLSearchParams, name: string, usual: number, least: number, most: number): number | string {
  const text = params.get(name);
  if (text === null) return usual;
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  return `${name} was expected as whole pixels from ${least} to ${most}, and came as "${text}": correct it.`;
}
