/** A broadcast grows old: the clock is moved, and what was said of it stays said. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../e2e/postgres.ts';
import { readPicture } from '../../lib/chart/read.ts';
import { printEvent } from '../../lib/event/print.ts';
import { type SeriesStep, stepPages } from '../../lib/export/series.ts';
import { onsetsOf, readWindowDetail, type WindowDetail } from '../../lib/forensics/detail.ts';
import { publisher } from '../../lib/numbers/rows.ts';
import type { Stay } from '../../lib/presence/stay.ts';
import { readNumbers } from '../../lib/report/read.ts';
import { alarms } from '../../lib/series/span.ts';
import { simulate } from '../../lib/simulate/scenario.ts';
import { openReadStore, openTables } from '../../lib/store/open.ts';
import type { Reader } from '../../lib/store/read.ts';
import type { Tables } from '../../lib/store/schema.ts';
import type { SeriesQuery } from '../../lib/store/store.ts';
import { openReplay } from '../replay.ts';
import { readSettings } from '../settings.ts';
import { Upkeep } from './upkeep.ts';

const DAY = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'headcount-upkeep-'));
const postgres = await openPostgres();
let made = 0;

afterAll(async () => {
  rmSync(folder, { recursive: true });
  if ('stop' in postgres) await postgres.stop();
});

async function all<T>(many: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of many) list.push(one);
  return list;
}

const LAUNCH = [...simulate({ scenario: 'launch', broadcast: 'launch', listeners: 120, minutes: 30, seed: 3 })];

/** Replays a launch, or other events, into the store. */
async function replayed(url: string, texts: readonly string[] = LAUNCH.map(printEvent)): Promise<void> {
  const read = readSettings({ HEADCOUNT_STORE: url, HEADCOUNT_BREAKDOWNS: 'edge' });
  if (!read.ok) throw new Error(read.problems.join());
  const settings = { ...read.settings, dataFolder: folder };
  const replay = await openReplay(
    'file:launch',
    { settings, speed: null, slices: 3, takeLate: false, replace: false, archive: false },
    null,
  );
  const records = texts.map((text, offset) => ({ offset, value: Buffer.from(text), timestampMs: null }));
  await replay.run({
    name: 'file:launch',
    trouble: () => null,
    async run(sink) {
      await sink.start(0);
      await sink.batch({ partition: 0, records, nextOffset: records.length, endOffset: records.length });
    },
  });
}

/** Seven hours: after three of them 40 of 60 are thrown out, and 30 of those come back within minutes. */
function longRun(): string[] {
  const start = Date.UTC(2024, 2, 4);
  const events: { ts: number; type: string; listener: string; connection: string; reason?: string }[] = [];
  for (let i = 0; i < 60; i++) {
    const of = (ts: number, type: string, connection: string, reason?: string): void => {
      events.push({ ts: start + ts, type, listener: `u${i}`, connection, ...(reason !== undefined && { reason }) });
    };
    const dropped = i < 40;
    of(i * 100, 'join', 'a');
    if (dropped) of(10_800_500 + i * 10, 'leave', 'a', 'server');
    if (dropped && i < 30) of(10_900_000 + i * 4_000, 'join', 'b');
    if (!dropped || i < 30) of(25_200_000 + i * 100, 'leave', dropped ? 'b' : 'a');
  }
  return events.sort((a, b) => a.ts - b.ts).map((event) => JSON.stringify({ broadcast: 'long', ...event }));
}

interface Said {
  report: Awaited<ReturnType<typeof readNumbers>>;
  tens: SeriesStep[];
  minutes: SeriesStep[];
  edge: SeriesStep[];
  stays: Stay[];
  overview: unknown;
  errors: number;
}

async function said(reader: Reader): Promise<Said> {
  const [value] = (await reader.groups('launch')).filter(({ attribute }) => attribute === 'edge');
  const edge = { attribute: 'edge', value: value?.value ?? '' };
  const [summary] = await reader.broadcasts();
  if (summary === undefined) throw new Error('The overview has no broadcast.');
  const { kept: _, ...overview } = summary;
  return {
    report: await readNumbers(reader, 'launch'),
    tens: await steps(reader, {}, 10),
    minutes: await steps(reader, {}, 60),
    edge: await steps(reader, edge, 60),
    stays: await all(reader.stays('launch')),
    overview,
    errors: (await reader.errorsByCode('launch')).reduce((sum, { count }) => sum + count, 0),
  };
}

async function steps(reader: Reader, query: SeriesQuery, step: number): Promise<SeriesStep[]> {
  const status = await reader.status('launch');
  if (status === null) throw new Error('The broadcast is not in the store.');
  return (await all(stepPages(reader.runPages('launch', query), step, publisher(status)))).flat();
}

/** Means are divided once from sums: the last digit may differ with the order. */
function almost(rows: readonly SeriesStep[]): unknown {
  // of suspects the most is told by seconds, and the mean by blocks
  return rows.map(({ connected, connections, hearing, suspect: _, ...rest }) => ({
    ...rest,
    ...{ connected: connected.toFixed(6), connections: connections.toFixed(6), hearing: hearing?.toFixed(6) },
  }));
}

function upkeepContract(empty: () => Promise<string>): void {
  let url: string;
  let reader: Reader;
  let tables: Kysely<Tables>;
  let before: Said;
  let details: { onsets: number[]; detail: WindowDetail | null }[];
  let storedAt: number;
  const rested: number[] = [];

  const upkeep = (): Upkeep =>
    new Upkeep({
      tables,
      reader,
      retention: { secondsFor: 30 * DAY, tensFor: 365 * DAY, minutesFor: 1000 * DAY },
      folder: join(folder, `stays-${made}`),
      rest: async (ms) => void rested.push(ms),
    });
  const count = async (table: 'rows_final' | 'rows_live' | 'rolled' | 'stays' | 'failures'): Promise<number> => {
    const row = await tables
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    return Number(row.n);
  };

  beforeAll(async () => {
    url = await empty();
    await replayed(url);
    reader = await openReadStore(url);
    tables = await openTables(url);
    before = await said(reader);
    details = [];
    for (const window of alarms(await reader.windows('launch'))) {
      const onsets = onsetsOf(window);
      details.push({ onsets, detail: await readWindowDetail(reader, 'launch', onsets) });
    }
    storedAt = (await reader.status('launch'))?.storedAt ?? 0;
  });

  afterAll(async () => {
    await tables.destroy();
    await reader.close();
  });

  it('has the fact sheet and the overview agree', () => {
    const { peak, peakHearing, averageMinuteAudience } = before.report ?? {};
    expect(before.overview).toMatchObject({
      ...{ peak: peak?.connected, peakSecond: (peak?.at ?? 0) / 1000, peakHearing: peakHearing?.hearing },
      averageMinuteAudience: averageMinuteAudience?.connected,
    });
  });

  it('keeps every second for as long as is said', async () => {
    await upkeep().round(storedAt + 30 * DAY - 1);
    expect((await reader.status('launch'))?.kept).toBeNull();
    expect(await said(reader)).toEqual(before);
    expect(await count('rolled')).toBe(0);
  });

  it('then keeps blocks of 10 s, and no number of the fact sheet or the overview moves', async () => {
    await upkeep().round(storedAt + 30 * DAY);
    const after = await said(reader);
    expect(after.report).toEqual(before.report);
    expect(after.overview).toEqual(before.overview);
    expect(almost(after.tens)).toEqual(almost(before.tens));
    expect(almost(after.edge)).toEqual(almost(before.edge));
    expect(after.errors).toBe(before.errors);
    expect(await reader.series('launch', { from: 0, to: 1 })).toEqual([]);
    const kept = (await reader.status('launch'))?.kept;
    expect(kept).toMatchObject({ step: 10, peak: { value: before.report?.peak.connected } });
    // a minute asked for in the middle is told by whole blocks
    const at = Math.floor((before.report?.peak.at ?? 0) / 1000);
    const around = await reader.series('launch', { from: at - 3, to: at + 3 });
    expect(around.map(({ second }) => second)).toEqual([
      ...new Set([at - 3, at + 2].map((second) => Math.floor(second / 10) * 10)),
    ]);
    expect(around.find(({ rolled }) => rolled?.connected.highAt === at)?.rolled?.connected.high).toBe(
      before.report?.peak.connected,
    );
  });

  it('shows of a window what it showed before', async () => {
    expect(details.length).toBeGreaterThan(0);
    for (const { onsets, detail } of details) {
      const now = await readWindowDetail(reader, 'launch', onsets);
      expect({ ...now, audience: [] }).toEqual({ ...detail, audience: [] });
      expect(now?.audience.map(({ second }) => second)).toEqual(detail?.audience.map(({ second }) => second));
      for (const line of ['connected', 'expected', 'lower', 'upper'] as const) {
        const off = now?.audience.map((row, i) => Math.abs(row[line] - (detail?.audience[i]?.[line] ?? Number.NaN)));
        expect(Math.max(...(off ?? []))).toBeLessThanOrEqual(0.051);
      }
    }
  });

  it('has the stays in a file then, one by one as they were, and nothing by listener in the store', async () => {
    expect(await all(reader.stays('launch'))).toEqual(before.stays);
    expect(before.stays.length).toBeGreaterThan(100);
    expect([await count('stays'), await count('failures')]).toEqual([0, 0]);
  });

  it('did it in small transactions, and let others have the store in between', () => {
    expect(rested.length).toBeGreaterThan(5);
  });

  it('says of a chapter that is named later what its people did', async () => {
    const [first, last] = [before.report?.startedAt ?? 0, before.report?.endedAt ?? 0];
    const [from, to] = [first + 5 * 60_000, last - 60_000];
    const { id } = await tables
      .selectFrom('broadcasts')
      .select('id')
      .where('broadcast', '=', 'launch')
      .executeTakeFirstOrThrow();
    for (const [type, ts] of [
      ['segment_start', from],
      ['segment_end', to],
    ] as const) {
      const event = JSON.stringify({ type, ts, broadcast: 'launch', room: 'launch', id: type, label: 'later' });
      await tables.insertInto('controls').values({ broadcast_id: id, canonical: event, ts, part: 0, event }).execute();
    }
    const report = await readNumbers(reader, 'launch');
    const named = report?.segments.find(({ label }) => label === 'later');
    expect(named?.any).toBeGreaterThan(0);
    expect({ ...report, segments: report?.segments.filter(({ label }) => label !== 'later') }).toEqual(before.report);
    await tables.deleteFrom('controls').where('broadcast_id', '=', id).where('canonical', 'like', '%later%').execute();
  });

  it('keeps minutes after a year, and nothing but the fact sheet and the overview in the end', async () => {
    await upkeep().round(storedAt + 365 * DAY);
    expect((await reader.status('launch'))?.kept).toMatchObject({ step: 60 });
    const year = await said(reader);
    expect(year.report).toEqual(before.report);
    expect(year.overview).toEqual(before.overview);
    expect(almost(year.minutes)).toEqual(almost(before.minutes));
    await upkeep().round(storedAt + 1000 * DAY);
    expect(await reader.series('launch')).toEqual([]);
    expect(await count('rolled')).toBe(0);
    expect(await readNumbers(reader, 'launch')).toEqual(before.report);
    expect(await reader.broadcasts()).toMatchObject([{ peak: before.report?.peak.connected }]);
  });

  it('rolls up the old part of a broadcast that goes on, and goes on from its levels', async () => {
    const going = await empty();
    await replayed(going);
    const own = { reader: await openReadStore(going), tables: await openTables(going) };
    const whole = await own.reader.runs('launch');
    const from = whole[0]?.second ?? 0;
    const until = Math.floor((from + 900) / 60) * 60;
    // as it stands while it runs: final up to a quarter of an hour
    const longestTimeout = (await own.reader.status('launch'))?.longestTimeout ?? 0;
    const watermark = (until + 5) * 1000 + Math.max(longestTimeout, 120_000) + 120_000;
    await own.tables
      .updateTable('watermarks')
      .set({ complete: 0, watermark, live_second: Math.floor(watermark / 1000) })
      .execute();
    const options = {
      ...own,
      retention: { secondsFor: DAY, tensFor: null, minutesFor: null },
      folder: join(folder, `stays-${made}`),
      rest: async () => {},
    };
    const started = storedAt + 1000;
    await own.tables.updateTable('watermarks').set({ stored_at: started }).execute();
    await new Upkeep(options).round(started);
    await own.tables
      .updateTable('watermarks')
      .set({ stored_at: started + DAY })
      .execute();
    await new Upkeep(options).round(started + DAY);
    expect((await own.reader.status('launch'))?.kept).toMatchObject({ step: 10, secondsFrom: until });
    const rows = await own.reader.series('launch');
    expect(rows.filter(({ rolled }) => rolled === undefined).map(({ connected }) => connected)).toEqual(
      whole.flatMap((run) =>
        Array.from({ length: run.span }, (_, i) => run.second + i).flatMap((second) =>
          second >= until ? [run.connected] : [],
        ),
      ),
    );
    const after = await readNumbers(own.reader, 'launch');
    expect(after?.peak).toEqual({
      ...before.report?.peak,
      minuteMean: expect.closeTo(before.report?.peak.minuteMean ?? 0, 6),
    });
    // ten seconds of demand begin a second later than blocks do
    const demand = { ...before.report?.demand, joinsPerSecondMax: expect.any(Number) };
    expect(after).toMatchObject({ unique: before.report?.unique, joins: before.report?.joins, demand });
    const sums = await own.reader.sums('launch', ['connected', 'joins'], 1, Number.POSITIVE_INFINITY);
    expect(sums.find(({ attribute }) => attribute === '')?.sums.joins).toBe(before.report?.joins);
    const parts = await own.reader.partitionRows('file:launch', 0);
    expect(parts).toHaveLength(1);
    await own.tables.destroy();
    await own.reader.close();
  });

  it('has of a long broadcast what its windows show from the replay on', async () => {
    const long = await empty();
    await replayed(long, longRun());
    const own = await openReadStore(long);
    const [window] = await own.windows('long');
    expect(window).toMatchObject({ state: 'final', dropped: 40 });
    const detail = window === undefined ? null : await own.keptDetail('long', onsetsOf(window));
    expect(detail).toMatchObject({ dropped: { back: 30, elsewhere: 0, notBack: 10 } });
    expect(detail?.returns.at(-1)?.share).toBeCloseTo(0.75, 6);
    const choice = { zone: 'UTC', from: window?.onsetAt ?? 0, to: (window?.onsetAt ?? 0) + 300_000 };
    const picture = await readPicture(own, 'long', choice, () => Promise.reject(new Error('counted anew')));
    const [first] = picture?.expected ?? [];
    const missed = first?.map(({ expected, connected }) => expected - connected) ?? [];
    expect(Math.max(...missed)).toBeGreaterThan(38);
    await own.close();
  });

  it('is told anew where a process stopped in the middle', async () => {
    const again = await empty();
    await replayed(again);
    const own = { reader: await openReadStore(again), tables: await openTables(again) };
    const stop = new AbortController();
    const options = {
      ...own,
      retention: { secondsFor: DAY, tensFor: null, minutesFor: null },
      folder: join(folder, `stays-${made}`),
    };
    let rests = 0;
    const rest = async (): Promise<void> => {
      if (++rests === 2) stop.abort();
    };
    await new Upkeep({ ...options, rest, signal: stop.signal }).round(storedAt + 50 * DAY);
    const halfway = await said(own.reader);
    expect(halfway.report).toEqual(before.report);
    expect(almost(halfway.tens)).toEqual(almost(before.tens));
    await new Upkeep({ ...options, rest: async () => {} }).round(storedAt + 50 * DAY);
    const whole = await said(own.reader);
    expect(whole.report).toEqual(before.report);
    expect(almost(whole.tens)).toEqual(almost(before.tens));
    expect(whole.stays).toEqual(before.stays);
    await own.tables.destroy();
    await own.reader.close();
  });
}

describe('upkeep of a store in SQLite', () => upkeepContract(async () => `sqlite:${join(folder, `${made++}.db`)}`));

describe.skipIf('skipped' in postgres)('upkeep of a store in PostgreSQL', () =>
  upkeepContract(async () => {
    if ('skipped' in postgres) throw new Error(postgres.skipped);
    made++;
    return postgres.database();
  }),
);
