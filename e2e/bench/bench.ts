/**
 * `npm run bench`: what reading, counting, memory and checkpoints cost, side by side in one run. `-- --small` takes less
 * than half a minute, `-- --large` goes to ten million open connections and needs 8 GB. Figures by processor time hold on
 * a busy machine too. What needs a store, a broker or the whole product is measured by name alone: `-- --part=overview`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../browser.ts';
import { capacity, drainedAndWeighed, type Ran } from './capacity.ts';
import { inBrowser } from './dashboard.ts';
import { detector } from './detector.ts';
import { type Drained, drainedByIngest, drainedByKafkajs, filledTopic } from './drain.ts';
import { eventToPixel } from './event-to-pixel.ts';
import { growth, LARGE, manyBroadcasts, memory, pause, reading, type Size, SMALL, USUAL } from './parts.ts';
import { SERVICES } from './services.ts';

const args = process.argv.slice(2);
const size: Size = args.includes('--small') ? SMALL : args.includes('--large') ? LARGE : USUAL;
const sizeArgs = args.filter((arg) => arg === '--small' || arg === '--large');
const root = join(import.meta.dirname, '..', '..');

/** One part in a process of its own: what it printed. */
function part(name: string, value = 0): string {
  const ran = spawnSync(
    process.execPath,
    ['--expose-gc', '--import', 'tsx', import.meta.filename, ...sizeArgs, `--part=${name}`, `--value=${value}`],
    { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (ran.status !== 0)
    throw new Error(
      `The part "${name}" of the bench ended with ${ran.status ?? ran.signal}: run it alone with --part=${name} --value=${value}`,
    );
  return ran.stdout.trimEnd();
}

function replay(listeners: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'headcount-bench-'));
  try {
    const log = join(folder, 'launch.ndjson');
    const headcount = (...argv: string[]) =>
      spawnSync(process.execPath, [join(root, 'cli', 'headcount.mjs'), ...argv], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, NO_COLOR: '1' },
      });
    headcount('simulate', 'launch', '--listeners', String(listeners), '--to', log);
    const megabytes = Math.round(statSync(log).size / 1e6);
    const cpu = process.resourceUsage();
    const said = headcount('replay', log, '--store', `sqlite:${join(folder, 'replay.db')}`)
      .stderr.trim()
      .split('\n')
      .at(-1);
    const [, records = '0', seconds = '0'] = /replayed (\d+) records in ([\d.]+) s/.exec(said ?? '') ?? [];
    void cpu;
    const rate = Number(records) / Number(seconds);
    return `replay of a launch of ${listeners.toLocaleString('en')} listeners (${Number(records).toLocaleString('en')} records, ${megabytes} MB), into SQLite, crash windows found: ${seconds} s, ${Math.round(rate).toLocaleString('en')} records/s by the clock`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same topic drained three ways, each in a process of its own. */
async function drain(): Promise<string> {
  const topic = await filledTopic(size.drained, size.drainedListeners);
  if ('skipped' in topic) return topic.skipped;
  try {
    process.env.HEADCOUNT_BENCH_BROKERS = topic.brokers;
    const lines: string[] = [];
    let alone = 0;
    for (const how of ['kafkajs alone', 'kafkajs and JSON.parse', 'ingest, everything on']) {
      const { records, seconds, processorUs } = JSON.parse(part(`drained by ${how}`, topic.records)) as Drained;
      const rate = records / seconds;
      if (alone === 0) alone = rate;
      lines.push(
        `draining ${topic.records.toLocaleString('en')} records, ${how}: ${Math.round(rate).toLocaleString('en')} records/s, ${processorUs.toFixed(2)} µs of processor time each, ${(rate / alone).toFixed(2)} of the first`,
      );
    }
    return lines.join('\n');
  } finally {
    await topic.stop();
  }
}

/** What is predicted and what is measured, each run in a process of its own. */
function grown(): Promise<string[]> {
  return capacity({ records: size.drained, listeners: size.drainedListeners }, (brokers, records): Ran => {
    process.env.HEADCOUNT_BENCH_BROKERS = brokers;
    return JSON.parse(part('drained and weighed', records));
  });
}

/** In a real browser, against the production build. */
async function dashboard(): Promise<void> {
  const found = findChromium();
  if ('skipped' in found) return console.log(found.skipped);
  console.log((await inBrowser(size === SMALL ? 20 : 200)).join('\n'));
  await pixel();
}

async function pixel(): Promise<void> {
  const load = size === SMALL ? { eventsPerSecond: 2_000, seconds: 8 } : { eventsPerSecond: 20_000, seconds: 45 };
  console.log(await eventToPixel(load));
}

function drainedBy(how: string): Promise<Drained> {
  const brokers = process.env.HEADCOUNT_BENCH_BROKERS ?? '';
  if (how === 'kafkajs alone') return drainedByKafkajs(brokers, value, null);
  if (how === 'kafkajs and JSON.parse')
    return drainedByKafkajs(brokers, value, (bytes) => JSON.parse(bytes.toString()));
  return drainedByIngest(brokers, value);
}

const asked = args.find((arg) => arg.startsWith('--part='))?.slice('--part='.length);
const value = Number(args.find((arg) => arg.startsWith('--value='))?.slice('--value='.length) ?? 0);
if (asked === undefined) {
  console.log(`${cpus().length} x ${cpus()[0]?.model ?? 'processor'}, Node ${process.version}`);
  console.log(part('reading'));
  console.log(replay(size === SMALL ? 2_000 : 60_000));
  let first = 0;
  for (const connections of size.growth) {
    const { line, processorUs } = JSON.parse(part('growth', connections)) as { line: string; processorUs: number };
    if (first === 0) first = processorUs;
    console.log(`${line}, ${(first / processorUs).toFixed(2)} of the first`);
  }
  const many = JSON.parse(part('many')) as { line: string; processorUs: number };
  console.log(`${many.line}, ${(first / many.processorUs).toFixed(2)} of the first`);
  for (const connections of size.memory) console.log(part('memory', connections));
  console.log(part('pause'));
  console.log(part('detector'));
  console.log(part('drain'));
  // its small form has a test of its own, beside those of the pages
  if (size !== SMALL) console.log(part('dashboard'));
} else if (asked === 'reading') console.log(reading(size).join('\n'));
else if (asked === 'growth') console.log(JSON.stringify(growth(value, size)));
else if (asked === 'many') console.log(JSON.stringify(manyBroadcasts(size)));
else if (asked === 'memory') console.log(memory(value).join('\n'));
else if (asked === 'pause') console.log((await pause(size)).join('\n'));
else if (asked === 'detector') console.log(detector(size === SMALL ? 50_000 : 500_000).join('\n'));
else if (asked === 'drain') console.log(await drain());
else if (asked === 'dashboard') await dashboard();
else if (asked === 'pixel') await pixel();
else if (asked === 'capacity') console.log((await grown()).join('\n'));
else if (asked === 'drained and weighed')
  console.log(JSON.stringify(await drainedAndWeighed(process.env.HEADCOUNT_BENCH_BROKERS ?? '', value)));
else if (asked.startsWith('drained by '))
  console.log(JSON.stringify(await drainedBy(asked.slice('drained by '.length))));
else {
  const service = SERVICES[asked];
  if (service === undefined) {
    const names = [
      'reading',
      'growth',
      'many',
      'memory',
      'pause',
      'detector',
      'drain',
      'dashboard',
      'pixel',
      'capacity',
      ...Object.keys(SERVICES),
    ];
    throw new Error(`A part of the bench was expected and "${asked}" came: ${names.join(', ')}`);
  }
  console.log((await service(size === SMALL)).join('\n'));
}
// a broker's client may keep the process alive
if (asked?.startsWith('drained ')) process.exit(0);
