/**
 * `npm run bench:replay`: how long the pages of a week take to open, at first and again, how many frames a second scrubbing
 * over an hour gives, and what an export of many stays takes in time and memory. Prints a line each; needs Chromium.
 * The store is SQLite, or with `-- --store=postgres` a PostgreSQL started for it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openChromium } from '../browser.ts';
import { openPostgres } from '../postgres.ts';
import { cleanUp, type Env, newFolder, output, ROOT, startProduct } from '../product.ts';

const START = Date.UTC(2024, 2, 4);
const WEEK_SECONDS = 7 * 86_400;
const HOUR_SECONDS = 3_600;
/** Replaying a week looks at everybody who was there. */
const PATIENCE_MS = 900_000;

/** Every second somebody comes and somebody goes; once a day a dip and a spike of one second. */
async function writeRun(path: string, broadcast: string, seconds: number): Promise<void> {
  const file = createWriteStream(path);
  const present: [string, string][] = [];
  let made = 0;
  let text = '';
  const say = (type: string, ts: number, listener: string, connection: string): void => {
    text += `${JSON.stringify({ type, ts, broadcast, listener, connection })}\n`;
  };
  for (let second = 0; second < seconds; second++) {
    const usual = Math.round(300 + 200 * Math.sin(second / 13_751));
    const of = second % 86_400;
    const wanted = of === 43_200 ? Math.floor(usual * 0.3) : of === 21_600 ? usual * 2 : usual;
    const at = START + second * 1000;
    do {
      const [listener, connection] = [`u${made % 40_000}`, `c${made++}`];
      present.push([listener, connection]);
      say('join', at + 5, listener, connection);
      say('playing', at + 6, listener, connection);
    } while (present.length < wanted);
    while (present.length > wanted) {
      const [gone] = present.splice((second * 7919) % present.length, 1);
      if (gone) say('leave', at + 950, ...gone);
    }
    if (text.length < 1 << 20) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text);
  await once(file, 'close');
}

/** In the page: how long each frame took from now on, ms, in `took`. */
const WATCH_FRAMES = `{
  let before = performance.now();
  window.took = [];
  requestAnimationFrame(function step(now) {
    window.took.push(now - before);
    before = now;
    requestAnimationFrame(step);
  });
}`;

/** How long each frame took while the playhead was moved to and fro, ms, ascending. */
async function scrubbed(url: string): Promise<number[]> {
  const browser = await openChromium();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(url);
    const scrubber = page.getByRole('slider', { name: 'Instant' });
    await scrubber.locator('svg').waitFor();
    await page.waitForLoadState('networkidle');
    const box = await scrubber.boundingBox();
    if (box === null) throw new Error('The scrubber was expected on the page, and it has no place there.');
    await page.evaluate(WATCH_FRAMES);
    await page.mouse.move(box.x + 5, box.y + 30);
    await page.mouse.down();
    const along = (share: number) => box.x + 5 + (box.width - 10) * (0.5 - 0.5 * Math.cos(share * 4 * Math.PI));
    for (let step = 0; step < 300; step++) {
      await page.mouse.move(along(step / 300), box.y + 30);
      await pause(16);
    }
    await page.mouse.up();
    const frames: number[] = await page.evaluate('took');
    return frames.sort((a, b) => a - b);
  } finally {
    await browser.close();
  }
}

async function opened(url: string): Promise<number> {
  const from = performance.now();
  const answer = await fetch(url);
  await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
  return Math.round(performance.now() - from);
}

/** Seconds, and the most memory held at once, MB. */
async function exported(
  folder: string,
  env: Env,
  args: readonly string[],
): Promise<{ seconds: number; megabytes: number }> {
  const from = performance.now();
  const command = [join(ROOT, 'cli', 'headcount.mjs'), 'export', ...args];
  const child = spawn(process.execPath, ['--import', join(import.meta.dirname, 'say-memory.mjs'), ...command], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  await once(child, 'close');
  const kilobytes = Number(/most memory (\d+) kB/.exec(said)?.[1] ?? Number.NaN);
  return { seconds: (performance.now() - from) / 1000, megabytes: Math.round(kilobytes / 1024) };
}

const postgres = process.argv.includes('--store=postgres') ? await openPostgres({ own: true, durable: true }) : null;
if (postgres !== null && 'skipped' in postgres) throw new Error(postgres.skipped);
const folder = await newFolder();
try {
  const env: Env = postgres === null ? {} : { HEADCOUNT_STORE: await postgres.database() };
  for (const [name, seconds] of [
    ['hour', HOUR_SECONDS],
    ['week', WEEK_SECONDS],
  ] as const) {
    await writeRun(join(folder, `${name}.ndjson`), name, seconds);
    await output(['replay', `${name}.ndjson`], { folder, env, timeout: PATIENCE_MS });
  }
  const product = await startProduct('dashboard', { folder, env, readyMs: PATIENCE_MS });
  await opened(`${product.url}/b/hour/replay`);
  for (const path of ['/b/week/replay', '/b/week', '/b/week/claims']) {
    const [first, again] = [await opened(product.url + path), await opened(product.url + path)];
    console.log(`a week, ${path}: ${first} ms at first, ${again} ms again`);
  }
  const frames = await scrubbed(`${product.url}/b/hour/replay`);
  const mean = frames.reduce((sum, ms) => sum + ms, 0) / frames.length;
  const slow = frames[Math.floor(frames.length * 0.99)] ?? Number.NaN;
  console.log(
    `scrubbing over an hour: ${(1000 / mean).toFixed(1)} frames a second, 99 of 100 within ${slow.toFixed(1)} ms`,
  );
  await product.stop();
  for (const format of ['csv', 'parquet']) {
    const { seconds, megabytes } = await exported(folder, env, ['stays', 'week', '--format', format]);
    console.log(`stays of a week as ${format}: ${seconds.toFixed(1)} s, ${megabytes} MB at most`);
  }
} finally {
  await cleanUp();
  await postgres?.stop();
}
