/** What the dashboard costs in a real browser: first loads, a live update of the charts, and the way from event to pixel. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Kafka, logLevel } from 'kafkajs';
import type { Browser, Page } from 'playwright';
import { openBroker } from '../broker.ts';
import { openChromium } from '../browser.ts';
import { cleanUp, headcount, newFolder, ROOT, startProduct, until } from '../product.ts';
import { eachLine, heartbeats, joins, type Made } from './lines.ts';

export interface Load {
  /** sent to the topic */
  eventsPerSecond: number;
  /** looked at for so long */
  seconds: number;
}

const ID = 'launch';
const READY_MS = 300_000;
const HEARTBEAT_MS = 10_000;
const WARM_UP_MS = 15_000;

/** First loads and updates, of a replayed launch and the production build. */
export function inBrowser(updates: number): Promise<string[]> {
  return withLaunch(async (browser, url) => [
    ...(await firstLoads(browser, url)),
    await chartUpdates(browser, url, updates),
  ]);
}

async function firstLoads(browser: Browser, url: string): Promise<string[]> {
  const lines: string[] = [];
  for (const path of [
    '/',
    `/b/${ID}`,
    `/b/${ID}?wall=1`,
    `/b/${ID}/replay`,
    `/b/${ID}/claims`,
    `/compare?b=${ID}`,
    '/help',
  ]) {
    // what is computed once is computed
    await fetch(`${url}${path}`).then((answer) => answer.text());
    const { scriptBytes, paintedMs, shift } = await firstLoad(browser, `${url}${path}`);
    lines.push(
      `first load of ${path}: ${Math.round(scriptBytes / 1024)} KB of compressed JavaScript (goal 300), largest contentful paint ${Math.round(paintedMs)} ms (goal 1000), layout shift ${shift.toFixed(3)} (goal 0)`,
    );
  }
  return lines;
}

interface FirstLoad {
  scriptBytes: number;
  paintedMs: number;
  shift: number;
}

async function firstLoad(browser: Browser, url: string): Promise<FirstLoad> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const seen = { paintedMs: 0, shift: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.paintedMs = Math.max(seen.paintedMs, entry.startTime);
    }).observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += Number(Reflect.get(entry, 'value'));
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const scripts = new Set<string>();
  let scriptBytes = 0;
  session.on('Network.responseReceived', ({ requestId, type }) => void (type === 'Script' && scripts.add(requestId)));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) scriptBytes += encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'load' });
  // charts come after the first paint, and must not push anything
  await page.waitForTimeout(1500);
  const seen: { paintedMs: number; shift: number } = await page.evaluate(() => Reflect.get(window, 'seen'));
  await context.close();
  return { scriptBytes, ...seen };
}

/** Four charts of 600 points and four series each, updated as a second passes. */
async function chartUpdates(browser: Browser, url: string, updates: number): Promise<string> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, 'four-charts.tsx')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const frame = await firstFrame(`${url}/api/broadcasts/${ID}/live`);
  const page = await browser.newPage({ viewport: { width: 1920, height: 2300 } });
  await page.setContent(`<!doctype html><html data-theme="light"><style>${styles()}</style><body></body></html>`);
  await page.addScriptTag({ content: bundle.outputFiles[0]?.text ?? '' });
  const { points, tookMs } = await page.evaluate(
    ([view, wire, count]) => window.measureCharts(view, wire, 600, count),
    [frame.view, frame.points, updates] as const,
  );
  await page.close();
  tookMs.sort((a, b) => a - b);
  return `live update of ${points / 600} charts of 600 points and 4 series, ${updates} times: median ${ms(tookMs, 0.5)} ms, 95th percentile ${ms(tookMs, 0.95)} ms (goal 33)`;
}

/** Events into a real Kafka at a steady rate, and when the page shows the seconds they fall in. */
export async function eventToPixel({ eventsPerSecond, seconds }: Load): Promise<string> {
  const broker = await openBroker({ own: true });
  if ('skipped' in broker) return broker.skipped;
  const browser = await openChromium();
  try {
    await broker.topic('broadcast-events', 12);
    await broker.topic('broadcast-events.rejected', 1);
    const folder = await newFolder();
    const product = await startProduct('start', { folder, env: { KAFKA_BROKERS: broker.brokers }, readyMs: READY_MS });
    const kafka = new Kafka({ clientId: 'bench', brokers: [broker.brokers], logLevel: logLevel.NOTHING });
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    const send = (made: Made): Promise<unknown> =>
      producer.send({ topic: 'broadcast-events', acks: 1, messages: messagesOf(made) });
    const listeners = (eventsPerSecond * HEARTBEAT_MS) / 1000;
    const begun = Date.now() - 30_000;
    for (let from = 0; from < listeners; from += 20_000) {
      await send(joins(from, Math.min(listeners, from + 20_000), begun, 100, HEARTBEAT_MS));
    }
    let stopped = false;
    let sent = 0;
    const sending = (async () => {
      const startedAt = Date.now();
      for (let lot = 0; !stopped; lot++) {
        const size = eventsPerSecond / 10;
        const first = (lot * size) % listeners;
        const dueAt = startedAt + lot * 100;
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueAt - Date.now())));
        await send(heartbeats(first, first + size, dueAt - 100, 100, Math.floor((lot * size) / listeners) + 1));
        sent += size;
      }
    })();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await until(
      async () => (await fetch(`${product.url}/api/broadcasts/show`)).ok,
      60_000,
      () => 'the broadcast does not appear.',
    );
    await page.goto(`${product.url}/b/show`);
    await until(
      async () => /^Live/.test((await page.locator('.conn .cut').textContent()) ?? ''),
      60_000,
      () => 'the page does not say that it is live.',
    );
    // the crowd that joined at once has been counted by then
    await page.waitForTimeout(WARM_UP_MS);
    const sentBefore = sent;
    const watchedAt = performance.now();
    const drawn = await drawnSeconds(page, seconds * 1000);
    const rate = ((sent - sentBefore) / (performance.now() - watchedAt)) * 1000;
    stopped = true;
    await sending;
    await producer.disconnect();
    await product.stop();
    return pixelLine(drawn, rate);
  } finally {
    await browser.close();
    await broker.stop();
    await cleanUp();
  }
}

interface Drawn {
  /** seconds of the day in UTC */
  second: number;
  /** wall clock when it was painted, epoch ms */
  at: number;
}

/** Each second the figures stood at, and when that was painted. */
function drawnSeconds(page: Page, forMs: number): Promise<Drawn[]> {
  return page.evaluate(
    (limit) =>
      new Promise<Drawn[]>((resolve) => {
        const drawn: Drawn[] = [];
        // no name is given to a function here: what runs in the page brings none of this module along
        const observer = new MutationObserver(() => {
          const clock = /(\d\d):(\d\d):(\d\d)/.exec(document.querySelector('.figure .at')?.textContent ?? '');
          if (clock === null) return;
          const second = Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
          if (drawn.at(-1)?.second === second) return;
          const entry = { second, at: 0 };
          drawn.push(entry);
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.addEventListener('message', () => Object.assign(entry, { at: Date.now() }));
            channel.port1.start();
            channel.port2.postMessage(null);
          });
        });
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        setTimeout(() => {
          observer.disconnect();
          resolve(drawn);
        }, limit);
      }),
    forMs,
  );
}

/** Events come evenly, so each shown second stands for the events since the one shown before. */
function pixelLine(drawn: readonly Drawn[], rate: number): string {
  const newest: number[] = [];
  const all: number[] = [];
  for (const [index, { second, at }] of drawn.entries()) {
    const before = drawn[index - 1];
    if (before === undefined || at === 0) continue;
    const day = 86_400_000;
    const age = (((at - second * 1000) % day) + day) % day;
    newest.push(age);
    for (let ago = 0; ago < (second - before.second) * 1000; ago += 10) all.push(age + ago);
  }
  newest.sort((a, b) => a - b);
  all.sort((a, b) => a - b);
  const late = (list: readonly number[], share: number): string => (Number(ms(list, share)) / 1000).toFixed(2);
  return `event to pixel through Kafka at ${Math.round(rate).toLocaleString('en')} events/s, ${drawn.length} seconds shown: the newest event of what is shown median ${late(newest, 0.5)} s, 99th percentile ${late(newest, 0.99)} s (goal 2); every event, waiting for its second to be over and shown, median ${late(all, 0.5)} s, 99th percentile ${late(all, 0.99)} s`;
}

function messagesOf(made: Made): { key: string; value: Buffer }[] {
  const messages: { key: string; value: Buffer }[] = [];
  eachLine(made, (bytes, start, end) => {
    const value = bytes.subarray(start, end);
    const at = value.indexOf('"listener":"') + 12;
    messages.push({ key: value.toString('latin1', at, value.indexOf('"', at)), value });
  });
  return messages;
}

/** A browser, and a dashboard that shows a replayed launch. */
async function withLaunch<T>(measure: (browser: Browser, url: string) => Promise<T>): Promise<T> {
  const browser = await openChromium();
  try {
    const folder = await newFolder();
    const size = ['--listeners', '2000', '--minutes', '65', '--heartbeat', '60000'];
    await headcount(['simulate', 'launch', ...size, '--to', 'launch.ndjson'], { folder });
    const replayed = await headcount(['replay', 'launch.ndjson'], { folder });
    if (replayed.code !== 0) throw new Error(`The launch could not be replayed: ${replayed.stderr}`);
    const dashboard = await startProduct('dashboard', { folder, readyMs: READY_MS });
    const result = await measure(browser, dashboard.url);
    await dashboard.stop();
    return result;
  } finally {
    await browser.close();
    await cleanUp();
  }
}

type Drawing = Parameters<Window['measureCharts']>;

interface Whole {
  view: Drawing[0];
  points: Drawing[1];
}

/** The whole broadcast, as a page that opens the stream gets it. */
async function firstFrame(url: string): Promise<Whole> {
  const answer = await fetch(url);
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of answer.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    const data = /^event: frame\ndata: (.*)\n\n/m.exec(text)?.[1];
    // leaving the loop closes the stream
    if (data !== undefined) return JSON.parse(data);
  }
  throw new Error(`${url} was expected to send a frame, and ended.`);
}

/** The pages' own, without the fonts. */
function styles(): string {
  const folder = join(ROOT, 'app', '_style');
  return readdirSync(folder)
    .sort((a, b) => Number(b === 'tokens.css') - Number(a === 'tokens.css'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

function ms(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN).toFixed(1);
}
