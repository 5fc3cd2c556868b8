import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BroadcastSummary, BroadcastsPage, PageQuery, ReadStore } from '../../lib/store/store.ts';
import { apply } from '../_overview/use-overview.ts';
import type { OverviewChange } from './boards.ts';
import type { Overview, PastQuery } from './overview.ts';

vi.mock('server-only', () => ({}));
const { Boards } = await import('./boards.ts');
const { overview } = await import('./overview.ts');

const NEWEST: PastQuery = { crashed: false, search: '', sort: 'ended', descending: true, page: 1 };

/** A store whose broadcasts are these; whoever reads waits for a moment, as with a database. */
class Made {
  broadcasts = new Map<string, BroadcastSummary>();
  reads = 0;
  /** how long a read takes that begins now */
  turns = 1;

  set(broadcast: string, connected: number, state: 'live' | 'final'): void {
    const known = { hearing: false, errors: false, attempts: false, comments: false, silence: false };
    this.broadcasts.set(broadcast, {
      ...{ broadcast, title: null, demo: false, kind: 'events', known, firstAt: 0, lastAt: connected, watermark: 0 },
      ...{ liveSecond: 0, longestTimeout: 0, complete: false, storedAt: 0, catchingUp: false, state, rev: 1 },
      ...{ kept: null, connected, hearing: null, peak: 0, change5m: null, windows: 0, windowOpen: false, spark: [] },
      ...{ peakSecond: null, peakHearing: null, averageMinuteAudience: null },
      alarms: { count: 0, open: null, last: null },
    });
  }

  asStore(): ReadStore {
    const broadcastsPage = async ({ group, limit, offset }: PageQuery): Promise<BroadcastsPage> => {
      this.reads++;
      const all = [...this.broadcasts.values()];
      const ended = all.filter(({ state }) => state === 'final').sort((a, b) => b.lastAt - a.lastAt);
      const fits = group === 'running' ? all.filter(({ state }) => state !== 'final') : ended;
      const { turns } = this;
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      const counts = { all: all.length, running: all.length - ended.length, ended: ended.length, crashed: 0 };
      return { rows: fits.slice(offset, offset + limit), total: fits.length, counts };
    };
    const made: Partial<ReadStore> = { broadcastsPage, pipeline: async () => [] };
    return made as ReadStore;
  }
}

/** What a page that listens shows. */
class Listener {
  shown: Overview | null = null;

  take(): void {}

  close(): void {}

  send(bytes: Uint8Array): void {
    const [, name, data] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(new TextDecoder().decode(bytes)) ?? [];
    if (name === undefined || data === undefined) return;
    if (name === 'frame') this.shown = JSON.parse(data);
    else if (this.shown !== null) this.shown = apply(this.shown, JSON.parse(data) as OverviewChange);
  }
}

const step = fc.oneof(
  fc.record({
    does: fc.constant('write' as const),
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    connected: fc.nat(5),
    state: fc.constantFrom('live' as const, 'final' as const),
  }),
  fc.record({ does: fc.constant('remove' as const), id: fc.constantFrom('a', 'b', 'c', 'd') }),
  fc.record({ does: fc.constant('listen' as const), past: fc.boolean() }),
  fc.record({ does: fc.constant('refresh' as const), waitsMs: fc.constantFrom(100, 1_000, 6_000) }),
);

const turns = fc.constantFrom(0, 1, 20, 60);

describe('an open list', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('shows what the store holds, whenever it was opened and whatever happened meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, turns, fc.boolean()), { maxLength: 12 }), async (steps) => {
        const made = new Made();
        const store = made.asStore();
        const boards = new Boards();
        const listeners: { listener: Promise<Listener>; query: PastQuery | null }[] = [];
        let token = 0;
        const refresh = (ms: number): Promise<void> => {
          vi.setSystemTime(Date.now() + ms);
          return boards.refresh(store, String(token));
        };
        // one refresh at a time, as the poller has it; what is opened and written meanwhile waits for nobody
        let refreshing = Promise.resolve();
        for (const [one, slow, awaited] of steps) {
          made.turns = slow;
          if (one.does === 'write') made.set(one.id, one.connected, one.state);
          if (one.does === 'remove') made.broadcasts.delete(one.id);
          if (one.does === 'write' || one.does === 'remove') token++;
          if (one.does === 'refresh') refreshing = refreshing.then(() => refresh(one.waitsMs));
          if (one.does === 'listen') {
            const query = one.past ? NEWEST : null;
            const listener = new Listener();
            listeners.push({ listener: boards.subscribe(store, query, listener).then(() => listener), query });
          }
          if (awaited) await Promise.all([refreshing, ...listeners.map(({ listener }) => listener)]);
        }
        const there = await Promise.all(listeners.map(async (each) => ({ ...each, listener: await each.listener })));
        await refreshing;
        await refresh(6_000);
        await refresh(6_000);
        boards.close();
        for (const { listener, query } of there) {
          expect(byId(listener.shown)).toEqual(byId(JSON.parse(JSON.stringify(await overview(store, query)))));
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([NEWEST, null])('opened while the others are told something newer is told it too (%o)', async (query) => {
    const made = new Made();
    const store = made.asStore();
    const boards = new Boards();
    made.set('a', 1, 'live');
    made.set('b', 1, 'final');
    const [first, second] = [new Listener(), new Listener()];
    await boards.subscribe(store, query, first);
    made.turns = 60;
    const slow = boards.subscribe(store, query, second);
    made.turns = 0;
    made.set('a', 2, 'live');
    made.set('b', 2, 'final');
    for (const waitsMs of [6_000, 6_000]) {
      vi.setSystemTime(Date.now() + waitsMs);
      await boards.refresh(store, 'written');
    }
    await slow;
    vi.setSystemTime(Date.now() + 6_000);
    await boards.refresh(store, 'written');
    boards.close();
    for (const listener of [first, second]) {
      expect(byId(listener.shown)?.running).toMatchObject({ a: { connected: 2 } });
      if (query !== null) expect(listener.shown?.past.rows).toMatchObject([{ connected: 2 }]);
    }
  });

  it('is not read while nobody looks at it', async () => {
    const made = new Made();
    const boards = new Boards();
    await boards.refresh(made.asStore(), '1');
    expect(made.reads).toBe(0);
  });
});

/** Without the clock; the order of those that run is the page's own. */
function byId(shown: Overview | null) {
  if (shown === null) return null;
  const { running, past, counts } = shown;
  return { past, counts, running: Object.fromEntries(running.map((row) => [row.broadcast, row])) };
}
