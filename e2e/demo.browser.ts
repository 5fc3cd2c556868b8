import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, findChromium, openChromium, type WatchedPage, watchedPage } from './browser.ts';
import { figure, lightness, row, shown } from './dashboard.ts';
import { cleanUp, headcount, output, type Product, startProduct } from './product.ts';
import { finalSeconds } from './series-file.ts';

/** Numbers change at most once a second; a busy machine may need longer. */
const WITHIN = { timeout: 20_000, interval: 200 };
const DEMO = 'demo-launch';

describe.skipIf('skipped' in findChromium())('with nothing configured the demo runs', () => {
  let browser: Browser;
  let product: Product;
  const opened: WatchedPage[] = [];

  async function open(path: string, options: Parameters<typeof watchedPage>[1] = {}): Promise<WatchedPage> {
    const watched = await watchedPage(browser, options);
    opened.push(watched);
    await watched.page.goto(`${product.url}${path}`);
    return watched;
  }

  beforeAll(async () => {
    browser = await openChromium();
  });
  afterEach(async () => {
    expect(await closePages(opened)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await cleanUp();
  });

  it('and its first number is on the screen within 15 s of the start', async () => {
    const startedAt = performance.now();
    product = await startProduct('start');
    const { page } = await open('/');
    await expect.poll(() => row(page, DEMO).locator('.c-connected').textContent(), WITHIN).toMatch(/\d/);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it('the overview lists it, plainly marked as a demo, and leads to its page', async () => {
    const { page } = await open('/');
    await page.getByRole('heading', { level: 1, name: 'Broadcasts' }).waitFor();
    await row(page, DEMO).getByText('Demo: simulated broadcast').waitFor();
    await row(page, DEMO).getByRole('link').first().click();
    await page.waitForURL(`**/b/${DEMO}`);
    await page.getByText('Demo: simulated broadcast').waitFor();
    await page.getByRole('heading', { level: 1 }).waitFor();
  });

  it('connected and hearing move without a reload, and so does the chart', async () => {
    const { page } = await open(`/b/${DEMO}`);
    await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));
    for (const name of ['Connected', 'Hearing'] as const) {
      const before = await shown(figure(page, name));
      expect(before).not.toBeNull();
      await expect.poll(() => shown(figure(page, name)), WITHIN).not.toBe(before);
    }
    const line = page.locator('.recharts-surface path').first();
    await line.waitFor();
    const drawn = await line.getAttribute('d');
    await expect.poll(() => line.getAttribute('d'), WITHIN).not.toBe(drawn);
    const hearing = (await shown(figure(page, 'Hearing'))) ?? Number.NaN;
    const connected = (await shown(figure(page, 'Connected'))) ?? Number.NaN;
    expect(hearing).toBeLessThanOrEqual(connected);
    expect(await page.evaluate(() => 'stillTheSamePage' in window)).toBe(true);
  });

  it('without JavaScript the server has written the numbers', async () => {
    const { page } = await open(`/b/${DEMO}`, { javaScriptEnabled: false });
    expect(await shown(figure(page, 'Connected'))).toBeGreaterThan(0);
    expect(await figure(page, 'Hearing').textContent()).toMatch(/\d/);
    await page.goto(product.url);
    expect(await row(page, DEMO).locator('.c-connected').textContent()).toMatch(/\d/);
  });

  it('follows the system between light and dark, and remembers a choice', async () => {
    const { page } = await open('/', { colorScheme: 'light' });
    const html = page.locator('html');
    expect(await lightness(html)).toBeGreaterThan(600);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await lightness(html)).toBeLessThan(165);

    const change = page.getByRole('button', { name: /^Theme/ });
    await change.click();
    await expect.poll(() => html.getAttribute('data-theme')).toBe('light');
    expect(await lightness(html)).toBeGreaterThan(600);
    await page.keyboard.press('t');
    await expect.poll(() => html.getAttribute('data-theme')).toBe('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.reload();
    expect(await html.getAttribute('data-theme')).toBe('dark');
    expect(await lightness(html)).toBeLessThan(165);
  });

  it.each(['/', `/b/${DEMO}`, `/b/${DEMO}?wall=1`, `/b/${DEMO}/replay`, `/b/${DEMO}/claims`, '/compare', '/help'])(
    'the page %s opens, says what it is, and fits a phone',
    async (path) => {
      const { page } = await open(path, { viewport: { width: 360, height: 760 } });
      await page.locator('main').first().waitFor();
      expect(await page.title()).toMatch(/Headcount/);
      await page.waitForLoadState('load');
      const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
      expect(content).toBeLessThanOrEqual(screen ?? 0);
    },
  );

  it('the page of an unknown broadcast says so and leads back', async () => {
    const watched = await watchedPage(browser);
    const answer = await watched.page.goto(`${product.url}/b/nobody`);
    expect(answer?.status()).toBe(404);
    await watched.page.getByRole('heading', { name: 'No broadcast with this id has sent an event.' }).waitFor();
    await watched.page.getByRole('link', { name: 'All broadcasts' }).click();
    await watched.page.getByRole('heading', { name: 'Broadcasts' }).waitFor();
    expect(watched.faults.filter((fault) => !fault.includes('404'))).toEqual([]);
    await watched.page.context().close();
  });

  it('Ctrl-C ends every process, and the next start goes on with the same broadcast', async () => {
    const { folder } = product;
    const final = async () => finalSeconds(await output(['export', 'series', DEMO], { folder }));
    await expect.poll(async () => (await final()).size, WITHIN).toBeGreaterThan(30);
    await product.stop();
    const before = await final();
    product = await startProduct('start', { folder });
    const { page } = await open(`/b/${DEMO}`);
    await page.getByText('Demo: simulated broadcast').waitFor();
    const connected = await shown(figure(page, 'Connected'));
    await expect.poll(() => shown(figure(page, 'Connected')), WITHIN).not.toBe(connected);
    await page.context().close();
    const after = await final();
    expect([...before].filter(([time, counts]) => after.get(time) !== counts)).toEqual([]);
    expect(await headcount(['verify', DEMO], { folder })).toMatchObject({ code: 0 });
    await product.stop();
  });
});
