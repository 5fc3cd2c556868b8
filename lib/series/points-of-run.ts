import { NOTHING_COUNTED, publish, type Run, rolledUp } from '../numbers/rows.ts';
import type { LEVELS } from '../numbers/second.ts';
import type { BroadcastStatus } from '../store/store.ts';
import { type Point, pointOf } from './point.ts';

/** Where a run begins and where it ends: between them nothing changes. */
export function pointsOfRun(run: Run, status: BroadcastStatus): Point[] {
  const first = pointOf({ ...publish(run, status.known, status, status.rev), ...rolledUp(run) });
  if (run.step !== undefined) return [first];
  if (run.span === 1) return [first];
  const last = { ...NOTHING_COUNTED, ...levelsOfRun(run), second: run.second + run.span - 1 };
  return [first, { ...pointOf(publish(last, status.known, status, status.rev)), seconds: run.span - 1 }];
}

function levelsOfRun(run: Run): Pick<Run, (typeof LEVELS)[number]> {
  const { connected, hearing, connections, suspect, hosts, speakers, unmet, unmetByJoin } = run;
  return { connected, hearing, connections, suspect, hosts, speakers, unmet, unmetByJoin };
}
