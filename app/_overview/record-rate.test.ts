import { describe, expect, it } from 'vitest';
import type { PipelineHealth } from '../../lib/store/store.ts';
import { type ReadSoFar, recordRate, withRead } from './record-rate.ts';

const T = 1_700_000_000_000;

function source(records: number): PipelineHealth {
  const nothing = { partitions: [], rejected: {}, duplicates: 0, late: 0, checkpointAt: null, trouble: null };
  return { source: 'kafka:t', ...nothing, records };
}

function told(...reads: [seconds: number, records: number][]): readonly ReadSoFar[] {
  return reads.reduce<readonly ReadSoFar[]>(
    (known, [seconds, records]) => withRead(known, [source(records)], T + seconds * 1000),
    [],
  );
}

describe('the rate of records', () => {
  it('is that of the last ten seconds', () => {
    const known = told(...Array.from({ length: 31 }, (_, i): [number, number] => [i, i < 20 ? 0 : (i - 20) * 500]));
    expect(recordRate(known, T + 30_000)).toBe(500);
    expect(known.length).toBe(11);
  });

  it('is unknown until three seconds were watched', () => {
    expect(recordRate([], T)).toBeNull();
    expect(recordRate(told([0, 0], [2, 800]), T + 2_000)).toBeNull();
    expect(recordRate(told([0, 0], [4, 800]), T + 4_000)).toBe(200);
  });

  it('falls to 0 where nothing comes any more', () =>
    expect(recordRate(told([0, 0], [1, 100], [2, 200]), T + 60_000)).toBe(0));

  it('begins anew where a source is gone', () =>
    expect(told([0, 900], [5, 100])).toEqual([{ at: T + 5_000, records: 100 }]));
});
