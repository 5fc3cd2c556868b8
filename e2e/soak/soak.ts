/**
 * Records flow for long through a real broker into a store, every part is restarted on the way, and a live page is read all
 * the time: `npm run soak` for an hour, the tests for half a minute of faster time. What has to hold then is said, and fails it.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Broker, openBroker } from '../broker.ts';
import { BUILD_MS, cleanUp, type Env, freePorts, newFolder, startProduct, until } from '../product.ts';
import { readFrames } from '../sse-frames.ts';
import { type Check, countsHold, filesHold, handlesHold, memoryHolds, storeHolds, streamHolds } from './checks.ts';
import { MARATHON, startLoad } from './load.ts';
import { type Part, startWatch } from './watch.ts';

const TOPIC = 'soak';
const PARTITIONS = 6;
/** When parts are restarted, as shares of the run. */
const EARLY = [0.1, 0.2, 0.3, 0.4];
const LATE = [0.8, 0.85, 0.9, 0.95];
const SAY_EVERY_MS = 10_000;

export interface SoakOptions {
  broker: Broker;
  /** wall time, s */
  seconds: number;
  /** records a second of wall time */
  perSecond: number;
  /** what a busy machine has not sent by then is never sent, wall time, s */
  atMostSeconds: number;
  /** seconds of event time in one of wall time; above 1 all is dated a day back */
  speed: number;
  /** by event time, s: so long lasts each broadcast beside the one that goes on */
  showSeconds: number;
  /** every part is restarted once, or again when it is old */
  rounds: 1 | 2;
  say: (line: string) => void;
}

export async function soak(options: SoakOptions): Promise<Check[]> {
  const { broker, say } = options;
  const folder = await newFolder();
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  await broker.topic(TOPIC, PARTITIONS);
  await broker.topic(`${TOPIC}.rejected`, 1);
  const [port, metricsPort] = await freePorts();
  const env: Env = {
    ...{ HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort), TMPDIR: temporary },
    ...{ KAFKA_BROKERS: broker.brokers, KAFKA_TOPIC: TOPIC, KAFKA_DLQ_TOPIC: `${TOPIC}.rejected` },
  };
  const begin = async (name: Part['name']): Promise<Part> => {
    const product = await startProduct(name, { folder, env, readyMs: BUILD_MS });
    return { name, product, life: 0, lives: 1 };
  };
  const dashboard = await begin('dashboard');
  const ingest = await begin('ingest');
  const again = async (part: Part, end: () => Promise<void>): Promise<void> => {
    part.life = null;
    await end();
    part.product = await startProduct(part.name, { folder, env });
    part.life = part.lives++;
  };
  const restarts: [string, () => Promise<void>][] = [
    ['ingest was killed and started', () => again(ingest, () => ingest.product.kill())],
    ['ingest was stopped and started', () => again(ingest, () => ingest.product.stop())],
    ['the dashboard was stopped and started', () => again(dashboard, () => dashboard.product.stop())],
    ['the broker was killed and started', () => broker.restart()],
  ];

  const startedAt = performance.now();
  const load = startLoad({ ...options, brokers: broker.brokers, topic: TOPIC });
  const watch = startWatch({ folder, parts: [ingest, dashboard], load });
  const frames = readFrames(dashboard.product.url, MARATHON);
  const saying = setInterval(() => say(watch.line()), SAY_EVERY_MS);
  try {
    await until(
      () => frames.shown.length > 0,
      120_000,
      () => `the live page is told nothing; ingest said:\n${ingest.product.said()}`,
    );
    for (const [i, share] of [...EARLY, ...(options.rounds === 2 ? LATE : [])].entries()) {
      await pause(Math.max(0, share * options.seconds * 1000 - (performance.now() - startedAt)));
      const [what, restart] = restarts[i % restarts.length] ?? ['', async () => {}];
      await restart();
      say(`${((performance.now() - startedAt) / 1000).toFixed(0)} s: ${what}`);
    }
    await load.whole;
    const seconds = (performance.now() - startedAt) / 1000;
    say(
      `${load.sent()} records were sent in ${seconds.toFixed(0)} s, ${Math.round(load.sent() / seconds)} a second of ${options.perSecond} asked for`,
    );
    const counted = await countsHold({ folder, env }, load);
    await watch.stop();
    const checks = [
      ...counted,
      ...streamHolds(frames, load.marathon),
      ...memoryHolds(watch, load.sent() / seconds),
      ...handlesHold(watch),
    ];
    checks.push(...storeHolds({ folder, env }, watch, load));
    await dashboard.product.stop();
    await ingest.product.stop();
    return [...checks, filesHold(folder, temporary)];
  } finally {
    clearInterval(saying);
    frames.close();
  }
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { minutes: text, rate: text, speed: text, show: text } });
  const broker = await openBroker({ own: true });
  if ('skipped' in broker) {
    process.exitCode = 1;
    return;
  }
  const seconds = Number(values.minutes ?? 60) * 60;
  try {
    const checks = await soak({
      ...{ broker, rounds: 2, say: (line) => console.log(line) },
      ...{ seconds, atMostSeconds: seconds, perSecond: Number(values.rate ?? 20_000) },
      ...{ speed: Number(values.speed ?? 1), showSeconds: Number(values.show ?? 600) },
    });
    for (const { holds, said } of checks) console.log(`${holds ? 'holds ' : 'FAILED'}  ${said}`);
    if (checks.some(({ holds }) => !holds)) process.exitCode = 1;
  } finally {
    await cleanUp();
    await broker.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
  // a broker's client may keep the process alive
  process.exit();
}
