/** One stream counted in memory and held against its truth. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ScenarioOptions } from '../../lib/simulate/options.ts';
import { simulateSeconds } from '../../lib/simulate/scenario.ts';
import { StreamCount } from './count.ts';
import { type Measured, measure, type Stream } from './measure.ts';
import type { TruthWindow } from './score.ts';

export type Job =
  | { kind: 'given'; id: string; log: string; truth: string }
  | { kind: 'own'; id: string; options: ScenarioOptions };

export function runJob(job: Job): Measured {
  const count = new StreamCount();
  const stream: Stream = { id: job.id, origin: job.kind, truth: { scenario: '', windows: [] } };
  if (job.kind === 'given') {
    count.takeLines(gunzipSync(readFileSync(job.log)));
    const truth: { scenario: string; windows: TruthWindow[] } = JSON.parse(readFileSync(job.truth, 'utf8'));
    stream.truth = truth;
  } else {
    const seconds = simulateSeconds(job.options);
    for (let next = seconds.next(); ; next = seconds.next()) {
      if (next.done) {
        stream.truth = next.value;
        break;
      }
      for (const event of next.value.events) count.take(event);
    }
  }
  return measure(stream, count.finish());
}
