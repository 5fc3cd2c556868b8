import { describe, expect, it } from 'vitest';
import type { ScenarioOptions } from './options.ts';
import { audience, listenerEvents, presences, record } from './recount.ts';

const H = 15_000;

function stage(options: ScenarioOptions) {
  const recorded = record({ listeners: 1_000, minutes: 30, heartbeatMs: H, ...options });
  const found = presences(recorded, H);
  const [window] = recorded.truth.windows;
  const startMs = recorded.truth.startMs;
  const connected = audience(found, recorded.truth);
  const at = (ms: number) => connected[Math.floor((ms - startMs) / 1000)] ?? 0;
  return { ...recorded, found, window, at };
}

/** Listeners whose presence ended involuntarily between two instants, and who were not there just after. */
function thrownOut({ found }: ReturnType<typeof stage>, from: number, to: number): Set<string> {
  const endings = ['server', 'error', 'fatal', 'replaced'];
  return new Set(
    found
      .filter((presence) => presence.to >= from && presence.to <= to && endings.includes(presence.ending))
      .map(({ listener }) => listener),
  );
}

const total = (seconds: readonly number[]): number => seconds.reduce((sum, value) => sum + value, 0);

describe('crash', () => {
  const crash = stage({ scenario: 'crash', severity: 0.6 });
  const { window, truth } = crash;

  it('throws out the share asked for, within seconds', () => {
    const before = crash.at((window?.onsetAt ?? 0) - 1_000);
    expect((window?.dropped ?? 0) / before).toBeGreaterThan(0.5);
    expect((window?.dropped ?? 0) / before).toBeLessThan(0.68);
    expect(crash.at((window?.onsetAt ?? 0) + 10_000)).toBeLessThan(0.5 * before);
  });

  it('counts as dropped those whose connections it took', () => {
    const { onsetAt = 0 } = window ?? {};
    const out = thrownOut(crash, onsetAt, onsetAt + 10_000);
    expect(Math.abs(out.size - (window?.dropped ?? 0))).toBeLessThan(0.05 * out.size);
  });

  it('knows at each second who is missing that would have stayed', () => {
    const lost = window?.lostPerSecond ?? [];
    expect(lost).toHaveLength(Math.floor((truth.endMs - (window?.onsetAt ?? 0)) / 1000) + 1);
    expect(Math.max(...lost)).toBeLessThanOrEqual(window?.dropped ?? 0);
    expect(Math.max(...lost)).toBeGreaterThan(0.9 * (window?.dropped ?? 0));
    expect(Math.min(...lost)).toBeGreaterThanOrEqual(0);
    expect(lost.at(-1)).toBeLessThan(0.1 * Math.max(...lost));
  });

  it('is missing them against the same evening without the crash', () => {
    const calm = stage({ scenario: 'crash', severity: 0 });
    const { onsetAt = 0 } = window ?? {};
    // The first seconds only: later the two evenings are told by other chances.
    const gone = calm.at(onsetAt + 12_000) - crash.at(onsetAt + 12_000);
    expect(Math.abs(gone - (window?.lostPerSecond[12] ?? 0))).toBeLessThan(0.15 * gone);
  });

  it('over several evenings loses as many minutes against those without the crash as the truth says', () => {
    let missing = 0;
    let told = 0;
    for (let seed = 1; seed <= 10; seed++) {
      const [without, withIt] = [0, 0.6].map((severity) => {
        const evening = { scenario: 'crash', listeners: 400, minutes: 15, heartbeatMs: H, seed, severity } as const;
        const recorded = record({ ...evening, durationSeconds: 40 });
        const there = audience(presences(recorded, H), recorded.truth);
        return { there: total(there), lost: total(recorded.truth.windows[0]?.lostPerSecond ?? []) };
      });
      missing += (without?.there ?? 0) - (withIt?.there ?? 0);
      told += (withIt?.lost ?? 0) - (without?.lost ?? 0);
    }
    expect(missing / told).toBeGreaterThan(0.9);
    expect(missing / told).toBeLessThan(1.1);
  });

  it('lets many come back, but not at once', () => {
    expect(window?.returned300).toBeGreaterThan(0.3);
    expect(window?.returned300).toBeLessThan(0.95);
    const duration = Math.floor(((window?.serviceEndAt ?? 0) - (window?.onsetAt ?? 0)) / 1000);
    expect(window?.lostPerSecond[duration]).toBeGreaterThan(0.5 * (window?.dropped ?? 0));
  });

  it('refuses those who come meanwhile', () => {
    expect(window?.blocked).toBeGreaterThan(0);
    expect(truth.blocked).toBe(window?.blocked);
  });

  it('at a severity of 0 keeps out those who broke off by chance, and hits nobody else', () => {
    const { window: mild, found, at } = stage({ scenario: 'crash', severity: 0, durationSeconds: 60 });
    const { onsetAt = 0, serviceEndAt = 0, dropped = 0 } = mild ?? {};
    expect(dropped).toBeLessThan(0.03 * at(onsetAt - 1_000));
    expect(found.some(({ to, ending }) => ending === 'server' && to > onsetAt && to < serviceEndAt)).toBe(false);
  });

  it('brings people back whether or not they would have gone by then, and those who would for a look only', () => {
    const { onsetAt = 0, serviceEndAt = 0 } = window ?? {};
    const out = thrownOut(crash, onsetAt, onsetAt + 10_000);
    const stays = crash.found
      .filter(({ listener, from }) => out.has(listener) && from > serviceEndAt)
      .map(({ from, to }) => to - from);
    const looks = stays.filter((stay) => stay < 60_000).length;
    expect(looks / stays.length).toBeGreaterThan(0.05);
    expect(looks / stays.length).toBeLessThan(0.4);
  });

  it('can label its leaves as replaced', () => {
    const { window: moved, events } = stage({ scenario: 'crash', reason: 'replaced' });
    const replaced = listenerEvents(events).filter(({ reason }) => reason === 'replaced');
    expect(replaced.length).toBeGreaterThanOrEqual(moved?.dropped ?? 0);
  });
});

describe('partial', () => {
  it('drops one edge site and leaves the others alone', () => {
    const partial = stage({ scenario: 'partial', listeners: 2_000 });
    const { cause, dropped = 0, onsetAt = 0 } = partial.window ?? {};
    expect(cause?.attribute).toBe('edge');
    const hit = partial.found.filter(({ to, ending }) => to >= onsetAt && to < onsetAt + 10_000 && ending === 'server');
    expect(new Set(hit.map(({ edge }) => edge))).toEqual(new Set([cause?.value]));
    expect(dropped).toBeGreaterThan(50);
  });

  it('takes another cause', () => {
    const { window } = stage({ scenario: 'partial', cause: { attribute: 'region', value: 'eu' } });
    expect(window?.cause).toEqual({ attribute: 'region', value: 'eu' });
    expect(window?.dropped).toBeGreaterThan(100);
  });
});

describe('silent', () => {
  it('ends connections without a word', () => {
    const silent = stage({ scenario: 'silent' });
    const { onsetAt = 0, dropped = 0 } = silent.window ?? {};
    const quiet = silent.found.filter(({ ending, to }) => ending === 'silence' && to > onsetAt - H && to < onsetAt + H);
    expect(Math.abs(quiet.length - dropped)).toBeLessThan(0.1 * dropped);
    expect(thrownOut(silent, onsetAt, onsetAt + 10_000).size).toBeLessThan(5);
  });
});

describe('handover', () => {
  it('brings nearly everyone to the second room within seconds', () => {
    const { events, found, truth, at } = stage({ scenario: 'handover' });
    expect(truth.windows).toEqual([]);
    const moveAt = truth.confounders.find(({ kind }) => kind === 'handover')?.at ?? 0;
    const told = listenerEvents(events).filter(({ reason, ts }) => reason === 'replaced' && ts >= moveAt);
    expect(told.length).toBeGreaterThan(0.9 * at(moveAt - 1_000));
    const second = new Map<string, number>();
    for (const { listener, room, from } of found) {
      if (room === 'handover-2') second.set(listener, Math.min(from, second.get(listener) ?? from));
    }
    const back = told.filter(({ listener, ts }) => (second.get(listener) ?? Number.POSITIVE_INFINITY) - ts < 30_000);
    expect(back.length).toBeGreaterThan(0.9 * told.length);
    expect(at(moveAt + 60_000)).toBeGreaterThan(0.9 * at(moveAt - 1_000));
  });
});

describe('flapping', () => {
  it('crashes again and again, each time for a short while', () => {
    const { truth } = stage({ scenario: 'flapping' });
    expect(truth.windows).toHaveLength(4);
    for (const [index, { onsetAt, serviceEndAt, dropped }] of truth.windows.entries()) {
      expect(serviceEndAt - onsetAt).toBeLessThanOrEqual(16_000);
      expect(dropped).toBeGreaterThan(50);
      const next = truth.windows[index + 1];
      if (next !== undefined) expect(next.onsetAt - serviceEndAt).toBeGreaterThan(100_000);
    }
  });
});

describe('stampede', () => {
  it('blocks many and drops few', () => {
    const { window } = stage({ scenario: 'stampede' });
    expect(window?.dropped).toBeGreaterThan(10);
    expect(window?.blocked).toBeGreaterThan(5 * (window?.dropped ?? 0));
  });
});

describe('telemetry-gap', () => {
  const options = { scenario: 'telemetry-gap', telemetryGap: { atSeconds: 900, seconds: 60, sources: 2 } } as const;

  function inTheGap({ events, truth }: ReturnType<typeof stage>) {
    const from = truth.startMs + 900_000;
    return listenerEvents(events).filter(({ ts }) => ts >= from && ts < from + 60_000);
  }

  it('loses what two gateways saw, while people stay', () => {
    const gap = stage(options);
    expect(new Set(inTheGap(gap).map(({ source }) => source)).size).toBe(6);
    expect(gap.truth.windows).toEqual([]);
    expect(gap.truth.confounders.map(({ kind }) => kind)).toContain('gap');
    expect(gap.at(gap.truth.startMs + 970_000)).toBeGreaterThan(0.9 * gap.at(gap.truth.startMs + 899_000));
  });

  it('may bring it afterwards, soon enough to count', () => {
    const gap = stage({ ...options, telemetryGap: { ...options.telemetryGap, backfill: true } });
    expect(new Set(inTheGap(gap).map(({ source }) => source)).size).toBe(8);
    let newest = 0;
    let latest = 0;
    for (const { ts } of gap.events) {
      newest = Math.max(newest, ts);
      latest = Math.max(latest, newest - ts);
    }
    expect(latest).toBeGreaterThan(40_000);
    expect(latest).toBeLessThan(115_000);
  });
});

describe('dropout', () => {
  it('takes the sound from most of them while they stay', () => {
    const dropout = stage({ scenario: 'dropout' });
    const { window, truth, found } = dropout;
    const hearing = audience(found, truth, (presence) => presence.hearing);
    const second = Math.floor(((window?.onsetAt ?? 0) - truth.startMs) / 1000);
    expect(hearing[second + 20]).toBeLessThan(0.5 * (hearing[second - 1] ?? 0));
    expect(dropout.at((window?.onsetAt ?? 0) + 20_000)).toBeGreaterThan(
      0.9 * dropout.at((window?.onsetAt ?? 0) - 1_000),
    );
    const after = Math.floor(((window?.serviceEndAt ?? 0) - truth.startMs) / 1000) + 15;
    expect(hearing[after]).toBeGreaterThan(0.9 * dropout.at(truth.startMs + after * 1000));
    expect(window?.dropped).toBe(0);
  });
});
