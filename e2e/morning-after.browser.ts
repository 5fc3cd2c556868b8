import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, findChromium, openChromium, type WatchedPage, watchedPage } from './browser.ts';
import { cleanUp, headcount, newFolder, type Product, startProduct } from './product.ts';

const LAUNCH = 'launch';
const START = '2023-05-24T22:00:00Z';

describe.skipIf('skipped' in findChromium())('the morning after', () => {
  let browser: Browser;
  let product: Product;
  const opened: WatchedPage[] = [];

  async function open(path: string, options: Parameters<typeof watchedPage>[1] = {}): Promise<WatchedPage['page']> {
    const watched = await watchedPage(browser, options);
    opened.push(watched);
    await watched.page.goto(`${product.url}${path}`);
    return watched.page;
  }

  beforeAll(async () => {
    browser = await openChromium();
    const folder = await newFolder();
    for (const [scenario, id, listeners] of [
      ['launch', LAUNCH, '400'],
      ['calm', 'town-hall', '200'],
    ] as const) {
      const size = ['--listeners', listeners, '--minutes', '30', '--heartbeat', '10000', '--start', START];
      await headcount(['simulate', scenario, ...size, '--broadcast', id, '--to', `${id}.ndjson`], { folder });
      expect(await headcount(['replay', `${id}.ndjson`], { folder })).toMatchObject({ code: 0 });
    }
    product = await startProduct('dashboard', { folder });
  });
  afterEach(async () => {
    expect(await closePages(opened)).toEqual([]);
  });
  afterAll(async () => {
    await product?.stop();
    await browser.close();
    await cleanUp();
  });

  it('the replay stands at the onset, plays, steps, and its link remembers where', async () => {
    const page = await open(`/b/${LAUNCH}/replay`);
    const clock = page.locator('.pr .now');
    const onset = await clock.textContent();
    await page.getByText('Crash window 1 of').waitFor();
    await page.getByRole('slider', { name: 'Instant' }).waitFor();
    await page.keyboard.press('ArrowRight');
    expect(await clock.textContent()).not.toBe(onset);
    await page.keyboard.press('ArrowLeft');
    expect(await clock.textContent()).toBe(onset);
    await page.getByRole('button', { name: 'Play' }).click();
    await expect.poll(() => clock.textContent(), { timeout: 10_000 }).not.toBe(onset);
    await page.getByRole('button', { name: 'Pause' }).click();
    const stopped = await clock.textContent();
    await expect.poll(() => decodeURIComponent(page.url()), { timeout: 10_000 }).toContain(`T${stopped}Z`);
    const again = await open(new URL(page.url()).pathname + new URL(page.url()).search);
    expect(await again.locator('.pr .now').textContent()).toBe(stopped);
  });

  it('the replay says what it cost without any script', async () => {
    const page = await open(`/b/${LAUNCH}/replay`, { javaScriptEnabled: false });
    const cost = page.getByRole('complementary', { name: 'What it cost' });
    expect(await cost.textContent()).toMatch(/Dropped.*\d/s);
    expect(await page.getByRole('region', { name: 'Facts' }).getByRole('row').count()).toBeGreaterThan(10);
  });

  it('a claim is read, confirmed, kept with its verdict, and taken back', async () => {
    const page = await open(`/b/${LAUNCH}/claims`);
    await page.getByLabel('A claim, as it was said').fill('9,000,000 at the start');
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Number, as written').inputValue()).toBe('9,000,000');
    const keep = page.getByRole('button', { name: 'Keep this claim' });
    await keep.click();
    const kept = page.getByRole('listitem').filter({ hasText: '9,000,000 at the start' });
    await kept.getByText('Contradicted').waitFor();
    await page.getByRole('button', { name: 'Take back: 9,000,000 at the start' }).click();
    await expect.poll(() => kept.count(), { timeout: 10_000 }).toBe(0);
  });

  it('a comparison keeps other kinds of number off its axis, and says why', async () => {
    const page = await open(`/compare?b=${LAUNCH}&b=town-hall`);
    const table = page.getByRole('table', { name: 'Streams by peak concurrent' });
    expect(await table.getByRole('row').count()).toBeGreaterThan(5);
    const gate = page.getByRole('region', { name: 'Not comparable' });
    await gate.getByRole('link', { name: 'By average-minute audience' }).first().click();
    await page.waitForURL('**kind=average-minute-audience**');
    await page.getByRole('table', { name: 'Streams by average-minute audience' }).waitFor();
  });
});
