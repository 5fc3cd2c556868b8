import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, findChromium, openChromium, type WatchedPage, watchedPage } from './browser.ts';
import { cleanUp, newFolder, output, type Product, startProduct } from './product.ts';

const SHOW = 'show';
const START = '2024-03-01T20:00:00Z';
const WAIT = { timeout: 20_000 };
/** The page writes its address once the playhead has stood still for less than this, ms. */
const LINK_MS = 800;

describe.skipIf('skipped' in findChromium())('what people correct the morning after', () => {
  let browser: Browser;
  let product: Product;
  const opened: WatchedPage[] = [];

  async function open(path: string): Promise<Page> {
    const watched = await watchedPage(browser);
    opened.push(watched);
    await watched.page.goto(`${product.url}${path}`);
    // the page answers to keys once its scripts have taken it over
    await watched.page.getByRole('slider', { name: 'Instant' }).waitFor();
    return watched.page;
  }

  /** Of the numbers on the page. */
  async function revisionOf(page: Page): Promise<number> {
    const text = await page.getByRole('region', { name: 'What was changed' }).getByRole('heading').textContent();
    return Number(/revision (\d+)/.exec(text ?? '')?.[1]);
  }

  beforeAll(async () => {
    browser = await openChromium();
    const folder = await newFolder();
    const size = ['--listeners', '300', '--minutes', '30', '--heartbeat', '10000', '--start', START];
    await output(['simulate', 'flapping', ...size, '--broadcast', SHOW, '--to', 'show.ndjson'], { folder });
    await output(['replay', 'show.ndjson'], { folder });
    product = await startProduct('start', { folder });
  });
  afterEach(async () => {
    expect(await closePages(opened)).toEqual([]);
  });
  afterAll(async () => {
    await product?.stop();
    await browser.close();
    await cleanUp();
  });

  it('a note is corrected with the keyboard alone, and who did it is written down', async () => {
    const page = await open(`/b/${SHOW}/replay`);
    const desk = page.getByRole('region', { name: 'Notes and segments' });
    await page.keyboard.press('n');
    await page.keyboard.type('the feed was swapped');
    await page.keyboard.press('Enter');
    await desk.getByRole('rowheader', { name: 'the feed was swapped' }).waitFor(WAIT);
    await desk.getByRole('button', { name: 'Correct the note “the feed was swapped”' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('the backup feed was taken');
    await page.getByLabel('Who says so').fill('ann');
    await page.keyboard.press('Enter');
    await desk.getByRole('rowheader', { name: 'the backup feed was taken' }).waitFor(WAIT);
    expect(await desk.getByText('the feed was swapped').count()).toBe(0);
    const changes = page.getByRole('region', { name: 'What was changed' });
    await changes.getByRole('row').filter({ hasText: 'ann' }).getByText('Note corrected').waitFor();
    await desk.getByRole('button', { name: 'Take back the note “the backup feed was taken”' }).click();
    await expect.poll(() => desk.getByText('the backup feed was taken').count(), WAIT).toBe(0);
  });

  it('a segment is corrected: its numbers follow with a new revision, and a page with the old one says so', async () => {
    const page = await open(`/b/${SHOW}/replay`);
    const rev = await revisionOf(page);
    const facts = page.getByRole('region', { name: 'Facts' });
    const half = facts.getByRole('row', { name: 'Heard half of “the talk” or more' });
    const before = await half.textContent();
    await page.getByRole('button', { name: 'Correct the segment “the talk”' }).click();
    await page.getByLabel('To, UTC').fill('2024-03-01T20:06:00');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => half.textContent(), WAIT).toContain('20:06:00');
    expect(await half.textContent()).not.toBe(before);
    expect(await revisionOf(page)).toBeGreaterThan(rev);
    const cited = await open(`/b/${SHOW}/replay?rev=${rev}`);
    await cited.getByText(`The link cites revision ${rev}; these are the numbers of revision`).waitFor();
  });

  it('a crash window is dismissed with a reason, and brought back', async () => {
    const page = await open(`/b/${SHOW}/replay`);
    const heading = page.getByRole('heading', { name: /^Crash window 1 of/ });
    const before = await heading.textContent();
    await page.getByRole('button', { name: 'Dismiss', exact: true }).click();
    await page.keyboard.type('a test of the failover');
    await page.keyboard.press('Enter');
    const others = page.getByRole('region', { name: 'Also seen' });
    await others.getByText('a test of the failover').waitFor(WAIT);
    expect(await heading.textContent()).not.toBe(before);
    const sheet = await fetch(`${product.url}/api/broadcasts/${SHOW}/report?format=md`);
    expect(await sheet.text()).toContain('dismissed: a test of the failover');
    // the playhead goes on, and is written into the address, while the page waits for its new numbers
    const linked = () => new URL(page.url()).searchParams.get('t');
    const from = linked();
    await page.route(/replay\?.*_rsc=/, async (route) => {
      await page.keyboard.press('ArrowRight');
      await page.waitForTimeout(LINK_MS);
      await route.continue();
    });
    await others.getByRole('button', { name: /^Bring back/ }).click();
    await expect.poll(() => heading.textContent(), WAIT).toBe(before);
    await expect.poll(linked, WAIT).not.toBe(from);
  });

  it('two windows are joined, counted as one, and taken apart again', async () => {
    const page = await open(`/b/${SHOW}/replay`);
    const cost = page.getByRole('complementary', { name: 'What it cost' });
    const heading = page.getByRole('heading', { name: /^Crash window 1 of/ });
    const before = await heading.textContent();
    const dropped = await cost.textContent();
    await page.getByRole('button', { name: /^Join with that of/ }).click();
    await page.getByText('2 joined').waitFor(WAIT);
    expect(await heading.textContent()).not.toBe(before);
    expect(await cost.textContent()).not.toBe(dropped);
    await page.getByRole('button', { name: 'As it was detected' }).click();
    await expect.poll(() => heading.textContent(), WAIT).toBe(before);
  });
});
