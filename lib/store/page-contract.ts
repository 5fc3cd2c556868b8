/** A page of the overview is what all broadcasts, filtered and ordered, have there; whichever store it is. */
import fc from 'fast-check';
import type { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlEvent } from '../event/event.ts';
import type { CrashWindow } from '../numbers/report.ts';
import { putAction } from './actions.ts';
import { markChanged } from './changed.ts';
import { putCurve } from './curves.ts';
import { openReadStore, openTables, openWriteStore } from './open.ts';
import type { Reader } from './read.ts';
import type { Tables } from './schema.ts';
import { type BroadcastSummary, PAGE_SORTS, type PageQuery } from './store.ts';
import { Summaries } from './summaries.ts';
import { SummarySoFar } from './summary-so-far.ts';

const START = 1_700_000_000;
const TITLES = [null, 'Launch', 'launch 50%', 'LÄUFT', '\u0001\u0000', '🎙 and ｡', "a_b \\ '; --", '名'];

interface Made {
  title: string | null;
  length: number;
  peak: number;
  crashed: boolean;
}

async function put(tables: Kysely<Tables>, broadcast: string, { title, length, peak, crashed }: Made): Promise<void> {
  const at = (START + 1_000 * broadcast.length) * 1000;
  const named: ControlEvent = {
    ...{ type: 'title', ts: at, broadcast, room: broadcast, roomSent: false, id: 't', source: null, label: title },
    ...{ author: null, replaces: null, startsAt: null },
  };
  // only what an overview looks at
  const window = { id: 'w', type: 'crash', state: 'final', onsetAt: at, closedAt: at, causes: [] };
  const second = at / 1000;
  const levels = [
    { second, value: peak },
    { second: second + length, value: 1 },
  ];
  const origin = { source: 'a page', samples: 2, missing: 0, step: 60 };
  const windows = crashed ? [window as Partial<CrashWindow> as CrashWindow] : [];
  await putCurve(tables, { broadcast, origin, levels, windows, title: title === null ? null : named }, at);
}

async function setRunning(tables: Kysely<Tables>, broadcast: string): Promise<void> {
  const { id } = await tables
    .selectFrom('broadcasts')
    .select('id')
    .where('broadcast', '=', broadcast)
    .executeTakeFirstOrThrow();
  await tables
    .updateTable('watermarks')
    .set({ complete: 0, watermark: START * 1000 })
    .where('broadcast_id', '=', id)
    .execute();
  await markChanged(tables, id);
}

/** About the instants at which the made ones begin and end, epoch ms. */
const bound = fc.option(
  fc
    .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: -1, max: 63 }))
    .map(([length, second]) => (START + 1_000 * length + second) * 1000),
);

const query: fc.Arbitrary<PageQuery> = fc.record({
  group: fc.constantFrom(null, null, 'running', 'ended'),
  crashed: fc.boolean(),
  search: fc.constantFrom('', '', 'b', 'LAUNCH', ' läuft ', '%', '_', '\\', "'", '\u0001', '｡', 'never there'),
  sort: fc.constantFrom(...PAGE_SORTS),
  descending: fc.boolean(),
  limit: fc.integer({ min: 1, max: 12 }),
  offset: fc.nat(16),
  ran: fc.record({ from: bound, to: bound }),
});

const bytes = (text: string): Buffer => Buffer.from(text);

/** What the page must be, of all there are. */
function expected(
  all: readonly BroadcastSummary[],
  { group, crashed, search, sort, descending, ran, ...of }: PageQuery,
) {
  const fits = all.filter((b) => {
    const ended = b.state === 'final';
    const found = `${b.title ?? ''}\n${b.broadcast}`.toLowerCase().includes(search.trim().toLowerCase());
    const then = b.lastAt >= (ran?.from ?? 0) && b.firstAt < (ran?.to ?? Number.POSITIVE_INFINITY);
    return found && then && (group === null || ended === (group === 'ended')) && (!crashed || b.alarms.count > 0);
  });
  const by = (b: BroadcastSummary): number =>
    ({ name: 0, ended: b.lastAt, ran: b.lastAt - b.firstAt, peak: b.peak, windows: b.alarms.count })[sort];
  const name = (b: BroadcastSummary): Buffer => bytes((b.title ?? b.broadcast).toLowerCase());
  fits.sort(
    (a, b) =>
      by(a) - by(b) ||
      (sort === 'name' ? Buffer.compare(name(a), name(b)) : 0) ||
      Buffer.compare(bytes(a.broadcast), bytes(b.broadcast)),
  );
  if (descending) fits.reverse();
  return { rows: fits.slice(of.offset, of.offset + of.limit), total: fits.length };
}

/** `empty` makes a store and gives its URL. */
export function pageContract(empty: () => Promise<string>): void {
  describe('a page of broadcasts', () => {
    let url: string;
    let reader: Reader;
    let tables: Kysely<Tables>;
    const whole: PageQuery = {
      ...{ group: null, crashed: false, search: '', sort: 'name', descending: false, limit: 100, offset: 0 },
    };
    const namesOf = async (some: Partial<PageQuery>): Promise<string[]> =>
      (await reader.broadcastsPage({ ...whole, ...some })).rows.map(({ broadcast }) => broadcast);

    beforeAll(async () => {
      url = await empty();
      reader = await openReadStore(url);
      tables = await openTables(url);
      for (let i = 0; i < 16; i++) {
        const made = { title: TITLES[i % 8] ?? null, length: 60 + (i % 3), peak: 10 + (i % 5), crashed: i % 4 === 1 };
        await put(tables, `b${'x'.repeat(i % 4)}${i}`, made);
      }
    });
    afterAll(async () => {
      await tables.destroy();
      await reader.close();
    });

    async function areRight(): Promise<void> {
      const all = await reader.broadcasts();
      expect(all).toHaveLength(16);
      await fc.assert(
        fc.asyncProperty(query, async (asked) => {
          expect(await reader.broadcastsPage(asked)).toMatchObject(expected(all, asked));
        }),
        { numRuns: 30 },
      );
      const running = all.filter(({ state }) => state !== 'final').length;
      const crashed = all.filter(({ alarms }) => alarms.count > 0).length;
      const { counts } = await reader.broadcastsPage(whole);
      expect(counts).toEqual({ all: 16, running, ended: 16 - running, crashed });
    }

    it('is right while no summary is kept, once all are, and where some have changed since', async () => {
      await areRight();
      expect(await reader.keepSummaries()).toBe(16);
      expect(await reader.keepSummaries()).toBe(0);
      await areRight();
      for (const broadcast of ['b0', 'bx5', 'bxxx11']) await setRunning(tables, broadcast);
      await areRight();
      const remark = { what: 'note', verb: 'added', at: 1, author: null, on: 'n', label: 'x', replaces: [] } as const;
      await putAction(tables, 'bx9', { ...remark, id: 'r' }, { revises: true });
      expect((await reader.broadcastsPage({ ...whole, search: 'bx9' })).rows).toMatchObject([{ rev: 2 }]);
      await areRight();
      expect(await reader.keepSummaries()).toBe(1);
      await areRight();
    });

    it('begins after any broadcast, kept or changed since, as the whole goes on after it', async () => {
      for (const sort of PAGE_SORTS) {
        for (const descending of [false, true]) {
          const all = await namesOf({ sort, descending });
          const walked = await namesOf({ sort, descending, limit: 3 });
          for (let more = walked; more.length > 0; walked.push(...more)) {
            more = await namesOf({ sort, descending, limit: 3, after: walked.at(-1) ?? '' });
          }
          expect(walked).toEqual(all);
          expect(await namesOf({ sort, descending, after: 'never there' })).toEqual(all);
        }
      }
    });

    it('tells of a broadcast as soon as it is there, and no longer than it is', async () => {
      const writer = await openWriteStore(url);
      const partition = { ...{ source: 'file:new', partition: 0, expectedOffset: null, nextOffset: 1 }, lane: '{}' };
      const standing = { ...{ broadcast: 'new', demo: false, watermark: START * 1000, liveSecond: START }, rev: null };
      const lane = JSON.stringify({ broadcasts: {}, splitListeners: 0 });
      await writer.commit({
        partitions: [{ ...partition, lane, rejected: {}, broadcasts: [] }],
        standings: [{ ...standing, catchingUp: false, shows: false }],
        storedAt: 1,
      });
      expect(await namesOf({ search: 'new' })).toEqual(['new']);
      await writer.putWindows('b4', []);
      expect(await namesOf({ search: 'b4' })).toEqual(['b4']);
      for (const broadcast of ['new', 'b4']) await writer.remove(broadcast);
      expect(await namesOf({ search: 'new' })).toEqual([]);
      expect(await namesOf({})).toHaveLength(15);
      expect((await reader.broadcasts()).map(({ broadcast }) => broadcast)).not.toContain('b4');
      await writer.close();
    });

    it('keeps no summary of what changed while it was being made', async () => {
      await put(tables, 'late', { title: null, length: 60, peak: 5, crashed: false });
      const [summary] = (await reader.broadcasts()).filter(({ broadcast }) => broadcast === 'late');
      const hindered = new Summaries(tables, async (broadcast) => {
        await setRunning(tables, broadcast);
        return summary === undefined ? null : { summary: { ...summary, broadcast }, soFar: new SummarySoFar(0) };
      });
      expect(summary?.state).toBe('final');
      expect(await hindered.keep()).toBe(0);
      expect(await namesOf({ search: 'late', group: 'running' })).toEqual(['late']);
    });
  });
}
