/** The fact sheet of a broadcast, computed once from merged rows, stays and control events. */
import type { ControlEvent } from '../event/event.ts';
import { compare, roomEnds, type Segment, segmentsOf } from '../numbers/controls.ts';
import type { CrashWindow, Report } from '../numbers/report.ts';
import { averageMinuteAudience, runtimeOf } from '../numbers/runtime.ts';
import { LEAVE_COLUMNS } from '../numbers/second.ts';
import type { Stay } from '../presence/stay.ts';
import type { BroadcastFacts } from '../store/read.ts';
import { type CountedRows, type LevelRun, peakOf, sumOf } from './audience.ts';
import { type Bucket, demandOf } from './demand.ts';
import { timeToFirstAudio } from './first-audio.ts';
import { People } from './people.ts';

/** How many error codes a report names; the rest are `other`. */
const CODES_NAMED = 1_000;

export interface ReportInput {
  facts: BroadcastFacts;
  /** every second of the broadcast, and of each room that was heard of, as runs */
  counted: CountedRows;
  rooms: ReadonlyMap<string, CountedRows>;
  /** every 10 s with an attempt */
  demand: readonly Bucket[];
  errors: readonly { code: string; count: number }[];
  /** start-up times: [ms, times], ascending */
  startups: readonly (readonly [number, number])[];
  stays: AsyncIterable<Stay>;
  /** listeners whose events came through more than one partition */
  splitListeners: number;
  windows: CrashWindow[];
  claims: unknown[];
}

export async function reportOf(input: ReportInput): Promise<Report> {
  const { facts } = input;
  const { rows, sums } = input.counted;
  const { status, ledger } = facts;
  const { known } = status;
  const ends = roomEnds(facts.controls);
  const openEnd = Math.ceil(status.lastAt / 1000) * 1000;
  const people = new People(openEnd);
  const hosts = new Map<string, { listener: string; role: 'host' | 'speaker'; intervals: [number, number | null][] }>();
  const inRooms = new Set<string>();
  for await (const stay of input.stays) {
    inRooms.add(stay.room);
    if (stay.role === 'listener') people.add(stay);
    else {
      const key = `${stay.role} ${stay.listener}`;
      const lane = hosts.get(key) ?? { listener: stay.listener, role: stay.role, intervals: [] };
      lane.intervals.push([stay.start, stay.end]);
      hosts.set(key, lane);
    }
  }

  const openRoom = [...inRooms].some((room) => !ends.has(room));
  const { startedAt, endedAt, length: runtimeMs } = runtimeOf({ ...facts, lastAt: status.lastAt, openRoom });
  const minutes = {
    connected: sumOf(rows, 'connected') / 60,
    hearing: known.hearing ? sumOf(rows, 'hearing') / 60 : null,
  };

  const peak = peakOf(rows, 'connected');
  const hearing = known.hearing ? peakOf(rows, 'hearing') : null;
  const leaves: Record<string, number> = {};
  for (const reason of [...LEAVE_COLUMNS].sort()) {
    const n = sums[reason];
    if (n > 0) leaves[reason] = n;
  }
  const outcome = (name: 'heard' | 'failed' | 'exited' | 'unresolved'): number =>
    sums[known.hearing ? name : (`${name}ByJoin` as const)];
  const segments = segmentsOf(facts.controls);

  return {
    broadcast: status.broadcast,
    title: status.title,
    schema: 1,
    asOfAt: status.complete ? status.lastAt : status.liveSecond * 1000,
    state: status.state,
    rev: status.rev,
    firstEventAt: facts.firstEventAt,
    lastEventAt: facts.lastEventAt,
    startedAt,
    endedAt,
    runtimeSeconds: runtimeMs === null ? null : runtimeMs / 1000,
    rooms: roomsOf(input, ends, inRooms),
    peak: { connected: peak.value, at: peak.at, minuteMean: peak.minuteMean, minuteMeanAt: peak.minuteMeanAt },
    peakHearing: hearing && {
      hearing: hearing.value,
      at: hearing.at,
      minuteMean: hearing.minuteMean,
      minuteMeanAt: hearing.minuteMeanAt,
    },
    listenerMinutes: minutes,
    averageMinuteAudience: {
      connected: averageMinuteAudience(minutes.connected, runtimeMs),
      hearing: averageMinuteAudience(minutes.hearing, runtimeMs),
      excludingCrashWindows: withoutWindows(rows, input.windows, runtimeMs),
    },
    unique: sums.newListeners,
    reach: known.hearing ? people.reach() : null,
    connections: sums.newConnections,
    joins: sums.joins,
    leaves,
    errors: known.errors ? codesOf(input.errors) : null,
    attempts: known.attempts
      ? {
          total: sums.attempts,
          heard: outcome('heard'),
          failed: outcome('failed'),
          exited: outcome('exited'),
          unresolved: outcome('unresolved'),
        }
      : null,
    comments: known.comments ? sums.comments : null,
    demand: known.attempts ? demandOf(rows, input.demand, known.hearing) : null,
    timeToFirstAudio: timeToFirstAudio(input.startups),
    crashWindows: input.windows,
    segments: segments.map((s) => segmentOf(s, endedAt ?? status.lastAt, people, rows, known.hearing)),
    notes: notesOf(facts.controls),
    hosts: [...hosts.values()]
      .map((h) => ({ ...h, intervals: united(h.intervals) }))
      .sort((a, b) => (a.intervals[0]?.[0] ?? 0) - (b.intervals[0]?.[0] ?? 0) || compare(a.listener, b.listener)),
    claims: input.claims,
    quality: {
      events: ledger.events,
      duplicates: ledger.duplicates,
      late: ledger.late,
      rejected: ledger.rejected,
      orphanLeaves: sums.orphanLeaves,
      joinsLost: sums.joinsLost,
      timeouts: known.silence ? sums.silenced : null,
      splitListeners: input.splitListeners,
      sources: ledger.sources,
    },
  };
}

function roomsOf(input: ReportInput, ends: ReadonlyMap<string, number>, inRooms: ReadonlySet<string>): Report['rooms'] {
  const names = new Set([...inRooms, ...input.facts.rooms, ...ends.keys()]);
  for (const c of input.facts.controls) if (c.type === 'room_start') names.add(c.room);
  const rooms: Report['rooms'] = [];
  for (const room of names) {
    const counted = input.rooms.get(room);
    const endedAt = ends.get(room) ?? null;
    const firstJoinAt = input.facts.firstJoins.get(room) ?? null;
    rooms.push({
      room,
      firstJoinAt: firstJoinAt !== null && endedAt !== null && firstJoinAt >= endedAt ? null : firstJoinAt,
      endedAt,
      peakConnected: peakOf(counted?.rows ?? [], 'connected').value,
      unique: counted?.sums.newListeners ?? 0,
    });
  }
  const at = (r: Report['rooms'][number]): number => r.firstJoinAt ?? Number.POSITIVE_INFINITY;
  return rooms.sort((a, b) => (at(a) === at(b) ? compare(a.room, b.room) : at(a) - at(b)));
}

export function notesOf(controls: readonly ControlEvent[]): Report['notes'] {
  return controls
    .filter((c) => c.type === 'note')
    .map((c) => ({ at: c.ts, label: c.label ?? '', author: c.author }))
    .sort((a, b) => a.at - b.at || compare(a.label, b.label));
}

/** Of chapters named when everything else had been counted. */
export async function segmentAudiences(
  segments: readonly Segment[],
  input: {
    /** epoch ms, as `openEnd` */
    runtimeEnd: number;
    rows: readonly LevelRun[];
    stays: AsyncIterable<Stay>;
    hearingKnown: boolean;
    openEnd: number;
  },
): Promise<Report['segments']> {
  const people = new People(input.openEnd);
  for await (const stay of input.stays) if (stay.role === 'listener') people.add(stay);
  return segments.map((s) => segmentOf(s, input.runtimeEnd, people, input.rows, input.hearingKnown));
}

/** The audience of a chapter; its average is over the rows in [from, to). */
function segmentOf(
  segment: Segment,
  runtimeEnd: number,
  people: People,
  rows: readonly LevelRun[],
  hearingKnown: boolean,
): Report['segments'][number] {
  const to = segment.to ?? Math.max(segment.from, runtimeEnd);
  const sum = sumOf(rows, hearingKnown ? 'hearing' : 'connected', segment.from, to);
  const length = (to - segment.from) / 1000;
  return {
    label: segment.label,
    from: segment.from,
    to,
    ...people.segment(segment, to, hearingKnown),
    averageMinuteAudience: length > 0 ? sum / length : null,
  };
}

function codesOf(errors: readonly { code: string; count: number }[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { code, count } of errors) counts.set(code, (counts.get(code) ?? 0) + count);
  const named = [...counts].sort((a, b) => compare(a[0], b[0]));
  const codes: Record<string, number> = Object.create(null);
  for (const [i, [code, count]] of named.entries()) {
    const name = i < CODES_NAMED ? code : 'other';
    codes[name] = (codes[name] ?? 0) + count;
  }
  return codes;
}

/** Average-minute audience with the seconds onset … service_end of crash windows taken from both sides. */
function withoutWindows(
  rows: readonly LevelRun[],
  windows: readonly CrashWindow[],
  runtimeMs: number | null,
): number | null {
  if (!runtimeMs) return null;
  const out: [number, number][] = [];
  const last = rows.at(-1);
  for (const w of windows) {
    if (w.state === 'withdrawn' || !TAKEN_OUT.has(w.type)) continue;
    out.push([w.onsetAt, w.serviceEndAt ?? (last ? last.second + last.span - 1 : 0) * 1000]);
  }
  let sum = sumOf(rows, 'connected');
  let seconds = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const [onset, end] of out.sort((a, b) => a[0] - b[0])) {
    const from = Math.max(onset, reached + 1000);
    if (end < from) continue;
    sum -= sumOf(rows, 'connected', from, end + 1000);
    seconds += (end - from) / 1000 + 1;
    reached = end;
  }
  const minutes = (runtimeMs / 1000 - seconds) / 60;
  return minutes > 0 ? sum / 60 / minutes : null;
}

const TAKEN_OUT: ReadonlySet<string> = new Set(['crash', 'partial_outage', 'host_drop', 'audio_dropout']);

function united(intervals: [number, number | null][]): [number, number | null][] {
  const runs: [number, number | null][] = [];
  for (const [from, to] of intervals.sort((a, b) => a[0] - b[0])) {
    const run = runs.at(-1);
    if (run && (run[1] === null || from <= run[1])) {
      if (run[1] !== null && (to === null || to > run[1])) run[1] = to;
    } else runs.push([from, to]);
  }
  return runs;
}
