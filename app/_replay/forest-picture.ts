/** Risk ratios with their intervals on one logarithmic axis. */
import type { Cause } from '../../lib/numbers/report.ts';

export interface ForestRow {
  cause: Cause;
  /** px */
  x: number;
  from: number;
  to: number;
}

export interface ForestPicture {
  width: number;
  rows: ForestRow[];
  /** where the ratio is 1, and where a cause becomes likely; px */
  one: number;
  likely: number;
}

const WIDTH = 120;
const LEAST = 0.5;
/** From this lower bound on a value is a likely cause. */
export const LIKELY_FROM = 3;
/** An axis shorter than this would make a chance look large. */
const LEAST_MOST = 4;

export function forestPicture(causes: readonly Cause[], most: number): ForestPicture {
  const shown = causes.slice(0, most);
  const highest = Math.max(LEAST_MOST, ...shown.map((cause) => Math.min(cause.upper, cause.riskRatio * 3)));
  const lowest = Math.min(LEAST, ...shown.map((cause) => Math.max(0.05, cause.lower)));
  const x = (ratio: number): number => {
    const inside = Math.min(highest, Math.max(lowest, ratio));
    return 4 + (Math.log(inside / lowest) / Math.log(highest / lowest)) * (WIDTH - 8);
  };
  return {
    width: WIDTH,
    rows: shown.map((cause) => ({ cause, x: x(cause.riskRatio), from: x(cause.lower), to: x(cause.upper) })),
    one: x(1),
    likely: x(LIKELY_FROM),
  };
}
