import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fillWithPast, type Past } from './bench/many-past.ts';
import { closePages, findChromium, openChromium, type WatchedPage, watchedPage } from './browser.ts';
import { row } from './dashboard.ts';
import { cleanUp, freePorts, newFolder, type Product, startProduct, until } from './product.ts';

const WITHIN = { timeout: 30_000, interval: 200 };
const MANY = 3_000;
const PER_PAGE = 50;
const NOW_ON = 'on-air';

describe.skipIf('skipped' in findChromium())('an overview with thousands that are over', () => {
  let browser: Browser;
  let ingest: Product;
  let dashboard: Product;
  let past: Past[];
  let joins = 0;
  const opened: WatchedPage[] = [];
  const endedAt = Date.now() - 30_000;

  async function open(path: string, options: Parameters<typeof watchedPage>[1] = {}): Promise<Page> {
    // it runs as long as somebody comes
    await join1();
    const watched = await watchedPage(browser, options);
    opened.push(watched);
    // keys and presses are heard once the page listens for what is new
    const listens = options.javaScriptEnabled === false ? null : watched.page.waitForRequest(/\/api\/live/);
    await watched.page.goto(`${dashboard.url}${path}`);
    await listens;
    return watched.page;
  }

  /** One more is in the broadcast that runs. */
  async function join1(): Promise<number> {
    joins++;
    const event = { type: 'join', ts: Date.now(), broadcast: NOW_ON, listener: `l${joins}` };
    const answer = await fetch(`${ingest.ingestUrl}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: JSON.stringify(event),
    });
    expect(answer.status).toBe(200);
    return joins;
  }

  beforeAll(async () => {
    browser = await openChromium();
    const folder = await newFolder();
    await mkdir(join(folder, 'data'));
    past = await fillWithPast(`sqlite:${join(folder, 'data', 'headcount.db')}`, MANY, endedAt);
    const [port, metricsPort] = await freePorts();
    const env = { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort) };
    ingest = await startProduct('ingest', { folder, env });
    dashboard = await startProduct('dashboard', { folder, env });
    await join1();
    await until(
      async () => (await (await fetch(dashboard.url)).text()).includes(NOW_ON),
      60_000,
      () => 'what runs is not in the list.',
    );
  });
  afterEach(async () => {
    expect(await closePages(opened)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await cleanUp();
  });

  /** Ids of the ended ones on the page, in its order. */
  const endedOn = (page: Page): Promise<(string | null)[]> =>
    page
      .locator('.past tr[data-broadcast]')
      .evaluateAll((rows) => rows.map((each) => each.getAttribute('data-broadcast')));
  const idsOf = (some: readonly Past[]): string[] => some.slice(0, PER_PAGE).map(({ broadcast }) => broadcast);

  it('has what runs, the newest that are over, and says how many there are', async () => {
    const page = await open('/');
    await row(page, NOW_ON).waitFor();
    expect(await endedOn(page)).toEqual(idsOf(past));
    await page.getByRole('button', { name: 'All 3,001' }).waitFor();
    await page.getByRole('button', { name: 'Crashed 300' }).waitFor();
    await page.getByText('Rows 1 to 50 of 3,000').waitFor();
  });

  it('sends no more of them than are seen, neither with the page nor with its stream', async () => {
    const html = await (await fetch(dashboard.url)).text();
    expect(html).toContain('past-0050');
    expect(html).not.toContain('past-0051');
    const stream = await fetch(`${dashboard.url}/api/live?page=2`);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let frame = '';
    while (!/^data: .*\n\n/m.test(frame)) {
      const piece = await reader?.read();
      if (piece === undefined || piece.done) throw new Error(`The stream ended after: ${frame.slice(0, 200)}`);
      frame += piece.value;
    }
    await reader?.cancel();
    expect(frame).toContain('past-0100');
    expect(frame).not.toContain('past-0050');
    expect(frame).not.toContain('past-0101');
  });

  it('is paged by links and by keys, with the page in the address', async () => {
    const page = await open('/');
    await page.getByRole('link', { name: 'Next' }).click();
    await expect.poll(() => endedOn(page), WITHIN).toEqual(idsOf(past.slice(50)));
    expect(new URL(page.url()).searchParams.get('page')).toBe('2');
    await page.keyboard.press(']');
    await expect.poll(() => endedOn(page), WITHIN).toEqual(idsOf(past.slice(100)));
    await page.getByText('Rows 101 to 150 of 3,000').waitFor();
    await page.keyboard.press('[');
    await expect.poll(() => endedOn(page), WITHIN).toEqual(idsOf(past.slice(50)));
    await page.reload();
    expect(await endedOn(page)).toEqual(idsOf(past.slice(50)));
    await row(page, NOW_ON).waitFor();
  });

  it('past its end is its last page', async () => {
    const page = await open('/?page=999');
    expect(await endedOn(page)).toEqual(idsOf(past.slice(-50)));
    await page.getByText('Rows 2,951 to 3,000 of 3,000').waitFor();
  });

  it('is ordered, filtered and searched among all of them', async () => {
    const page = await open('/?page=4');
    const ended = page.locator('.past');
    await ended.getByRole('button', { name: 'Peak', exact: true }).click();
    const byPeak = past.toSorted((a, b) => b.peak - a.peak);
    await expect.poll(() => endedOn(page), WITHIN).toEqual(idsOf(byPeak));
    await page.getByRole('button', { name: /^Crashed/ }).click();
    await expect.poll(() => endedOn(page), WITHIN).toEqual(idsOf(byPeak.filter(({ crashed }) => crashed)));
    await page.keyboard.press('f');
    await page.keyboard.type('EVENING 297');
    const found = byPeak.filter(({ crashed, title }) => crashed && title.startsWith('Evening 297'));
    await expect.poll(() => endedOn(page), WITHIN).toEqual(idsOf(found));
    const { searchParams } = new URL(page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ state: 'crashed', q: 'EVENING 297', sort: '-peak' });
  });

  it('keeps what runs moving, whichever page is looked at', async () => {
    const page = await open('/?page=3');
    const connected = row(page, NOW_ON).locator('.c-connected');
    for (let i = 0; i < 2; i++) {
      const now = await join1();
      await expect.poll(() => connected.textContent(), WITHIN).toBe(String(now));
    }
    expect(await endedOn(page)).toEqual(idsOf(past.slice(100)));
  });

  it('works before any script runs', async () => {
    const page = await open('/?page=2', { javaScriptEnabled: false });
    await row(page, NOW_ON).waitFor();
    expect(await endedOn(page)).toEqual(idsOf(past.slice(50)));
    await page.getByRole('link', { name: 'Next' }).click();
    await page.waitForURL('**page=3');
    expect(await endedOn(page)).toEqual(idsOf(past.slice(100)));
  });
});
