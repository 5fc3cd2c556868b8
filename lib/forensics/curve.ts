/** A fall of an imported viewer count: what a curve alone can say, and nothing of people (SEMANTICS 6). */
import type { DetectedWindow } from '../crash/detected.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { recoveredSecond } from './expected.ts';
import type { Timeline } from './timeline.ts';

type CurveFacts = Pick<CrashWindow, 'connectedBefore' | 'connectedLowest' | 'depth' | 'recoveredAt'>;

/** A curve that is not back a day after its fall does not recover any more, s. */
const LOOKED_AT_SECONDS = 86_400;

/** The level before stands in for the expected audience. */
export function curveFacts(timeline: Timeline, window: DetectedWindow): CurveFacts {
  const before = timeline.connectedAt(window.onset - 1);
  const from = Math.max(timeline.first, window.onset);
  const connected = timeline.connected(from, Math.min(timeline.last, window.onset + LOOKED_AT_SECONDS));
  const upTo = Math.min(window.serviceEnd ?? timeline.last, timeline.last);
  let lowest = before;
  for (let i = 0; i < connected.length && from + i <= upTo; i++) lowest = Math.min(lowest, connected[i] ?? lowest);
  const level = new Float64Array(connected.length).fill(before);
  const recovered =
    window.serviceEnd === null
      ? null
      : recoveredSecond({ from, expected: level, lower: level, upper: level }, connected, window.serviceEnd);
  return {
    connectedBefore: before,
    connectedLowest: lowest,
    depth: before === 0 ? null : (before - lowest) / before,
    recoveredAt: recovered === null ? null : recovered * 1000,
  };
}
