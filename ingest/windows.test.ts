import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isControl } from '../lib/event/event.ts';
import { printEvent } from '../lib/event/print.ts';
import type { CrashWindow } from '../lib/numbers/report.ts';
import type { ScenarioOptions } from '../lib/simulate/options.ts';
import { simulateSeconds } from '../lib/simulate/scenario.ts';
import type { Truth } from '../lib/simulate/truth.ts';
import { openReadStore, openWriteStore } from '../lib/store/open.ts';
import type { Reader } from '../lib/store/read.ts';
import { Engine } from './engine.ts';
import { analyse, WindowKeeper } from './windows.ts';

const PARTITIONS = 2;

interface Told {
  /** event time at which it was handed out, epoch ms */
  at: number;
  windows: CrashWindow[];
}

interface Run {
  told: Told[];
  truth: Truth;
  /** how often all stays were read before there was any window */
  readWhileCalm: number;
  whole: CrashWindow[];
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headcount-windows-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A broadcast as it comes in, three seconds at a time; what the keeper tells of it; then the log is complete. */
async function live(options: ScenarioOptions, restartAtSecond: number | null = null): Promise<Run> {
  const url = `sqlite:${join(folder, `${options.scenario}-${restartAtSecond}.db`)}`;
  const store = await openWriteStore(url);
  const reader = await openReadStore(url);
  let staysRead = 0;
  let readWhileCalm = 0;
  const counting: Reader = new Proxy(reader, {
    get(target, name) {
      if (name === 'stayPages') staysRead++;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  let now = 0;
  const engine = new Engine({
    store,
    source: 'test',
    slices: 1,
    takeLate: false,
    keepState: false,
    defaultHeartbeatMs: 0,
    breakdowns: ['client', 'edge'],
    now: () => now,
    deadLetter: async () => {},
    isDemo: () => false,
    admit: async () => {},
    onRecord: null,
    rev: null,
  });
  for (let p = 0; p < PARTITIONS; p++) await engine.start(p);
  let keeper = new WindowKeeper({ reader: counting, now: () => now });
  const told: Told[] = [];
  const broadcast = options.broadcast ?? options.scenario;
  const update = async (complete: boolean): Promise<void> => {
    await engine.checkpoint();
    const standing = engine.standing(broadcast, now);
    if (!Number.isFinite(standing.liveSecond)) return;
    const windows = await keeper.update(broadcast, { ...standing, complete });
    if (told.length === 0 && !windows) readWhileCalm = staysRead;
    if (!windows) return;
    await store.putWindows(broadcast, windows);
    told.push({ at: now, windows });
  };
  const offsets = Array.from({ length: PARTITIONS }, () => 0);
  const stream = simulateSeconds(options);
  let second = 0;
  for (;;) {
    const next = stream.next();
    if (next.done) {
      engine.complete();
      await update(true);
      const whole = await analyse(reader, broadcast);
      await reader.close();
      await store.close();
      return { told, truth: next.value, readWhileCalm, whole };
    }
    now = next.value.untilMs;
    for (let p = 0; p < PARTITIONS; p++) {
      const records = next.value.events
        .filter((e) => (isControl(e) ? 0 : e.listener.charCodeAt(e.listener.length - 1) % PARTITIONS) === p)
        .map((e) => ({
          offset: offsets[p] ?? 0,
          value: Buffer.from(printEvent(e)),
          timestampMs: now,
        }));
      if (records.length === 0) continue;
      const nextOffset = (offsets[p] ?? 0) + 1;
      await engine.batch({ partition: p, records, nextOffset, endOffset: nextOffset });
      offsets[p] = nextOffset;
    }
    second++;
    if (second === restartAtSecond) keeper = new WindowKeeper({ reader: counting, now: () => now });
    if (second % 3 === 0) await update(false);
  }
}

const BASE = { listeners: 250, minutes: 10, seed: 7, crashAtSeconds: 150, durationSeconds: 30, heartbeatMs: 10_000 };

/** Without what the end of the show itself looks like. */
function beforeTheEnd({ told, whole, truth }: Run): Pick<Run, 'told' | 'whole'> {
  const early = (windows: CrashWindow[]): CrashWindow[] => windows.filter((w) => w.onsetAt < truth.showEndMs);
  return { told: told.map((t) => ({ at: t.at, windows: early(t.windows) })), whole: early(whole) };
}

describe('the windows of a live broadcast', () => {
  it('are told of at once, counted, recorded, and in the end what the whole log gives', async () => {
    const run = await live({ scenario: 'crash', ...BASE });
    const { truth } = run;
    const onset = truth.windows[0]?.onsetAt ?? 0;
    const { told, whole } = beforeTheEnd(run);
    const first = told.find((t) => t.windows.length > 0);
    expect(first?.windows).toMatchObject([{ state: 'provisional', closedAt: null, rev: 1 }]);
    expect((first?.at ?? 0) - onset).toBeLessThan(10_000);
    expect(new Set(told.flatMap((t) => t.windows.map((w) => w.id))).size).toBe(1);
    const states = told.map((t) => t.windows[0]?.state);
    expect(states.lastIndexOf('provisional')).toBeLessThan(states.indexOf('final'));
    expect(states).not.toContain('withdrawn');
    const last = told.at(-1)?.windows;
    expect(last?.map((w) => ({ ...w, rev: 1 }))).toEqual(whole);
    expect(last?.[0]?.dropped).toBeGreaterThan(0.9 * (truth.windows[0]?.dropped ?? 0));
    // what is told while it lasts grows with it
    const lost = told.map((t) => t.windows[0]?.lostListenerMinutes.total ?? 0);
    expect(lost.filter((l) => l > 0).length).toBeGreaterThan(5);
  }, 60_000);

  it('keep their ids over a restart in the middle of one', async () => {
    const restarted = beforeTheEnd(await live({ scenario: 'crash', ...BASE, minutes: 6 }, 170));
    expect(new Set(restarted.told.flatMap((t) => t.windows.map((w) => w.id))).size).toBe(1);
    expect(restarted.told.at(-1)?.windows.map((w) => ({ ...w, rev: 1 }))).toEqual(restarted.whole);
  }, 60_000);

  it('are withdrawn where people were there all the time', async () => {
    const gap = { atSeconds: 150, seconds: 45, sources: 4 };
    const { told } = beforeTheEnd(await live({ scenario: 'telemetry-gap', ...BASE, minutes: 6, telemetryGap: gap }));
    const last = told.at(-1)?.windows ?? [];
    expect(last.length).toBeGreaterThan(0);
    expect(last.map((w) => [w.type, w.state])).toEqual(last.map(() => ['telemetry_gap', 'withdrawn']));
  }, 60_000);

  it('cost nothing while all is well', async () => {
    const options = { ...BASE, minutes: 4, crashAtSeconds: 100, waves: 0, talkEnd: null };
    const { readWhileCalm } = await live({ scenario: 'calm', ...options });
    expect(readWhileCalm).toBe(0);
  }, 60_000);
});
