/** A viewer count as somebody else sampled it: no listeners, no joins, only a number now and then. */

export interface Sample {
  /** epoch ms */
  at: number;
  /** null: not known at that instant */
  value: number | null;
}

/** Samples further apart than this many usual steps leave a gap. */
const STEPS_MISSING = 3;

export interface CurveLevel {
  /** epoch s */
  second: number;
  value: number;
}

/** A stretch of seconds in which nothing is known: both ends belong to it, epoch s. */
export interface CurveGap {
  from: number;
  to: number;
}

export interface CurveLevels {
  /** every known sample; the level holds until the next one, through gaps too */
  levels: CurveLevel[];
  gaps: CurveGap[];
  /** the usual distance of samples, s; 1 where there is one alone */
  step: number;
}

/**
 * Samples ascend by time. Missing ones at both ends are left out; of several in one second the last known counts. A gap
 * begins where a sample is missing, or one usual step after the last one where none comes for three.
 */
export function curveLevels(samples: readonly Sample[]): CurveLevels {
  const seconds = new Map<number, number | null>();
  for (const { at, value } of samples) {
    const second = Math.round(at / 1000);
    seconds.set(second, value ?? seconds.get(second) ?? null);
  }
  const list = [...seconds];
  const first = list.findIndex(([, value]) => value !== null);
  const last = list.findLastIndex(([, value]) => value !== null);
  const kept = first < 0 ? [] : list.slice(first, last + 1);
  const step = usualStep(kept.map(([second]) => second));
  const levels: CurveLevel[] = [];
  const gaps: CurveGap[] = [];
  let missingFrom: number | null = null;
  let before: number | null = null;
  for (const [second, value] of kept) {
    const silent = before !== null && second - before > STEPS_MISSING * step;
    if (silent && before !== null) missingFrom ??= before + step;
    if (value === null) missingFrom ??= second;
    else {
      if (missingFrom !== null && missingFrom < second) gaps.push({ from: missingFrom, to: second - 1 });
      missingFrom = null;
      levels.push({ second, value });
    }
    before = second;
  }
  return { levels, gaps, step };
}

function usualStep(seconds: readonly number[]): number {
  const steps: number[] = [];
  for (let i = 1; i < seconds.length; i++) steps.push((seconds[i] ?? 0) - (seconds[i - 1] ?? 0));
  steps.sort((a, b) => a - b);
  return Math.max(1, steps[Math.floor(steps.length / 2)] ?? 1);
}
