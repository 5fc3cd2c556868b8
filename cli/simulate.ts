/** `headcount simulate`: writes the events of a made-up broadcast, and the truth about it. */
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_START_MS, SCENARIOS, type ScenarioOptions, settingsOf } from '../lib/simulate/options.ts';
import { type SimulatedSecond, simulateSeconds } from '../lib/simulate/scenario.ts';
import type { Truth } from '../lib/simulate/truth.ts';
import { instantOption, numberOption, parseCommand, UsageError } from './arguments.ts';
import { cannotWrite } from './cannot-write.ts';
import { settingsFor } from './context.ts';
import { progress } from './progress.ts';
import { type EventOutput, openFileOutput, openStandardOutput, producerOutput } from './simulate-output.ts';

export const help = `headcount simulate SCENARIO --to kafka|FILE|- [options]

Writes the events of a made-up broadcast. The same scenario, seed and options give the same bytes.

  launch         the first room is full and fails for half an hour, a second one opens
  calm           nothing goes wrong; the talk ends and people leave, a push brings others
  crash          most are thrown out within seconds, many come back
  partial        one edge site goes down, the others do not
  silent         connections end without a word
  handover       everyone is moved to another room and is back within seconds
  flapping       short crashes, again and again
  stampede       too many come at once and are refused
  telemetry-gap  some gateways say nothing for a while, though people stay
  dropout        people stay and hear nothing

  --to PLACE        a file (compressed where its name ends in .gz), - for standard output, or kafka (KAFKA_… settings;
                    keyed by listener)
  --listeners N     connected at the peak (launch 600000, else 3000)
  --minutes M       length (launch 65, else 40)
  --seed S          a whole number (1)
  --broadcast ID    broadcast id (the scenario's name)
  --start TIME      of the first event: ISO 8601, epoch milliseconds, or now (${new Date(DEFAULT_START_MS).toISOString()})
  --heartbeat MS    heartbeat period, 0 for none (launch 60000, else 30000)
  --speed X|max     X times real time by event time; max (default): as fast as it goes
  --truth FILE      what broke when, and how many it hit, as JSON
`;

/** Event time may run ahead of the clock by this much before a consumer calls it a clock from the future, ms. */
const AHEAD_MS = 60_000;
/** Paced events are written this often, ms of wall time. */
const SLICE_MS = 100;

export async function run(args: string[]): Promise<number> {
  const asked = read(args);
  const truthFile = asked.truth === null ? null : await openTruth(asked.truth);
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  try {
    const output = await openOutput(asked.to);
    const truth = await write(asked, output, stop.signal);
    if (truth === null) return stop.signal.aborted ? 1 : 0;
    await truthFile?.writeFile(`${JSON.stringify(truth)}\n`);
    return 0;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
    await truthFile?.close();
  }
}

interface Asked {
  options: ScenarioOptions;
  minutes: number;
  to: string;
  truth: string | null;
  /** times real time; null: as fast as it goes */
  speed: number | null;
}

/** Throws `UsageError`. */
function read(args: string[]): Asked {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseCommand(
    args,
    {
      to: text,
      listeners: text,
      minutes: text,
      seed: text,
      broadcast: text,
      start: text,
      heartbeat: text,
      speed: text,
      truth: text,
    },
    ['SCENARIO'],
  );
  const scenario = SCENARIOS.find((name) => name === positionals[0]);
  if (scenario === undefined) {
    throw new UsageError(`there is no scenario "${positionals[0]}": choose one of ${SCENARIOS.join(', ')}`);
  }
  if (values.to === undefined || values.to === '') {
    throw new UsageError('--to is missing: name a file, - for standard output, or kafka');
  }
  const listeners = numberOption('listeners', values.listeners, { min: 1, max: 2_000_000, integer: true });
  const minutes = numberOption('minutes', values.minutes, { min: 2, max: 600 });
  const seed = numberOption('seed', values.seed, { min: 0, max: 4_294_967_295, integer: true });
  const startMs = values.start === 'now' ? Date.now() : instantOption('start', values.start);
  const heartbeatMs = numberOption('heartbeat', values.heartbeat, { min: 0, max: 600_000, integer: true });
  const options: ScenarioOptions = {
    scenario,
    ...(listeners !== undefined && { listeners }),
    ...(minutes !== undefined && { minutes }),
    ...(seed !== undefined && { seed }),
    ...(values.broadcast !== undefined && { broadcast: values.broadcast }),
    ...(startMs !== undefined && { startMs }),
    ...(heartbeatMs !== undefined && { heartbeatMs }),
  };
  const speed =
    values.speed === undefined || values.speed === 'max'
      ? null
      : (numberOption('speed', values.speed, { min: 0.01, max: 1_000_000 }) ?? null);
  const settings = checked(options);
  if (values.to === 'kafka') refuseFuture(settings.startMs, settings.minutes * 60_000, speed);
  return { options, minutes: settings.minutes, to: values.to, truth: values.truth ?? null, speed };
}

function checked(options: ScenarioOptions): ReturnType<typeof settingsOf> {
  try {
    return settingsOf(options);
  } catch (cause) {
    if (cause instanceof RangeError) throw new UsageError(cause.message, { cause });
    throw cause;
  }
}

/** Records from the future are refused by the consumer one by one; better to say so before. */
function refuseFuture(startMs: number, lengthMs: number, speed: number | null): void {
  const takesMs = speed === null ? 0 : lengthMs / speed;
  if (startMs - Date.now() <= AHEAD_MS && startMs + lengthMs - (Date.now() + takesMs) <= AHEAD_MS) return;
  throw new UsageError(
    'the events would be dated ahead of the clock, and a consumer rejects those: choose an earlier --start, or --speed 1',
  );
}

async function openTruth(path: string): Promise<FileHandle> {
  return open(path, 'w').catch((cause: unknown) => {
    throw new Error(cannotWrite(path, cause), { cause });
  });
}

async function openOutput(to: string): Promise<EventOutput> {
  if (to === '-') return openStandardOutput(process.stdout);
  if (to !== 'kafka') return openFileOutput(to);
  const { kafka } = settingsFor();
  if (kafka === null) {
    throw new UsageError('--to kafka needs brokers, and KAFKA_BROKERS is empty: set it, e.g. to 127.0.0.1:9092');
  }
  const { openProducer } = await import('../ingest/kafka/producer.ts');
  return producerOutput(await openProducer(kafka));
}

/** Returns the truth, or null where it was stopped before the end. */
async function write(asked: Asked, output: EventOutput, signal: AbortSignal): Promise<Truth | null> {
  const seconds = simulateSeconds(asked.options);
  const shown = progress({
    label: `simulate ${asked.options.scenario}`,
    total: null,
    unit: 'events',
    stream: process.stderr,
  });
  const startedAt = performance.now();
  let passed = 0;
  let events = 0;
  let truth: Truth | null = null;
  let wanted = true;
  while (wanted && !signal.aborted) {
    const next = seconds.next();
    if (next.done) {
      truth = next.value;
      break;
    }
    if (asked.speed === null) wanted = await output.write(next.value.events);
    else wanted = await writePaced(next.value, output, startedAt + (passed * 1000) / asked.speed, asked.speed, signal);
    passed++;
    events += next.value.events.length;
    shown.update(events, events * Math.max(1, (asked.minutes * 60) / passed));
  }
  await output.end();
  shown.end(events);
  return truth;
}

/** Spreads the events of one second, which begins at `fromMs` of the monotonic clock, over its wall time. */
async function writePaced(
  { events }: SimulatedSecond,
  output: EventOutput,
  fromMs: number,
  speed: number,
  signal: AbortSignal,
): Promise<boolean> {
  const wallMs = 1000 / speed;
  const slices = Math.max(1, Math.round(wallMs / SLICE_MS));
  for (let slice = 0; slice < slices; slice++) {
    const part = events.slice((events.length * slice) / slices, (events.length * (slice + 1)) / slices);
    const waitMs = fromMs + (wallMs * (slice + 1)) / slices - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return false;
    if (part.length > 0 && !(await output.write(part))) return false;
  }
  return true;
}
