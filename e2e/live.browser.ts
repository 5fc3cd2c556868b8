import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, findChromium, openChromium, type WatchedPage, watchedPage } from './browser.ts';
import { figure, shown } from './dashboard.ts';
import { cleanUp, freePorts, headcount, newFolder, output, type Product, startProduct } from './product.ts';
import { frames } from './read-stream.ts';
import { launchLog, sendAsItHappens, type UnderWay } from './under-way.ts';

const WITHIN = { timeout: 20_000, interval: 200 };
const ID = 'launch';
/** Figures older than this must not look new, ms; the page may need a second to say so. */
const OLD_MS = 10_000;
const SAYING_MS = 2_500;

describe.skipIf('skipped' in findChromium())('a launch in its crash', () => {
  let browser: Browser;
  let ingest: Product;
  let dashboard: Product;
  let sending: UnderWay;
  let folder: string;
  let env: Record<string, string>;
  const opened: WatchedPage[] = [];

  async function open(path: string, options: Parameters<typeof watchedPage>[1] = {}): Promise<WatchedPage> {
    const watched = await watchedPage(browser, options);
    opened.push(watched);
    await watched.page.goto(`${dashboard.url}${path}`);
    await watched.page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));
    return watched;
  }

  beforeAll(async () => {
    browser = await openChromium();
    folder = await newFolder();
    const [port, metricsPort] = await freePorts();
    env = { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort) };
    ingest = await startProduct('ingest', { folder, env });
    const { log } = await launchLog({ folder, listeners: 800, minutes: 30, failedMs: 60_000 });
    sending = await sendAsItHappens(log, () => ingest.ingestUrl);
    dashboard = await startProduct('dashboard', { folder, env });
  });
  afterEach(async () => {
    expect(await closePages(opened)).toEqual([]);
  });
  afterAll(async () => {
    await sending?.stop();
    await browser.close();
    await cleanUp();
  });

  it('the page says that it is broken, since when, for whom, why, and whether they come back', async () => {
    const { page } = await open(`/b/${ID}`);
    const strip = page.locator('dl.five.open');
    await strip.waitFor();
    const words = (await strip.textContent()) ?? '';
    expect(words).toMatch(/Broken\?Yes, \u2212\d/);
    expect(words).toMatch(/Since when\?\d\d:\d\d:\d\d/);
    expect(words).toMatch(/For whom\?[\d,]+ dropped/);
    await page.locator('.badge.crashing').waitFor();
    await expect.poll(() => markOf(page), WITHIN).toMatch(/^Live, \d+ s behind$/);
    expect(await page.locator('.main figure').getAttribute('aria-label')).toMatch(/A crash window is open since/);
  });

  it('the stream goes on after Last-Event-ID without a hole', async () => {
    const stream = `${dashboard.url}/api/broadcasts/${ID}/live`;
    const first = await frames(stream, { count: 3 });
    const seen = new Set(first.list.flatMap((frame) => frame.seconds));
    expect(first.list[0]?.reset).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const next = await frames(stream, { count: 2, after: first.lastId });
    expect(next.list[0]?.reset).toBe(false);
    const all = [...new Set([...seen, ...next.list.flatMap((frame) => frame.seconds)])].sort((a, b) => a - b);
    const from = (first.list[0]?.seconds.at(-1) ?? 0) - 30;
    const tail = all.filter((second) => second >= from);
    expect(tail).toEqual(Array.from({ length: tail.length }, (_, index) => from + index));
    expect(tail.length).toBeGreaterThan(32);
  });

  it.each([
    ['an hour fast', 3_600_000],
    ['an hour slow', -3_600_000],
  ])("a browser's clock that is %s changes nothing that is said", async (_, wrongBy) => {
    const watched = await watchedPage(browser);
    opened.push(watched);
    const { page } = watched;
    await page.addInitScript((ms) => {
      const right = Date.now;
      Date.now = () => right() + ms;
    }, wrongBy);
    await page.goto(`${dashboard.url}/b/${ID}`);
    await expect.poll(() => markOf(page), WITHIN).toMatch(/^Live, \d s behind$/);
    expect(Math.abs(((await instantOf(page)) ?? 0) - Date.now())).toBeLessThan(15_000);
  });

  it('a page that did not run for a while, as in a tab out of sight, is right within a second of coming back', async () => {
    const { page } = await open(`/b/${ID}`);
    await expect.poll(() => markOf(page), WITHIN).toMatch(/^Live/);
    const session = await page.context().newCDPSession(page);
    await session.send('Debugger.enable');
    const paused = new Promise((resolve) => session.once('Debugger.paused', resolve));
    await session.send('Debugger.pause');
    await paused;
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    await session.send('Debugger.disable');
    await expect
      .poll(async () => Date.now() - ((await instantOf(page)) ?? 0), { timeout: 1_000, interval: 50 })
      .toBeLessThan(6_000);
    expect(await page.locator('.hero.old').count()).toBe(0);
  });

  it('the server restarts under the open page: it says so, and goes on without a reload or a hole', async () => {
    const watched = await open(`/b/${ID}?range=5m`);
    const { page } = watched;
    await expect.poll(() => markOf(page), WITHIN).toMatch(/^Live/);
    await dashboard.stop();
    await expect.poll(() => markOf(page), WITHIN).toMatch(/^(Reconnecting|Disconnected)/);
    dashboard = await startProduct('dashboard', { folder, env });
    await expect.poll(() => markOf(page), WITHIN).toMatch(/^Live, \d+ s behind$/);
    expect(await page.evaluate(() => 'stillTheSamePage' in window)).toBe(true);
    await sameAsTheStore(page);
    await page.keyboard.press('d');
    const times = await page.locator('section.data tbody tr td:first-child').allTextContents();
    const seconds = times.map(secondOfDay).reverse();
    expect(seconds).toEqual(seconds.map((_, index) => ((seconds[0] ?? 0) + index) % 86_400));
    // the browser tells of every try that met nobody
    watched.faults.splice(0, watched.faults.length, ...watched.faults.filter((fault) => !isRefused(fault)));
  });

  it('a server that goes while the page still fetches its parts takes none of them from it', async () => {
    const scripts = '**/_next/static/chunks/*.js';
    const { page: whole } = await open(`/b/${ID}`);
    await whole.locator('.main .recharts-surface').first().waitFor();
    const html = await (await fetch(`${dashboard.url}/b/${ID}`)).text();
    const fetched = await whole.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
    const late = new Set(fetched.filter((url) => url.endsWith('.js') && !html.includes(new URL(url).pathname)));
    expect(late.size).toBeGreaterThan(0);

    const watched = await watchedPage(browser);
    opened.push(watched);
    const { page } = watched;
    let refused = 0;
    await page.route(scripts, (route) => {
      if (!late.has(route.request().url()) || refused >= 5) return route.continue();
      refused += 1;
      return route.abort('connectionrefused');
    });
    await page.goto(`${dashboard.url}/b/${ID}`);
    await page.locator('.main .recharts-surface').first().waitFor();
    expect(refused).toBe(5);
    expect(await markOf(page)).toMatch(/^Live/);
    watched.faults.splice(0, watched.faults.length, ...watched.faults.filter((fault) => !isRefused(fault)));
  });

  it('a note that is not taken stays on the page, and is saved when asked again', async () => {
    const watched = await open(`/b/${ID}`);
    const { page } = watched;
    const body = JSON.stringify({ detail: 'nobody was there to take it.' });
    await page.route(
      '**/notes',
      (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body }),
      { times: 1 },
    );
    await page.keyboard.press('n');
    await page.keyboard.type('took a look');
    await page.keyboard.press('Enter');
    const unsaved = page.getByRole('region', { name: 'Notes' }).getByRole('alert');
    await expect.poll(() => unsaved.textContent(), WITHIN).toMatch(/Not saved: nobody .* “took a look” is kept here/);
    await unsaved.getByRole('button').click();
    await page.getByText('saved', { exact: true }).waitFor();
    await page.locator('.notes').getByText('took a look').waitFor();
    expect(await unsaved.count()).toBe(0);
    watched.faults.splice(0, watched.faults.length, ...watched.faults.filter((fault) => !isRefused(fault)));
  });

  it('the ingest process dies for 20 s: the numbers grow old visibly, and are right again afterwards', async () => {
    const { page } = await open(`/b/${ID}`);
    await expect.poll(() => markOf(page), WITHIN).toMatch(/^Live/);
    const diedAt = Date.now();
    await ingest.kill();
    let stale = 0;
    while (Date.now() - diedAt < 20_000) {
      const look = await lookAt(page);
      const age = Date.now() - look.instant;
      if (look.old) {
        stale++;
        expect(look.mark).toMatch(/^Stale for \d+ s$/);
      } else expect(age).toBeLessThan(OLD_MS + SAYING_MS);
      await page.waitForTimeout(250);
    }
    expect(stale).toBeGreaterThan(20);
    expect(await page.locator('.pagebar.old').textContent()).toMatch(/Everything below is as of \d\d:\d\d:\d\d/);
    ingest = await startProduct('ingest', { folder, env });
    await expect.poll(() => markOf(page), WITHIN).toMatch(/^Live, \d+ s behind$/);
    expect(await page.locator('.hero.old').count()).toBe(0);
    await sameAsTheStore(page);
  });

  it.each([
    [1280, 720],
    [1920, 1080],
    [2560, 1440],
    [3840, 2160],
  ])('the wall board fits a screen of %i by %i, and no word is small', async (width, height) => {
    const { page } = await open(`/b/${ID}?wall=1`, { viewport: { width, height } });
    await page.locator('.wallbox .recharts-surface').waitFor();
    const cut = await page.evaluate(() => {
      const texts = [
        ...document.querySelectorAll('.wall h1, .wall .r, .wall .l, .wall .v, .wall dt, .wall dd, .wall text'),
      ];
      return texts.flatMap((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const inside = left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1;
        const whole = !(element instanceof HTMLElement) || element.scrollWidth <= element.clientWidth + 1;
        const size = Number.parseFloat(getComputedStyle(element).fontSize);
        return inside && whole && size >= (32 * innerHeight) / 1080 - 1 ? [] : [`${element.textContent} ${size}`];
      });
    });
    expect(cut).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
  });

  it('the link remembers the zone, and Z turns it', async () => {
    const { page } = await open(`/b/${ID}?tz=America/New_York`);
    const zone = page.getByRole('button', { name: /^Time zone/ });
    expect(await zone.getAttribute('aria-label')).toMatch(/UTC−[45]|EDT|EST/);
    const there = await page.locator('.figure .at').first().textContent();
    await page.keyboard.press('z');
    await page.waitForURL('**tz=UTC**');
    expect(await page.locator('.figure .at').first().textContent()).not.toBe(there);
  });

  it('a recount of what was sent finds the same numbers', async () => {
    await sending.stop();
    await dashboard.stop();
    await ingest.stop();
    expect(await headcount(['verify', ID], { folder })).toMatchObject({ code: 0 });
    expect(await output(['export', 'crashes', ID, '--format', 'json'], { folder })).toContain('onsetAt');
  });

  /** What the page shows is what the store says, once both stand at the same second. */
  async function sameAsTheStore(page: Page): Promise<void> {
    await expect
      .poll(async () => {
        const { broadcasts } = await (await fetch(`${dashboard.url}/api/broadcasts`)).json();
        const look = await lookAt(page);
        const { asOfAt, connected } = broadcasts.find((each: { broadcast: string }) => each.broadcast === ID);
        return asOfAt === look.instant ? look.connected === connected : null;
      }, WITHIN)
      .toBe(true);
  }
});

interface Look {
  mark: string;
  old: boolean;
  connected: number | null;
  /** of the figures, epoch ms */
  instant: number;
}

/** What the page says at one moment. */
async function lookAt(page: Page): Promise<Look> {
  const read = await page.evaluate(() => {
    const hero = document.querySelector('.figure .hero');
    return {
      mark: document.querySelector('.conn .cut')?.textContent ?? '',
      old: hero?.classList.contains('old') ?? false,
      text: hero?.textContent ?? '',
      clock: /\d\d:\d\d:\d\d/.exec(document.querySelector('.figure')?.textContent ?? '')?.[0] ?? '',
    };
  });
  return {
    mark: read.mark,
    old: read.old,
    connected: /^[\d,]+$/.test(read.text) ? Number(read.text.replaceAll(',', '')) : null,
    instant: nearest(secondOfDay(read.clock)),
  };
}

async function instantOf(page: Page): Promise<number | null> {
  if ((await shown(figure(page, 'Connected'))) === null) return null;
  return (await lookAt(page)).instant;
}

async function markOf(page: Page): Promise<string> {
  return (await page.locator('.conn .cut').textContent()) ?? '';
}

/** `18:04:12` as seconds of its day. */
function secondOfDay(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}

/** The instant nearest to now at which clocks in UTC show that second of the day, epoch ms. */
function nearest(second: number): number {
  const day = 86_400_000;
  const at = Math.floor(Date.now() / day) * day + second * 1000;
  return at > Date.now() + day / 2 ? at - day : at < Date.now() - day / 2 ? at + day : at;
}

function isRefused(fault: string): boolean {
  return /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|^503 |status of 503/.test(fault);
}
