import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CrashWindow } from '../lib/numbers/report.ts';
import { openReadStore, openWriteStore } from '../lib/store/open.ts';
import { Engine } from './engine.ts';
import { Metrics } from './metrics.ts';

const START = 1_700_000_000_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headcount-metrics-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Line = { type: string; second: number; listener?: string } & Record<string, unknown>;

/** Engine, store and metrics of one process; `read` hands it events, dated in seconds from the start, in one batch. */
async function begin(partitions: readonly number[] = [0]) {
  const url = `sqlite:${join(folder, 'headcount.db')}`;
  const store = await openWriteStore(url);
  const reader = await openReadStore(url);
  let clock = START;
  const metrics = new Metrics({
    errorCodes: ['network'],
    now: () => clock,
    stored: (source, partition, broadcast) => reader.partitionRows(source, partition, broadcast),
  });
  const engine = new Engine(
    {
      store: metrics.observe(store),
      source: 'test',
      slices: 1,
      takeLate: false,
      keepState: true,
      defaultHeartbeatMs: 0,
      breakdowns: [],
      now: () => clock,
      deadLetter: async () => {},
      isDemo: () => false,
      admit: async () => {},
      onRecord: null,
      rev: null,
    },
    metrics,
  );
  metrics.watch(engine);
  const offsets = new Map<number, number>();
  for (const partition of partitions) offsets.set(partition, (await engine.start(partition)) ?? 0);
  await engine.owned(partitions);

  return {
    engine,
    metrics,
    async read(lines: readonly Line[], partition = 0): Promise<void> {
      const offset = offsets.get(partition) ?? 0;
      const records = lines.map(({ second, ...line }, i) => ({
        offset: offset + i,
        value: Buffer.from(JSON.stringify({ broadcast: 'b', ...line, ts: START + second * 1000 })),
        timestampMs: null,
      }));
      clock = Math.max(clock, ...lines.map(({ second }) => START + second * 1000));
      const nextOffset = offset + records.length;
      offsets.set(partition, nextOffset);
      await engine.batch({ partition, records, nextOffset, endOffset: nextOffset });
      engine.caughtUp(partition);
      await engine.checkpoint();
    },
    /** the samples asked for, by their names with labels */
    async shows(...names: string[]): Promise<(number | null)[]> {
      const lines = (await metrics.text()).split('\n');
      return names.map((name) => {
        const line = lines.find((candidate) => candidate.startsWith(`${name} `));
        return line === undefined ? null : Number(line.slice(name.length + 1));
      });
    },
    async stop(): Promise<void> {
      await reader.close();
      await store.close();
    },
  };
}

const CONNECTED = 'broadcast_connected_listeners{broadcast="b"}';
const JOINS = 'broadcast_joins_total{broadcast="b"}';
const LEFT = 'broadcast_leaves_total{broadcast="b",reason="left"}';
const RECORDS = 'ingest_records_total{partition="0"}';
const joins = (listener: string, second: number): Line => ({ type: 'join', listener, second });

describe('the metrics of an ingest process', () => {
  it('follow the audience at W, five seconds behind the newest event', async () => {
    const one = await begin();
    await one.read([joins('ann', 1), joins('bob', 2), joins('cid', 7)]);
    expect(await one.shows(CONNECTED, JOINS)).toEqual([2, 2]);
    await one.read([
      { type: 'leave', listener: 'ann', second: 8 },
      { type: 'comment', listener: 'bob', second: 20 },
    ]);
    expect(await one.shows(CONNECTED, JOINS, LEFT, 'ingest_open_connections')).toEqual([2, 3, 1, 2]);
    expect(await one.shows('broadcast_hearing_listeners{broadcast="b"}')).toEqual([null]);
    expect(await one.shows('ingest_watermark_seconds{partition="0"}', 'ingest_lag_records{partition="0"}')).toEqual([
      START / 1000 + 15,
      0,
    ]);
    await one.stop();
  });

  it('count what the pipeline did', async () => {
    const one = await begin();
    const twice = joins('ann', 500);
    await one.read([twice, twice, joins('', 501), { ...joins('late', 300), id: 'l' }, { type: 'wave', second: 502 }]);
    await one.read([{ type: 'error', listener: 'ann', code: 'E7', second: 510 }]);
    await one.read([{ type: 'comment', listener: 'ann', second: 520 }]);
    expect(
      await one.shows(
        RECORDS,
        'ingest_rejected_total{reason="field"}',
        'ingest_duplicates_total',
        'ingest_late_total',
        'broadcast_errors_total{broadcast="b",code="other"}',
        'ingest_partitions_assigned',
        'ingest_checkpoint_seconds_count',
        'ingest_event_to_store_seconds_count',
      ),
    ).toEqual([7, 2, 1, 1, 1, 1, 3, 3]);
    await one.stop();
  });

  it('show after a restart the audience that is there, and count from the restart on', async () => {
    const first = await begin();
    await first.read([
      joins('ann', 1),
      joins('bob', 2),
      joins('', 3),
      { type: 'comment', listener: 'bob', second: 100 },
    ]);
    expect(await first.shows(CONNECTED, JOINS)).toEqual([2, 2]);
    await first.stop();

    const second = await begin();
    await second.read([joins('cid', 101), { type: 'comment', listener: 'bob', second: 120 }]);
    expect(await second.shows(CONNECTED, JOINS, RECORDS, 'ingest_rejected_total{reason="field"}')).toEqual([
      3, 1, 2, 0,
    ]);
    await second.read([
      { type: 'leave', listener: 'ann', second: 121 },
      { type: 'comment', listener: 'bob', second: 140 },
    ]);
    expect(await second.shows(CONNECTED, JOINS, LEFT)).toEqual([2, 1, 1]);
    await second.stop();
  });

  it('go on where they were when a broadcast that was over for long speaks again, and count on', async () => {
    const one = await begin();
    const ann = { ...joins('ann', 1), id: 'j' };
    await one.read([ann, ann, joins('bob', 2), { type: 'comment', listener: 'bob', second: 20 }]);
    expect(await one.shows(CONNECTED, 'ingest_duplicates_total')).toEqual([2, 1]);
    for (let second = 3_000; second < 3_006; second++) await one.read([{ ...joins('zoe', second), broadcast: 'x' }]);
    expect([...one.engine.broadcasts()]).toEqual(['x']);
    expect(await one.shows(CONNECTED, 'ingest_duplicates_total')).toEqual([null, 1]);
    await one.read([joins('cid', 3_010), { type: 'comment', listener: 'cid', second: 3_020 }]);
    expect(await one.shows(CONNECTED, JOINS, 'ingest_duplicates_total')).toEqual([3, 1, 1]);
    await one.stop();
  });

  it('lose the audience of a partition that is taken away, keep what was counted, and have it back with the partition', async () => {
    const one = await begin([0, 1]);
    await one.read([joins('ann', 1), { type: 'comment', listener: 'ann', second: 20 }]);
    await one.read([joins('bob', 1), { type: 'comment', listener: 'bob', second: 20 }], 1);
    await one.read([{ type: 'comment', listener: 'ann', second: 21 }]);
    expect(await one.shows(CONNECTED, JOINS)).toEqual([2, 2]);
    await one.engine.owned([0]);
    await one.read([{ type: 'comment', listener: 'ann', second: 22 }]);
    expect(await one.shows(CONNECTED, JOINS, 'ingest_partitions_assigned')).toEqual([1, 2, 1]);
    await one.engine.start(1);
    await one.engine.owned([0, 1]);
    await one.read([{ type: 'comment', listener: 'ann', second: 23 }]);
    expect(await one.shows(CONNECTED, JOINS)).toEqual([2, 2]);
    await one.stop();
  });

  it('hold nothing of what a partition had before it was begun anew, as after a rebalance', async () => {
    const one = await begin();
    await one.read([joins('ann', 1)]);
    const before = new WeakRef(one.engine.lanes.get(0) ?? {});
    await one.engine.start(0);
    await one.read([joins('bob', 20)]);
    expect(await one.shows(CONNECTED, RECORDS)).toEqual([1, 2]);
    await expect.poll(() => collected(before), { timeout: 10_000 }).toBe(true);
    await one.stop();
  });

  it('leave a broadcast out two minutes after its end', async () => {
    const one = await begin();
    await one.read([
      joins('ann', 1),
      { type: 'room_end', second: 10 },
      { type: 'comment', listener: 'zoe', second: 30 },
    ]);
    expect(await one.shows(CONNECTED)).toEqual([0]);
    await one.read([{ type: 'comment', listener: 'zoe', second: 140 }]);
    expect(await one.shows(CONNECTED)).toEqual([null]);
    await one.stop();
  });

  it('tell windows where partition 0 is owned, and only there', async () => {
    const [one, other] = [await begin([0]), await begin([1])];
    const OPEN = 'broadcast_crash_window_open{broadcast="b",type="crash"}';
    const LOST = 'broadcast_lost_listener_minutes{broadcast="b"}';
    await one.read([joins('ann', 1), joins('bob', 20)]);
    await other.read([joins('cid', 1), joins('dan', 20)], 1);
    expect(await one.shows(OPEN, LOST)).toEqual([0, 0]);
    expect(await other.shows(OPEN, LOST)).toEqual([null, null]);
    one.metrics.windows('b', [
      { ...WINDOW, closedAt: null, lostListenerMinutes: { during: 5, total: null } },
      { ...WINDOW, closedAt: START, lostListenerMinutes: { during: 1, total: 2 } },
      { ...WINDOW, state: 'withdrawn' },
    ]);
    expect(await one.shows(OPEN, LOST, 'broadcast_crash_windows_total{broadcast="b",type="crash"}')).toEqual([1, 7, 2]);
    await one.stop();
    await other.stop();
  });
});

/** Whether nobody holds it any more. */
function collected(ref: WeakRef<object>): boolean {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return ref.deref() === undefined;
}

const WINDOW: CrashWindow = {
  id: 'w',
  type: 'crash',
  platformWide: false,
  source: 'events',
  onsetAt: START,
  detectedAt: START,
  serviceEndAt: null,
  closedAt: null,
  recoveredAt: null,
  connectedBefore: 2,
  connectedLowest: 1,
  depth: null,
  dropped: null,
  blocked: null,
  lostListenerMinutes: { during: null, total: null },
  returnRate: { '30': null, '120': null, '300': null, '600': null, end: null },
  medianReturnSeconds: null,
  causes: [],
  carryOver: null,
  state: 'provisional',
  rev: 1,
};
