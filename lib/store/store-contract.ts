/** What is written to a store is what is read from it, and only its owner writes a partition: whichever store it is. */
import { type RawBuilder, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CrashWindow } from '../numbers/report.ts';
import { COUNT_NAMES, type Counts } from '../numbers/second.ts';
import type { Flushed, RowChange } from '../presence/counter.ts';
import type { JournalPage } from '../presence/journal.ts';
import type { Stay } from '../presence/stay.ts';
import type { CounterSummary } from '../presence/summary.ts';
import { putAction } from './actions.ts';
import type { BroadcastChange, Checkpoint, PartitionChange, Standing, WriteStore } from './checkpoint.ts';
import { openReadStore, openTables, openWriteStore } from './open.ts';
import type { Reader } from './read.ts';
import { stagesOf } from './retention.ts';
import { rollSeconds } from './roll-up.ts';
import { TABLES_OF_BROADCAST, TABLES_OF_ROWS } from './schema.ts';

const START = 1_700_000_000;
const SOURCE = 'kafka:events';
/** In the order of their bytes, which is the order of exports. */
const ODD_NAMES = ['', '\u0000', '\u0000\u0001', '\u0001', '\u0001\u0000x', "'; --", 'A', 'a', 'ü', '名', '🎙'];

function counts(some: Partial<Counts>): Int32Array {
  return Int32Array.from(COUNT_NAMES, (name) => some[name] ?? 0);
}

function row(second: number, some: Partial<Counts>, group: Partial<RowChange['group']> = {}): RowChange {
  return { group: { room: '', attribute: '', value: '', ...group }, second, counts: counts(some) };
}

function stay(some: Partial<Stay>): Stay {
  return {
    listener: 'ann',
    connection: '',
    room: 'main',
    start: START * 1000,
    end: START * 1000 + 5_000,
    reason: 'left',
    role: 'listener',
    hearing: [],
    attrs: null,
    source: null,
    lastEvidence: START * 1000,
    heartbeatMs: 0,
    joined: true,
    ...some,
  };
}

function summary(some: Partial<CounterSummary> = {}): string {
  const whole: CounterSummary = {
    records: 1,
    copies: 0,
    firstAt: START * 1000,
    lastAt: (START + 100) * 1000,
    longestTimeout: 0,
    rooms: {},
    periodMissing: false,
    sources: [],
    roomEnds: {},
    groups: [],
    asOf: null,
    ...some,
  };
  return JSON.stringify(whole);
}

const nothing: Flushed = { rows: [], failures: [], finalStays: [], openStays: [], journal: null };

function broadcastChange(
  flushed: Partial<Flushed>,
  { broadcast = 'talk', ...some }: Partial<Omit<BroadcastChange, 'counters'>> = {},
): BroadcastChange {
  const whole: Flushed = { ...nothing, ...flushed };
  return {
    broadcast,
    counters: [{ slice: 0, summary: summary(), flushed: whole }],
    controls: [],
    finalSecond: null,
    revises: null,
    ...some,
  };
}

function change(
  partition: number,
  [expectedOffset, nextOffset]: [number | null, number],
  broadcasts: BroadcastChange[] = [],
  some: Partial<PartitionChange> = {},
): PartitionChange {
  const lane = JSON.stringify({ broadcasts: {}, lag: 0 });
  return { source: SOURCE, partition, expectedOffset, nextOffset, lane, rejected: {}, broadcasts, ...some };
}

function standing(some: Partial<Standing> = {}): Standing {
  return {
    broadcast: 'talk',
    demo: false,
    watermark: (START + 50) * 1000,
    liveSecond: START + 54,
    catchingUp: false,
    shows: false,
    rev: null,
    ...some,
  };
}

function checkpoint(partitions: PartitionChange[], standings: Standing[] = []): Checkpoint {
  return { partitions, standings, storedAt: 1_800_000_000_000 };
}

function note(id: string, type = 'note'): BroadcastChange['controls'][number] {
  const event = JSON.stringify({ type, ts: (START + 20) * 1000, broadcast: 'talk', room: 'main', id, label: 'x' });
  return { canonical: event, ts: (START + 20) * 1000, event };
}

function page(number: number, text: string, keptFrom = 0): JournalPage {
  return { number, bytes: Buffer.from(text), keptFrom };
}

/** Only what tests of the store look at. */
function crashWindow(id: string, onsetAt: number): CrashWindow {
  return { id, onsetAt, state: 'final', closedAt: onsetAt, platformWide: false } as Partial<CrashWindow> as CrashWindow;
}

async function all<T>(many: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of many) list.push(one);
  return list;
}

/** `empty` makes a store and gives its URL. */
export function storeContract(empty: () => Promise<string>): void {
  let url: string;
  let store: WriteStore;
  let reader: Reader;
  const more: WriteStore[] = [];

  beforeEach(async () => {
    url = await empty();
    store = await openWriteStore(url);
    reader = await openReadStore(url);
  });
  afterEach(async () => {
    await reader.close();
    for (const each of [store, ...more.splice(0)]) await each.close();
  });

  async function another(): Promise<WriteStore> {
    const opened = await openWriteStore(url);
    more.push(opened);
    return opened;
  }

  /** slice, number and text of each page */
  async function journal(partition: number, broadcast = 'talk'): Promise<string[]> {
    const pages = await all(store.journal(SOURCE, partition, broadcast));
    return pages.map(({ slice, number, bytes }) => `${slice}/${number} ${Buffer.from(bytes).toString()}`);
  }

  /** second -> connected, where something is stored */
  async function connected(query: Parameters<Reader['counts']>[1] = {}): Promise<[number, number][]> {
    const rows = await reader.counts('talk', query);
    return rows.filter((r) => r.joins > 0).map((r) => [r.second - START, r.connected]);
  }

  describe('a checkpoint', () => {
    it('is what is loaded: offset, lane, rejected records, counters, journal', async () => {
      const lane = JSON.stringify({ broadcasts: {}, lag: 7 });
      const flushed = { journal: page(0, 'ann') };
      const rejected = { json: 2, size: 1 };
      await store.commit(checkpoint([change(4, [null, 10], [broadcastChange(flushed)], { lane, rejected })]));
      expect(await store.load(SOURCE, 4)).toEqual({
        nextOffset: 10,
        lane,
        rejected,
        broadcasts: [{ broadcast: 'talk', slice: 0, summary: summary() }],
      });
      expect(await journal(4)).toEqual(['0/0 ann']);
      expect(await journal(3)).toEqual([]);
      expect(await store.load(SOURCE, 3)).toBeNull();
      expect(await store.load('kafka:other', 4)).toBeNull();
      expect([await store.has('talk'), await store.has('other')]).toEqual([true, false]);
    });

    it('takes the place of what was there: totals of rejected records, counters', async () => {
      const first = broadcastChange({ journal: page(0, 'ann') });
      await store.commit(checkpoint([change(0, [null, 10], [first], { rejected: { json: 1 } })]));
      const second = broadcastChange({ journal: page(1, 'ben') });
      await store.commit(checkpoint([change(0, [10, 20], [second], { rejected: { json: 5 } })]));
      expect(await journal(0)).toEqual(['0/0 ann', '0/1 ben']);
      const third = broadcastChange({ journal: page(2, 'cy', 1) });
      third.counters.push({ slice: 1, summary: summary(), flushed: { ...nothing, journal: page(0, 'dee') } });
      await store.commit(checkpoint([change(0, [20, 20], [third], { rejected: { json: 5 } })]));
      expect(await journal(0)).toEqual(['0/1 ben', '0/2 cy', '1/0 dee']);
      expect(await store.load(SOURCE, 0)).toMatchObject({ nextOffset: 20, rejected: { json: 5 } });
    });

    it('adds its rows to those that are there, of slices, partitions, live and final alike', async () => {
      const two = broadcastChange({ rows: [row(START + 5, { connected: 1, joins: 1 })] });
      two.counters.push({
        slice: 1,
        summary: summary(),
        flushed: {
          rows: [row(START + 5, { connected: 2, joins: 2 })],
          failures: [],
          finalStays: [],
          openStays: [],
          journal: null,
        },
      });
      const final = broadcastChange({ rows: [row(START + 5, { connected: 4, joins: 4 })] }, { finalSecond: START + 5 });
      await store.commit(checkpoint([change(0, [null, 10], [two]), change(1, [null, 10], [final])]));
      const again = broadcastChange({
        rows: [row(START + 5, { connected: 8, joins: 8 }), row(START + 9, { joins: 1 })],
      });
      await store.commit(checkpoint([change(0, [10, 20], [again])]));
      expect(await connected()).toEqual([
        [5, 15],
        [9, 15],
      ]);
      const taken = await reader.sums('talk', ['joins'], 0, START + 6);
      expect(taken).toEqual([{ attribute: '', value: '', sums: { joins: 15 } }]);
      const ever = await reader.sums('talk', ['joins'], Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      expect(ever).toEqual([{ attribute: '', value: '', sums: { joins: 16 } }]);
    });

    it('moves rows to the final ones and changes no number by it', async () => {
      const rows = [1, 2, 30].map((s) => row(START + s, { connected: 1, joins: 1 }));
      await store.commit(checkpoint([change(0, [null, 10], [broadcastChange({ rows })])]));
      const before = await reader.counts('talk');
      const later = broadcastChange({ rows: [] }, { finalSecond: START + 20 });
      await store.commit(checkpoint([change(0, [10, 20], [later])]));
      expect(await reader.counts('talk')).toEqual(before);
      await store.commit(checkpoint([change(0, [20, 30], [broadcastChange({}, { finalSecond: Infinity })])]));
      expect(await reader.counts('talk')).toEqual(before);
      expect(await reader.changes('talk', ['joins'], START, START + 3)).toEqual([
        {
          attribute: '',
          value: '',
          rows: [
            { second: START + 1, joins: 1 },
            { second: START + 2, joins: 1 },
          ],
        },
      ]);
    });

    it('has row sets of rooms and values, error codes and start-up times beside the whole', async () => {
      const rows = [
        row(START + 1, { connected: 3, joins: 3 }),
        row(START + 1, { connected: 2, joins: 2 }, { room: 'main' }),
        row(START + 1, { connected: 1, joins: 1 }, { attribute: 'edge', value: 'fra' }),
        row(START + 2, { errors: 4 }, { attribute: 'code', value: 'network' }),
        row(0, { started: 6 }, { attribute: 'startup', value: '12.5' }),
      ];
      await store.commit(checkpoint([change(0, [null, 10], [broadcastChange({ rows }, { finalSecond: Infinity })])]));
      expect(await connected({ room: 'main' })).toEqual([[1, 2]]);
      expect(await connected({ attribute: 'edge', value: 'fra' })).toEqual([[1, 1]]);
      expect(await reader.errorsByCode('talk')).toEqual([{ second: START + 2, code: 'network', count: 4 }]);
      expect(await reader.startups('talk')).toEqual([[12.5, 6]]);
      expect(
        (await reader.groups('talk')).map(({ room, attribute, value }) => `${room}|${attribute}|${value}`),
      ).toEqual(['||', 'main||', '|code|network', '|edge|fra', '|startup|12.5']);
    });

    it('replaces the open stays of the listeners it names, and keeps final ones', async () => {
      const open = (start: number): Stay => stay({ start, end: null, reason: null, connection: 'c' });
      const finalStays = [stay({ start: 1, attrs: { edge: 'fra' }, hearing: [[1, 2]], source: 'gw' })];
      const first = broadcastChange({ finalStays, openStays: [{ listener: 'ann', stays: [open(2), open(3)] }] });
      await store.commit(checkpoint([change(0, [null, 10], [first])]));
      expect((await all(reader.stays('talk'))).map((s) => s.start)).toEqual([1, 2, 3]);
      expect((await all(reader.stays('talk')))[0]).toEqual(finalStays[0]);
      const second = broadcastChange({ openStays: [{ listener: 'ann', stays: [open(3), open(4)] }] });
      await store.commit(checkpoint([change(0, [10, 20], [second])]));
      expect((await all(reader.stays('talk'))).map((s) => s.start)).toEqual([1, 3, 4]);
      const third = broadcastChange({
        openStays: [{ listener: 'ann', stays: [] }],
        finalStays: [stay({ start: 3, end: 9, connection: 'c' })],
      });
      await store.commit(checkpoint([change(0, [20, 30], [third])]));
      expect((await all(reader.stays('talk'))).map((s) => [s.start, s.end])).toEqual([
        [1, START * 1000 + 5_000],
        [3, 9],
      ]);
    });

    it('keeps names of any shape, in the order of their bytes', async () => {
      const finalStays = [...ODD_NAMES]
        .reverse()
        .map((listener) => stay({ listener, connection: listener, room: listener }));
      const rows = ODD_NAMES.map((value) => row(START + 1, { joins: 1 }, { attribute: 'edge', value }));
      for (const broadcast of ['nul\u0000', 'lone \ud800 half']) {
        const of = broadcastChange({ finalStays, journal: page(0, broadcast), rows }, { broadcast });
        const stands = await store.load(SOURCE, 0);
        const next = (stands?.nextOffset ?? 0) + 1;
        await store.commit(
          checkpoint([change(0, [stands?.nextOffset ?? null, next], [of])], [standing({ broadcast })]),
        );
        expect(await store.has(broadcast)).toBe(true);
        expect((await all(reader.stays(broadcast))).map((s) => s.listener)).toEqual(ODD_NAMES);
        const paged: string[] = [];
        for await (const page of reader.stayPages(broadcast)) paged.push(...page.map((s) => s.room));
        expect(paged).toEqual(ODD_NAMES);
        expect(await journal(0, broadcast)).toEqual([`0/0 ${broadcast.toWellFormed()}`]);
        expect((await reader.groups(broadcast)).map(({ value }) => value)).toEqual(ODD_NAMES);
      }
      const broken = broadcastChange({ finalStays: [stay({ listener: 'a\udc00' }), stay({ listener: 'a\udc01' })] });
      await store.commit(checkpoint([change(1, [null, 1], [broken])]));
      expect((await all(reader.stays('talk'))).map((s) => s.listener)).toEqual(['a\ufffd']);
    });

    it('is all or nothing', async () => {
      await store.commit(checkpoint([change(1, [null, 10])]));
      const rows = [row(START + 1, { joins: 1 })];
      const both = [change(0, [null, 5], [broadcastChange({ rows })]), change(1, [3, 20])];
      await expect(store.commit(checkpoint(both))).rejects.toMatchObject({ name: 'FencedError' });
      expect(await store.load(SOURCE, 0)).toBeNull();
      expect(await connected()).toEqual([]);
      await store.commit(checkpoint([change(0, [null, 5], [broadcastChange({ rows })]), change(1, [10, 20])]));
      expect(await connected()).toEqual([[1, 0]]);
    });

    it('is summed up once where only its beginning is final', async () => {
      const rows = [row(START + 5, { connected: 3, joins: 3 }), row(START + 400, { connected: 2, joins: 2 })];
      const going = standing({ watermark: (START + 600) * 1000, liveSecond: START + 604 });
      const said = { slice: 0, summary: summary({ lastAt: (START + 609) * 1000 }), flushed: { ...nothing, rows } };
      const counted = { ...broadcastChange({}), counters: [said] };
      await store.commit(checkpoint([change(0, [null, 10], [counted])], [going]));
      expect(await reader.broadcasts()).toMatchObject([{ connected: 5, peak: 5, peakSecond: START + 400 }]);
    });

    it('says where a broadcast stands, and appends what was shown', async () => {
      const rows = [row(START + 5, { connected: 3, joins: 3 })];
      await store.commit(
        checkpoint(
          [change(0, [null, 10], [broadcastChange({ rows })])],
          [standing({ demo: true, catchingUp: true, shows: true })],
        ),
      );
      expect(await reader.status('talk')).toMatchObject({
        ...{ demo: true, catchingUp: true, watermark: (START + 50) * 1000, liveSecond: START + 54, rev: 1 },
        ...{ complete: false, storedAt: 1_800_000_000_000 },
      });
      await store.commit(checkpoint([], [standing({ watermark: Infinity, rev: 2 })]));
      expect(await reader.status('talk')).toMatchObject({ complete: true, watermark: Infinity, rev: 2, demo: true });
      expect(await reader.broadcasts()).toMatchObject([{ broadcast: 'talk', connected: 3, peak: 3 }]);
    });

    it('changes the token', async () => {
      const before = await reader.changeToken();
      expect(await reader.changeToken()).toBe(before);
      await store.commit(checkpoint([change(0, [null, 10])]));
      expect(await reader.changeToken()).not.toBe(before);
    });
  });

  describe('control events', () => {
    it('are kept once, whichever partition brought them', async () => {
      const controls = [note('n'), note('e', 'room_end')];
      const of = (): BroadcastChange => broadcastChange({}, { controls });
      await store.commit(checkpoint([change(0, [null, 10], [of()]), change(1, [null, 10], [of()])]));
      expect((await reader.remarks('talk')).map(({ type }) => type).sort()).toEqual(['note', 'room_end']);
      expect([...(await store.roomEnds('talk'))]).toEqual([['main', (START + 20) * 1000]]);
      expect([...(await store.roomEnds('other'))]).toEqual([]);
    });
  });

  describe('a correction', () => {
    const rev = async (): Promise<number | undefined> => (await reader.status('talk'))?.rev;
    const corrected = (some: Partial<BroadcastChange>): BroadcastChange =>
      broadcastChange({}, { controls: [note('n')], ...some });

    it('raises the revision where something final changes, or where the broadcast is complete', async () => {
      await store.commit(
        checkpoint([change(0, [null, 10], [corrected({ revises: 'remarks if complete' })])], [standing()]),
      );
      expect(await rev()).toBe(1);
      await store.commit(checkpoint([change(0, [10, 20], [corrected({ revises: 'remarks if complete' })])]));
      expect(await rev()).toBe(1);
      await store.commit(checkpoint([change(0, [20, 30], [corrected({ revises: 'remarks' })])]));
      expect(await rev()).toBe(2);
      await store.commit(checkpoint([], [standing({ watermark: Infinity })]));
      await store.commit(checkpoint([change(0, [30, 40], [corrected({ revises: 'remarks if complete' })])]));
      expect(await rev()).toBe(3);
      await store.commit(checkpoint([change(0, [40, 50], [corrected({})])]));
      expect(await rev()).toBe(3);
    });
  });

  describe('what people do', () => {
    it('is kept in order, makes windows what they decided, and raises the revision where it revises', async () => {
      await store.commit(checkpoint([change(0, [null, 10], [broadcastChange({})])], [standing()]));
      await store.putWindows('talk', [crashWindow('a', 5)]);
      const tables = await openTables(url);
      const did = { what: 'window', on: 'a', author: 'ann', joined: null } as const;
      const dismissed = { ...did, id: '2', at: 20, verb: 'dismissed', reason: 'a test' } as const;
      const acknowledged = { ...did, id: '1', at: 10, verb: 'acknowledged', reason: null } as const;
      expect(await putAction(tables, 'talk', dismissed, { revises: true })).toBe(true);
      expect(await putAction(tables, 'talk', acknowledged, { revises: false })).toBe(true);
      expect(await putAction(tables, 'other', acknowledged, { revises: true })).toBe(false);
      const noted = {
        what: 'note',
        verb: 'added',
        id: '3',
        at: 30,
        author: null,
        on: 'n',
        label: 'x',
        replaces: [],
      } as const;
      await putAction(tables, 'talk', noted, { revises: false });
      await tables.destroy();
      expect(await reader.actions('talk')).toEqual([acknowledged, dismissed, noted]);
      expect(await reader.seenWindows('talk')).toEqual([crashWindow('a', 5)]);
      const [window] = await reader.windows('talk');
      expect(window).toMatchObject({ id: 'a', state: 'withdrawn' });
      expect(window?.decisions?.map(({ verb }) => verb)).toEqual(['acknowledged', 'dismissed']);
      expect((await reader.status('talk'))?.rev).toBe(2);
    });
  });

  describe('lanes', () => {
    it('of others are those not owned', async () => {
      const lane = (lag: number): string => JSON.stringify({ broadcasts: {}, lag });
      await store.commit(
        checkpoint([0, 1, 2].map((partition) => change(partition, [null, 10], [], { lane: lane(partition) }))),
      );
      const others = await store.otherLanes(SOURCE, new Set([1]));
      expect(others.sort((a, b) => a.partition - b.partition)).toEqual([
        { partition: 0, nextOffset: 10, lane: lane(0) },
        { partition: 2, nextOffset: 10, lane: lane(2) },
      ]);
      expect(await store.otherLanes(SOURCE, new Set())).toHaveLength(3);
      expect(await store.otherLanes('kafka:other', new Set())).toEqual([]);
      const [health] = await reader.pipeline();
      expect(health).toMatchObject({ source: SOURCE, checkpointAt: 1_800_000_000_000 });
      expect(health?.partitions.map(({ lagRecords, offset }) => [lagRecords, offset])).toEqual([
        [0, 10],
        [1, 10],
        [2, 10],
      ]);
    });

    it('are loaded without the broadcasts that are asleep, which are found by name until they wake', async () => {
      const [talk, show] = [broadcastChange({}), broadcastChange({}, { broadcast: 'show' })];
      await store.commit(checkpoint([change(0, [null, 10], [talk, show])]));
      const counters = [{ slice: 0, summary: summary() }];
      expect(await store.sleeper(SOURCE, 0, 'show')).toEqual({ line: null, counters });
      const asleep = [{ broadcast: 'show', line: '{"late":3,"controls":0,"newest":null,"lastRecordAt":7}' }];
      await store.commit(checkpoint([change(0, [10, 20], [], { asleep })], [standing({ broadcast: 'show' })]));
      const loaded = async (): Promise<string[] | undefined> =>
        (await store.load(SOURCE, 0))?.broadcasts.map(({ broadcast }) => broadcast).sort();
      expect(await loaded()).toEqual(['talk']);
      expect((await reader.partitionRows(SOURCE, 0)).map(({ broadcast }) => broadcast)).toEqual(['talk']);
      expect((await reader.partitionRows(SOURCE, 0, 'show')).map(({ broadcast }) => broadcast)).toEqual(['show']);
      expect(await store.sleeper(SOURCE, 0, 'show')).toEqual({ line: asleep[0]?.line, counters });
      expect(await store.sleeper(SOURCE, 1, 'show')).toBeNull();
      expect((await reader.facts('show'))?.ledger.late).toBe(3);
      const marks = ['talk', 'show', 'never'].map((broadcast) => store.watermark(broadcast));
      expect(await Promise.all(marks)).toEqual([-Infinity, (START + 50) * 1000, -Infinity]);
      await store.commit(checkpoint([change(0, [20, 30], [], { woken: ['show'] })]));
      expect(await loaded()).toEqual(['show', 'talk']);
      expect(await store.sleeper(SOURCE, 0, 'show')).toEqual({ line: null, counters });
      await store.commit(checkpoint([change(0, [30, 40], [], { asleep })]));
      await store.remove('show');
      expect(await store.sleeper(SOURCE, 0, 'show')).toBeNull();
    });

    it('are loaded with their rows by who takes them over', async () => {
      const rows = [row(START + 5, { connected: 1, joins: 1 }), row(START + 40, { connected: 1, joins: 1 })];
      const change0 = change(0, [null, 10], [broadcastChange({ rows })]);
      await store.commit(checkpoint([change0], [standing({ watermark: (START + 100) * 1000 })]));
      const [found] = await reader.partitionRows(SOURCE, 0);
      expect(found).toMatchObject({ broadcast: 'talk', asOf: (START + 100) * 1000 });
      const joins = COUNT_NAMES.indexOf('joins');
      const summed = found?.rows.map((r) => [r.second - START, r.counts[joins]]).filter(([, n]) => n !== 0);
      expect(summed).toEqual([
        [39, 1],
        [40, 1],
      ]);
    });
  });

  describe('a partition', () => {
    it('goes on from the offset that is stored, and from no other', async () => {
      await store.commit(checkpoint([change(0, [null, 10])]));
      for (const expected of [null, 9, 11]) {
        await expect(store.commit(checkpoint([change(0, [expected, 20])]))).rejects.toMatchObject({
          name: 'FencedError',
        });
      }
      await store.commit(checkpoint([change(0, [10, 20])]));
      expect((await store.load(SOURCE, 0))?.nextOffset).toBe(20);
    });

    it('taken over by another process takes nothing from the one before, whose offsets fit still', async () => {
      await store.takeOver(SOURCE, 0);
      await store.commit(checkpoint([change(0, [null, 10])]));
      const next = await another();
      expect((await next.takeOver(SOURCE, 0))?.nextOffset).toBe(10);
      const late = checkpoint([change(0, [10, 15], [broadcastChange({ rows: [row(START, { joins: 1 })] })])]);
      await expect(store.commit(late)).rejects.toThrow(/another owner now: another process has taken it over/);
      await next.commit(checkpoint([change(0, [10, 20])]));
      expect((await store.load(SOURCE, 0))?.nextOffset).toBe(20);
      await store.takeOver(SOURCE, 0);
      await store.commit(checkpoint([change(0, [20, 30])]));
      await expect(next.commit(checkpoint([change(0, [30, 40])]))).rejects.toMatchObject({ name: 'FencedError' });
    });

    it('that both begin belongs to the first', async () => {
      const next = await another();
      await Promise.all([store.takeOver(SOURCE, 0), next.takeOver(SOURCE, 0)]);
      const tries = await Promise.allSettled([store, next].map((s) => s.commit(checkpoint([change(0, [null, 10])]))));
      expect(tries.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(tries.find((t) => t.status === 'rejected')).toMatchObject({ reason: { name: 'FencedError' } });
    });

    it('0 taken over: who had it no longer says where broadcasts stand, nor what broke', async () => {
      await store.takeOver(SOURCE, 0);
      await store.commit(
        checkpoint([change(0, [null, 10], [broadcastChange({})])], [standing({ liveSecond: START + 1 })]),
      );
      await store.putWindows('talk', [crashWindow('w', 5)]);
      const next = await another();
      await next.takeOver(SOURCE, 0);
      await expect(store.commit(checkpoint([], [standing({ liveSecond: START })]))).rejects.toMatchObject({
        name: 'FencedError',
      });
      await expect(store.putWindows('talk', [])).rejects.toMatchObject({ name: 'FencedError' });
      expect((await reader.status('talk'))?.liveSecond).toBe(START + 1);
      await next.commit(checkpoint([], [standing({ liveSecond: START + 2 })]));
      await next.putWindows('talk', [crashWindow('v', 5)]);
      expect((await reader.windows('talk')).map(({ id }) => id)).toEqual(['v']);
    });

    it('of which another has all, nothing is changed by one that wakes, whatever it writes', async () => {
      await store.takeOver(SOURCE, 0);
      await store.takeOver(SOURCE, 1);
      const flushed = (text: string, number: number): BroadcastChange =>
        broadcastChange(
          {
            rows: [row(START + 1, { joins: 1, connected: 1 }), row(START + 90, { joins: 1 })],
            failures: [Buffer.from(text)],
            finalStays: [stay({ listener: text })],
            openStays: [{ listener: 'ben', stays: [stay({ listener: 'ben', end: null, reason: null })] }],
            journal: page(number, text, number),
          },
          { controls: [note(text)], finalSecond: START + 50, revises: 'numbers' },
        );
      const asleep = [{ broadcast: 'show', line: '{"late":0,"controls":0,"newest":null}' }];
      const show = broadcastChange({}, { broadcast: 'show' });
      const first = change(0, [null, 10], [flushed('ann', 0), show], { rejected: { json: 1 } });
      await store.commit(checkpoint([first, change(1, [null, 10])], [standing({ shows: true })]));
      await store.putWindows('talk', [crashWindow('w', 5)]);
      const next = await another();
      await next.takeOver(SOURCE, 0);
      await next.takeOver(SOURCE, 1);
      const tables = await openTables(url);
      const { id } = await tables
        .selectFrom('broadcasts')
        .select('id')
        .where('broadcast', '=', 'talk')
        .executeTakeFirstOrThrow();
      const kept = await stagesOf(tables, id, { first: START, lastAt: START });
      expect(kept.seconds).toBe(START);
      const stretch = { broadcastId: id, from: START, to: START + 60, first: START, end: START + 91 };
      expect(await rollSeconds(tables, stretch)).toBe(true);
      const all = async (): Promise<string> => {
        const rows = [];
        for (const table of ['meta', 'partitions', 'rejects', 'broadcasts', ...TABLES_OF_ROWS, ...TABLES_OF_BROADCAST])
          rows.push([table, (await sql`SELECT * FROM ${sql.table(table)}`.execute(tables)).rows]);
        return JSON.stringify(rows);
      };
      const before = await all();
      const late = [
        checkpoint([change(0, [10, 15])]),
        checkpoint([change(0, [10, 15], [flushed('late', 1)], { rejected: { json: 9 } })]),
        checkpoint([change(0, [10, 10], [], { asleep })]),
        checkpoint([change(0, [10, 10], [], { woken: ['show'] })]),
        checkpoint([change(1, [10, 15])], [standing({ liveSecond: START + 60, shows: true, rev: 7 })]),
        checkpoint([], [standing({ watermark: Infinity })]),
      ];
      for (const each of late) await expect(store.commit(each)).rejects.toMatchObject({ name: 'FencedError' });
      for (const windows of [[], [crashWindow('v', 9)]])
        await expect(store.putWindows('talk', windows)).rejects.toMatchObject({ name: 'FencedError' });
      // nor by a round of upkeep that was begun before another one did the same
      expect(await rollSeconds(tables, stretch)).toBe(false);
      expect(await all()).toBe(before);
      await tables.destroy();
    });

    it('can be written by one process while others write theirs', async () => {
      const next = await another();
      const commits = async (by: WriteStore, partition: number): Promise<void> => {
        for (let at = 0; at < 20; at++) {
          const values = at % 2 === partition ? ['a', 'b', 'c'] : ['c', 'b', 'a'];
          const groups = values.map((value) => row(START + 1, { joins: 1 }, { attribute: `edge${at}`, value }));
          const rows = [row(START + 1, { connected: 1, joins: 1 }), ...groups];
          const of = broadcastChange({ rows }, { controls: [note(`n${at}`)] });
          await by.commit(checkpoint([change(partition, [at === 0 ? null : at, at + 1], [of])]));
        }
      };
      await Promise.all([commits(store, 0), commits(next, 1)]);
      expect(await connected()).toEqual([[1, 40]]);
      expect(await reader.remarks('talk')).toHaveLength(20);
    });
  });

  describe('crash windows', () => {
    it('are those put last, in order of time', async () => {
      await store.commit(checkpoint([change(0, [null, 10], [broadcastChange({})])]));
      await store.putWindows('talk', [crashWindow('b', 9), crashWindow('a', 5)]);
      expect((await reader.windows('talk')).map(({ id }) => id)).toEqual(['a', 'b']);
      await store.putWindows('talk', [crashWindow('a', 7)]);
      expect(await reader.windows('talk')).toEqual([crashWindow('a', 7)]);
      await store.putWindows('talk', []);
      expect(await reader.windows('talk')).toEqual([]);
    });

    it('are platform-wide where three broadcasts have one that begins within ten seconds', async () => {
      const ids = ['talk', 'second', 'third'];
      const begun = ids.map((broadcast) => broadcastChange({}, { broadcast }));
      await store.commit(checkpoint([change(0, [null, 10], begun)]));
      await store.putWindows('talk', [crashWindow('a', 50_000), crashWindow('b', 500_000)]);
      await store.putWindows('second', [crashWindow('a', 55_000)]);
      const asRead = async () => (await reader.windows('talk')).map(({ platformWide }) => platformWide);
      expect(await asRead()).toEqual([false, false]);
      await store.putWindows('third', [{ ...crashWindow('a', 60_000), state: 'withdrawn' }]);
      expect(await asRead()).toEqual([false, false]);
      await store.putWindows('third', [crashWindow('a', 60_000)]);
      expect(await asRead()).toEqual([true, false]);
    });
  });

  describe('what is removed', () => {
    const filled = (broadcast: string): BroadcastChange =>
      broadcastChange(
        {
          rows: [row(START + 1, { connected: 1, joins: 1 })],
          finalStays: [stay({})],
          journal: page(0, 'ann'),
        },
        { broadcast, controls: [note('n')] },
      );

    it('is gone, and nothing else with it', async () => {
      const standings = [standing(), standing({ broadcast: 'other' })];
      await store.commit(checkpoint([change(0, [null, 10], [filled('talk'), filled('other')])], standings));
      await store.remove('talk');
      await store.remove('never there');
      expect(await reader.status('talk')).toBeNull();
      expect((await reader.broadcasts()).map(({ broadcast }) => broadcast)).toEqual(['other']);
      expect(await all(reader.stays('other'))).toHaveLength(1);
      expect((await store.load(SOURCE, 0))?.broadcasts.map(({ broadcast }) => broadcast)).toEqual(['other']);
      await store.commit(checkpoint([change(0, [10, 20], [filled('talk')])], [standing()]));
      expect(await connected()).toEqual([[1, 1]]);
    });

    it('of a source is how far it was read', async () => {
      await store.takeOver(SOURCE, 0);
      await store.commit(checkpoint([change(0, [null, 10], [filled('talk')], { rejected: { json: 1 } })]));
      await store.removeSource(SOURCE);
      expect(await store.load(SOURCE, 0)).toBeNull();
      expect(await store.has('talk')).toBe(true);
      await store.commit(checkpoint([change(0, [null, 10])]));
      expect((await store.load(SOURCE, 0))?.rejected).toEqual({});
    });
  });

  describe('the tables', () => {
    it('of an older store are brought up to date, with what is in them', async () => {
      await store.commit(checkpoint([change(0, [null, 10])]));
      await asFirstMade();
      const next = await another();
      expect((await next.takeOver(SOURCE, 0))?.nextOffset).toBe(10);
    });

    it('of an older store that was stopped in the middle of a count are refused', async () => {
      await asFirstMade(sql`INSERT INTO listeners (part, broadcast_id, listener, state) VALUES (0, 1, 'ann', '{}')`);
      await expect(openWriteStore(url)).rejects.toThrow(/earlier version.*new store/);
    });

    async function asFirstMade(then: RawBuilder<unknown> | null = null): Promise<void> {
      const tables = await openTables(url);
      await sql`ALTER TABLE partitions DROP COLUMN epoch`.execute(tables);
      for (const table of [
        'failures',
        'asleep',
        'rolled',
        'kept',
        'written',
        'summaries',
        'past',
        'changed',
        'outlines',
        'reports',
        'details',
        'journal',
      ])
        await sql`DROP TABLE ${sql.table(table)}`.execute(tables);
      await sql`CREATE TABLE listeners (part INTEGER, broadcast_id INTEGER, listener TEXT, state TEXT)`.execute(tables);
      await then?.execute(tables);
      await tables.updateTable('meta').set({ value: '1' }).where('key', '=', 'schema').execute();
      await tables.destroy();
    }

    it('of a newer program are left alone', async () => {
      const tables = await openTables(url);
      await tables.updateTable('meta').set({ value: '99' }).where('key', '=', 'schema').execute();
      await tables.destroy();
      await expect(openWriteStore(url)).rejects.toThrow(/has schema 99.*use the newer Headcount/);
      await expect(openReadStore(url)).rejects.toThrow(/has schema 99/);
    });
  });
}
