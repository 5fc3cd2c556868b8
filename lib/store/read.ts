/** Reads for pages, exports and reports: partitions merged, the same on every database. */
import { type Kysely, sql } from 'kysely';
import { type ControlEvent, isControl } from '../event/event.ts';
import { WATERMARK_LAG_MS } from '../event/lateness.ts';
import { parseRecord } from '../event/parse.ts';
import type { WindowDetail } from '../forensics/detail.ts';
import { type Action, decided } from '../numbers/action.ts';
import { resolveControls, roomEnds, titleOf } from '../numbers/controls.ts';
import type { CurveGap } from '../numbers/curve.ts';
import type { CrashWindow, Report } from '../numbers/report.ts';
import {
  fill,
  NOTHING_COUNTED,
  publish,
  publisher,
  type Run,
  runs,
  type StoredRow,
  secondsOfRun,
  withoutGaps,
} from '../numbers/rows.ts';
import { averageMinuteAudience, runtimeOf } from '../numbers/runtime.ts';
import {
  type CountName,
  type Counts,
  type Known,
  LEAVE_COLUMNS,
  OUTCOME_COLUMNS,
  type SecondRow,
} from '../numbers/second.ts';
import { finalSecond, stateOf } from '../numbers/state.ts';
import { failedAttemptsIn, type ListenerFailures } from '../presence/failure-page.ts';
import type { Stay } from '../presence/stay.ts';
import type { CounterSummary, Evidence } from '../presence/summary.ts';
import type { DemandBucket } from '../series/demand-now.ts';
import { type Point, pointOf } from '../series/point.ts';
import { pointsOfRun } from '../series/points-of-run.ts';
import { telemetryGaps } from '../series/span.ts';
import { MOST_POINTS, thin } from '../series/thin.ts';
import { alarmsOf } from '../series/window-brief.ts';
import { actionsOf } from './actions.ts';
import type { BareStay } from './as-stay.ts';
import { ofBothTables, type RowTable } from './both-tables.ts';
import { byStart } from './by-start.ts';
import { claimsOf, type StoredClaim } from './claims.ts';
import { crashWindowsOf } from './crash-windows.ts';
import type { CurveOrigin } from './curves.ts';
import { finalReport } from './final-reports.ts';
import { highestRolled, type Kept, readKept, rolledErrors, stepFrom } from './kept.ts';
import { outlinedSums } from './outline.ts';
import { broadcastsPage } from './page.ts';
import { type PartitionRows, partitionRows } from './partition-rows.ts';
import { rowsOfChart } from './rows-of-chart.ts';
import { rowsOfGroup, runPagesOfGroup, runsOfGroup } from './rows-of-group.ts';
import type { Tables } from './schema.ts';
import { sourcesOf } from './sources.ts';
import { readStays } from './stay-archive.ts';
import type {
  BroadcastStatus,
  BroadcastSummary,
  BroadcastsPage,
  PageQuery,
  PipelineHealth,
  ReadStore,
  SeriesQuery,
} from './store.ts';
import { Summaries, type Summarised } from './summaries.ts';
import { SummarySoFar } from './summary-so-far.ts';
import { keptDetail } from './window-details.ts';
import { type GroupRows, type GroupSums, rowChanges, rowSums, stayPages, wholeStayPages } from './window-reads.ts';

/** How many points an overview's sparkline has at most. */
const SPARK_POINTS = 60;

export interface Ledger {
  /** distinct accepted events, control events included */
  events: number;
  duplicates: number;
  late: number;
  rejected: Record<string, number>;
  sources: number;
}

/** What a broadcast's partitions know besides rows and stays, merged. */
export interface BroadcastFacts {
  status: BroadcastStatus;
  ledger: Ledger;
  /** resolved control events that hold */
  controls: ControlEvent[];
  /** every room an event named */
  rooms: Set<string>;
  /** earliest join event per room, epoch ms */
  firstJoins: Map<string, number>;
  /** earliest and latest event of presence, quality or room, epoch ms */
  firstEventAt: number | null;
  lastEventAt: number | null;
  periodMissing: boolean;
  /** of an imported viewer count: where it came from; null for what was counted from events */
  curve: CurveOrigin | null;
}

/** What a partition's log has said of one broadcast; written by ingest. */
export interface LaneOfBroadcast {
  newest: number | null;
  late: number;
  /** control records accepted, exact copies included */
  controls: number;
  /** wall clock of its last record, epoch ms */
  lastRecordAt?: number;
  /** seconds up to this one are final here, epoch s; null: none yet */
  finalSecond?: number | null;
}

export interface Lane {
  /** those that are awake; of the others the table `asleep` has a line each */
  broadcasts: Record<string, LaneOfBroadcast>;
  /** newest event time of any of all these, epoch ms; absent in what was stored before there were sleepers: none were left out */
  newest?: number | null;
  /** late records of all these; absent as `newest` */
  late?: number;
  /** records waiting; null: not known */
  lag?: number | null;
  /** read from it so far, late and rejected ones too; an older store begins to count when it is next written */
  records?: number;
}

/** Over all broadcasts, asleep ones too: newest event time, epoch ms, -Infinity where none told a time, and late records. */
export function laneTotals({ broadcasts, newest, late }: Lane): { newest: number; late: number } {
  const lines = Object.values(broadcasts);
  const awake = lines.reduce((most, b) => Math.max(most, b.newest ?? most), Number.NEGATIVE_INFINITY);
  return {
    newest: Math.max(newest ?? awake, awake),
    late: late ?? lines.reduce((sum, b) => sum + b.late, 0),
  };
}

/**
 * Records of a broadcast were stored for so long after anyone last said where it stands, ms: its second stands still, since
 * a partition lags, or whoever speaks for all of them is away.
 */
const UNHEARD_MS = 5_000;

/** Keys under which sources keep what is wrong with them. */
const TROUBLE = 'trouble ';

export class Reader implements ReadStore {
  #db: Kysely<Tables>;
  #token: () => Promise<string>;
  #facts: { token: string; read: Map<string, Promise<BroadcastFacts | null>> } = { token: '', read: new Map() };
  #close: () => Promise<void>;
  #lanesRead: { key: string; lanes: readonly { source: string; lane: Lane }[] } | null = null;
  readonly #summaries: Summaries;

  constructor(db: Kysely<Tables>, token: () => Promise<string>, close: () => Promise<void>) {
    this.#db = db;
    this.#token = token;
    this.#close = close;
    this.#summaries = new Summaries(db, (broadcast, known) => this.#summarise(broadcast, known));
  }

  changeToken(): Promise<string> {
    return this.#token();
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** What is stored of one partition, for who takes it over; of one broadcast, for who wakes it. */
  partitionRows(source: string, partition: number, broadcast?: string): Promise<PartitionRows[]> {
    return partitionRows(this.#db, source, partition, broadcast);
  }

  async broadcasts(): Promise<BroadcastSummary[]> {
    return this.#summaries.all();
  }

  broadcastsPage(query: PageQuery): Promise<BroadcastsPage> {
    return broadcastsPage(this.#db, this.#summaries, query);
  }

  /** Keeps what is final of the overview in the store. Says of how many broadcasts. */
  keepSummaries(): Promise<number> {
    return this.#summaries.keep();
  }

  async #summarise(broadcast: string, known: Summarised | null): Promise<Summarised | null> {
    const facts = await this.facts(broadcast);
    if (!facts) return null;
    const { status } = facts;
    const range = rowRange(status);
    const at = Math.min(status.liveSecond, range.to - 1);
    const windows = await this.windows(broadcast);
    // what is final need not be read again
    const final = Math.min(at, finalSecond(status) ?? Number.NEGATIVE_INFINITY);
    let soFar = known?.soFar ?? null;
    if (!soFar || soFar.from !== range.from || soFar.next > at + 1 || known?.summary.rev !== status.rev) {
      soFar = new SummarySoFar(range.from);
    }
    const begun = soFar.next > soFar.from;
    // what is over is told of to its last row, though its live second may stand before that
    const last = status.state === 'final' ? range.to - 1 : at;
    const rows = await rowsOfGroup(this.#db, broadcast, { to: last + 1 }, begun ? soFar.next : undefined);
    const begin = (so: SummarySoFar, to: number): Iterable<Run> => {
      if (to <= so.next) return [];
      if (so.next === so.from) return runsOfGroup(rows, Math.max(so.next, rows.kept?.minutesFrom ?? so.next), to);
      // what was taken is in these levels already
      const stored = rows.stored.filter(({ second }) => second >= so.next);
      return runs(stored, so.next, to, { connected: so.connected, hearing: so.hearing });
    };
    soFar.take(begin(soFar, final + 1));
    const whole = soFar.copy();
    whole.take(begin(whole, at + 1));
    const brief = whole.brief(SPARK_POINTS);
    whole.take(begin(whole, last + 1));
    const { peak, peakSecond, peakHearing, listenerSeconds } = whole.brief(SPARK_POINTS);
    const summary: BroadcastSummary = {
      ...status,
      connected: brief.connected,
      hearing: status.known.hearing ? brief.hearing : null,
      peak,
      peakSecond,
      peakHearing: status.known.hearing ? peakHearing : null,
      averageMinuteAudience: status.state === 'final' ? await this.#average(facts, listenerSeconds) : null,
      change5m: brief.before === null ? null : brief.connected - brief.before,
      windows: windows.filter((w) => w.state !== 'withdrawn').length,
      windowOpen: windows.some((w) => w.state !== 'withdrawn' && w.closedAt === null),
      alarms: alarmsOf(windows),
      spark: brief.spark,
    };
    return { summary, soFar };
  }

  /** Average-minute audience of what is final, as the fact sheet has it. */
  async #average(facts: BroadcastFacts, listenerSeconds: number): Promise<number | null> {
    const { status, controls, rooms } = facts;
    if (status.kind === 'curve') {
      // only what was sampled counts
      let [sum, seconds] = [0, 0];
      for await (const page of this.runPages(status.broadcast, {}, status)) {
        for (const { connected, span } of page) [sum, seconds] = [sum + connected * span, seconds + span];
      }
      return seconds === 0 ? null : sum / seconds;
    }
    const sheet = status.kept === null ? null : await finalReport(this.#db, status.broadcast);
    if (sheet !== null) return sheet.averageMinuteAudience.connected;
    const ends = roomEnds(controls);
    const openRoom =
      ends.size > 0 &&
      (await this.#presentIn(
        status.broadcast,
        [...rooms].filter((room) => !ends.has(room)),
      ));
    const { length } = runtimeOf({ ...facts, lastAt: status.lastAt, openRoom });
    return averageMinuteAudience(listenerSeconds / 60, length);
  }

  /** Whether anybody was ever present in one of these rooms. */
  async #presentIn(broadcast: string, rooms: readonly string[]): Promise<boolean> {
    if (rooms.length === 0) return false;
    const found = await this.#db
      .selectFrom('stays')
      .innerJoin('broadcasts', 'broadcasts.id', 'stays.broadcast_id')
      .select('stays.room')
      .where('broadcasts.broadcast', '=', broadcast)
      .where('stays.room', 'in', rooms)
      .limit(1)
      .executeTakeFirst();
    return found !== undefined;
  }

  async status(broadcast: string): Promise<BroadcastStatus | null> {
    return (await this.facts(broadcast))?.status ?? null;
  }

  /** Everything small that is known of a broadcast; null where the store has none of that name. Read once while nothing changes. */
  async facts(broadcast: string): Promise<BroadcastFacts | null> {
    const token = await this.#token();
    if (this.#facts.token !== token) this.#facts = { token, read: new Map() };
    const { read } = this.#facts;
    const known = read.get(broadcast) ?? this.#readFacts(broadcast);
    read.set(broadcast, known);
    known.catch(() => read.delete(broadcast));
    return known;
  }

  async #readFacts(broadcast: string): Promise<BroadcastFacts | null> {
    const found = await this.#db
      .selectFrom('broadcasts')
      .selectAll()
      .where('broadcast', '=', broadcast)
      .executeTakeFirst();
    if (!found) return null;
    const [counters, controlRows, standing, dead, kept] = await Promise.all([
      this.#db.selectFrom('counters').selectAll().where('broadcast_id', '=', found.id).execute(),
      this.#db.selectFrom('controls').select('event').where('broadcast_id', '=', found.id).execute(),
      this.#db.selectFrom('watermarks').selectAll().where('broadcast_id', '=', found.id).executeTakeFirst(),
      this.#lanes(found.id),
      readKept(this.#db, found.id),
    ]);
    const known: Known = { hearing: false, errors: false, attempts: false, comments: false, silence: false };
    const firstJoins = new Map<string, number>();
    const sources = new Set<string>();
    const rooms = new Set<string>();
    const evidences: { room: string; evidence: Evidence }[] = [];
    let records = 0;
    let copies = 0;
    let longestTimeout = 0;
    let firstEventAt: number | null = null;
    let lastEventAt: number | null = null;
    let curve: CurveOrigin | null = null;
    const periodMissing = false;
    for (const c of counters) {
      const s: CounterSummary & { curve?: CurveOrigin } = JSON.parse(c.summary);
      curve = s.curve ?? curve;
      records += s.records;
      copies += s.copies;
      longestTimeout = Math.max(longestTimeout, s.longestTimeout);
      firstEventAt = earlier(firstEventAt, s.firstAt);
      lastEventAt = later(lastEventAt, s.lastAt);
      for (const name of s.sources) sources.add(name);
      for (const [room, evidence] of Object.entries(s.rooms)) {
        rooms.add(room);
        if (evidence.join !== undefined) {
          firstJoins.set(room, Math.min(evidence.join, firstJoins.get(room) ?? Number.POSITIVE_INFINITY));
        }
        evidences.push({ room, evidence });
      }
    }
    const events: ControlEvent[] = [];
    for (const row of controlRows) {
      const parsed = parseRecord(Buffer.from(row.event), null);
      if (parsed.kind === 'event' && !('listener' in parsed.event)) events.push(parsed.event);
    }
    const controls = resolveControls(events);
    for (const { source } of events) if (source !== null) sources.add(source);
    for (const c of controls.distinct) {
      if (c.type !== 'room_start' && c.type !== 'room_end') continue;
      rooms.add(c.room);
      firstEventAt = earlier(firstEventAt, c.ts);
      lastEventAt = later(lastEventAt, c.ts);
    }
    // what comes after a room's end switches nothing on
    const ends = roomEnds(controls.holding);
    for (const { room, evidence } of evidences) {
      const end = ends.get(room) ?? Number.POSITIVE_INFINITY;
      const before = (at: number | undefined): boolean => at !== undefined && at < end;
      known.hearing ||= before(evidence.playing);
      known.errors ||= before(evidence.error);
      known.attempts ||= before(evidence.attempt);
      known.comments ||= before(evidence.comment);
    }
    const totals = await this.#totals(found.id, ['duplicates', 'watched']);
    const dated = totals.duplicates ?? 0;
    known.silence = (totals.watched ?? 0) > 0;
    const lateRecords = dead.late;
    const controlDuplicates = Math.max(dead.controls, events.length) - controls.events;
    const watermark = standing
      ? standing.complete
        ? Number.POSITIVE_INFINITY
        : Number(standing.watermark)
      : Number.NEGATIVE_INFINITY;
    const lastEnding = await this.#lastEnding(found.id, lastEventAt);
    const lastAt = later(later(lastEventAt, lastEnding), kept?.lastAt ?? null) ?? 0;
    const liveSecond = standing ? Number(standing.live_second) : Math.floor(lastAt / 1000);
    const progress = { watermark, longestTimeout };
    const standedAt = Number(standing?.stored_at ?? 0);
    const state = stateOf(Math.ceil(lastAt / 1000), progress);
    const unheard = standing?.complete === 0 && state !== 'final' && dead.heardAt - standedAt > UNHEARD_MS;
    const status: BroadcastStatus = {
      broadcast,
      title: titleOf(controls.holding),
      demo: found.demo === 1,
      kind: found.kind === 'curve' ? 'curve' : 'events',
      known,
      firstAt: firstEventAt ?? 0,
      lastAt,
      watermark,
      liveSecond,
      longestTimeout,
      complete: standing?.complete === 1,
      storedAt: Math.max(standedAt, dead.heardAt),
      catchingUp: standing?.catching_up === 1 || unheard,
      state,
      rev: standing?.rev ?? 1,
      kept: null,
    };
    if (kept !== null) status.kept = await this.#keptOf(found.id, kept, status);
    return {
      status,
      ledger: {
        events: records - copies - dated + controls.events,
        duplicates: copies + dated + controlDuplicates,
        late: lateRecords,
        rejected: dead.rejected,
        sources: sources.size,
      },
      controls: controls.holding,
      rooms,
      firstJoins,
      firstEventAt,
      lastEventAt,
      periodMissing,
      curve,
    };
  }

  async #keptOf(broadcastId: number, kept: Kept, status: BroadcastStatus): Promise<BroadcastStatus['kept']> {
    const { secondsFrom, tensFrom, minutesFrom, stays } = kept;
    const { from } = rowRange(status);
    if (secondsFrom <= from) return null;
    const step = tensFrom > from ? 60 : 10;
    const peak = await highestRolled(this.#db, broadcastId, 'connected');
    const peakHearing = status.known.hearing ? await highestRolled(this.#db, broadcastId, 'hearing') : null;
    return { step, from: minutesFrom, tensFrom, secondsFrom, peak, peakHearing, stays };
  }

  /** What the logs that carry the broadcast said of it. */
  async #lanes(broadcastId: number): Promise<{
    late: number;
    controls: number;
    rejected: Record<string, number>;
    heardAt: number;
  }> {
    const sum = { late: 0, controls: 0, rejected: {} as Record<string, number>, heardAt: 0 };
    const { broadcast } = await this.#db
      .selectFrom('broadcasts')
      .select('broadcast')
      .where('id', '=', broadcastId)
      .executeTakeFirstOrThrow();
    const sources = new Set<string>();
    const lines: { source: string; of: LaneOfBroadcast }[] = [];
    const asleep = await this.#db
      .selectFrom('asleep')
      .innerJoin('partitions', 'partitions.part', 'asleep.part')
      .select(['partitions.source', 'asleep.line'])
      .where('asleep.broadcast_id', '=', broadcastId)
      .execute();
    for (const { source, line } of asleep) lines.push({ source, of: JSON.parse(line) });
    for (const { source, lane } of await this.#readLanes()) {
      const of = Object.hasOwn(lane.broadcasts, broadcast) ? lane.broadcasts[broadcast] : undefined;
      if (of) lines.push({ source, of });
    }
    for (const { source, of } of lines) {
      sum.late += of.late;
      sum.controls += of.controls;
      sum.heardAt = Math.max(sum.heardAt, of.lastRecordAt ?? 0);
      sources.add(source);
    }
    if (sources.size === 0) return sum;
    const rejects = await this.#db
      .selectFrom('rejects')
      .innerJoin('partitions', 'partitions.part', 'rejects.part')
      .select(['rejects.reason', sql<number>`SUM(rejects.count)`.as('count')])
      .where('partitions.source', 'in', [...sources])
      .groupBy('rejects.reason')
      .orderBy('rejects.reason')
      .execute();
    for (const r of rejects) if (Number(r.count) > 0) sum.rejected[r.reason] = Number(r.count);
    return sum;
  }

  /** What partitions' logs have said, of all broadcasts there are: read again only when a checkpoint has been stored since. */
  async #readLanes(): Promise<readonly { source: string; lane: Lane }[]> {
    const stand = await this.#db
      .selectFrom('partitions')
      .select(['part', 'next_offset', 'stored_at', 'epoch', sql<number>`LENGTH(lane)`.as('length')])
      .orderBy('part')
      .execute();
    const key = JSON.stringify(stand);
    if (this.#lanesRead?.key !== key) {
      const rows = await this.#db.selectFrom('partitions').select(['source', 'lane']).execute();
      this.#lanesRead = { key, lanes: rows.map(({ source, lane }) => ({ source, lane: JSON.parse(lane) })) };
    }
    return this.#lanesRead.lanes;
  }

  /** Sums of counters over the whole broadcast. */
  async #totals(broadcastId: number, names: readonly (keyof Counts)[]): Promise<Partial<Counts>> {
    const outlined = await outlinedSums(this.#db, broadcastId);
    const totals: Partial<Counts> = {};
    for (const name of names) totals[name] = outlined?.counts[name] ?? 0;
    const sums = await ofBothTables(this.#db, (at, table) =>
      at
        .selectFrom(table)
        .innerJoin('row_groups', 'row_groups.id', `${table}.group_id`)
        .select(names.map((name) => sql<number>`SUM(${sql.ref(`${table}.${name}`)})`.as(name)))
        .where('row_groups.broadcast_id', '=', broadcastId)
        .where('row_groups.room', '=', '')
        .where('row_groups.attribute', '=', '')
        .where(`${table}.second`, '>=', outlined?.until ?? 0)
        .executeTakeFirst(),
    );
    for (const row of sums) {
      for (const name of names) {
        const value = row?.[name];
        totals[name] = (totals[name] ?? 0) + Number(value ?? 0);
      }
    }
    return totals;
  }

  /** Whether a connection ended in this second or later: asked of the rows, which are in order of time. */
  async #endingsFrom(broadcastId: number, second: number): Promise<boolean> {
    const found = await ofBothTables(this.#db, (at, table) =>
      at
        .selectFrom(table)
        .innerJoin('row_groups', 'row_groups.id', `${table}.group_id`)
        .select(`${table}.second`)
        .where('row_groups.broadcast_id', '=', broadcastId)
        .where('row_groups.room', '=', '')
        .where('row_groups.attribute', '=', '')
        .where(`${table}.second`, '>=', second)
        .where((eb) =>
          eb.or(
            // a host who comes and is gone within a second leaves no trace but in `watched`
            [...LEAVE_COLUMNS, 'hosts' as const, 'speakers' as const, 'watched' as const].map((name) =>
              eb(`${table}.${name}`, '!=', 0),
            ),
          ),
        )
        .limit(1)
        .executeTakeFirst(),
    );
    return found.some((row) => row !== undefined);
  }

  /** The latest ending, where it comes after the latest event (a time-out's back-dated end can). */
  async #lastEnding(broadcastId: number, after: number | null): Promise<number | null> {
    if (after === null) return null;
    if (!(await this.#endingsFrom(broadcastId, Math.ceil(after / 1000)))) return null;
    const row = await this.#db
      .selectFrom('stays')
      .select(sql<number | null>`MAX(end_at)`.as('at'))
      .where('broadcast_id', '=', broadcastId)
      .where('end_at', '>', after)
      .executeTakeFirst();
    return row?.at === null || row?.at === undefined ? null : Number(row.at);
  }

  /** The second after the last and the first of a query, within what there is of the broadcast; whole blocks of what is rolled up. */
  #range(status: BroadcastStatus, query: SeriesQuery): { from: number; to: number } {
    const { kept } = status;
    const range = rowRange(status);
    const first = Math.max(range.from, kept?.from ?? range.from);
    const from = Math.max(first, query.from ?? first);
    const to = Math.min(range.to, query.to ?? range.to);
    if (kept === null) return { from, to };
    const whole = (second: number, round: (blocks: number) => number): number => {
      const step = stepFrom(kept, second);
      return step === 1 ? second : round(second / step) * step;
    };
    return { from: Math.max(first, whole(from, Math.floor)), to: Math.min(range.to, whole(to, Math.ceil)) };
  }

  /** Counts of every second, levels summed up, before "known or not" is decided. */
  async counts(broadcast: string, query: SeriesQuery = {}): Promise<StoredRow[]> {
    const status = await this.status(broadcast);
    if (!status) return [];
    const { from, to } = this.#range(status, query);
    const known = await this.#outsideGaps(status);
    const { stored, start } = await rowsOfGroup(this.#db, broadcast, { ...query, from, to });
    return [...fill(stored, from, to, start)].filter(({ second }) => known(second));
  }

  /** As `counts`, with what does not change told once. `asRead`: its status where it has just been read, for many row sets. */
  async runs(broadcast: string, query: SeriesQuery = {}, asRead?: BroadcastStatus): Promise<Run[]> {
    const status = asRead ?? (await this.status(broadcast));
    if (!status) return [];
    const { from, to } = this.#range(status, query);
    const all = [...runsOfGroup(await rowsOfGroup(this.#db, broadcast, { ...query, from, to }), from, to)];
    return withoutGaps(all, await this.#gaps(status));
  }

  /** As `runs`, an hour at a time, whatever their number; a run that reaches over the hour goes on in the next one. */
  async *runPages(broadcast: string, query: SeriesQuery = {}, asRead?: BroadcastStatus): AsyncGenerator<Run[]> {
    const status = asRead ?? (await this.status(broadcast));
    if (!status) return;
    const gaps = await this.#gaps(status);
    const final = finalSecond(status) ?? Number.NEGATIVE_INFINITY;
    const whole = { ...query, ...this.#range(status, query) };
    for await (const page of runPagesOfGroup(this.#db, broadcast, whole, final)) yield withoutGaps(page, gaps);
  }

  async series(broadcast: string, query: SeriesQuery = {}): Promise<SecondRow[]> {
    const status = await this.status(broadcast);
    if (!status) return [];
    const published = publisher(status);
    const rows: SecondRow[] = [];
    for (const run of await this.runs(broadcast, query, status))
      for (const row of secondsOfRun(run, published)) rows.push(row);
    return rows;
  }

  /**
   * Points of [from, to) for a chart, at most about `most`: chosen by the database where the stretch is long, so that no
   * spike and no dip of a second is lost; a shorter stretch gives finer ones, down to a point a second.
   */
  async points(broadcast: string, query: SeriesQuery = {}, most = MOST_POINTS): Promise<Point[]> {
    const status = await this.status(broadcast);
    if (!status) return [];
    const { from, to } = this.#range(status, query);
    const group = await this.#wholeGroup(broadcast);
    const gaps = await this.#gaps(status);
    if (to - from > most && gaps.length > 0 && status.kept === null) {
      // a curve changes with each of its samples, and says nothing in between
      return thin(
        (await this.runs(broadcast, query, status)).flatMap((run) => pointsOfRun(run, status)),
        most,
      );
    }
    if (to - from <= most || group === null || status.kept !== null) {
      return thin((await this.series(broadcast, query)).map(pointOf), most);
    }
    const rows = await rowsOfChart(this.#db, group, from, to, most);
    const point = (row: StoredRow): Point => pointOf(publish(row, status.known, status, status.rev));
    return thin(
      rows.map(({ row, seconds }) => ({ ...point(row), seconds })),
      most,
    );
  }

  /** How attempts went in all of it, as one row at its last second; nothing where none are told of. */
  async attemptsOfAll(broadcast: string): Promise<SecondRow[]> {
    const found = await this.#db
      .selectFrom('broadcasts')
      .select('id')
      .where('broadcast', '=', broadcast)
      .executeTakeFirst();
    const status = await this.status(broadcast);
    if (!found || !status) return [];
    if (!status.known.attempts) return [];
    if (status.kept !== null) return this.series(broadcast);
    const counted = await this.#totals(found.id, ATTEMPTS);
    const row = { ...NOTHING_COUNTED, ...counted, second: rowRange(status).to - 1 };
    return [publish(row, status.known, status, status.rev)];
  }

  /** Ten seconds each: of what is rolled up into minutes nothing is known. */
  async demand(broadcast: string): Promise<DemandBucket[]> {
    const group = await this.#wholeGroup(broadcast);
    const status = await this.status(broadcast);
    if (group === null || !status) return [];
    const met = status.known.hearing ? 'demandMet' : 'demandMetByJoin';
    const read = await this.#db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (at) => {
        const of = (table: RowTable | 'rolled') =>
          at
            .selectFrom(table)
            .select(['second', 'demand', met])
            .where('group_id', '=', group.id)
            .where('demand', '>', 0)
            // what was rolled up is summed up in a row of no second
            .where('second', '>', 0);
        const tens = of('rolled').where('step', '=', 10);
        return [await of('rows_final').execute(), await of('rows_live').execute(), await tens.execute()].flat();
      });
    const buckets = new Map<number, DemandBucket>();
    for (const row of read) {
      const second = Number(row.second);
      const bucket = buckets.get(second) ?? { second, asked: 0, met: 0 };
      buckets.set(second, { second, asked: bucket.asked + row.demand, met: bucket.met + row[met] });
    }
    return [...buckets.values()].sort((a, b) => a.second - b.second);
  }

  async #wholeGroup(broadcast: string): Promise<{ id: number; broadcastId: number } | null> {
    const found = await this.#db
      .selectFrom('row_groups')
      .innerJoin('broadcasts', 'broadcasts.id', 'row_groups.broadcast_id')
      .select(['row_groups.id', 'row_groups.broadcast_id as broadcastId'])
      .where('broadcasts.broadcast', '=', broadcast)
      .where('row_groups.room', '=', '')
      .where('row_groups.attribute', '=', '')
      .executeTakeFirst();
    return found ?? null;
  }

  /** Of a curve: the stretches in which nothing is known, epoch s, ascending; a second without a sample has no row. */
  async #gaps({ broadcast, kind }: BroadcastStatus): Promise<CurveGap[]> {
    if (kind !== 'curve') return [];
    return telemetryGaps(await this.seenWindows(broadcast)).map(({ from, to }) => ({
      from: from / 1000,
      to: (to ?? Number.POSITIVE_INFINITY) / 1000,
    }));
  }

  async #outsideGaps(status: BroadcastStatus): Promise<(second: number) => boolean> {
    const gaps = await this.#gaps(status);
    return (second) => !gaps.some((gap) => second >= gap.from && second <= gap.to);
  }

  /** Rows in [from, to), epoch s, where something changed, of the whole and of each attribute value; levels as their change. */
  changes<Name extends CountName>(
    broadcast: string,
    names: readonly Name[],
    from: number,
    to: number,
  ): Promise<GroupRows<Name>[]> {
    return rowChanges(this.#db, broadcast, names, from, to);
  }

  /** Sums over the rows in [from, to), epoch s, of the same row sets: how far a level moved there. */
  sums<Name extends CountName>(
    broadcast: string,
    names: readonly Name[],
    from: number,
    to: number,
  ): Promise<GroupSums<Name>[]> {
    return rowSums(this.#db, broadcast, names, from, to);
  }

  /** Every stay, a page at a time, by listener: for what looks at all of them. */
  stayPages(broadcast: string): AsyncGenerator<BareStay[]> {
    return stayPages(this.#db, broadcast);
  }

  /** The row sets a broadcast has besides the whole: rooms, and attributes with their values. */
  async groups(broadcast: string): Promise<{ room: string; attribute: string; value: string }[]> {
    return this.#db
      .selectFrom('row_groups')
      .innerJoin('broadcasts', 'broadcasts.id', 'row_groups.broadcast_id')
      .select(['row_groups.room', 'row_groups.attribute', 'row_groups.value'])
      .where('broadcasts.broadcast', '=', broadcast)
      .orderBy('row_groups.attribute')
      .orderBy('row_groups.room')
      .orderBy('row_groups.value')
      .execute();
  }

  async errorsByCode(
    broadcast: string,
    query: SeriesQuery = {},
  ): Promise<{ second: number; code: string; count: number }[]> {
    const found = new Map<string, { second: number; code: string; count: number }>();
    const both = await ofBothTables(this.#db, (at, table) => {
      let q = at
        .selectFrom(table)
        .innerJoin('row_groups', 'row_groups.id', `${table}.group_id`)
        .innerJoin('broadcasts', 'broadcasts.id', 'row_groups.broadcast_id')
        .select([`${table}.second`, 'row_groups.value', `${table}.errors`])
        .where('broadcasts.broadcast', '=', broadcast)
        .where('row_groups.attribute', '=', 'code')
        // what was rolled up is told by its blocks
        .where(`${table}.second`, '>', 0);
      if (query.from !== undefined) q = q.where(`${table}.second`, '>=', query.from);
      if (query.to !== undefined) q = q.where(`${table}.second`, '<', query.to);
      return q.execute();
    });
    for (const rows of [...both, await rolledErrors(this.#db, broadcast, query)]) {
      for (const row of rows) {
        const second = Number(row.second);
        const key = `${second} ${row.value}`;
        const before = found.get(key);
        if (before) before.count += row.errors;
        else found.set(key, { second, code: row.value, count: row.errors });
      }
    }
    return [...found.values()]
      .filter((f) => f.count > 0)
      .sort((a, b) => a.second - b.second || (a.code < b.code ? -1 : 1));
  }

  /** How often each start-up time was reported, ms -> times, in order. */
  async startups(broadcast: string): Promise<[number, number][]> {
    const rows = await this.#db
      .selectFrom('rows_final')
      .innerJoin('row_groups', 'row_groups.id', 'rows_final.group_id')
      .innerJoin('broadcasts', 'broadcasts.id', 'row_groups.broadcast_id')
      .select(['row_groups.value', sql<number>`SUM(rows_final.started)`.as('times')])
      .where('broadcasts.broadcast', '=', broadcast)
      .where('row_groups.attribute', '=', 'startup')
      .groupBy('row_groups.value')
      .execute();
    return rows
      .map((r): [number, number] => [Number(r.value), Number(r.times)])
      .filter(([, times]) => times > 0)
      .sort((a, b) => a[0] - b[0]);
  }

  async controls(broadcast: string): Promise<ControlEvent[]> {
    return (await this.facts(broadcast))?.controls ?? [];
  }

  /** Control events as stored, replaced ones and copies by other ids included. */
  async remarks(broadcast: string): Promise<ControlEvent[]> {
    const rows = await this.#db
      .selectFrom('controls')
      .innerJoin('broadcasts', 'broadcasts.id', 'controls.broadcast_id')
      .select('controls.event')
      .where('broadcasts.broadcast', '=', broadcast)
      .orderBy('controls.ts')
      .execute();
    return rows.flatMap((row) => {
      const parsed = parseRecord(Buffer.from(row.event), null);
      return parsed.kind === 'event' && isControl(parsed.event) ? [parsed.event] : [];
    });
  }

  /** Every failed attempt of a listener, by the second of its error (epoch ms). */
  async failedAttempts(broadcast: string): Promise<ListenerFailures[]> {
    const status = await this.status(broadcast);
    if (!status?.known.attempts) return [];
    const pages = await this.#db
      .selectFrom('failures')
      .innerJoin('broadcasts', 'broadcasts.id', 'failures.broadcast_id')
      .select('failures.bytes')
      .where('broadcasts.broadcast', '=', broadcast)
      .execute();
    return failedAttemptsIn(
      pages.map(({ bytes }) => bytes),
      !status.known.hearing,
    );
  }

  /** Listeners that came in more than one partition: the topic is not keyed by listener, and they count more than once. */
  async splitListeners(broadcast: string): Promise<number> {
    const split = this.#db
      .selectFrom('stays')
      .innerJoin('broadcasts', 'broadcasts.id', 'stays.broadcast_id')
      .select('stays.listener')
      .where('broadcasts.broadcast', '=', broadcast)
      .groupBy('stays.listener')
      .having((eb) => eb.fn.count('stays.part').distinct(), '>', 1);
    const row = await this.#db
      .selectFrom(split.as('split'))
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirst();
    return Number(row?.n ?? 0);
  }

  /** Names of the sources a broadcast was read from, e.g. `kafka:broadcast-events`. */
  sources(broadcast: string): Promise<string[]> {
    return sourcesOf(this.#db, broadcast);
  }

  /** Every stay, by start, listener, connection, room. */
  async *stays(broadcast: string): AsyncIterable<Stay> {
    for await (const page of this.staysByStart(broadcast)) yield* page;
  }

  /** The same, some thousands at a time. `onRead` hears how many were read so far, before the first is told. */
  async *staysByStart(broadcast: string, onRead: (stays: number) => void = () => {}): AsyncGenerator<Stay[]> {
    const archived = await this.#archivedStays(broadcast);
    if (archived !== null) yield* inPages(readStays(archived.path));
    if (archived !== null && !archived.hasNewer) return;
    yield* byStart(counted(wholeStayPages(this.#db, broadcast), onRead));
  }

  /** Every stay, in no order: for what looks at all of them. */
  async *everyStay(broadcast: string): AsyncIterable<Stay> {
    const archived = await this.#archivedStays(broadcast);
    if (archived !== null) yield* readStays(archived.path);
    if (archived !== null && !archived.hasNewer) return;
    for await (const page of wholeStayPages(this.#db, broadcast)) yield* page;
  }

  /** Those that are no longer in the store; null where all are. */
  async #archivedStays(broadcast: string): Promise<{ path: string; hasNewer: boolean } | null> {
    const found = await this.#db
      .selectFrom('broadcasts')
      .select('id')
      .where('broadcast', '=', broadcast)
      .executeTakeFirst();
    const kept = found ? await readKept(this.#db, found.id) : null;
    return kept === null || kept.stays === null ? null : { path: kept.stays, hasNewer: kept.hasNewer };
  }

  /** The fact sheet kept when the broadcast was final; null where there is none. */
  finalReport(broadcast: string): Promise<Report | null> {
    return finalReport(this.#db, broadcast);
  }

  /** What is kept of the window with parts of these onsets, epoch ms; null where nothing is. */
  keptDetail(broadcast: string, onsets: readonly number[]): Promise<WindowDetail | null> {
    return keptDetail(this.#db, broadcast, onsets);
  }

  /** Crash windows as people decided of them, by onset. */
  async windows(broadcast: string): Promise<CrashWindow[]> {
    return decided(await this.seenWindows(broadcast), await this.actions(broadcast));
  }

  /** What people did to it after the fact, by time. */
  actions(broadcast: string): Promise<Action[]> {
    return actionsOf(this.#db, broadcast);
  }

  /** Crash windows as the detectors see them, by onset. */
  seenWindows(broadcast: string): Promise<CrashWindow[]> {
    return crashWindowsOf(this.#db, broadcast);
  }

  /** What was claimed of it, by when it was entered. */
  claims(broadcast: string): Promise<StoredClaim[]> {
    return claimsOf(this.#db, broadcast);
  }

  async pipeline(): Promise<PipelineHealth[]> {
    const rows = await this.#db.selectFrom('partitions').selectAll().orderBy('source').orderBy('partition').execute();
    const rejects = await this.#db
      .selectFrom('rejects')
      .innerJoin('partitions', 'partitions.part', 'rejects.part')
      .select(['partitions.source', 'rejects.reason', 'rejects.count'])
      .execute();
    const health = new Map<string, PipelineHealth>();
    for (const row of rows) {
      const lane: Lane & { lag?: number | null; trouble?: string | null } = JSON.parse(row.lane);
      const h = health.get(row.source) ?? {
        source: row.source,
        partitions: [],
        rejected: {},
        duplicates: 0,
        late: 0,
        records: 0,
        checkpointAt: null,
        trouble: null,
      };
      h.records += lane.records ?? 0;
      const { newest, late } = laneTotals(lane);
      h.late += late;
      const watermarkAt = Number.isFinite(newest) ? newest - WATERMARK_LAG_MS : null;
      h.partitions.push({
        partition: row.partition,
        lagRecords: lane.lag ?? null,
        watermarkAt,
        offset: Number(row.next_offset),
      });
      h.checkpointAt = later(h.checkpointAt, Number(row.stored_at));
      health.set(row.source, h);
    }
    for (const r of rejects) {
      const h = health.get(r.source);
      if (h) h.rejected[r.reason] = (h.rejected[r.reason] ?? 0) + Number(r.count);
    }
    const troubles = await this.#db.selectFrom('meta').selectAll().where('key', 'like', `${TROUBLE}%`).execute();
    for (const { key, value } of troubles) {
      if (value === '') continue;
      const source = key.slice(TROUBLE.length);
      const h = health.get(source) ?? {
        source,
        partitions: [],
        rejected: {},
        duplicates: 0,
        late: 0,
        records: 0,
        checkpointAt: null,
        trouble: null,
      };
      health.set(source, { ...h, trouble: value });
    }
    return [...health.values()];
  }
}

/** Rows of a broadcast: from ⌈first⌉ to ⌈last⌉, as [from, to) in epoch s; none where nothing but remarks came. */
export function rowRange(status: Pick<BroadcastStatus, 'firstAt' | 'lastAt'>): { from: number; to: number } {
  if (status.firstAt === 0) return { from: 0, to: 0 };
  return { from: Math.ceil(status.firstAt / 1000), to: Math.ceil(status.lastAt / 1000) + 1 };
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
}

function later(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

const ATTEMPTS = ['attempts', ...OUTCOME_COLUMNS, 'failures', 'failuresByJoin'] as const satisfies readonly CountName[];

/** How many are handed out at once. */
const STAYS_PAGE = 5_000;

async function* inPages(stays: AsyncIterable<Stay>): AsyncGenerator<Stay[]> {
  let page: Stay[] = [];
  for await (const stay of stays) {
    page.push(stay);
    if (page.length < STAYS_PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function* counted(pages: AsyncIterable<Stay[]>, onRead: (stays: number) => void): AsyncGenerator<Stay[]> {
  let read = 0;
  for await (const page of pages) {
    read += page.length;
    onRead(read);
    yield page;
  }
}
