import { describe, expect, it } from 'vitest';
import type { Stay } from '../presence/stay.ts';
import { riskRatio } from './causes.ts';
import { codesAround } from './codes.ts';
import { costOf } from './cost.ts';
import { detected, known, stay } from './made-broadcast.ts';

function group(count: number, hit: number, attrs: Record<string, string>, name: string): Stay[] {
  return Array.from({ length: count }, (_, i) =>
    stay(`${name}-${i}`, 1000, i < hit ? 2001 : 3000, { attrs, reason: i < hit ? 'server' : 'left', source: 'gw' }),
  );
}

describe('likely cause', () => {
  it('is the value whose people were dropped most surely more often than everyone else', () => {
    const stays = [
      ...group(50, 40, { edge: 'fra', client: 'web' }, 'a'),
      ...group(150, 6, { edge: 'iad', client: 'web' }, 'b'),
      ...group(100, 4, { edge: 'sjc', client: 'ios' }, 'c'),
    ];
    const { causes } = costOf(known(stays, { from: 1000, to: 3000 }), detected(2000, 2010));
    expect(causes[0]).toMatchObject({ attribute: 'edge', value: 'fra', dropped: 40, present: 50, likely: true });
    // 40 of 50 against 10 of 250
    const width = 1.959963984540054 * Math.sqrt(1 / 40 - 1 / 50 + 1 / 10 - 1 / 250);
    expect(causes[0]?.riskRatio).toBeCloseTo(20, 10);
    expect(causes[0]?.lower).toBeCloseTo(20 * Math.exp(-width), 10);
    expect(causes[0]?.upper).toBeCloseTo(20 * Math.exp(width), 10);
    // four drops are too few to speak of, and everybody's source has nobody to compare with
    expect(causes.map((c) => c.value)).not.toContain('ios');
    expect(causes.map((c) => c.attribute)).not.toContain('source');
    expect(causes.map((c) => c.lower)).toEqual(causes.map((c) => c.lower).sort((a, b) => b - a));
  });

  it('leaves out a value with less than a twentieth of the drops', () => {
    const stays = [...group(200, 180, { edge: 'fra' }, 'a'), ...group(100, 8, { edge: 'iad' }, 'b')];
    const { causes } = costOf(known(stays, { from: 1000, to: 3000 }), detected(2000, 2010));
    expect(causes.map((c) => c.value)).toEqual(['fra']);
  });

  it('is looked for among those present before, by the connection opened last', () => {
    const moved = Array.from({ length: 8 }, (_, i) => [
      stay(`m${i}`, 1000, 1990, { attrs: { edge: 'old' } }),
      stay(`m${i}`, 1980, 2001, { attrs: { edge: 'new' }, reason: 'error' }),
    ]).flat();
    const came = Array.from({ length: 8 }, (_, i) =>
      stay(`c${i}`, 2002, 2004, { attrs: { edge: 'late' }, reason: 'error' }),
    );
    const stays = [...moved, ...came, ...group(50, 0, { edge: 'old' }, 'a')];
    const cost = costOf(known(stays, { from: 1000, to: 3000 }), detected(2000, 2010));
    expect(cost.drops.listeners.length).toBe(16);
    expect(cost.causes.map((c) => [c.value, c.dropped, c.present])).toEqual([['new', 8, 8]]);
  });

  it('counts those as present who are connected a second before the onset, none whose silence is dated back to earlier', () => {
    const silent = Array.from({ length: 16 }, (_, i) =>
      stay(`s${i}`, 1000, i < 8 ? 1996 : 1999.001, {
        attrs: { edge: 'fra' },
        reason: 'timeout',
        heartbeatMs: 10_000,
        lastEvidence: i < 8 ? 1_991_000 : 1_994_001,
      }),
    );
    const cost = costOf(
      known([...silent, ...group(40, 0, { edge: 'iad' }, 'a')], { from: 1000, to: 3000 }),
      detected(2000, 2010),
    );
    expect(cost.drops.listeners).toHaveLength(16);
    expect(cost.connectedBefore).toBe(48);
    expect(cost.causes).toHaveLength(1);
    expect(cost.causes[0]).toMatchObject({ value: 'fra', dropped: 8, present: 8 });
  });
});

describe('the risk ratio', () => {
  it.each([
    [10, 10, 10, 10, 1],
    [5, 10, 10, 40, 2],
    [5, 10, 0, 39, 5.5 / 11 / (0.5 / 40)],
  ])('of %i in %i against %i in %i', (hit, had, hitElse, hadElse, ratio) => {
    const found = riskRatio(hit, had, hitElse, hadElse);
    expect(found?.riskRatio).toBeCloseTo(ratio, 10);
    expect(found?.lower).toBeLessThanOrEqual(ratio + 1e-12);
    expect(found?.upper).toBeGreaterThanOrEqual(ratio - 1e-12);
  });

  it('needs somebody to compare with', () => {
    expect(riskRatio(5, 10, 0, 0)).toBeNull();
  });
});

describe('error codes', () => {
  it('are counted in the window and in the ten minutes before', () => {
    const errors = [
      { second: 1399, code: 'network', count: 9 },
      { second: 1400, code: 'network', count: 1 },
      { second: 1999, code: 'capacity', count: 2 },
      { second: 2000, code: 'capacity', count: 30 },
      { second: 2010, code: 'capacity', count: 5 },
      { second: 2010, code: 'media', count: 5 },
      { second: 2011, code: 'media', count: 7 },
    ];
    expect(codesAround(errors, 2000, 2010)).toEqual([
      { code: 'capacity', during: 35, before: 2 },
      { code: 'media', during: 5, before: 0 },
      { code: 'network', during: 0, before: 1 },
    ]);
  });
});
