/** The core against the brute-force count, however a log is cut into partitions, slices, checkpoints and restarts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agree, holds, keptCases, logs, MINUTE, positions, RUNS, sweeps } from './agreement-contract.ts';

const CUTS = [
  [1, 1],
  [1, 3],
  [3, 1],
  [12, 1],
  [1, 12],
] as const;

describe('core and oracle agree in every cell of every second and in every stay', () => {
  it('where they once did not', async () => {
    expect(keptCases().length).toBeGreaterThan(0);
    for (const kept of keptCases()) await agree(kept);
  });

  for (const [partitions, slices] of CUTS) {
    it(`with ${partitions} partitions of ${slices} slices, checkpoints and restarts anywhere`, async () => {
      const log = logs({ windowMs: 10 * MINUTE, listeners: ['ann', 'bob', 'cy'] });
      const one = { log, checkpoints: positions, restarts: positions, sweepAbove: sweeps };
      const cases = fc.record(one).map((each) => ({ ...each, partitions, slices }));
      await holds(cases, Math.ceil(RUNS / 10));
    });
  }
});
