/** For tests: a small broadcast made by hand, its rows counted the plain way from its stays. Times in seconds from 1,000. */
import type { DetectedWindow } from '../crash/detected.ts';
import { fill, type Run, type StoredRow } from '../numbers/rows.ts';
import type { Stay } from '../presence/stay.ts';
import type { FailureTable } from './blocked.ts';
import type { Known } from './cost.ts';
import { presencesOf } from './presence.ts';
import { type StayTable, StayTableBuilder } from './stay-table.ts';
import { Timeline } from './timeline.ts';

/** `start` and `end` in seconds; a time-out is one of silence, half a period after the last evidence. */
export function stay(
  listener: string,
  start: number,
  end: number | null,
  change: Partial<Omit<Stay, 'listener' | 'start' | 'end'>> = {},
): Stay {
  const silence = change.reason === 'timeout' ? Math.floor((change.heartbeatMs ?? 0) / 2) : 0;
  return {
    listener,
    connection: `${listener}-${start}`,
    room: 'main',
    start: Math.round(start * 1000),
    end: end === null ? null : Math.round(end * 1000),
    reason: end === null ? null : 'left',
    role: 'listener',
    hearing: [],
    attrs: null,
    source: null,
    lastEvidence: Math.round((end ?? start) * 1000) - silence,
    heartbeatMs: 0,
    joined: true,
    ...change,
  };
}

export function detected(
  onset: number,
  serviceEnd: number | null,
  change: Partial<DetectedWindow> = {},
): DetectedWindow {
  return {
    kind: 'loss',
    onset,
    detectedAt: onset + 3,
    serviceEnd,
    closedAt: serviceEnd === null ? null : serviceEnd + 60,
    evidence: 'reasons',
    silent: false,
    within: null,
    ...change,
  };
}

export interface Made {
  /** rows from here to `to`, epoch s */
  from: number;
  to: number;
  roomEnds?: Record<string, number>;
  failures?: readonly { listener: string; at: number }[];
  complete?: boolean;
  /** changes to single rows */
  rows?: Record<number, Partial<StoredRow>>;
}

export function known(stays: readonly Stay[], made: Made): Known {
  const builder = new StayTableBuilder();
  for (const s of stays) builder.add(s);
  const table = builder.finish();
  const rows: Run[] = [...fill([], made.from, made.to + 1)].map((row) => {
    const at = row.second * 1000;
    const there = new Set<string>();
    for (const s of stays) {
      if (s.role === 'listener' && s.start <= at && (s.end ?? Number.POSITIVE_INFINITY) > at) there.add(s.listener);
    }
    return { ...row, connected: there.size, ...made.rows?.[row.second], span: 1 };
  });
  return {
    timeline: new Timeline(rows),
    stays: table,
    presences: presencesOf(table),
    roomEnds: new Map(Object.entries(made.roomEnds ?? {}).map(([room, second]) => [room, second * 1000])),
    failures: made.failures ? failuresOf(made.failures, table) : null,
    complete: made.complete ?? true,
  };
}

function failuresOf(failures: readonly { listener: string; at: number }[], stays: StayTable): FailureTable {
  const names = [...new Set([...stays.listeners, ...failures.map((f) => f.listener)])];
  return {
    listeners: names.length,
    who: Int32Array.from(failures, (f) => names.indexOf(f.listener)),
    at: Float64Array.from(failures, (f) => f.at),
  };
}
