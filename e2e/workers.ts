/**
 * Ingest processes come, are killed and go while records flow: `npm run workers` with a large log, the tests with a small
 * one. What is exported in the end is what a replay of the same log gives, and how long a move held reading up is measured.
 */
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Broker, openBroker } from './broker.ts';
import { openPostgres, type Postgres } from './postgres.ts';
import { BUILD_MS, cleanUp, type Env, newFolder, output, type Product, startProduct, until } from './product.ts';
import { topicWriter } from './send-to-kafka.ts';
import { finalSeconds } from './series-file.ts';
import { readFrames } from './sse-frames.ts';

const TOPIC = 'workers';
/** Records sent at once. */
const LOT = 500;
/** A log that begins long ago, so that nothing of it is in the future when it is sent as fast as it goes. */
const START_AT = Date.UTC(2024, 2, 1, 20);

export interface WorkersOptions {
  broker: Broker;
  postgres: Postgres;
  scenario: string;
  listeners: number;
  minutes: number;
  partitions: number;
  /** records sent in a second */
  perSecond: number;
  /** records are sent between two moves for at least so long, ms */
  between: number;
  /** with a dashboard, whose live stream is read */
  dashboard: boolean;
  say: (line: string) => void;
}

export interface Move {
  what: string;
  /** until every process owned some, every partition had an owner and none was behind by more than a second's records, ms */
  caughtUpAfter: number;
}

export interface WorkersResult {
  records: number;
  seconds: number;
  moves: Move[];
  /** rows of the export that differ from the replay's, and how many were compared */
  differing: { time: string; row: string; wanted: string | undefined }[];
  compared: number;
  /** what the live page showed: how often, how often as catching up, and the most that it was off the final number, as a ratio */
  shown: number;
  shownCatchingUp: number;
  furthestOff: number;
  /** what the processes said */
  said: string;
}

export async function runWorkers(options: WorkersOptions): Promise<WorkersResult> {
  const { broker, postgres, partitions, say } = options;
  const folder = await newFolder();
  const log = join(folder, 'all.ndjson');
  const size = ['--listeners', options.listeners, '--minutes', options.minutes, '--seed', 12, '--start', START_AT];
  await output(['simulate', options.scenario, '--to', log, '--heartbeat', '10000', ...size.map(String)], {
    folder,
    timeout: 600_000,
  });
  await broker.topic(TOPIC, partitions);
  await broker.topic(`${TOPIC}.rejected`, 1);
  const env: Env = {
    HEADCOUNT_STORE: await postgres.database(),
    KAFKA_BROKERS: broker.brokers,
    KAFKA_TOPIC: TOPIC,
    KAFKA_DLQ_TOPIC: `${TOPIC}.rejected`,
  };
  const workers: Product[] = [];
  const past: Product[] = [];
  const moves: Move[] = [];
  const begin = async (): Promise<void> => void workers.push(await startProduct('ingest', { env }));
  const end = async (worker: Product): Promise<void> => {
    past.push(...workers.splice(workers.indexOf(worker), 1));
    await worker.kill();
  };
  const behind = (): Promise<Standing> => standing(workers);

  const dashboard = options.dashboard ? await startProduct('dashboard', { env, readyMs: BUILD_MS }) : null;
  await begin();
  await until(
    async () => (await behind()).owned === partitions,
    60_000,
    () => 'the first process owns nothing',
  );
  const sender = sendAll(broker, log, options.perSecond);
  const frames = dashboard === null ? null : readFrames(dashboard.url, options.scenario);

  const move = async (what: string, change: () => Promise<void>): Promise<void> => {
    await pause(options.between);
    await change();
    const startedAt = performance.now();
    const most = sender.done() ? 0 : options.perSecond;
    await until(
      async () => {
        const { owned, lag, idle } = await behind();
        return owned === partitions && idle === 0 && lag <= most;
      },
      60_000,
      () => `${what}: the partitions were not caught up; the processes said:\n${said(workers, past)}`,
    );
    const caughtUpAfter = performance.now() - startedAt;
    moves.push({ what, caughtUpAfter });
    say(`${what}: caught up after ${(caughtUpAfter / 1000).toFixed(1)} s, ${sender.sent()} records sent`);
  };
  await move('1 → 2, one comes', begin);
  await move('2 → 3, one comes', begin);
  await move('3, one is killed and another comes', async () => {
    await end(oldest(workers));
    await begin();
  });
  await move('3 → 1, two are killed', async () => {
    await Promise.all([end(oldest(workers)), end(workers.at(-1) ?? oldest(workers))]);
  });
  const { records, seconds } = await sender.whole();
  await sendEnd(broker, options);

  const replayed = { folder, env: { HEADCOUNT_STORE: 'sqlite:replayed.db' }, timeout: 600_000 };
  await output(['replay', log], replayed);
  const wanted = finalSeconds(await output(['export', 'series', options.scenario], replayed));
  let rows = new Map<string, string>();
  await until(
    async () => {
      rows = finalSeconds(await output(['export', 'series', options.scenario], { folder, env, timeout: 120_000 }));
      return [...wanted.keys()].every((time) => rows.has(time));
    },
    120_000,
    () => `${rows.size} seconds became final, and ${wanted.size} were expected`,
  );
  frames?.close();
  const differing = [...wanted].flatMap(([time, row]) => {
    const found = rows.get(time);
    return found === row ? [] : [{ time, row: found ?? '', wanted: row }];
  });
  await dashboard?.stop();
  for (const worker of workers) await worker.stop();
  await rm(log);
  const shown = frames?.shown ?? [];
  return {
    ...{ records, seconds, moves, differing, compared: wanted.size },
    shown: shown.length,
    shownCatchingUp: shown.filter(({ catchingUp }) => catchingUp).length,
    furthestOff: furthestOff(shown, wanted),
    said: said(workers, past),
  };
}

function oldest(workers: readonly Product[]): Product {
  const [first] = workers;
  if (first === undefined) throw new Error('A process was expected to be there.');
  return first;
}

function said(...processes: readonly Product[][]): string {
  return processes
    .flat()
    .map((each) => each.said())
    .join('');
}

/** How far what was shown fell below what is final now, as a share of it. */
function furthestOff(
  shown: readonly { second: number; connected: number }[],
  wanted: ReadonlyMap<string, string>,
): number {
  let most = 0;
  for (const { second, connected } of shown) {
    const row = wanted.get(new Date(second * 1000).toISOString().replace('.000', ''));
    const final = Number(row?.split(',')[0] ?? Number.NaN);
    // below so few one listener is much
    if (final >= 50) most = Math.max(most, 1 - connected / final);
  }
  return most;
}

interface Standing {
  owned: number;
  lag: number;
  /** processes that own nothing */
  idle: number;
}

/** By the processes' own metrics; a partition that nobody owns is nobody's lag. */
async function standing(workers: readonly Product[]): Promise<Standing> {
  const sum: Standing = { owned: 0, lag: 0, idle: 0 };
  for (const { ingestUrl } of workers) {
    // one that does not answer owns nothing that is known of
    const text = await fetch(`${ingestUrl}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    );
    const owned = Number(/^ingest_partitions_assigned (\d+)/m.exec(text)?.[1] ?? 0);
    sum.owned += owned;
    if (owned === 0) sum.idle += 1;
    for (const [, lag] of text.matchAll(/^ingest_lag_records\{[^}]*\} (\d+)/gm)) sum.lag += Number(lag);
  }
  return sum;
}

/** Begins at once; the log is sent in its order. */
function sendAll(broker: Broker, log: string, perSecond: number) {
  let sent = 0;
  let done = false;
  const whole = (async () => {
    const writer = await topicWriter(broker.brokers, TOPIC);
    const startedAt = performance.now();
    let lot: string[] = [];
    const send = async (): Promise<void> => {
      await writer.send(lot);
      sent += lot.length;
      lot = [];
      const early = (sent / perSecond) * 1000 - (performance.now() - startedAt);
      if (early > 0) await pause(early);
    };
    for await (const line of createInterface({ input: createReadStream(log) })) {
      lot.push(line);
      if (lot.length === LOT) await send();
    }
    if (lot.length > 0) await send();
    await writer.close();
    done = true;
    return { records: sent, seconds: (performance.now() - startedAt) / 1000 };
  })();
  whole.catch(() => undefined);
  return { whole: () => whole, sent: () => sent, done: () => done };
}

/** Long after all others a listener comes and goes: whatever was before is final as soon as that has been read. */
async function sendEnd(broker: Broker, { scenario, minutes }: WorkersOptions): Promise<void> {
  const writer = await topicWriter(broker.brokers, TOPIC);
  const ts = START_AT + (minutes + 20) * 60_000;
  const of = { broadcast: scenario, listener: 'latecomer', connection: 'c' };
  await writer.send([
    JSON.stringify({ type: 'join', ts, ...of }),
    JSON.stringify({ type: 'leave', ts: ts + 1_000, ...of }),
  ]);
  await writer.close();
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { rate: { type: 'string' } }, allowPositionals: true });
  const records = Number(positionals[0] ?? 5_000_000);
  const [broker, postgres] = await Promise.all([openBroker({ own: true }), openPostgres({ own: true, durable: true })]);
  if ('skipped' in broker || 'skipped' in postgres) {
    process.exitCode = 1;
    return;
  }
  try {
    const result = await runWorkers({
      ...{ broker, postgres, scenario: 'launch', minutes: 60, partitions: 12 },
      ...{ perSecond: Number(values.rate ?? 25_000) },
      ...{ listeners: Math.ceil(records / RECORDS_PER_LISTENER), between: 10_000, dashboard: true },
      say: (line) => console.log(line),
    });
    const longest = Math.max(...result.moves.map(({ caughtUpAfter }) => caughtUpAfter));
    console.log(
      `${result.records} records in ${result.seconds.toFixed(0)} s; longest catch-up ${(longest / 1000).toFixed(1)} s; ` +
        `${result.compared} final seconds compared, ${result.differing.length} differ; the live page showed ${result.shown} times, ` +
        `${result.shownCatchingUp} as catching up, at most ${(result.furthestOff * 100).toFixed(2)} % below the final number`,
    );
    for (const each of result.differing.slice(0, 5)) console.log(each);
    if (result.differing.length > 0 || longest > 10_000) process.exitCode = 1;
  } finally {
    await cleanUp();
    await broker.stop();
    await postgres.stop();
  }
}

/** Of a launch of an hour with heartbeats every 10 s. */
const RECORDS_PER_LISTENER = 190;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
  // a broker's client may keep the process alive
  process.exit();
}
