/** What the dashboard costs in a real browser: first loads, and a live update of the charts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright';
import { openChromium } from '../browser.ts';
import { cleanUp, headcount, newFolder, ROOT, startProduct } from '../product.ts';

const ID = 'launch';
const READY_MS = 300_000;

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
