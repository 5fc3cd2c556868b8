/**
 * How well crash windows are found: streams with truth, given ones where they are present and our own by seed, counted,
 * detected and held against what really happened, in as many processes as there are cores.
 *
 * npm run accuracy [-- --seeds N] [--first-seed N] [--small] [--mistakes] [--kept FILE]
 *
 * `--kept`: what has been measured is added to this file, a line a stream, and not measured again: a run that was ended
 * goes on where it stood.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Measured } from './measure.ts';
import { populationOf } from './population.ts';
import { recordings } from './recordings.ts';
import type { Job } from './run-job.ts';
import { recordingTable, type TableRow, table } from './table.ts';
import type { Answer } from './worker.ts';

const PROJECT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SHARED = join(PROJECT, '..', 'shared');
/** Seeds below this one were looked at while the thresholds were chosen. */
const FIRST_SEED = 1_001;
const SEEDS = 200;
const SMALL_SEEDS = 24;
const SMALL_LISTENERS = 1_500;

interface Wish {
  seeds: number;
  firstSeed: number;
  small: boolean;
  /** list every window that belongs to nothing, and every truth that was not found */
  listMistakes: boolean;
  kept: string | null;
}

function wishOf(args: readonly string[]): Wish {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string' },
      'first-seed': { type: 'string' },
      small: { type: 'boolean', default: false },
      mistakes: { type: 'boolean', default: false },
      kept: { type: 'string' },
    },
  });
  const seeds = Number(values.seeds ?? (values.small ? SMALL_SEEDS : SEEDS));
  const firstSeed = Number(values['first-seed'] ?? FIRST_SEED);
  if (!Number.isInteger(seeds) || seeds < 0)
    throw new RangeError(`--seeds wants a whole number, not "${values.seeds}"`);
  if (!Number.isInteger(firstSeed) || firstSeed < 0) {
    throw new RangeError(`--first-seed wants a whole number, not "${values['first-seed']}"`);
  }
  return { seeds, firstSeed, small: values.small, listMistakes: values.mistakes, kept: values.kept ?? null };
}

function jobsOf(wish: Wish): Job[] {
  const folder = process.env.HEADCOUNT_ACCURACY ?? join(SHARED, 'accuracy');
  const given = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.truth.json'))
        .sort()
        .map((name): Job => {
          const id = name.slice(0, -'.truth.json'.length);
          return { kind: 'given', id, log: join(folder, `${id}.ndjson.gz`), truth: join(folder, name) };
        })
    : [];
  const own = populationOf({
    streams: wish.seeds,
    firstSeed: wish.firstSeed,
    ...(wish.small ? { largest: SMALL_LISTENERS } : {}),
  }).map((options): Job => ({ kind: 'own', id: options.broadcast ?? '', options }));
  // the longest first, so that no process is left alone with one at the end
  own.sort((a, b) => sizeOf(b) - sizeOf(a));
  return [...own, ...given];
}

function sizeOf(job: Job): number {
  return job.kind === 'own' ? (job.options.listeners ?? 0) * (job.options.minutes ?? 0) : 0;
}

async function measureAll(all: readonly Job[], kept: string | null): Promise<Measured[]> {
  const wanted = new Set(all.map((job) => job.id));
  const results = readKept(kept).filter(({ id }) => wanted.has(id));
  const known = new Set(results.map(({ id }) => id));
  const jobs = all.filter((job) => !known.has(job.id));
  let next = 0;
  const workers = Array.from({ length: Math.min(jobs.length, availableParallelism()) }, () => startWorker());
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise<void>((done, fail) => {
          const give = (): void => {
            const job = jobs[next++];
            if (job) worker.send(job);
            else {
              worker.disconnect();
              done();
            }
          };
          worker.on('message', (answer: Answer) => {
            if (answer.kind === 'measured') {
              results.push(answer.measured);
              if (kept !== null) appendFileSync(kept, `${JSON.stringify(answer.measured)}\n`);
              if (process.stderr.isTTY) process.stderr.write(`\r${results.length} of ${all.length} streams`);
            }
            give();
          });
          worker.on('error', fail);
          worker.on('exit', (code) => {
            if (code !== 0)
              fail(new Error(`A measuring process ended with code ${code}: run one stream alone to see why`));
          });
        }),
    ),
  );
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  return results.sort((a, b) => (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : a.id < b.id ? -1 : 1));
}

function readKept(file: string | null): Measured[] {
  if (file === null || !existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Measured => JSON.parse(line));
}

function startWorker(): ChildProcess {
  return fork(join(PROJECT, 'e2e', 'accuracy', 'worker.ts'), {
    execArgv: ['--import', 'tsx', '--max-old-space-size=6000'],
  });
}

function summary(results: readonly Measured[]): string {
  const given = results.filter((r) => r.origin === 'given');
  const own = results.filter((r) => r.origin === 'own');
  const rows: TableRow[] = [
    { name: 'all', scores: results.map((r) => r.product) },
    { name: 'given streams', scores: given.map((r) => r.product) },
    { name: 'own streams', scores: own.map((r) => r.product) },
    ...Object.keys(results[0]?.rules ?? {}).map((name) => ({
      name: `rule ${name}`,
      scores: results.map((r) => r.rules[name]).filter((score) => score !== undefined),
    })),
  ];
  return table(
    'windows',
    rows.filter((row) => row.scores.length > 0),
  );
}

function byKind(results: readonly Measured[]): string {
  const kinds = new Map<string, Measured[]>();
  for (const result of results) {
    const silent = result.labelled ? '' : ', no reasons';
    const kind = `${result.origin} ${result.scenario}${silent}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), result]);
  }
  return table(
    'by kind',
    [...kinds.entries()]
      .sort((a, b) => (a[0] < b[0] ? -1 : 1))
      .map(([name, of]) => ({ name, scores: of.map((r) => r.product) })),
  );
}

function mistakes(results: readonly Measured[]): string[] {
  return results.flatMap(({ id, scenario, product }) => [
    ...product.falseAt.map((at) => `${id} ${scenario}: a window at ${new Date(at).toISOString()} belongs to nothing`),
    ...product.truths
      .filter((t) => !t.found)
      .map((t) => `${id} ${scenario}: not found, ${t.dropped} dropped${t.labelled ? '' : ', no reasons given'}`),
  ]);
}

const wish = wishOf(process.argv.slice(2));
const startedAt = performance.now();
const results = await measureAll(jobsOf(wish), wish.kept);
const withdrawn = results.reduce((sum, r) => sum + r.withdrawn, 0);
const hours = results.reduce((sum, r) => sum + r.product.hours, 0);
const real = wish.small ? [] : recordings(join(SHARED, 'data'));
const parts = [summary(results), byKind(results), ...(real.length > 0 ? [recordingTable(real)] : [])];
if (wish.listMistakes) parts.push(mistakes(results).join('\n'));
parts.push(
  `${results.length} streams, ${hours.toFixed(0)} hours, in ${((performance.now() - startedAt) / 1000).toFixed(0)} s; ` +
    `${((24 * withdrawn) / hours).toFixed(1)} warnings per 24 h were withdrawn`,
);
console.log(parts.join('\n\n'));
