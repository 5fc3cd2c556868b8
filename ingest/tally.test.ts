import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CountName } from '../lib/numbers/second.ts';
import { COLUMN, COLUMNS } from '../lib/presence/columns.ts';
import { roomsShow } from './evidence.ts';
import { type BroadcastTally, Tally, type TallyRow, type TallyStanding } from './tally.ts';

const START = 1_700_000_000;
const CODES = ['network', 'server'];
const ALL_KNOWN = { hearing: true, errors: true, attempts: true, comments: true };

type Change = Partial<Record<CountName, number>>;

function row(second: number, change: Change, attribute = '', value = ''): TallyRow {
  const counts = new Int32Array(COLUMNS);
  for (const [name, n] of Object.entries(COLUMN))
    counts[n] = Object.entries(change).find(([of]) => of === name)?.[1] ?? 0;
  return { group: { room: '', attribute, value }, second: second === 0 ? 0 : START + second, counts };
}

/** W comes to `second`; by default more events have come since. */
function at(second: number, standing: Partial<TallyStanding> = {}): TallyStanding {
  const watermark = (START + second) * 1000;
  return { watermark, newestAt: watermark + 5_000, endedAt: null, known: ALL_KNOWN, ...standing };
}

function only(tally: Tally, now = START * 1000): BroadcastTally {
  const [one, ...more] = tally.broadcasts(now);
  if (!one || more.length > 0) throw new Error(`One broadcast was expected and ${more.length + (one ? 1 : 0)} came.`);
  return one;
}

/** A tally of one broadcast in partition 0. */
function tallyOf(...rows: TallyRow[]): Tally {
  const tally = new Tally(CODES);
  tally.add(0, 'b', rows);
  return tally;
}

describe('the tally of a broadcast', () => {
  it('shows nothing before W is known', () => {
    expect(tallyOf(row(1, { joins: 1 })).broadcasts(0)).toEqual([]);
  });

  it('holds back what W has not passed', () => {
    const tally = tallyOf(row(1, { joins: 2, connected: 2, connections: 2 }), row(2, { left: 1, connected: -1 }));
    tally.advance('b', at(1.9));
    expect(only(tally)).toMatchObject({ connected: 2, connections: 2, joins: 2, leaves: { left: 0 } });
    tally.advance('b', at(2));
    expect(only(tally)).toMatchObject({ connected: 1, leaves: { left: 1 } });
  });

  it('knows nothing of what is not measured', () => {
    const tally = tallyOf(
      row(1, { joins: 1, hearing: 1, suspect: 1, heard: 1 }),
      row(1, { errors: 1 }, 'code', 'server'),
    );
    tally.advance('b', at(1, { known: { hearing: false, errors: false, attempts: false, comments: false } }));
    expect(only(tally)).toMatchObject({ hearing: null, suspect: null, errors: null, attempts: null, startup: null });
  });

  it('knows of suspects from the first connection with a period', () => {
    const tally = tallyOf(row(1, { joins: 1, suspect: 1, watched: 1 }));
    tally.advance('b', at(1));
    expect(only(tally).suspect).toBe(1);
  });

  it('counts errors by the configured codes, and all others together', () => {
    const tally = tallyOf(
      row(1, { errors: 2 }, 'code', 'server'),
      row(1, { errors: 3 }, 'code', 'E-4711'),
      row(2, { errors: 4 }, 'code', 'other'),
    );
    tally.advance('b', at(2));
    expect([...(only(tally).errors ?? [])]).toEqual([
      ['network', 0],
      ['server', 2],
      ['other', 7],
    ]);
  });

  it('counts rows of rooms and attributes once, in the whole', () => {
    const tally = tallyOf(row(1, { joins: 1 }), row(1, { joins: 1 }, 'region', 'fra'));
    tally.add(0, 'b', [{ ...row(1, { joins: 1 }), group: { room: 'r', attribute: '', value: '' } }]);
    tally.advance('b', at(1));
    expect(only(tally).joins).toBe(1);
  });

  it('calls an attempt unresolved only when its minute is over', () => {
    const tally = tallyOf(row(1, { unresolved: 2 }));
    tally.advance('b', at(61));
    expect(only(tally).attempts?.unresolved).toBe(0);
    tally.add(0, 'b', [row(1, { unresolved: -1, heard: 1 })]);
    tally.advance('b', at(62));
    expect(only(tally).attempts).toEqual({ heard: 1, failed: 0, exited: 0, unresolved: 1 });
  });

  it('takes outcomes by the join where no audio is reported', () => {
    const tally = tallyOf(row(1, { heard: 1, failedByJoin: 1 }));
    tally.advance('b', at(1, { known: { ...ALL_KNOWN, hearing: false } }));
    expect(only(tally).attempts).toEqual({ heard: 0, failed: 1, exited: 0, unresolved: 0 });
  });

  it('spreads start-up times over buckets whose ends are included', () => {
    const tally = tallyOf(
      row(0, { started: 2 }, 'startup', '100'),
      row(0, { started: 1 }, 'startup', '100.5'),
      row(0, { started: 1 }, 'startup', '90000'),
    );
    tally.advance('b', at(1));
    const { counts, sumSeconds } = only(tally).startup ?? { counts: [], sumSeconds: 0 };
    expect([counts.slice(0, 3), counts.at(-1), sumSeconds]).toEqual([[2, 1, 0], 1, 90.3005]);
  });

  it('says how old its second is', () => {
    const tally = tallyOf(row(1, { joins: 1 }));
    tally.advance('b', at(10));
    expect(only(tally, (START + 16.5) * 1000).dataAgeSeconds).toBe(6.5);
  });
});

describe('a counter', () => {
  it('stands still while corrections behind W take back what it said', () => {
    const tally = tallyOf(row(1, { timeout: 3, connections: -3 }));
    const seen: number[] = [];
    const look = (rows: TallyRow[], second: number) => {
      tally.add(0, 'b', rows);
      tally.advance('b', at(second));
      seen.push(only(tally).leaves.timeout);
    };
    look([], 5);
    look([row(1, { timeout: -2, connections: 2 })], 6);
    look([row(6, { timeout: 1 })], 7);
    look([row(7, { timeout: 3 })], 8);
    expect(seen).toEqual([3, 3, 3, 5]);
    expect(only(tally).connections).toBe(-1);
  });

  const change = fc.record({
    second: fc.integer({ min: 1, max: 20 }),
    joins: fc.integer({ min: -3, max: 5 }),
    connected: fc.integer({ min: -3, max: 5 }),
    partition: fc.integer({ min: 0, max: 2 }),
  });

  it('and a level come out the same in whatever order the changes of a turn come', () => {
    fc.assert(
      fc.property(
        fc.array(change),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 0, max: 21 }),
        (changes, keys, w) => {
          const shuffled = changes.map((c) => ({ c, key: keys.next().value })).sort((a, b) => a.key - b.key);
          const [one, other] = [changes, shuffled.map(({ c }) => c)].map((list) => {
            const tally = new Tally(CODES);
            for (const c of list) tally.add(c.partition, 'b', [row(c.second, c)]);
            tally.advance('b', at(w));
            return tally.broadcasts(0);
          });
          expect(other).toEqual(one);
        },
      ),
    );
  });

  it('never falls, and catches up with the sum when nothing was taken back', () => {
    const turn = fc.record({ changes: fc.array(change, { maxLength: 5 }), forward: fc.integer({ min: 0, max: 3 }) });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 12 }), (turns) => {
        const tally = new Tally(CODES);
        let w = 0;
        let last = 0;
        let sum = 0;
        let highest = 0;
        const all: { second: number; joins: number; connected: number }[] = [];
        for (const { changes, forward } of turns) {
          for (const c of changes) tally.add(c.partition, 'b', [row(c.second, c)]);
          all.push(...changes);
          w += forward;
          tally.advance('b', at(w));
          const passed = all.filter(({ second }) => second <= w);
          sum = passed.reduce((n, c) => n + c.joins, 0);
          highest = Math.max(highest, sum);
          const [shown] = tally.broadcasts(0);
          if (!shown) continue;
          expect(shown.joins).toBeGreaterThanOrEqual(last);
          expect(shown.joins).toBe(highest);
          expect(shown.connected).toBe(passed.reduce((n, c) => n + c.connected, 0));
          last = shown.joins;
        }
      }),
    );
  });
});

describe('partitions of a broadcast', () => {
  it('are taken over with their levels, and without what others counted', () => {
    const tally = new Tally(CODES);
    const stored = [
      row(1, { joins: 5, connected: 5, unresolved: 1, watched: 1 }),
      row(0, { started: 1 }, 'startup', '100'),
      row(1, { errors: 1 }, 'code', 'server'),
      row(9, { joins: 1, connected: 1 }),
    ];
    tally.adopt(0, 'b', stored, (START + 5) * 1000);
    tally.advance('b', at(6));
    expect(only(tally)).toMatchObject({ connected: 5, joins: 0, suspect: 0, startup: null });
    expect(only(tally).errors?.get('server')).toBe(0);
    tally.advance('b', at(62));
    expect(only(tally)).toMatchObject({ connected: 6, joins: 1, attempts: { unresolved: 1 } });
  });

  it('take their levels along when they go, and leave the counters standing', () => {
    const tally = tallyOf(row(1, { joins: 5, connected: 5 }));
    tally.add(1, 'b', [row(1, { joins: 2, connected: 2 }), row(9, { joins: 1 })]);
    tally.advance('b', at(1));
    tally.release(1);
    tally.advance('b', at(9));
    expect(only(tally)).toMatchObject({ connected: 5, joins: 7 });
    tally.release(0);
    expect(tally.broadcasts(0)).toEqual([]);
  });
});

describe('the series of a broadcast', () => {
  it.each([
    ['while it goes on', at(700), true],
    ['two minutes after its end', at(700, { endedAt: (START + 580) * 1000 }), false],
    ['up to two minutes after its end', at(700, { endedAt: (START + 581) * 1000 }), true],
    ['ten minutes after its last event', at(700, { newestAt: (START + 100) * 1000 }), false],
    ['up to ten minutes after its last event', at(700, { newestAt: (START + 101) * 1000 }), true],
    ['once the log is complete', at(700, { watermark: Number.POSITIVE_INFINITY }), false],
  ])('are there or not: %s', (_, standing, there) => {
    const tally = tallyOf(row(1, { joins: 1 }));
    tally.advance('b', standing);
    expect(tally.broadcasts(0).length === 1).toBe(there);
  });

  it('go on where they stood when the broadcast comes back, and go with it when it is forgotten', () => {
    const tally = tallyOf(row(1, { joins: 1, connected: 1 }));
    tally.advance('b', at(700, { endedAt: START * 1000 }));
    tally.add(0, 'b', [row(701, { joins: 1, connected: 1 })]);
    tally.advance('b', at(702));
    expect(only(tally)).toMatchObject({ connected: 2, joins: 2 });
    tally.forget('b');
    expect(tally.broadcasts(0)).toEqual([]);
  });
});

describe('what rooms show', () => {
  const ends = (entries: Record<string, number>) => new Map(Object.entries(entries));

  it('switches numbers on by events before the end of their room, in any counter', () => {
    const rooms = [{ a: { playing: 10, error: 30 } }, { b: { attempt: 5 } }];
    expect(roomsShow(rooms, ends({ a: 20 })).known).toEqual({
      hearing: true,
      errors: false,
      attempts: true,
      comments: false,
    });
  });

  it('ends with the last room, once all have ended', () => {
    expect(roomsShow([{ a: { join: 1 }, b: { join: 2 } }], ends({ a: 20 })).endedAt).toBeNull();
    expect(roomsShow([{ a: { join: 1 }, b: { join: 2 } }], ends({ a: 20, b: 15 })).endedAt).toBe(20);
    expect(roomsShow([{ a: {} }], ends({})).endedAt).toBeNull();
  });
});
