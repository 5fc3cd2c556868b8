/** Stored changes become a row per second: levels summed up, counters taken, unknown made null. */
import type { BlockStep, LevelOver } from './blocks.ts';
import type { CurveGap } from './curve.ts';
import { type Counts, type Known, LEAVE_COLUMNS, LEVELS, type SecondRow } from './second.ts';
import { type Progress, stateOf } from './state.ts';

/** A stored row, merged over partitions: levels as their change at that second. */
export type StoredRow = { second: number } & Counts;

/** Levels and counters of every second in [from, to), epoch s, filled in where nothing changed; `start`: levels before. */
export function* fill(
  stored: readonly StoredRow[],
  from: number,
  to: number,
  start: Partial<Record<(typeof LEVELS)[number], number>> = {},
): Generator<StoredRow> {
  const level = Object.fromEntries(LEVELS.map((name) => [name, start[name] ?? 0])) as Record<
    (typeof LEVELS)[number],
    number
  >;
  let i = 0;
  const take = (row: StoredRow): void => {
    for (const name of LEVELS) level[name] += row[name];
  };
  for (let row = stored[i]; row && row.second < from; row = stored[++i]) take(row);
  for (let second = from; second < to; second++) {
    const row = stored[i];
    if (row?.second === second) {
      take(row);
      i++;
      yield { ...row, ...level };
    } else yield { ...NOTHING_COUNTED, ...level, second };
  }
}

/** A second and those after it in which nothing changed: `span` seconds with these levels, counters in the first alone. */
export type Run = StoredRow & {
  span: number;
  /** of a block of rolled-up seconds: its levels above are means over `span`, these say between what they moved */
  over?: Readonly<Record<(typeof LEVELS)[number], LevelOver>>;
  /** length of the block the run lies in, s */
  step?: BlockStep;
};

/** The seconds of [from, to), epoch s, as runs, with the levels of `start` before `stored` begins: what `fill` gives, without repeating what does not change. */
export function* runs(
  stored: readonly StoredRow[],
  from: number,
  to: number,
  start: Partial<Record<(typeof LEVELS)[number], number>> = {},
): Generator<Run> {
  const level = Object.fromEntries(LEVELS.map((name) => [name, start[name] ?? 0])) as Record<
    (typeof LEVELS)[number],
    number
  >;
  const take = (row: StoredRow): void => {
    for (const name of LEVELS) level[name] += row[name];
  };
  let i = 0;
  for (let row = stored[i]; row && row.second < from; row = stored[++i]) take(row);
  let second = from;
  while (second < to) {
    const row = stored[i];
    const here = row?.second === second;
    if (here && row) {
      take(row);
      i++;
    }
    const next = Math.min(to, stored[i]?.second ?? to);
    yield { ...(here && row ? row : NOTHING_COUNTED), ...level, second, span: next - second };
    second = next;
  }
}

/** Runs without the seconds of gaps (ascending, apart, both ends included): a run that one cuts goes on behind it. */
export function withoutGaps<Seconds extends Pick<Run, 'second' | 'span'>>(
  all: readonly Seconds[],
  gaps: readonly CurveGap[],
): Seconds[] {
  return gaps.reduce<Seconds[]>(
    (kept, gap) =>
      kept.flatMap((run) => {
        const end = run.second + run.span;
        if (end <= gap.from || run.second > gap.to) return [run];
        const before = { ...run, span: gap.from - run.second };
        const after = { ...run, second: gap.to + 1, span: end - gap.to - 1 };
        return [before, after].filter(({ span }) => span > 0);
      }),
    [...all],
  );
}

/** What a published row of rolled-up seconds says of them; nothing for a row of one second. */
export function rolledUp({ span, step, over }: Run): Pick<SecondRow, 'rolled'> {
  if (step === undefined || over === undefined) return {};
  return { rolled: { step, seconds: span, connected: over.connected, hearing: over.hearing } };
}

/** The levels of a row alone: a second after it in which nothing changed. */
export function withoutCounters(row: StoredRow): StoredRow {
  const levels = Object.fromEntries(LEVELS.map((name) => [name, row[name]]));
  return { ...NOTHING_COUNTED, ...levels, second: row.second };
}

/** A row as published. */
export function publish(row: StoredRow, known: Known, progress: Progress, rev: number): SecondRow {
  const leavesByReason: Record<(typeof LEAVE_COLUMNS)[number], number> = { ...NO_LEAVES };
  let leaves = 0;
  for (const reason of LEAVE_COLUMNS) {
    leavesByReason[reason] = row[reason];
    leaves += row[reason];
  }
  const state = stateOf(row.second, progress);
  return {
    second: row.second,
    connected: row.connected,
    hearing: known.hearing ? row.hearing : null,
    connections: row.connections,
    suspect: known.silence ? (state === 'settled' || state === 'final' ? 0 : row.suspect) : null,
    joins: row.joins,
    leaves,
    leavesByReason,
    timeouts: known.silence ? row.silenced : null,
    errors: known.errors ? row.errors : null,
    attempts: known.attempts ? row.attempts : null,
    failures: known.attempts ? (known.hearing ? row.failures : row.failuresByJoin) : null,
    comments: known.comments ? row.comments : null,
    outcomes: known.attempts ? outcomesOf(row, known.hearing) : null,
    demand:
      known.attempts && row.demand > 0
        ? { asked: row.demand, met: known.hearing ? row.demandMet : row.demandMetByJoin }
        : null,
    hosts: row.hosts,
    speakers: row.speakers,
    unmet: known.attempts ? (known.hearing ? row.unmet : row.unmetByJoin) : null,
    state,
    rev: state === 'final' ? rev : null,
  };
}

/** Publishes rows of a broadcast that stands as `status` says. */
export function publisher(
  status: Progress & { known: Known; rev: number; kind: 'events' | 'curve' },
): (row: StoredRow) => SecondRow {
  const curve = status.kind === 'curve' ? { curve: true as const } : {};
  return (row) => ({ ...publish(row, status.known, status, status.rev), ...curve });
}

/** A published row for each second of a run; one for all of them where they are rolled up. */
export function* secondsOfRun(run: Run, published: (row: StoredRow) => SecondRow): Generator<SecondRow> {
  yield { ...published(run), ...rolledUp(run) };
  if (run.step !== undefined || run.span === 1) return;
  const quiet = withoutCounters(run);
  for (let second = run.second + 1; second < run.second + run.span; second++) yield published({ ...quiet, second });
}

function outcomesOf(row: StoredRow, hearing: boolean): NonNullable<SecondRow['outcomes']> {
  return hearing
    ? { heard: row.heard, failed: row.failed, exited: row.exited, unresolved: row.unresolved }
    : { heard: row.heardByJoin, failed: row.failedByJoin, exited: row.exitedByJoin, unresolved: row.unresolvedByJoin };
}

const NO_LEAVES = { left: 0, error: 0, server: 0, kicked: 0, room_ended: 0, timeout: 0, replaced: 0, other: 0 };

export const NOTHING_COUNTED: Counts = {
  connected: 0,
  hearing: 0,
  connections: 0,
  suspect: 0,
  hosts: 0,
  speakers: 0,
  joins: 0,
  left: 0,
  error: 0,
  server: 0,
  kicked: 0,
  room_ended: 0,
  timeout: 0,
  replaced: 0,
  other: 0,
  errors: 0,
  comments: 0,
  attempts: 0,
  heard: 0,
  failed: 0,
  exited: 0,
  unresolved: 0,
  heardByJoin: 0,
  failedByJoin: 0,
  exitedByJoin: 0,
  unresolvedByJoin: 0,
  failures: 0,
  failuresByJoin: 0,
  began: 0,
  dropped: 0,
  ended: 0,
  timedOut: 0,
  newlySuspect: 0,
  newlyStalled: 0,
  handedOver: 0,
  newListeners: 0,
  newConnections: 0,
  orphanLeaves: 0,
  joinsLost: 0,
  unmet: 0,
  unmetByJoin: 0,
  demand: 0,
  demandMet: 0,
  demandMetByJoin: 0,
  silenced: 0,
  watched: 0,
  started: 0,
  duplicates: 0,
};
