/**
 * Falls of a curve that is no churn: the sums of the loss detector, on what a viewer count lost from one sample to the
 * next. A curve does not say who left by choice, so only a fall that no crowd takes at once by choice raises it.
 */
import type { CurveGap, CurveLevels } from '../numbers/curve.ts';
import type { DetectedWindow } from './detected.ts';

/** Shares are of the level before. */
const CURVE = {
  /** small audiences are taken for this many */
  fewest: 20,
  /** usual fall of a sample to start with, and how slowly the usual follows, samples */
  start: 0.01,
  halfLife: 20,
  /** allowed above the usual in one sample that stands for a minute or more; less for shorter ones */
  slack: 0.05,
  slackLeast: 0.01,
  /** the sum that alarms, and the viewers it must be */
  share: 0.15,
  least: 20,
  /** how many times the usual swing of the curve a fall must be */
  swings: 6,
  /** a window closes after so many quiet seconds, or samples where those are longer */
  quietSeconds: 60,
  quietSamples: 2,
  /** what the curve comes down to in the end is the end of the show */
  endSamples: 15,
};

export function curveFalls({ levels, gaps, step }: CurveLevels): DetectedWindow[] {
  const windows: DetectedWindow[] = [];
  const keep = 0.5 ** (1 / CURVE.halfLife);
  const slack = Math.max(CURVE.slackLeast, CURVE.slack * Math.min(1, step / 60));
  const quiet = Math.max(CURVE.quietSeconds, CURVE.quietSamples * step);
  let usual = CURVE.start;
  let swing = CURVE.start;
  let sum = 0;
  let onset: number | null = null;
  let open: DetectedWindow | null = null;
  let lastFall = 0;
  for (let i = 1; i < levels.length; i++) {
    const before = levels[i - 1];
    const now = levels[i];
    if (before === undefined || now === undefined) continue;
    if (spansGap(gaps, before.second, now.second)) {
      // what happened meanwhile is not known, and the level after it is no fall
      if (open !== null) windows.push(close(open, lastFall, before.second));
      sum = 0;
      onset = null;
      open = null;
      continue;
    }
    const audience = Math.max(CURVE.fewest, before.value);
    const fall = Math.max(0, before.value - now.value) / audience;
    const excess = fall - usual - slack;
    if (sum === 0 && excess > 0) onset = before.second + 1;
    sum = Math.max(0, sum + excess);
    if (open === null) {
      const enough = sum >= CURVE.share && sum * audience >= CURVE.least && sum >= CURVE.swings * swing;
      if (enough && onset !== null) {
        open = window(onset, now.second);
        lastFall = now.second;
      } else if (sum === 0) onset = null;
    } else if (excess > 0) lastFall = now.second;
    else if (now.second - lastFall >= quiet) {
      windows.push(close(open, lastFall, now.second));
      open = null;
      sum = 0;
      onset = null;
    }
    if (open !== null || sum >= CURVE.share / 2) continue;
    const change = Math.abs(now.value - before.value) / audience;
    usual = usual * keep + Math.min(fall, usual * 3 + 0.005) * (1 - keep);
    swing = swing * keep + Math.min(change, swing * 3 + 0.005) * (1 - keep);
  }
  const last = levels[levels.length - 1];
  // still falling where the curve ends: the end of the show, or of what was sampled
  if (open !== null && last !== undefined && last.second - open.onset > CURVE.endSamples * step) {
    windows.push({ ...close(open, lastFall, last.second) });
  }
  return last === undefined ? windows : windows.filter((each) => !isTheEnd(each, levels, step));
}

/** The audience goes, the curve stops soon after, and nobody came back before it did. */
function isTheEnd(fall: DetectedWindow, levels: CurveLevels['levels'], step: number): boolean {
  const last = levels[levels.length - 1];
  const before = levels.findLast((level) => level.second < fall.onset)?.value ?? 0;
  if (last === undefined || last.second - fall.onset > CURVE.endSamples * step) return false;
  return levels.every((level) => level.second <= (fall.serviceEnd ?? fall.onset) || level.value < 0.6 * before);
}

function window(onset: number, detectedAt: number): DetectedWindow {
  return {
    kind: 'curve',
    onset,
    detectedAt,
    serviceEnd: null,
    closedAt: null,
    evidence: 'endings',
    silent: false,
    within: null,
  };
}

function close(open: DetectedWindow, serviceEnd: number, closedAt: number): DetectedWindow {
  return { ...open, serviceEnd, closedAt };
}

function spansGap(gaps: readonly CurveGap[], from: number, to: number): boolean {
  return gaps.some((gap) => gap.from <= to && gap.to >= from);
}
