/**
 * `npm run screenshots`: every page in both themes and at three widths, into `pictures/`, and the ones the README shows,
 * into `docs/`. What is seen is a launch in its crash, beside broadcasts of the days before.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { fillWithPast } from './bench/many-past.ts';
import { openChromium, watchedPage } from './browser.ts';
import { cleanUp, freePorts, headcount, newFolder, ROOT, startProduct } from './product.ts';
import { launchLog, sendAsItHappens } from './under-way.ts';

const LIVE = '/b/launch';
const PAST = '/b/launch-rehearsal';
const PAGES: Readonly<Record<string, string>> = {
  overview: '/',
  live: LIVE,
  wall: `${LIVE}?wall=1`,
  replay: `${PAST}/replay`,
  claims: `${PAST}/claims`,
  compare: '/compare?b=launch-rehearsal&b=town-hall',
  'compare-alone': '/compare?b=launch-rehearsal&b=town-hall&layout=small&scale=share',
  'no-match': '/?q=no+such+evening',
  'not-found': '/nowhere',
  'unknown-broadcast': '/b/nobody',
  help: '/help',
};
/** What a dashboard shows before anything was counted, and before anybody signed in. */
const FIRST: Readonly<Record<string, string>> = { 'first-run': '/', 'nothing-to-compare': '/compare' };
const LOCKED: Readonly<Record<string, string>> = { 'sign-in': '/login', 'sign-in-refused': '/login?trouble=wrong' };
const PAST_BROADCASTS = 400;
const CLAIMS = [
  { text: '1,500 were in at the start', kind: 'peak' },
  { text: '3,460 people came', kind: 'unique' },
  { text: '30 million views', kind: 'views' },
];
const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const PRINTED = ['overview', 'replay', 'claims'];
/** A4 at 96 dots an inch. */
const PAPER = { width: 794, height: 1123 };
const DAY_MS = 86_400_000;
const FAILED_MS = 200_000;

const browser = await openChromium();
try {
  const folder = await newFolder();
  const [port, metricsPort] = await freePorts();
  const env = { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort) };
  await mkdir(join(folder, 'data'));
  await fillWithPast(`sqlite:${join(folder, 'data', 'headcount.db')}`, PAST_BROADCASTS, Date.now() - 3 * DAY_MS);
  for (const [scenario, id, daysAgo] of [
    ['launch', 'launch-rehearsal', 1],
    ['calm', 'town-hall', 2],
  ] as const) {
    const start = String(Date.now() - daysAgo * DAY_MS);
    await headcount(['simulate', scenario, '--listeners', '1500', '--start', start, '--broadcast', id, '--to', id], {
      folder,
    });
    await headcount(['replay', id], { folder });
  }
  const ingest = await startProduct('ingest', { folder, env });
  const { log } = await launchLog({ folder, listeners: 6_000, minutes: 65, failedMs: FAILED_MS });
  const sending = await sendAsItHappens(log, () => ingest.ingestUrl);
  const dashboard = await startProduct('dashboard', { folder, env, readyMs: 300_000 });
  const fresh = await startProduct('dashboard');
  const locked = await startProduct('dashboard', {
    env: {
      ...{ HEADCOUNT_AUTH: 'password', HEADCOUNT_PASSWORD: 'for pictures alone' },
      HEADCOUNT_SESSION_SECRET: '0123456789abcdef0123456789abcdef0123456789',
    },
  });
  const post = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(`${dashboard.url}/api/broadcasts/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} was not taken: ${answer.status} ${await answer.text()}`);
  };
  await post('launch/notes', { label: 'Asked the host to rejoin from a wired line', author: 'Ada' });
  for (const claim of CLAIMS) await post('launch-rehearsal/claims', claim);
  await mkdir(join(ROOT, 'pictures'), { recursive: true });
  let count = 0;
  const addresses = [
    ...Object.entries(PAGES).map(([name, path]) => [name, `${dashboard.url}${path}`] as const),
    ...Object.entries(FIRST).map(([name, path]) => [name, `${fresh.url}${path}`] as const),
    ...Object.entries(LOCKED).map(([name, path]) => [name, `${locked.url}${path}`] as const),
  ];
  for (const [name, address] of addresses) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const viewport of name === 'wall' ? [...SIZES.slice(1), { width: 3840, height: 2160 }] : SIZES) {
        const file = join(ROOT, 'pictures', `${name}-${colorScheme}-${viewport.width}.png`);
        await picture(browser, address, file, { colorScheme, viewport });
        count++;
      }
    }
  }
  for (const [name, path] of Object.entries(PAGES).filter(([name]) => PRINTED.includes(name))) {
    const file = join(ROOT, 'pictures', `${name}-printed.png`);
    await picture(browser, `${dashboard.url}${path}`, file, { colorScheme: 'light', viewport: PAPER }, 'print');
    count++;
  }
  const desk = { width: 1440, height: 900 };
  const docs = (name: string): string => join(ROOT, 'docs', `${name}.png`);
  await picture(browser, `${dashboard.url}${LIVE}`, docs('live'), { colorScheme: 'light', viewport: desk });
  await picture(browser, dashboard.url, docs('overview'), {
    colorScheme: 'dark',
    viewport: { width: 1280, height: 480 },
  });
  await picture(browser, `${dashboard.url}${LIVE}?wall=1`, docs('wall'), {
    colorScheme: 'dark',
    viewport: { width: 1280, height: 720 },
  });
  await sending.stop();
  for (const product of [fresh, locked, dashboard, ingest]) await product.stop();
  console.log(`Written: ${count} pictures in pictures/; docs/live.png, docs/overview.png, docs/wall.png`);
} finally {
  await browser.close();
  await cleanUp();
}

/** Throws where the page was not without faults. */
async function picture(
  from: Browser,
  url: string,
  file: string,
  options: BrowserContextOptions,
  media: 'screen' | 'print' = 'screen',
): Promise<void> {
  const { page, faults } = await watchedPage(from, options);
  await page.emulateMedia({ media });
  await page.goto(url);
  await page.locator('main').first().waitFor();
  await drawn(page);
  await page.screenshot({ path: file, fullPage: media === 'print' });
  await page.context().close();
  const unexpected = faults.filter((fault) => !/404/.test(fault) || !/nowhere|nobody|console/.test(fault));
  if (unexpected.length > 0) throw new Error(`${url} was not without faults:\n${unexpected.join('\n')}`);
}

/** Charts come after the rest. */
async function drawn(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle', { timeout: 1500 }).catch(() => undefined);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}
