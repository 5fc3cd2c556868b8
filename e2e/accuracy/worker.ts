/** One of the processes that measure: takes a stream at a time and sends its scores back. */
import type { Measured } from './measure.ts';
import { type Job, runJob } from './run-job.ts';

export type Answer = { kind: 'ready' } | { kind: 'measured'; measured: Measured };

function send(answer: Answer): void {
  process.send?.(answer);
}

process.on('message', (job: Job) => send({ kind: 'measured', measured: runJob(job) }));
send({ kind: 'ready' });
