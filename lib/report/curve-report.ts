/** The fact sheet of an imported viewer count: levels are known, people are not. */
import type { Report } from '../numbers/report.ts';
import { withoutGaps } from '../numbers/rows.ts';
import { alarms } from '../series/span.ts';
import type { LevelRun } from './audience.ts';

/** `runs`: the seconds that are known. Averages are over those alone: what nobody sampled counts on neither side. */
export function curveReport(report: Report, runs: readonly LevelRun[]): Report {
  const { firstEventAt: startedAt, lastEventAt: endedAt } = report;
  const outside = alarms(report.crashWindows).reduce<readonly LevelRun[]>((kept, { onsetAt, serviceEndAt }) => {
    const to = serviceEndAt === null ? Number.POSITIVE_INFINITY : serviceEndAt / 1000;
    return withoutGaps(kept, [{ from: onsetAt / 1000, to }]);
  }, runs);
  return {
    ...report,
    startedAt,
    endedAt,
    runtimeSeconds: startedAt === null || endedAt === null ? null : (endedAt - startedAt) / 1000,
    rooms: [],
    averageMinuteAudience: { connected: mean(runs), hearing: null, excludingCrashWindows: mean(outside) },
    unique: null,
    reach: null,
    connections: null,
    joins: null,
    leaves: null,
  };
}

function mean(runs: readonly LevelRun[]): number | null {
  let sum = 0;
  let seconds = 0;
  for (const { connected, span } of runs) {
    sum += connected * span;
    seconds += span;
  }
  return seconds === 0 ? null : sum / seconds;
}
