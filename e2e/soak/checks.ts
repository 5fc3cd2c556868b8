/** What has to hold when records have flowed for long, each as a sentence with its figures. */
import { join } from 'node:path';
import type { Crowd } from '../bench/crowd.ts';
import { formulaBytes, storeSize } from '../bench/store-size.ts';
import { type Env, headcount, output, until } from '../product.ts';
import { finalSeconds } from '../series-file.ts';
import type { Frames } from '../sse-frames.ts';
import { type Load, MARATHON } from './load.ts';
import { filesBelow } from './sample.ts';
import { afterWarmUp, lowest, type Measured, slope } from './slope.ts';
import { megabytes, type Watch } from './watch.ts';

export interface Check {
  holds: boolean;
  said: string;
}

/** The first part of a life is its warm-up. */
const WARM_UP = 0.25;
/** A slope over less than this says nothing, s. */
const LEAST_SECONDS = 240;
/** Growth of memory after the warm-up, bytes for each record: what is kept of a record is more than that. */
const GROWTH_LIMIT = 1;
/** Growth is that of the lowest in so many stretches of time. */
const STRETCHES = 20;
/** More handles at the end than at the beginning. */
const HANDLES_LIMIT = 4;
/** While somebody reads the store as it was at one moment, what is written meanwhile stays in the WAL. */
const WAL_LIMIT = 256e6;
/** What the store has for what the formula of docs/capacity.md says. */
const MOST_OF_FORMULA = 1.5;
/** What counting goes on from is half dropped in turn, and its room filled again: the file has room for the most of it. */
const MOST_TO_GO_ON_FROM = 2;
/** A store with nothing in it, and pages that are begun. */
const EMPTY_BYTES = 2e6;
/** In its first minute a crowd comes so fast that a second more or less is much. */
const OPENING_SECONDS = 60;
/** A live number has those who fell silent still with it. */
const SHOWN_OFF = 0.02;
/** Silence makes final what nobody comes after: 4 min and the largest time-out, and what waits is read before that. */
const FINAL_MS = 1_200_000;
/** The topic is read to its end for each recount. */
const RECOUNT_MS = 1_800_000;

export interface Counted {
  folder: string;
  env: Env;
}

/** The marathon second by second and in its totals against the crowd's own books, a broadcast beside it against a recount of the topic. */
export async function countsHold({ folder, env }: Counted, load: Load): Promise<Check[]> {
  const { marathon, shows } = load;
  const wanted = marathon.curve();
  let rows = new Map<string, string>();
  await until(
    async () => {
      rows = finalSeconds(await output(['export', 'series', MARATHON], { folder, env, timeout: 120_000 }));
      return wanted.every(([second]) => rows.has(timeOf(second)));
    },
    FINAL_MS,
    () => `${rows.size} seconds became final, and ${wanted.length} were expected`,
  );
  const differing = wanted.filter(
    ([second, connected]) => Number(rows.get(timeOf(second))?.split(',')[0]) !== connected,
  );
  const compared = check(
    differing.length === 0,
    `${wanted.length} seconds of the marathon compared, ${differing.length} differ`,
  );
  const whole = shows.filter(({ endedAt }) => endedAt !== null);
  const firstAndLast = [...new Set([whole[0], whole.at(-1)].flatMap((show) => show ?? []))];
  const recounted = firstAndLast.map(async ({ name }) => {
    const { code, stdout, stderr } = await headcount(['verify', name], { folder, env, timeout: RECOUNT_MS });
    return check(code === 0, `recounted from the topic: ${(stdout + stderr).trim()}`);
  });
  return [compared, await totalsHold({ folder, env }, load), ...(await Promise.all(recounted))];
}

async function totalsHold(where: Counted, { marathon, shows }: Load): Promise<Check> {
  const report: Report = JSON.parse(await output(['report', MARATHON], where));
  const { truth } = marathon;
  const broken = [marathon, ...shows.map(({ crowd }) => crowd)].reduce((sum, crowd) => sum + crowd.broken, 0);
  const { events, duplicates, late, rejected } = report.quality;
  const got = {
    ...{ events, duplicates, joins: report.joins, leaves: report.leaves, comments: report.comments },
    ...{ connections: report.connections, unique: report.unique },
  };
  const counted = sorted({ ...got, late, rejected: sum(Object.values(rejected)) });
  const wanted = sorted({ ...truth, late: 0, rejected: broken });
  return check(
    counted === wanted,
    `totals of the marathon ${counted}${counted === wanted ? '' : `, expected ${wanted}`}`,
  );
}

interface Report {
  joins: number;
  leaves: Record<string, number>;
  comments: number;
  connections: number;
  unique: number;
  quality: { events: number; duplicates: number; late: number; rejected: Record<string, number> };
}

/** What the live page was told all the time. */
export function streamHolds(frames: Frames, marathon: Crowd): Check[] {
  const curve = marathon.curve();
  const final = new Map(curve);
  const opened = (curve[0]?.[0] ?? 0) + OPENING_SECONDS;
  const { shown, points, broke, resumed, anew } = frames;
  let newest = 0;
  const older = shown.filter(({ second, catchingUp }) => {
    const isOlder = second < newest && !catchingUp;
    newest = Math.max(newest, second);
    return isOlder;
  });
  const off = shown.flatMap(({ second, connected, catchingUp }) => {
    const truth = final.get(second);
    return truth === undefined || truth === 0 || catchingUp || second < opened ? [] : [Math.abs(connected / truth - 1)];
  });
  const furthest = Math.max(0, ...off);
  const wrong = [...points].filter(
    ([second, connected]) => final.get(second) !== undefined && final.get(second) !== connected,
  );
  return [
    check(
      older.length === 0,
      `the live page was told ${shown.length} times, ${older.length} of them of an older second as if it were the newest`,
    ),
    check(
      broke > 0 && resumed + anew === broke,
      `its stream broke ${broke} times, went on where it stood ${resumed} times and began anew ${anew} times`,
    ),
    check(
      furthest < SHOWN_OFF,
      `what it showed as live was at most ${(furthest * 100).toFixed(2)} % off what is final now`,
    ),
    check(
      wrong.length === 0,
      `${points.size} seconds are on it in the end, ${wrong.length} of them other than counted`,
    ),
  ];
}

/** `perSecond`: records that were sent. */
export function memoryHolds(watch: Watch, perSecond: number): Check[] {
  const limit = perSecond * GROWTH_LIMIT;
  return watch.longest().map(({ name, bytes }) => {
    const after = afterWarmUp(bytes, WARM_UP);
    const growth = slope(lowest(after, STRETCHES));
    const said = `${name} held ${megabytes(bytes.at(-1)?.value ?? 0)}`;
    if (isShort(after)) return check(true, `${said}; ${TOO_SHORT}`);
    return check(
      growth <= limit,
      `${said}, ${perHour(growth)} more over the last ${(lasts(after) / 60).toFixed(0)} min of a life, limit ${perHour(limit)}`,
    );
  });
}

function perHour(bytesPerSecond: number): string {
  return `${((bytesPerSecond * 3600) / 1e6).toFixed(1)} MB/h`;
}

/** By what is usual: a connection of the moment, or upkeep of the store that passes by, is no growth. */
export function handlesHold(watch: Watch): Check[] {
  return watch.longest().map(({ name, handles }) => {
    const after = afterWarmUp(handles, WARM_UP);
    const usual = (part: readonly Measured[]): number =>
      part.map(({ value }) => value).sort((a, b) => a - b)[part.length >> 1] ?? 0;
    const half = after.length >> 1;
    const [before, then] = [usual(after.slice(0, half)), usual(after.slice(half))];
    const said = `${name} had ${before} open handles, and ${then} later in that life`;
    if (isShort(after)) return check(true, `${said}; ${TOO_SHORT}`);
    return check(then <= before + HANDLES_LIMIT, said);
  });
}

const TOO_SHORT = 'whether that grows takes longer to say';

function isShort(samples: readonly Measured[]): boolean {
  return lasts(samples) < LEAST_SECONDS;
}

/** s */
function lasts(samples: readonly Measured[]): number {
  return (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
}

/** The file beside what the formula makes of what is in it. */
export function storeHolds({ folder }: Counted, watch: Watch, load: Load): Check[] {
  const size = storeSize(join(folder, 'data', 'headcount.db'));
  const formula = formulaBytes(size);
  const roomy = formulaBytes({ ...size, pages: MOST_TO_GO_ON_FROM * size.pages });
  const { store, wal } = watch.most;
  const sent = load.sent();
  return [
    check(
      size.used <= MOST_OF_FORMULA * formula + EMPTY_BYTES,
      `the store has ${megabytes(size.used)} of ${sent} records, ${(size.used / sent).toFixed(1)} bytes each: ${size.stays} stays, ${size.rows} rows, ${megabytes(size.pages)} to go on from; the formula says ${megabytes(formula)}`,
    ),
    check(
      store <= MOST_OF_FORMULA * roomy + EMPTY_BYTES,
      `its file had ${megabytes(store)} at most, and with room for twice as much to go on from the formula says ${megabytes(roomy)}`,
    ),
    check(wal <= WAL_LIMIT, `its WAL had ${megabytes(wal)} at most, limit ${megabytes(WAL_LIMIT)}`),
  ];
}

/** When all has ended. */
export function filesHold(folder: string, temporary: string): Check {
  const kept = /^(headcount\.db|stays\/show-\d+\.parquet)$/;
  // the loader's own cache of compiled sources
  const left = [
    ...filesBelow(join(folder, 'data')).filter((path) => !kept.test(path)),
    ...filesBelow(temporary).filter((path) => !path.startsWith('tsx-')),
  ];
  return check(left.length === 0, left.length === 0 ? 'no file is left over' : `left over: ${left.join(', ')}`);
}

/** As JSON, whatever the order of its keys. */
function sorted(numbers: Readonly<Record<string, unknown>>): string {
  const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1);
  const ordered = (value: unknown): unknown =>
    typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).sort(byName)) : value;
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(numbers)
        .sort(byName)
        .map(([name, value]) => [name, ordered(value)]),
    ),
  );
}

function check(holds: boolean, said: string): Check {
  return { holds, said };
}

function timeOf(second: number): string {
  return new Date(second * 1000).toISOString().replace('.000', '');
}

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}
