/** Tables, and how an older store becomes a newer one. The same SQL on SQLite and PostgreSQL. */
import { type Generated, type Kysely, sql } from 'kysely';
import type { Level } from '../numbers/blocks.ts';
import { COUNT_NAMES, type CountName, LEVELS } from '../numbers/second.ts';

export const SCHEMA_VERSION = 11;
/** from here on state is a journal */
const WITH_JOURNAL = 5;

type CountColumns = Record<CountName, number>;

/** One partition of one source, and how far it is safe. */
interface PartitionsTable {
  part: number;
  source: string;
  partition: number;
  next_offset: number;
  /** what the partition's log has said so far, JSON: see ingest/lane.ts */
  lane: string;
  /** wall clock of the last checkpoint, epoch ms */
  stored_at: number;
  /** goes up whenever a process takes the partition over: who holds an older one is no longer its owner */
  epoch: Generated<number>;
}

interface BroadcastsTable {
  id: Generated<number>;
  broadcast: string;
  demo: number;
  kind: string;
}

interface CountersTable {
  broadcast_id: number;
  part: number;
  /** a partition is split by listener hash inside the process */
  slice: number;
  /** CounterSummary, JSON */
  summary: string;
}

/** What a partition's log has said of a broadcast that is over for long: it costs a checkpoint nothing. */
interface AsleepTable {
  broadcast_id: number;
  part: number;
  /** JSON: see ingest/lane.ts */
  line: string;
}

/** What the counters of a partition go on from: see lib/presence/journal.ts. */
interface JournalTable {
  part: number;
  broadcast_id: number;
  slice: number;
  number: number;
  bytes: Uint8Array;
}

interface RowGroupsTable {
  id: Generated<number>;
  broadcast_id: number;
  room: string;
  attribute: string;
  value: string;
}

interface RowsTable extends CountColumns {
  group_id: number;
  second: number;
  part: number;
}

/** Seconds rolled up into blocks, merged over partitions: see lib/numbers/blocks.ts. */
type RolledTable = CountColumns &
  Record<`${Level}_${'sum' | 'low' | 'high' | 'high_at'}`, number> & {
    group_id: number;
    second: number;
    /** 10 or 60 */
    step: number;
    seconds: number;
  };

/** What is still there of a broadcast whose seconds were rolled up. */
interface KeptTable {
  broadcast_id: number;
  /** epoch s: rows from here on are seconds, before it blocks of 10 s, before `tens_from` of a minute, before `minutes_from` nothing */
  seconds_from: number;
  tens_from: number;
  minutes_from: number;
  /** epoch ms: the broadcast's last event or ending, which its stays no longer tell */
  last_at: number;
  /** `stored_at` of the broadcast when it was over and its seconds, 10 s and minutes were done with; null: they are not */
  seconds_done: number | null;
  tens_done: number | null;
  minutes_done: number | null;
  /** file that has its stays; null: they are in the store */
  stays: string | null;
}

/** Up to which second a broadcast was final at an instant of the wall clock: what is older was written before. */
interface WrittenTable {
  broadcast_id: number;
  /** wall clock, epoch ms */
  at: number;
  second: number;
}

/** What an overview says of a broadcast, counted once. */
interface SummariesTable {
  broadcast_id: number;
  /** the mark that went when it was kept */
  key: string;
  summary: string;
}

/** What the overview orders and looks for among broadcasts whose summaries are kept: see lib/store/past.ts. */
interface PastTable {
  broadcast_id: number;
  broadcast: string;
  /** the title or else the id, lower case */
  name: string;
  /** title and id, lower case: what a search looks in */
  haystack: string;
  /** epoch ms */
  last_at: number;
  /** ms */
  ran: number;
  peak: number;
  windows: number;
}

/** Broadcasts of which something was written since their summary was kept. */
interface ChangedTable {
  broadcast_id: number;
  /** another number whenever something is written */
  mark: number;
}

/** A day of a long broadcast in short: see lib/store/outline.ts. */
interface OutlinesTable {
  broadcast_id: number;
  /** epoch s: of the rows of [second, until) */
  second: number;
  until: number;
  /** names of what follows */
  shape: string;
  /** sums, JSON */
  counts: string;
  /** points, JSON */
  rows: string;
}

/** The fact sheet as it was when the broadcast was final and all its seconds were there. */
interface ReportsTable {
  broadcast_id: number;
  rev: number;
  report: string;
}

/** What a post-mortem shows of a window: see lib/store/window-details.ts. */
interface DetailsTable {
  broadcast_id: number;
  /** of its parts, epoch ms, with commas between */
  onsets: string;
  detail: string;
}

interface StaysTable {
  broadcast_id: number;
  listener: string;
  connection: string;
  room: string;
  start_at: number;
  end_at: number | null;
  reason: string | null;
  role: string;
  /** JSON [[from, to], …] */
  hearing: string;
  attrs: string | null;
  source: string | null;
  last_at: number;
  heartbeat_ms: number;
  joined: number;
  final: number;
  part: number;
}

/** Failed attempts by listener, for those who wanted in and could not. */
interface FailuresTable {
  broadcast_id: number;
  part: number;
  /** counts up by one within a partition's broadcast */
  page: number;
  /** see lib/presence/failure-page.ts */
  bytes: Uint8Array;
}

interface ControlsTable {
  broadcast_id: number;
  /** the event's canonical JSON: an exact copy is the same row */
  canonical: string;
  ts: number;
  part: number;
  event: string;
}

interface WatermarksTable {
  broadcast_id: number;
  /** W, epoch ms; null where complete */
  watermark: number | null;
  live_second: number;
  complete: number;
  catching_up: number;
  rev: number;
  stored_at: number;
}

/** What was published, appended once per live second. */
interface ShownTable {
  broadcast_id: number;
  second: number;
  shown_at: number;
  shown: string;
}

interface WindowsTable {
  broadcast_id: number;
  id: string;
  onset_at: number;
  window: string;
}

interface RejectsTable {
  part: number;
  reason: string;
  count: number;
}

interface ClaimsTable {
  broadcast_id: number;
  id: string;
  entered_at: number;
  claim: string;
}

/** What people did to a window: acknowledged, dismissed, joined. */
interface ActionsTable {
  broadcast_id: number;
  id: string;
  at: number;
  action: string;
}

interface MetaTable {
  key: string;
  value: string;
}

export interface Tables {
  meta: MetaTable;
  partitions: PartitionsTable;
  broadcasts: BroadcastsTable;
  counters: CountersTable;
  asleep: AsleepTable;
  journal: JournalTable;
  row_groups: RowGroupsTable;
  rows_live: RowsTable;
  rows_final: RowsTable;
  stays: StaysTable;
  failures: FailuresTable;
  controls: ControlsTable;
  watermarks: WatermarksTable;
  shown: ShownTable;
  windows: WindowsTable;
  rejects: RejectsTable;
  claims: ClaimsTable;
  actions: ActionsTable;
  rolled: RolledTable;
  kept: KeptTable;
  written: WrittenTable;
  summaries: SummariesTable;
  past: PastTable;
  changed: ChangedTable;
  outlines: OutlinesTable;
  reports: ReportsTable;
  details: DetailsTable;
}

/** Tables with rows by row set. */
export const TABLES_OF_ROWS = ['rows_live', 'rows_final', 'rolled'] as const;

/** Every other table with rows of a broadcast: what goes with it. */
export const TABLES_OF_BROADCAST = [
  'counters',
  'asleep',
  'journal',
  'row_groups',
  'stays',
  'failures',
  'controls',
  'watermarks',
  'shown',
  'windows',
  'claims',
  'actions',
  'kept',
  'written',
  'summaries',
  'past',
  'changed',
  'outlines',
  'reports',
  'details',
] as const;

/** A store written by a newer program. */
export class NewerSchemaError extends Error {
  constructor(found: number) {
    super(
      `This store has schema ${found}, and this program knows schemas up to ${SCHEMA_VERSION}: ` +
        'use the newer Headcount that wrote it, or point HEADCOUNT_STORE at another store.',
    );
    this.name = 'NewerSchemaError';
  }
}

/** A store whose ingest was stopped in the middle by a program that kept a row a listener. */
export class OlderStateError extends Error {
  constructor() {
    super(
      'This store holds the state of a count that an earlier version has begun, which this one cannot go on from: ' +
        'point HEADCOUNT_STORE at a new store, and the topic or the data folder is read from its beginning.',
    );
    this.name = 'OlderStateError';
  }
}

export type Dialect = 'sqlite' | 'postgres';

/** Any number, the same in every program that brings a store in PostgreSQL up to date: only one does at a time. */
const MIGRATION_LOCK = 0x4ead;

/** What makes version 1 of nothing, version 2 of version 1, and so on. */
const STEPS: readonly ((dialect: Dialect) => string[])[] = [
  firstSchema,
  owners,
  failuresByListener,
  retention,
  journal,
  failurePages,
  pastBroadcasts,
  outlines,
  windowDetails,
  longerSummaries,
  sleepers,
];

/** Brings the store to SCHEMA_VERSION; refuses one that is newer. One that is up to date is only read. */
export async function migrate(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  if ((await versionOf(db, dialect)) === SCHEMA_VERSION) return;
  await db.transaction().execute(async (trx) => {
    if (dialect === 'postgres') await sql`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(trx);
    await sql
      .raw(forDialect('CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)', dialect))
      .execute(trx);
    // another process may have been quicker
    const version = await versionOf(trx, dialect);
    if (version > 0 && version < WITH_JOURNAL) await refuseOlderState(trx);
    for (const step of STEPS.slice(version)) {
      for (const statement of step(dialect)) await sql.raw(forDialect(statement, dialect)).execute(trx);
    }
    await trx
      .insertInto('meta')
      .values({ key: 'schema', value: String(SCHEMA_VERSION) })
      .onConflict((c) => c.column('key').doUpdateSet({ value: String(SCHEMA_VERSION) }))
      .execute();
  });
}

async function refuseOlderState(db: Kysely<Tables>): Promise<void> {
  const found = await sql<{ there: number }>`SELECT 1 AS there FROM listeners LIMIT 1`.execute(db);
  if (found.rows.length > 0) throw new OlderStateError();
}

/** 0 where there is no store yet. */
async function versionOf(db: Kysely<Tables>, dialect: Dialect): Promise<number> {
  const tables =
    dialect === 'postgres'
      ? sql<{ there: number }>`SELECT 1 AS there WHERE to_regclass('meta') IS NOT NULL`
      : sql<{ there: number }>`SELECT 1 AS there FROM sqlite_master WHERE name = 'meta'`;
  if ((await tables.execute(db)).rows.length === 0) return 0;
  const found = await db.selectFrom('meta').select('value').where('key', '=', 'schema').executeTakeFirst();
  const version = found ? Number(found.value) : 0;
  if (version > SCHEMA_VERSION) throw new NewerSchemaError(version);
  return version;
}

/** Text is ordered and compared by its bytes on both. */
function forDialect(statement: string, dialect: Dialect): string {
  return dialect === 'sqlite' ? statement : statement.replaceAll(' TEXT', ' TEXT COLLATE "C"');
}

function owners(): string[] {
  return ['ALTER TABLE partitions ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0'];
}

/** Failed attempts by listener: who wanted in and could not. */
function failuresByListener(dialect: Dialect): string[] {
  const tail = dialect === 'sqlite' ? ' WITHOUT ROWID' : '';
  return [
    `CREATE TABLE failures (broadcast_id INTEGER NOT NULL, listener TEXT NOT NULL, second BIGINT NOT NULL,
      by_join INTEGER NOT NULL, part INTEGER NOT NULL, times INTEGER NOT NULL,
      PRIMARY KEY (broadcast_id, listener, second, by_join, part))${tail}`,
  ];
}

/** What seconds become when they are no longer kept, and what is counted of a broadcast once. */
function retention(dialect: Dialect): string[] {
  const tail = dialect === 'sqlite' ? ' WITHOUT ROWID' : '';
  const counts = COUNT_NAMES.map((name) => `"${name}" INTEGER NOT NULL DEFAULT 0`);
  const levels = LEVELS.flatMap((name) => [
    `"${name}_sum" BIGINT NOT NULL`,
    `"${name}_low" INTEGER NOT NULL`,
    `"${name}_high" INTEGER NOT NULL`,
    `"${name}_high_at" BIGINT NOT NULL`,
  ]);
  return [
    `CREATE TABLE rolled (group_id INTEGER NOT NULL, second BIGINT NOT NULL, step INTEGER NOT NULL, seconds INTEGER NOT NULL,
      ${[...counts, ...levels].join(', ')}, PRIMARY KEY (group_id, second))${tail}`,
    `CREATE TABLE kept (broadcast_id INTEGER PRIMARY KEY, seconds_from BIGINT NOT NULL, tens_from BIGINT NOT NULL,
      minutes_from BIGINT NOT NULL, last_at BIGINT NOT NULL, seconds_done BIGINT, tens_done BIGINT, minutes_done BIGINT,
      stays TEXT)`,
    `CREATE TABLE written (broadcast_id INTEGER NOT NULL, at BIGINT NOT NULL, second BIGINT NOT NULL,
      PRIMARY KEY (broadcast_id, at))${tail}`,
    `CREATE TABLE summaries (broadcast_id INTEGER PRIMARY KEY, key TEXT NOT NULL, summary TEXT NOT NULL)`,
    `CREATE TABLE reports (broadcast_id INTEGER PRIMARY KEY, rev INTEGER NOT NULL, report TEXT NOT NULL)`,
  ];
}

/** Pages in place of a row a listener. */
function journal(dialect: Dialect): string[] {
  return [
    'DROP TABLE listeners',
    `CREATE TABLE journal (part INTEGER NOT NULL, broadcast_id INTEGER NOT NULL, slice INTEGER NOT NULL,
      number BIGINT NOT NULL, bytes ${dialect === 'sqlite' ? 'BLOB' : 'BYTEA'} NOT NULL,
      PRIMARY KEY (part, broadcast_id, slice, number))`,
  ];
}

/** What a checkpoint adds as one page in place of a row a failed attempt. */
function failurePages(dialect: Dialect): string[] {
  return [
    'DROP TABLE failures',
    `CREATE TABLE failures (broadcast_id INTEGER NOT NULL, part INTEGER NOT NULL, page BIGINT NOT NULL,
      bytes ${dialect === 'sqlite' ? 'BLOB' : 'BYTEA'} NOT NULL, PRIMARY KEY (broadcast_id, page, part))`,
  ];
}

/** Past broadcasts as an overview orders them. What is there is looked at once more. */
function pastBroadcasts(dialect: Dialect): string[] {
  const tail = dialect === 'sqlite' ? '' : ' WITH (fillfactor = 60)';
  return [
    `CREATE TABLE changed (broadcast_id INTEGER PRIMARY KEY, mark BIGINT NOT NULL)${tail}`,
    'INSERT INTO changed (broadcast_id, mark) SELECT id, 0 FROM broadcasts',
    `CREATE TABLE past (broadcast_id INTEGER PRIMARY KEY, broadcast TEXT NOT NULL, name TEXT NOT NULL, haystack TEXT NOT NULL,
      last_at BIGINT NOT NULL, ran BIGINT NOT NULL, peak INTEGER NOT NULL, windows INTEGER NOT NULL)`,
    ...['name', 'last_at', 'ran', 'peak', 'windows'].map(
      (column) => `CREATE INDEX past_by_${column} ON past (${column}, broadcast)`,
    ),
  ];
}

/** What is left of the rows of long broadcasts where they are looked at as a whole. */
function outlines(): string[] {
  return [
    `CREATE TABLE outlines (broadcast_id INTEGER NOT NULL, second BIGINT NOT NULL, until BIGINT NOT NULL, shape TEXT NOT NULL,
      counts TEXT NOT NULL, rows TEXT NOT NULL, PRIMARY KEY (broadcast_id, second))`,
  ];
}

/** What was counted of a window over all its listeners. */
function windowDetails(dialect: Dialect): string[] {
  const tail = dialect === 'sqlite' ? ' WITHOUT ROWID' : '';
  return [
    `CREATE TABLE details (broadcast_id INTEGER NOT NULL, onsets TEXT NOT NULL, detail TEXT NOT NULL,
      PRIMARY KEY (broadcast_id, onsets))${tail}`,
  ];
}

/** Summaries tell when the peak was, and of hearing and the average minute: those that are kept are made again. */
function longerSummaries(): string[] {
  return [
    'INSERT INTO changed (broadcast_id, mark) SELECT id, 0 FROM broadcasts WHERE id NOT IN (SELECT broadcast_id FROM changed)',
  ];
}

/** Lines of broadcasts that are over for long, one each in place of all in a row that every checkpoint writes. */
function sleepers(dialect: Dialect): string[] {
  return [
    `CREATE TABLE asleep (broadcast_id INTEGER NOT NULL, part INTEGER NOT NULL, line TEXT NOT NULL,
      PRIMARY KEY (broadcast_id, part))${dialect === 'sqlite' ? ' WITHOUT ROWID' : ''}`,
  ];
}

function firstSchema(dialect: Dialect): string[] {
  const tail = dialect === 'sqlite' ? ' WITHOUT ROWID' : '';
  // rows that are written again and again find room beside themselves, and their indexes stay as they are
  const rewritten = dialect === 'sqlite' ? ' WITHOUT ROWID' : ' WITH (fillfactor = 60)';
  // compressing what is replaced within a minute costs more than it saves
  const states = dialect === 'sqlite' ? tail : ' WITH (fillfactor = 60, toast_tuple_target = 8160)';
  const serial = dialect === 'sqlite' ? 'INTEGER PRIMARY KEY' : 'INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY';
  const counts = COUNT_NAMES.map((name) => `"${name}" INTEGER NOT NULL DEFAULT 0`).join(', ');
  const rows = (table: string, end: string): string =>
    `CREATE TABLE ${table} (group_id INTEGER NOT NULL, second BIGINT NOT NULL, part INTEGER NOT NULL, ${counts}, ` +
    `PRIMARY KEY (group_id, second, part))${end}`;
  return [
    `CREATE TABLE partitions (part INTEGER PRIMARY KEY, source TEXT NOT NULL, partition INTEGER NOT NULL,
      next_offset BIGINT NOT NULL, lane TEXT NOT NULL, stored_at BIGINT NOT NULL, UNIQUE (source, partition))`,
    `CREATE TABLE broadcasts (id ${serial}, broadcast TEXT NOT NULL UNIQUE, demo INTEGER NOT NULL, kind TEXT NOT NULL)`,
    `CREATE TABLE counters (broadcast_id INTEGER NOT NULL, part INTEGER NOT NULL, slice INTEGER NOT NULL,
      summary TEXT NOT NULL, PRIMARY KEY (broadcast_id, part, slice))${rewritten}`,
    `CREATE TABLE listeners (part INTEGER NOT NULL, broadcast_id INTEGER NOT NULL, listener TEXT NOT NULL,
      state TEXT NOT NULL, PRIMARY KEY (part, broadcast_id, listener))${states}`,
    `CREATE TABLE row_groups (id ${serial}, broadcast_id INTEGER NOT NULL, room TEXT NOT NULL, attribute TEXT NOT NULL,
      value TEXT NOT NULL, UNIQUE (broadcast_id, attribute, room, value))`,
    rows('rows_live', rewritten),
    rows('rows_final', tail),
    `CREATE TABLE stays (broadcast_id INTEGER NOT NULL, listener TEXT NOT NULL, connection TEXT NOT NULL, room TEXT NOT NULL,
      start_at BIGINT NOT NULL, end_at BIGINT, reason TEXT, role TEXT NOT NULL, hearing TEXT NOT NULL, attrs TEXT,
      source TEXT, last_at BIGINT NOT NULL, heartbeat_ms INTEGER NOT NULL, joined INTEGER NOT NULL, final INTEGER NOT NULL,
      part INTEGER NOT NULL, PRIMARY KEY (broadcast_id, listener, connection, room, start_at))${tail}`,
    `CREATE TABLE controls (broadcast_id INTEGER NOT NULL, canonical TEXT NOT NULL, ts BIGINT NOT NULL,
      part INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (broadcast_id, canonical))${tail}`,
    `CREATE TABLE watermarks (broadcast_id INTEGER PRIMARY KEY, watermark BIGINT, live_second BIGINT NOT NULL,
      complete INTEGER NOT NULL, catching_up INTEGER NOT NULL, rev INTEGER NOT NULL, stored_at BIGINT NOT NULL)`,
    `CREATE TABLE shown (broadcast_id INTEGER NOT NULL, second BIGINT NOT NULL, shown_at BIGINT NOT NULL,
      shown TEXT NOT NULL, PRIMARY KEY (broadcast_id, second, shown_at))${tail}`,
    `CREATE TABLE windows (broadcast_id INTEGER NOT NULL, id TEXT NOT NULL, onset_at BIGINT NOT NULL, "window" TEXT NOT NULL,
      PRIMARY KEY (broadcast_id, id))${tail}`,
    `CREATE TABLE rejects (part INTEGER NOT NULL, reason TEXT NOT NULL, count BIGINT NOT NULL, PRIMARY KEY (part, reason))${tail}`,
    `CREATE TABLE claims (broadcast_id INTEGER NOT NULL, id TEXT NOT NULL, entered_at BIGINT NOT NULL, claim TEXT NOT NULL,
      PRIMARY KEY (broadcast_id, id))${tail}`,
    `CREATE TABLE actions (broadcast_id INTEGER NOT NULL, id TEXT NOT NULL, at BIGINT NOT NULL, action TEXT NOT NULL,
      PRIMARY KEY (broadcast_id, id))${tail}`,
  ];
}
