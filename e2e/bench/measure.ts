/** How a stretch of work is measured: processor time of this process beside the clock, since the machine may be shared. */

export interface Took {
  /** of all threads of this process, ms */
  processorMs: number;
  wallMs: number;
}

export function measured(work: () => void): Took {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  work();
  const used = process.cpuUsage(cpu);
  return { processorMs: (used.user + used.system) / 1000, wallMs: performance.now() - startedAt };
}

export function add(a: Took, b: Took): Took {
  return { processorMs: a.processorMs + b.processorMs, wallMs: a.wallMs + b.wallMs };
}

export const NO_TIME: Took = { processorMs: 0, wallMs: 0 };

/** Bytes this process holds, after collecting what nobody holds. */
export function resident(): number {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  return process.memoryUsage().rss;
}
