/** A long broadcast reads the same with its outline as without, whichever store it is. */
import type { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../numbers/rows.ts';
import { COUNT_NAMES, type Counts } from '../numbers/second.ts';
import type { RowChange } from '../presence/counter.ts';
import type { CounterSummary } from '../presence/summary.ts';
import type { Point } from '../series/point.ts';
import type { WriteStore } from './checkpoint.ts';
import { keepOutline, keepOutlines } from './keep-outline.ts';
import { openReadStore, openTables, openWriteStore } from './open.ts';
import type { Reader } from './read.ts';
import type { Tables } from './schema.ts';

const DAY = 86_400;
const START = 1_700_000_000;
const LENGTH = DAY + 12_000;
/** seconds of which one has a spike, and one a dip */
const SPIKE = START + 70_001;
const DIP = START + 50_003;

/** `empty` makes a store and gives its URL. */
export function outlineContract(empty: () => Promise<string>): void {
  describe('an outline', () => {
    let store: WriteStore;
    let reader: Reader;
    let tables: Kysely<Tables>;

    beforeEach(async () => {
      const url = await empty();
      store = await openWriteStore(url);
      reader = await openReadStore(url);
      tables = await openTables(url);
      await commit(null, 1, madeRows(), START + LENGTH);
    });

    afterEach(async () => {
      await tables.destroy();
      await reader.close();
      await store.close();
    });

    const commit = (
      expectedOffset: number | null,
      nextOffset: number,
      rows: RowChange[],
      until: number | null,
      firstAt = START * 1000,
    ): Promise<void> => {
      const summary: CounterSummary = {
        records: 1,
        copies: 0,
        firstAt,
        lastAt: (START + LENGTH) * 1000,
        longestTimeout: 0,
        rooms: { main: { join: START * 1000, playing: START * 1000, attempt: START * 1000 } },
        periodMissing: false,
        sources: [],
        roomEnds: {},
        groups: [],
        asOf: null,
      };
      const flushed = { rows, failures: [], finalStays: [], openStays: [], journal: null };
      const broadcast = {
        broadcast: 'talk',
        counters: [{ slice: 0, summary: JSON.stringify(summary), flushed }],
        controls: [],
        finalSecond: until,
        revises: expectedOffset === null ? null : ('numbers' as const),
      };
      const lane = JSON.stringify({ broadcasts: {}, lag: 0 });
      const source = { source: 'file:talk', partition: 0, rejected: {}, lane };
      return store.commit({
        partitions: [{ ...source, expectedOffset, nextOffset, broadcasts: [broadcast] }],
        standings: [
          {
            broadcast: 'talk',
            demo: false,
            watermark: until === START + LENGTH ? Number.POSITIVE_INFINITY : (START + LENGTH - 100) * 1000,
            liveSecond: START + LENGTH,
            catchingUp: false,
            shows: false,
            rev: null,
          },
        ],
        storedAt: 1_800_000_000_000,
      });
    };

    const outlined = async (): Promise<number | null> => {
      const last = await tables
        .selectFrom('outlines')
        .select((eb) => eb.fn.max('until').as('until'))
        .executeTakeFirst();
      return last?.until ? Number(last.until) : null;
    };

    const keep = async (): Promise<void> => {
      const status = await reader.status('talk');
      if (status === null) throw new Error('A broadcast was expected in the store, and there is none.');
      await keepOutline(tables, status);
    };

    const RANGES = [
      { from: START, to: START + LENGTH + 1 },
      { from: START + 1_234, to: START + DAY + 77 },
      { from: START + 62_000, to: START + 74_000 },
      { from: DIP - 300, to: DIP + 300 },
    ];

    /** What must be the same, whatever it is read from. */
    const said = async (): Promise<unknown> => {
      const said: unknown[] = [await reader.attemptsOfAll('talk')];
      for (const range of RANGES) {
        const runs = await reader.runs('talk', range);
        const paged: Run[] = [];
        for await (const page of reader.runPages('talk', range)) paged.push(...page);
        expect(listened(paged)).toEqual(listened(runs));
        const points = await reader.points('talk', range);
        expect(points.length).toBeLessThanOrEqual(600);
        let covered = (points[0]?.second ?? 0) - (points[0]?.seconds ?? 0);
        for (const point of points) {
          covered += point.seconds;
          expect(point.second).toBe(covered);
        }
        expect(extremes(points)).toEqual(extremes(runs));
        said.push(runs.length, runs.at(0), runs.at(-1), sums(points), levels(points.at(-1)));
        expect(sums(points).joins).toBe(runs.reduce((sum, { joins }) => sum + joins, 0));
      }
      return said;
    };

    it('changes no number, no point that must be seen, and no sum', async () => {
      const before = await said();
      await keep();
      expect(await outlined()).toBe(START + LENGTH + 1);
      expect(await said()).toEqual(before);
      const seconds = (await reader.points('talk')).map(({ second }) => second);
      expect(seconds).toEqual(expect.arrayContaining([SPIKE, DIP]));
    });

    it('goes where a row is written that it tells of, with the days after it, and is made again', async () => {
      await keep();
      const first = Math.floor(START / DAY + 1) * DAY;
      await commit(
        1,
        2,
        [row(first + 40_000, { connected: 7, joins: 7 }), row(first + 40_050, { connected: -7 })],
        START + LENGTH,
      );
      expect(await outlined()).toBe(first);
      const before = await said();
      await keepOutlines(tables, await reader.broadcasts());
      expect(await outlined()).toBe(START + LENGTH + 1);
      expect(await said()).toEqual(before);
    });

    it('covers whole days only while a broadcast goes on', async () => {
      await commit(1, 2, [], START + LENGTH - 340);
      await keep();
      expect(await outlined()).toBe(Math.floor(START / DAY + 2) * DAY);
    });

    it('holds no longer where its broadcast begins earlier', async () => {
      await keep();
      await commit(
        1,
        2,
        [row(START - 99, { connected: 1 }), row(START + 1, { connected: -1 })],
        START + LENGTH,
        (START - 100) * 1000,
      );
      expect(await outlined()).toBeNull();
      const before = await said();
      await keep();
      expect(await said()).toEqual(before);
    });
  });
}

function row(second: number, some: Partial<Counts>): RowChange {
  const counts = Int32Array.from(COUNT_NAMES, (name) => some[name] ?? 0);
  return { group: { room: '', attribute: '', value: '' }, second, counts };
}

/** Something moves every half a minute or so. */
function madeRows(): RowChange[] {
  const rows: RowChange[] = [];
  const at = new Map<number, Partial<Counts>>([
    [SPIKE, { connected: 9_000, joins: 9_000 }],
    [SPIKE + 1, { connected: -9_000, left: 9_000 }],
    [DIP, { connected: -400, hearing: -200, error: 400 }],
    [DIP + 1, { connected: 400, hearing: 200, joins: 400 }],
  ]);
  for (let second = START, i = 0; second < START + LENGTH; second += 29 + ((i * 7) % 11), i++) {
    if (!at.has(second))
      at.set(second, {
        connected: i < 900 ? 1 : i % 2 === 0 ? 1 : -1,
        hearing: i < 500 ? 1 : 0,
        joins: 1,
        attempts: 2,
        heard: 1,
      });
  }
  for (const [second, counts] of [...at].sort((a, b) => a[0] - b[0])) rows.push(row(second, counts));
  return rows;
}

function extremes(rows: readonly { connected: number; hearing: number | null }[]): number[] {
  const of = (values: number[]): number[] => [
    values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    values.reduce((most, value) => Math.max(most, value), 0),
  ];
  return [...of(rows.map(({ connected }) => connected)), ...of(rows.map(({ hearing }) => hearing ?? -1))];
}

/** Seconds, listener-seconds and joins. */
function listened(runs: readonly Run[]): number[] {
  const sum = (of: (run: Run) => number): number => runs.reduce((so, run) => so + of(run), 0);
  return [sum(({ span }) => span), sum(({ span, connected }) => span * connected), sum(({ joins }) => joins)];
}

function levels(point: Point | undefined) {
  return [point?.second, point?.connected, point?.hearing];
}

function sums(points: readonly Point[]) {
  const sum = (of: (point: Point) => number | null): number => points.reduce((so, point) => so + (of(point) ?? 0), 0);
  return {
    joins: sum((p) => p.joins),
    left: sum((p) => p.left),
    dropped: sum((p) => p.dropped),
    attempts: sum((p) => p.attempts),
  };
}
