/** The built-in demo: a made-up launch, written into the embedded log at a visible speed as any producer would. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { storyClaims } from '../lib/compare/story-claims.ts';
import { printEvent } from '../lib/event/print.ts';
import { simulateSeconds } from '../lib/simulate/scenario.ts';
import { putClaim } from '../lib/store/claims.ts';
import { openTables } from '../lib/store/open.ts';
import { type EmbeddedLog, embeddedLogPath } from './embedded-log.ts';
import type { Settings } from './settings.ts';

export const DEMO_BROADCAST = 'demo-launch';

const LISTENERS = 3_000;
/** Seconds of the broadcast in one second of ours. */
const SPEED = 10;
/** The demo begins this long before now, so that its end is not in the future, ms. */
const BEGINS_BEFORE_MS = 60 * 60_000;
/** Written at once at the beginning, so that there is something to see, s of the broadcast. */
const HEAD_START_SECONDS = 240;

interface DemoPlan {
  startMs: number;
  seed: number;
  listeners: number;
}

export function isDemo(broadcast: string): boolean {
  return broadcast === DEMO_BROADCAST;
}

/** Writes the demo until its end or `signal`; goes on where an earlier run stopped. */
export async function runDemo(
  log: EmbeddedLog,
  { dataFolder: folder, store }: Pick<Settings, 'dataFolder' | 'store'>,
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const plan = await planOf(folder, now);
  let written = await linesOfDemo(folder);
  const seconds = simulateSeconds({
    scenario: 'launch',
    broadcast: DEMO_BROADCAST,
    listeners: plan.listeners,
    seed: plan.seed,
    startMs: plan.startMs,
    heartbeatMs: 10_000,
  });
  let second = 0;
  let claims: Promise<void> | null = null;
  for (let step = seconds.next(); !step.done && !signal.aborted; step = seconds.next()) {
    second++;
    const { events } = step.value;
    const skipped = Math.min(written, events.length);
    written -= skipped;
    if (skipped === events.length && events.length > 0) continue;
    await log.append(events.slice(skipped).map(printEvent));
    if (second === HEAD_START_SECONDS) {
      claims = claimsFor(store, plan.listeners, now, signal);
      // told of when it is awaited
      claims.catch(() => undefined);
    }
    if (second > HEAD_START_SECONDS) await after(1000 / SPEED, undefined, { signal }).catch(() => undefined);
  }
  await claims;
}

/** What was said of the founding story, at the demo's size, as soon as the store knows the broadcast. */
async function claimsFor(store: string, listeners: number, now: number, signal: AbortSignal): Promise<void> {
  const tables = await openTables(store);
  try {
    for (const claim of storyClaims(listeners)) {
      while (!signal.aborted && (await putClaim(tables, DEMO_BROADCAST, claim, now)) === null) {
        await after(1000, undefined, { signal }).catch(() => undefined);
      }
    }
  } finally {
    await tables.destroy();
  }
}

/** Whether a demo was begun in this folder. */
export async function demoBegun(folder: string): Promise<boolean> {
  return readFile(planPath(folder)).then(
    () => true,
    () => false,
  );
}

async function planOf(folder: string, now: number): Promise<DemoPlan> {
  const path = planPath(folder);
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text !== null) return JSON.parse(text);
  const plan: DemoPlan = {
    startMs: Math.floor((now - BEGINS_BEFORE_MS) / 60_000) * 60_000,
    seed: 2023,
    listeners: LISTENERS,
  };
  await writeFile(path, JSON.stringify(plan));
  return plan;
}

function planPath(folder: string): string {
  return join(folder, 'demo.json');
}

async function linesOfDemo(folder: string): Promise<number> {
  const text = await readFile(embeddedLogPath(folder), 'utf8').catch(() => '');
  let lines = 0;
  for (const line of text.split('\n')) if (line.includes(`"broadcast":"${DEMO_BROADCAST}"`)) lines++;
  return lines;
}
