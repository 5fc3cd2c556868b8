/** The core against the brute-force count, however a log is cut into partitions, slices, checkpoints and restarts. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { agree, logs, MINUTE, positions, RUNS, sweeps } from './agreement-contract.ts';

const CUTS = [
  [1, 1],
  [1, 3],
  [3, 1],
  [12, 1],
  [1, 12],
] as const;

describe('core and oracle agree in every cell of every second and in every stay', () => {
  for (const [partitions, slices] of CUTS) {
    it(`with ${partitions} partitions of ${slices} slices, checkpoints and restarts anywhere`, async () => {
      await fc.assert(
        fc.asyncProperty(
          logs({ windowMs: 10 * MINUTE, listeners: ['ann', 'bob', 'cy'] }),
          positions,
          positions,
          sweeps,
          (log, checkpoints, restarts, sweepAbove) =>
            agree({ log, partitions, slices, checkpoints, restarts, sweepAbove }),
        ),
        { numRuns: Math.ceil(RUNS / 10) },
      );
    });
  }
});
