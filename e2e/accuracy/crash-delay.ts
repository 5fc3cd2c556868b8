/**
 * How soon /metrics tells of a crash: evenings played in real time into a topic of a real Kafka, the ingest process
 * scraped ten times a second. `npm run crash-delay [-- --rounds N]` prints a line for each.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { printEvent } from '../../lib/event/print.ts';
import type { Scenario } from '../../lib/simulate/options.ts';
import { type SimulatedSecond, simulateSeconds } from '../../lib/simulate/scenario.ts';
import { type Broker, openBroker } from '../broker.ts';
import { cleanUp, startProduct } from '../product.ts';
import { topicWriter } from '../send-to-kafka.ts';

export interface Evening {
  scenario: Scenario;
  seed: number;
  listeners: number;
  heartbeatMs: number;
  labelled?: boolean;
}

export interface Told {
  name: string;
  /** wall time from the true onset until the gauge was 1, s; null: it never was */
  afterSeconds: number | null;
  /** the type it had then */
  type: string | null;
  /** it has to be told within so many seconds */
  limitSeconds: number;
}

/** Of a crash; silence shows only when a heartbeat is missing. */
const LIMIT_S = 10;
const SILENT_LIMIT_S = 15;
/** This much has happened before the onset, s; nearly all of it is sent at once. */
const HISTORY_S = 180;
/** From one onset to the next, ms of wall time. */
const APART_MS = 1_300;
const PARTITIONS = 4;

/**
 * Plays all evenings at once, into a topic of their own; resolves when each was told of or is overdue. What was before
 * the first onset has to be counted within `leadMs` of wall time.
 */
export async function crashDelays(broker: Broker, evenings: readonly Evening[], leadMs: number): Promise<Told[]> {
  const { brokers } = broker;
  const topic = `evenings-${randomUUID()}`;
  await broker.topic(topic, PARTITIONS);
  const ingest = await startProduct('ingest', { env: { KAFKA_BROKERS: brokers, KAFKA_TOPIC: topic } });
  const writer = await topicWriter(brokers, topic);
  try {
    const begunAt = Date.now();
    const played = evenings.map((evening, i) => play(evening, begunAt + leadMs + i * APART_MS));
    while (played.some((each) => !isDecided(each))) {
      const now = Date.now();
      await writer.send(played.flatMap((each) => due(each, now)));
      const metrics = await (await fetch(`${ingest.ingestUrl}/metrics`)).text();
      for (const each of played) look(each, metrics, Date.now());
      await pause(Math.max(0, 100 - (Date.now() - now)));
    }
    await ingest.stop();
    return played.map(({ told }) => told);
  } finally {
    await writer.close();
  }
}

interface Played {
  broadcast: string;
  /** epoch ms */
  onsetAt: number;
  seconds: Iterator<SimulatedSecond, unknown>;
  next: SimulatedSecond | null;
  told: Told;
}

function play({ scenario, seed, listeners, heartbeatMs, labelled = true }: Evening, onsetAt: number): Played {
  const broadcast = `${scenario}-${seed}`;
  const seconds = simulateSeconds({
    ...{ scenario, seed, listeners, heartbeatMs, labelled, broadcast },
    minutes: 12,
    startMs: onsetAt - HISTORY_S * 1000,
    crashAtSeconds: HISTORY_S,
  });
  const limitSeconds = scenario === 'silent' ? heartbeatMs / 1000 + SILENT_LIMIT_S : LIMIT_S;
  const name = `${broadcast}, ${listeners} listeners${labelled ? '' : ', no reasons'}`;
  const told: Told = { name, afterSeconds: null, type: null, limitSeconds };
  const played: Played = { broadcast, onsetAt, seconds, next: null, told };
  moveOn(played);
  return played;
}

function moveOn(played: Played): void {
  const next = played.seconds.next();
  played.next = next.done ? null : next.value;
}

/** The lines of all seconds that are over by now. */
function due(played: Played, now: number): string[] {
  const lines: string[] = [];
  while (played.next !== null && played.next.untilMs <= now) {
    for (const event of played.next.events) lines.push(printEvent(event));
    moveOn(played);
  }
  return lines;
}

function look({ broadcast, onsetAt, told }: Played, metrics: string, now: number): void {
  if (told.afterSeconds !== null) return;
  const open = new RegExp(`^broadcast_crash_window_open\\{broadcast="${broadcast}",type="(\\w+)"\\} 1$`, 'm');
  const type = open.exec(metrics)?.[1];
  if (type === undefined) return;
  told.afterSeconds = (now - onsetAt) / 1000;
  told.type = type;
}

function isDecided({ onsetAt, told }: Played): boolean {
  return told.afterSeconds !== null || Date.now() > onsetAt + 2 * told.limitSeconds * 1000;
}

const LEAD_MS = 25_000;
const ROUND: readonly Omit<Evening, 'seed'>[] = [
  { scenario: 'crash', listeners: 300, heartbeatMs: 10_000 },
  { scenario: 'crash', listeners: 3_000, heartbeatMs: 30_000 },
  { scenario: 'crash', listeners: 3_000, heartbeatMs: 0, labelled: false },
  { scenario: 'partial', listeners: 2_000, heartbeatMs: 30_000 },
  { scenario: 'flapping', listeners: 1_000, heartbeatMs: 15_000 },
  { scenario: 'dropout', listeners: 1_000, heartbeatMs: 15_000 },
  { scenario: 'silent', listeners: 1_000, heartbeatMs: 10_000 },
  { scenario: 'silent', listeners: 2_000, heartbeatMs: 30_000 },
];

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '2' } } });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new RangeError(`--rounds wants a whole number, not "${values.rounds}"`);
  const broker = await openBroker({ own: true });
  if ('skipped' in broker) {
    process.exitCode = 1;
    return;
  }
  try {
    let late = 0;
    for (let round = 1; round <= rounds; round++) {
      const evenings = ROUND.map((evening, i): Evening => ({ ...evening, seed: 100 * round + i }));
      for (const told of await crashDelays(broker, evenings, LEAD_MS)) {
        const { name, afterSeconds, type, limitSeconds } = told;
        if (afterSeconds === null || afterSeconds > limitSeconds) late++;
        const said = afterSeconds === null ? 'never told' : `told after ${afterSeconds.toFixed(1)} s as ${type}`;
        console.log(`${name.padEnd(44)} ${said}, limit ${limitSeconds} s`);
      }
    }
    if (late > 0) {
      console.error(`${late} of ${rounds * ROUND.length} were told of too late.`);
      process.exitCode = 1;
    }
  } finally {
    await cleanUp();
    await broker.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
