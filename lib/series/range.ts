/** Which stretch of time the chart shows. */

export const RANGES = ['5m', '15m', '1h', 'all'] as const;
export type Range = (typeof RANGES)[number];

const SECONDS: Readonly<Record<Exclude<Range, 'all'>, number>> = { '5m': 300, '15m': 900, '1h': 3600 };
/** Room right of the live edge, as a share of the plot, for the words that name the lines. */
const EDGE_SHARE = 0.08;

export const RANGE_WORDS: Readonly<Record<Range, string>> = { '5m': '5 min', '15m': '15 min', '1h': '1 h', all: 'All' };

export function parseRange(text: string | undefined, fallback: Range): Range {
  return RANGES.find((range) => range === text) ?? fallback;
}

export interface Domain {
  /** epoch ms: the left edge of the plot */
  from: number;
  /** epoch ms: the newest data */
  edge: number;
  /** epoch ms: the right edge of the plot, beyond the newest data */
  to: number;
}

/** `firstSecond` and `lastSecond` are the first and last row, epoch seconds. A short broadcast is not stretched below a minute. */
export function domainOf(range: Range, firstSecond: number, lastSecond: number): Domain {
  const length = range === 'all' ? lastSecond - firstSecond : SECONDS[range];
  const span = Math.max(60, range === 'all' ? length : Math.min(length, Math.max(60, lastSecond - firstSecond)));
  const edge = lastSecond * 1000;
  return { from: edge - span * 1000, edge, to: edge + (span * 1000 * EDGE_SHARE) / (1 - EDGE_SHARE) };
}
