/** A log counted by the engine, and by brute force, and the two compared in every cell of every second and in every stay. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { arbitraryListenerEvent } from '../lib/event/arbitrary.ts';
import { type BroadcastEvent, type ControlEvent, isControl, type ListenerEvent } from '../lib/event/event.ts';
import { printEvent } from '../lib/event/print.ts';
import { COUNT_NAMES, type CountName, type Counts, LEVELS } from '../lib/numbers/second.ts';
import { Oracle } from '../lib/oracle/oracle.ts';
import type { Stay } from '../lib/presence/stay.ts';
import { Engine } from './engine.ts';
import { MemoryStore } from './memory-store.ts';

const BREAKDOWNS = ['client', 'edge'];
const START = Date.UTC(2026, 0, 1, 20);
export const MINUTE = 60_000;

export interface Case {
  /** in the order of arrival; a control event with the partition it came in */
  log: readonly { event: BroadcastEvent; lot: number }[];
  partitions: number;
  slices: number;
  /** positions after which a checkpoint is made, and those after which everything is forgotten and loaded again */
  checkpoints: ReadonlySet<number>;
  restarts: ReadonlySet<number>;
  /** undecided events from which on a counter that tells only what is final looks for it; null: it tells everything */
  sweepAbove?: number | null;
}

function partitionOf(event: BroadcastEvent, lot: number, partitions: number): number {
  return isControl(event) ? lot % partitions : event.listener.charCodeAt(0) % partitions;
}

export async function countedBy(run: Case): Promise<MemoryStore> {
  const store = new MemoryStore();
  const sweepAbove = run.sweepAbove ?? null;
  let now = 0;
  const open = async (): Promise<Engine> => {
    const engine = new Engine({
      store,
      source: 'test',
      slices: run.slices,
      takeLate: false,
      keepState: sweepAbove === null,
      ...(sweepAbove === null ? {} : { finalOnly: true, sweepAbove }),
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
    const restarts = run.restarts.has(i) && sweepAbove === null;
    if (run.checkpoints.has(i) || restarts) await engine.checkpoint();
    if (restarts) engine = await open();
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
  'demand',
  'demandMet',
  'demandMetByJoin',
  'silenced',
  'watched',
  'started',
  'handedOver',
  'duplicates',
]);
const NAMES = COUNT_NAMES.filter((name) => !NOT_IN_ROWS.has(name));
const IS_LEVEL = new Set<string>(LEVELS);

/** Throws a sentence for the first second, or stay, in which the two differ. */
export async function agree(run: Case): Promise<void> {
  const store = await countedBy(run);
  const result = judge(run).finish('demo');
  if (!result) return;
  const told = (room: string, attribute: string, value: string) => store.rows.get(`demo|${room}|${attribute}|${value}`);
  compare('the broadcast', told('', '', ''), result.rows, NAMES);
  compare(
    'the broadcast',
    told('', '', ''),
    result.rows.map(({ second, timeouts }) => ({ second, silenced: timeouts })),
    ['silenced'],
  );
  for (const [room, seconds] of result.perRoom) compare(`room ${room}`, told(room, '', ''), seconds, ['connected']);
  for (const [attribute, values] of result.perAttribute) {
    for (const [value, seconds] of values) {
      compare(`${attribute} ${value}`, told('', attribute, value), seconds, ['connected']);
    }
  }
  const stays = [...store.stays.values()].map(text).sort();
  const expected = result.stays.map(text).sort();
  for (let i = 0; i < Math.max(stays.length, expected.length); i++) {
    if (stays[i] !== expected[i])
      throw new Error(`Stay ${expected[i] ?? 'none'} was expected and came as ${stays[i] ?? 'none'}`);
  }
}

function text(stay: Stay): string {
  return JSON.stringify({ ...stay, source: null, attrs: stay.attrs && { ...stay.attrs } });
}

function compare(
  whose: string,
  stored: ReadonlyMap<number, Partial<Counts>> | undefined,
  expected: readonly ({ second: number } & Partial<Counts>)[],
  names: readonly CountName[],
): void {
  const first = expected[0]?.second ?? 0;
  for (const name of names) {
    let level = 0;
    if (IS_LEVEL.has(name)) {
      for (const [second, row] of stored ?? []) if (second < first) level += row[name] ?? 0;
    }
    for (const row of expected) {
      const change = stored?.get(row.second)?.[name] ?? 0;
      if (IS_LEVEL.has(name)) level += change;
      const found = IS_LEVEL.has(name) ? level : change;
      if (found !== row[name]) {
        throw new Error(`${name} of ${whose} at second ${row.second} was expected to be ${row[name]} and is ${found}`);
      }
    }
  }
}

const roomEvents = (windowMs: number) =>
  fc.record({
    type: fc.constantFrom<'room_start' | 'room_end'>('room_start', 'room_end'),
    ts: fc.nat({ max: windowMs }).map((ms) => START + ms),
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

const PERIODS = [10_000, 10_000, 0, 5_001, 1, 1_400, 40_000];
/** one event after another of its connection by exactly this, ms: the edges of everything SEMANTICS gives a length */
const EDGES = [
  0,
  0,
  ...[10_000, 5_001, 1_400, 40_000].flatMap((h) => [3 * h - 1, 3 * h, 3 * h + 1]),
  13_000,
  8_001,
  1_000,
  60_000,
  60_001,
  120_000,
  120_001,
  3_600_000,
  3_600_001,
];

export interface LogOptions {
  windowMs: number;
  listeners: readonly string[];
  /** '' = none sent; few of them, so that much happens to each */
  connections?: readonly string[];
  rooms?: readonly string[];
  /** most events, before copies and what follows them */
  most?: number;
}

/** Delays up to 170 s: now and then one is late. */
export function logs(options: LogOptions): fc.Arbitrary<Case['log']> {
  const event = arbitraryListenerEvent({ ids: 60, heartbeatPeriodsMs: PERIODS, ...options });
  const delays = fc.oneof({ weight: 5, arbitrary: fc.nat({ max: 20_000 }) }, fc.nat({ max: 170_000 }));
  const listenerEvents = fc.array(
    fc.record({
      event,
      delay: delays,
      copyAfter: fc.option(fc.nat({ max: 100_000 }), { freq: 5 }),
      follower: fc.option(fc.record({ event, after: fc.constantFrom(...EDGES), delay: delays }), { freq: 2 }),
    }),
    { minLength: 1, maxLength: options.most ?? 50 },
  );
  const controls = fc.array(
    fc.record({
      event: roomEvents(options.windowMs * 1.3).map(control),
      delay: fc.nat({ max: 100_000 }),
      lot: fc.nat({ max: 11 }),
    }),
    { maxLength: 3 },
  );
  return fc
    .tuple(listenerEvents, controls)
    .map(([of, rooms]) =>
      [
        ...of.flatMap(({ event, delay, copyAfter, follower }) => [
          { event, at: event.ts + delay, lot: 0 },
          ...(copyAfter === null ? [] : [{ event, at: event.ts + delay + copyAfter, lot: 0 }]),
          ...(follower === null ? [] : [following(event, follower)]),
        ]),
        ...rooms.map(({ event, delay, lot }) => ({ event, at: event.ts + delay, lot })),
      ]
        .sort((a, b) => a.at - b.at)
        .map(({ event, lot }) => ({ event, lot })),
    );
}

/** The follower as an event of the same connection, so much later. */
function following(
  before: ListenerEvent,
  { event, after, delay }: { event: ListenerEvent; after: number; delay: number },
): { event: ListenerEvent; at: number; lot: number } {
  const { listener, connection, room, roomSent } = before;
  const ts = before.ts + after;
  return { event: { ...event, listener, connection, room, roomSent, ts }, at: ts + delay, lot: 0 };
}

/** A few listeners heard of steadily for up to an hour, and now and then something else: long stretches of heartbeats. */
export function steadyLogs(): fc.Arbitrary<Case['log']> {
  const one = fc.record({
    period: fc.constantFrom(10_000, 20_000, 20_000, 60_000),
    from: fc.nat({ max: 5 * MINUTE }),
    beats: fc.nat({ max: 60 }),
    jitterMs: fc.constantFrom(0, 0, 400, 3_500),
    sendsIds: fc.boolean(),
    connection: fc.constantFrom('', 'c1'),
    /** beats that are left out, and of which a copy comes */
    gaps: fc.array(fc.record({ from: fc.nat({ max: 60 }), beats: fc.constantFrom(1, 1, 3, 4) }), { maxLength: 5 }),
    copies: fc.array(fc.nat({ max: 60 }), { maxLength: 3 }),
    seed: fc.nat({ max: 1_000 }),
  });
  const odd = logs({
    windowMs: 50 * MINUTE,
    listeners: ['ann', 'bob'],
    connections: ['', 'c1'],
    rooms: ['main'],
    most: 6,
  });
  return fc.tuple(fc.tuple(one, one), odd).map(([[a, b], others]) => {
    const log: { event: BroadcastEvent; at: number; lot: number }[] = others.map((o, i) => ({
      ...o,
      at: o.event.ts + (i % 3) * 15_000,
    }));
    for (const [listener, of] of [
      ['ann', a],
      ['bob', b],
    ] as const) {
      for (let i = 0; i <= of.beats; i++) {
        if (i > 0 && of.gaps.some(({ from, beats }) => i >= from && i < from + beats)) continue;
        const jitter = of.jitterMs === 0 ? 0 : (i * 7919 + of.seed) % of.jitterMs;
        const ts = START + of.from + i * of.period + jitter;
        const event = heartbeat(listener, of.connection, ts, i === 0 ? of.period : null, of.sendsIds ? `h${i}` : null);
        log.push({ event, at: ts + ((i * of.seed) % 4_000), lot: 0 });
        if (of.copies.includes(i)) log.push({ event, at: ts + 5_000, lot: 0 });
      }
    }
    return log.sort((x, y) => x.at - y.at).map(({ event, lot }) => ({ event, lot }));
  });
}

/** A heartbeat, or (with a period) the join. */
function heartbeat(
  listener: string,
  connection: string,
  ts: number,
  period: number | null,
  id: string | null,
): ListenerEvent {
  return {
    type: period === null ? 'heartbeat' : 'join',
    ts,
    broadcast: 'demo',
    room: 'main',
    roomSent: true,
    id,
    source: 'gw-1',
    listener,
    connection,
    role: null,
    heartbeatMs: period,
    startupMs: null,
    code: '',
    fatal: null,
    reason: null,
    attrs: null,
  };
}

export const positions = fc.array(fc.nat({ max: 110 }), { maxLength: 25 }).map((list) => new Set(list));
export const sweeps = fc.option(fc.nat({ max: 30 }), { freq: 4 });

/** Cases of all properties together: 10,000 on CI, where they take two cores less than two minutes; elsewhere a tenth. */
export const RUNS = Number(process.env.AGREEMENT_RUNS ?? (process.env.CI ? 10_000 : 1_000));

/** Cases that once differed, one a line; a failing property adds its own, and they are tried before all others. */
const KEPT = join(import.meta.dirname, 'agreement-kept.ndjson');

/** Tries `numRuns` cases. Of one that differs it prints the seed, and keeps the smallest that was found. */
export async function holds(cases: fc.Arbitrary<Case>, numRuns: number): Promise<void> {
  const details = await fc.check(fc.asyncProperty(cases, agree), { numRuns });
  if (!details.failed) return;
  const [smallest] = details.counterexample ?? [];
  if (smallest !== undefined) appendFileSync(KEPT, `${printCase(smallest)}\n`);
  const why = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
  throw new Error(
    `${why}: { seed: ${details.seed}, path: "${details.counterexamplePath}" } after ${details.numRuns} cases; kept in ${KEPT}`,
  );
}

export function keptCases(): Case[] {
  return readFileSync(KEPT, 'utf8').trim().split('\n').map(parseCase);
}

function printCase(run: Case): string {
  const { checkpoints, restarts } = run;
  return JSON.stringify({ ...run, checkpoints: [...checkpoints], restarts: [...restarts] });
}

function parseCase(line: string): Case {
  const saved: Omit<Case, 'checkpoints' | 'restarts'> & { checkpoints: number[]; restarts: number[] } =
    JSON.parse(line);
  return { ...saved, checkpoints: new Set(saved.checkpoints), restarts: new Set(saved.restarts) };
}
