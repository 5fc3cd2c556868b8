/** The core against the brute-force count, where much happens to one connection: at once, at every edge, and over hours. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { agree, type LogOptions, logs, MINUTE, positions, RUNS, steadyLogs, sweeps } from './agreement-contract.ts';

interface Times {
  name: string;
  partitions: number;
  /** of all runs */
  share: number;
  options: LogOptions;
}

const TIMES: Times[] = [
  {
    name: 'within a minute, in which everything meets',
    partitions: 3,
    share: 0.15,
    options: { windowMs: MINUTE, listeners: ['ann', 'bob'] },
  },
  {
    name: 'on one connection, edge after edge',
    partitions: 1,
    share: 0.13,
    options: { windowMs: 5 * MINUTE, listeners: ['ann'], connections: ['c1'], rooms: ['main'], most: 25 },
  },
  {
    name: 'on two connections of one listener in two rooms',
    partitions: 1,
    share: 0.13,
    options: { windowMs: 12 * MINUTE, listeners: ['ann'], connections: ['', 'c1'] },
  },
  {
    name: 'over hours, in which closed connections are forgotten',
    partitions: 1,
    share: 0.01,
    options: { windowMs: 300 * MINUTE, listeners: ['ann'], connections: ['', 'c1'] },
  },
];

describe('core and oracle agree in every cell of every second and in every stay', () => {
  for (const { name, partitions, share, options } of TIMES) {
    it(name, async () => {
      await fc.assert(
        fc.asyncProperty(logs(options), positions, positions, sweeps, (log, checkpoints, restarts, sweepAbove) =>
          agree({ log, partitions, slices: 1, checkpoints, restarts, sweepAbove }),
        ),
        { numRuns: Math.ceil(RUNS * share) },
      );
    });
  }

  it('through long stretches of heartbeats, with a checkpoint after every few of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        steadyLogs(),
        fc.integer({ min: 1, max: 12 }),
        positions,
        sweeps,
        (log, every, restarts, sweepAbove) => {
          const checkpoints = new Set([...log.keys()].filter((i) => i % every === 0));
          return agree({ log, partitions: 1, slices: 1, checkpoints, restarts, sweepAbove });
        },
      ),
      { numRuns: Math.ceil(RUNS * 0.08) },
    );
  });
});
