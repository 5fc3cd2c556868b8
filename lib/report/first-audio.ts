/** How long people waited for sound: a distribution, never a mean. */
import type { Report } from '../numbers/report.ts';
import { percentile } from './audience.ts';

/** From [ms, how many], ascending; in seconds. Null where nobody told. */
export function timeToFirstAudio(startups: readonly (readonly [number, number])[]): Report['timeToFirstAudio'] {
  const count = startups.reduce((sum, [, times]) => sum + times, 0);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(startups, share));
  if (count === 0 || p50 == null || p95 == null || p99 == null) return null;
  return { count, p50: p50 / 1000, p95: p95 / 1000, p99: p99 / 1000 };
}
