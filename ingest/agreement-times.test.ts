/** The core against the brute-force count, where much happens to one connection: at once, at every edge, and over hours. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { holds, type LogOptions, logs, MINUTE, positions, RUNS, steadyLogs, sweeps } from './agreement-contract.ts';

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
      const one = { log: logs(options), checkpoints: positions, restarts: positions, sweepAbove: sweeps };
      const cases = fc.record(one).map((each) => ({ ...each, partitions, slices: 1 }));
      await holds(cases, Math.ceil(RUNS * share));
    });
  }

  it('through long stretches of heartbeats, with a checkpoint after every few of them', async () => {
    const every = fc.integer({ min: 1, max: 12 });
    const cases = fc
      .record({ log: steadyLogs(), every, restarts: positions, sweepAbove: sweeps })
      .map(({ every, ...each }) => {
        const checkpoints = new Set([...each.log.keys()].filter((i) => i % every === 0));
        return { ...each, checkpoints, partitions: 1, slices: 1 };
      });
    await holds(cases, Math.ceil(RUNS * 0.08));
  });
});
