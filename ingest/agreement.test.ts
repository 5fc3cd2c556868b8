/** The core against the brute-force count: every cell of every second, every stay, however the log is cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryListenerEvent } from '../lib/event/arbitrary.ts';
import { type BroadcastEvent, type ControlEvent, isControl } from '../lib/event/event.ts';
import { printEvent } from '../lib/event/print.ts';
import { fill, type StoredRow } from '../lib/numbers/rows.ts';
import { COUNT_NAMES } from '../lib/numbers/second.ts';
import { Oracle } from '../lib/oracle/oracle.ts';
import { Engine } from './engine.ts';
import { MemoryStore } from './memory-store.ts';

const BREAKDOWNS = ['client', 'edge'];
const START = Date.UTC(2026, 0, 1, 20);
const MINUTE = 60_000;

interface Case {
  /** in the order of arrival; a control event with the partition it came in */
  log: readonly { event: BroadcastEvent; lot: number }[];
  partitions: number;
  slices: number;
  /** positions after which a checkpoint is made, and those after which everything is forgotten and loaded again */
  checkpoints: ReadonlySet<number>;
  restarts: ReadonlySet<number>;
}

function partitionOf(event: BroadcastEvent, lot: number, partitions: number): number {
  return isControl(event) ? lot % partitions : event.listener.charCodeAt(0) % partitions;
}

async function countedBy(run: Case): Promise<MemoryStore> {
  const store = new MemoryStore();
  let now = 0;
  const open = async (): Promise<Engine> => {
    const engine = new Engine({
      store,
      source: 'test',
      slices: run.slices,
      takeLate: false,
      keepState: true,
      defaultHeartbeatMs: 0,
      breakdowns: BREAKDOWNS,
      now: () => now,
      deadLetter: async () => {},
      isDemo: () => false,
      admit: async () => {},
      onRecord: null,
      rev: null,
    });
    for (let p = 0; p < run.partitions; p++) await engine.start(p);
    return engine;
  };
  let engine = await open();
  const offsets = Array.from({ length: run.partitions }, () => 0);
  for (const [i, { event, lot }] of run.log.entries()) {
    now += 10;
    const partition = partitionOf(event, lot, run.partitions);
    const offset = offsets[partition] ?? 0;
    offsets[partition] = offset + 1;
    const records = [{ offset, value: Buffer.from(printEvent(event)), timestampMs: null }];
    await engine.batch({ partition, records, nextOffset: offset + 1, endOffset: offset + 2 });
    if (run.checkpoints.has(i) || run.restarts.has(i)) await engine.checkpoint();
    if (run.restarts.has(i)) engine = await open();
  }
  engine.complete();
  await engine.checkpoint();
  return store;
}

function judge(run: Case): Oracle {
  const oracle = new Oracle({ defaultHeartbeatMs: 0, breakdowns: BREAKDOWNS });
  for (const { event, lot } of run.log) oracle.add({ kind: 'event', event }, partitionOf(event, lot, run.partitions));
  return oracle;
}

const NOT_IN_ROWS = new Set<string>([
  'suspect',
  'hosts',
  'speakers',
  'demand',
  'demandMet',
  'demandMetByJoin',
  'silenced',
  'watched',
  'started',
  'handedOver',
  'duplicates',
]);

async function agree(run: Case): Promise<void> {
  const store = await countedBy(run);
  const result = judge(run).finish('demo');
  if (!result) return;
  const first = result.rows[0]?.second ?? 0;
  const end = (result.rows.at(-1)?.second ?? -1) + 1;
  const stored = (key: string): StoredRow[] => {
    const zeros = Object.fromEntries(COUNT_NAMES.map((n) => [n, 0])) as Omit<StoredRow, 'second'>;
    const rows = [...(store.rows.get(key) ?? [])].map(([second, row]) => ({ ...zeros, ...row, second }));
    return [
      ...fill(
        rows.sort((a, b) => a.second - b.second),
        first,
        end,
      ),
    ];
  };
  const names = COUNT_NAMES.filter((n) => !NOT_IN_ROWS.has(n));
  const cells = (rows: readonly object[], pick: readonly string[]): string[] =>
    rows
      .map((r) =>
        pick
          .filter((n) => Reflect.get(r, n) !== 0)
          .map((n) => `${n} ${Reflect.get(r, n)}`)
          .join(' '),
      )
      .concat(String(rows.length));
  const total = stored('demo|||');
  expect(cells(total, ['second', ...names])).toEqual(cells(result.rows, ['second', ...names]));
  expect(total.map((r) => r.silenced)).toEqual(result.rows.map((r) => r.timeouts));
  for (const [room, seconds] of result.perRoom) {
    expect(cells(stored(`demo|${room}||`), ['second', 'connected'])).toEqual(cells(seconds, ['second', 'connected']));
  }
  for (const [attribute, values] of result.perAttribute) {
    for (const [value, seconds] of values) {
      expect(cells(stored(`demo||${attribute}|${value}`), ['second', 'connected'])).toEqual(
        cells(seconds, ['second', 'connected']),
      );
    }
  }
  const stays = [...store.stays.values()]
    .map((s) => JSON.stringify({ ...s, source: null, attrs: s.attrs && { ...s.attrs } }))
    .sort();
  expect(stays).toEqual(
    result.stays.map((s) => JSON.stringify({ ...s, source: null, attrs: s.attrs && { ...s.attrs } })).sort(),
  );
}

const roomEvents = fc.record({
  type: fc.constantFrom<'room_start' | 'room_end'>('room_start', 'room_end'),
  ts: fc.nat({ max: 40 * MINUTE }).map((ms) => START + ms),
  room: fc.constantFrom('main', 'second'),
  id: fc.option(fc.constantFrom('c1', 'c2')),
});

function control(e: { type: 'room_start' | 'room_end'; ts: number; room: string; id: string | null }): ControlEvent {
  return {
    ...e,
    id: e.id && `${e.type} ${e.room} ${e.id}`,
    broadcast: 'demo',
    roomSent: true,
    source: null,
    label: null,
    author: null,
    replaces: null,
    startsAt: null,
  };
}

/** Delays up to 170 s: now and then one is late. */
function logs(windowMs: number, listeners: string[]): fc.Arbitrary<Case['log']> {
  return fc
    .tuple(
      fc.array(
        fc.record({
          event: arbitraryListenerEvent({
            windowMs,
            ids: 60,
            listeners,
            heartbeatPeriodsMs: [10_000, 10_000, 0, 5_001, 1, 1_400, 40_000],
          }),
          delay: fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 20_000 }) }, fc.nat({ max: 170_000 })),
          copyAfter: fc.option(fc.nat({ max: 100_000 }), { freq: 5 }),
          // exactly on the edge of a time-out of the one before, now and then
        }),
        { minLength: 1, maxLength: 50 },
      ),
      fc.array(
        fc.record({ event: roomEvents.map(control), delay: fc.nat({ max: 100_000 }), lot: fc.nat({ max: 11 }) }),
        {
          maxLength: 3,
        },
      ),
    )
    .map(([listenerEvents, controls]) =>
      [
        ...listenerEvents.flatMap(({ event, delay, copyAfter }) => [
          { event, at: event.ts + delay, lot: 0 },
          ...(copyAfter === null ? [] : [{ event, at: event.ts + delay + copyAfter, lot: 0 }]),
        ]),
        ...controls.map(({ event, delay, lot }) => ({ event, at: event.ts + delay, lot })),
      ]
        .sort((a, b) => a.at - b.at)
        .map(({ event, lot }) => ({ event, lot })),
    );
}

const positions = fc.array(fc.nat({ max: 110 }), { maxLength: 25 }).map((list) => new Set(list));
const RUNS = Number(process.env.AGREEMENT_RUNS ?? 400);

describe('core and oracle agree in every cell of every second and in every stay', () => {
  for (const [partitions, slices] of [
    [1, 1],
    [1, 3],
    [3, 1],
    [12, 1],
    [1, 12],
  ] as const) {
    it(`with ${partitions} partitions of ${slices} slices, checkpoints and restarts anywhere`, async () => {
      await fc.assert(
        fc.asyncProperty(logs(30 * MINUTE, ['ann', 'bob', 'cy']), positions, positions, (log, checkpoints, restarts) =>
          agree({ log, partitions, slices, checkpoints, restarts }),
        ),
        { numRuns: RUNS },
      );
    });
  }

  it('over hours, in which closed connections are forgotten', async () => {
    await fc.assert(
      fc.asyncProperty(logs(300 * MINUTE, ['ann']), positions, positions, (log, checkpoints, restarts) =>
        agree({ log, partitions: 1, slices: 1, checkpoints, restarts }),
      ),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  it('within a minute, in which everything meets', async () => {
    await fc.assert(
      fc.asyncProperty(logs(MINUTE, ['ann', 'bob']), positions, positions, (log, checkpoints, restarts) =>
        agree({ log, partitions: 3, slices: 1, checkpoints, restarts }),
      ),
      { numRuns: RUNS },
    );
  });
});
