import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, findChromium, openChromium, type WatchedPage, watchedPage } from './browser.ts';
import { figure, shown } from './dashboard.ts';
import { cleanUp, freePorts, headcount, newFolder, output, type Product, startProduct } from './product.ts';

const WITHIN = { timeout: 20_000, interval: 200 };
/** Whatever a path, a query, a page or a stylesheet could take for its own. */
const ODD = ' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ %2F %00 ../.. é 日本 🎙 \u202e';

describe.skipIf('skipped' in findChromium())('broadcasts of every kind', () => {
  let browser: Browser;
  let ingest: Product;
  let dashboard: Product;
  let folder: string;
  const opened: WatchedPage[] = [];

  async function open(path: string, options: Parameters<typeof watchedPage>[1] = {}): Promise<WatchedPage['page']> {
    const watched = await watchedPage(browser, options);
    opened.push(watched);
    await watched.page.goto(`${dashboard.url}${path}`);
    return watched.page;
  }

  async function send(events: readonly object[]): Promise<void> {
    const answer = await fetch(`${ingest.ingestUrl}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: events.map((each) => JSON.stringify(each)).join('\n'),
    });
    expect(await answer.json()).toEqual({ accepted: events.length, rejected: [] });
  }

  /** Resolves once the dashboard knows them. */
  async function listed(...ids: string[]): Promise<void> {
    const unknown = async () => {
      const { broadcasts } = await (await fetch(`${dashboard.url}/api/broadcasts?limit=500`)).json();
      const known = new Set(broadcasts.map((each: { broadcast: string }) => each.broadcast));
      return ids.filter((id) => !known.has(id));
    };
    await expect.poll(unknown, WITHIN).toEqual([]);
  }

  const startedAt = Date.now() - 20_000;
  const joined = (broadcast: string, listener: string, after = 0) => ({
    type: 'join',
    ts: startedAt + after,
    broadcast,
    listener,
    connection: 'c',
  });

  beforeAll(async () => {
    browser = await openChromium();
    folder = await newFolder();
    const [port, metricsPort] = await freePorts();
    const env = { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort) };
    ingest = await startProduct('ingest', { folder, env });
    dashboard = await startProduct('dashboard', { folder, env });
  });
  afterEach(async () => {
    expect(await closePages(opened)).toEqual([]);
  });
  afterAll(async () => {
    await browser.close();
    await cleanUp();
  });

  it('an id of every odd character leads through all pages, and takes a note and a segment in two keystrokes', async () => {
    await send([joined(ODD, 'ann'), joined(ODD, 'ben', 9_000)]);
    await listed(ODD);
    const page = await open('/');
    await page.getByRole('link', { name: ODD }).click();
    await page.waitForURL('**/b/**');
    await page.locator('.live-page').waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(ODD);
    await expect.poll(() => shown(figure(page, 'Connected')), WITHIN).toBe(2);

    await page.getByPlaceholder('your name').fill('Ada');
    await page.keyboard.press('Tab');
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await page.keyboard.press('n');
    await page.keyboard.type('moved capacity');
    await page.keyboard.press('Enter');
    // the next one need not wait until this one is saved
    await page.keyboard.press('s');
    await page.keyboard.type('the speech');
    await page.keyboard.press('Enter');
    await page.getByText('moved capacity').waitFor();
    await page.getByText('saved', { exact: true }).waitFor();
    await page.keyboard.press('s');
    await page.getByPlaceholder('Empty ends “the speech”').waitFor();
    await page.keyboard.press('Enter');
    const exported = async () => {
      const lines = (await output(['export', 'events', ODD], { folder })).trim().split('\n');
      const events = lines.map((line) => JSON.parse(line));
      return events.filter(({ author }) => author === 'Ada').map(({ type, label }) => `${type} ${label ?? ''}`);
    };
    await expect.poll(exported, WITHIN).toEqual(['note moved capacity', 'segment_start the speech', 'segment_end ']);

    await page.keyboard.press('w');
    await page.locator('.wall').waitFor();
    await page.keyboard.press('Escape');
    for (const name of ['Replay', 'Claims', 'Compare']) {
      await page.getByRole('navigation', { name: 'Broadcast' }).getByRole('link', { name }).click();
      await page.waitForURL(/replay|claims|compare/);
      await page.getByText(ODD).first().waitFor();
      await page.goBack();
      await page.locator('.live-page').waitFor();
    }
  });

  it('nobody is 0 and not unknown; one is one', async () => {
    await send([joined('empty', 'ann'), { ...joined('empty', 'ann', 4_000), type: 'leave' }, joined('one', 'ann')]);
    await listed('empty', 'one');
    const page = await open('/b/empty');
    await expect.poll(() => shown(figure(page, 'Connected')), WITHIN).toBe(0);
    expect(await figure(page, 'Hearing').textContent()).toBe('not measured');
    await page.goto(`${dashboard.url}/b/one`);
    await expect.poll(() => shown(figure(page, 'Connected')), WITHIN).toBe(1);
  });

  it.each([390, 1280])('a million fits a screen %i wide, and a wall', async (width) => {
    const second = (at: number) => new Date(Date.UTC(2024, 0, 1, 20, 0, at)).toISOString();
    const curve = ['time,viewers', ...Array.from({ length: 90 }, (_, at) => `${second(at)},${1_000_000 - (at % 2)}`)];
    await writeFile(join(folder, 'million.csv'), curve.join('\n'));
    const id = `million-${width}`;
    const columns = ['--time', 'time', '--value', 'viewers', '--source', 'a made-up curve'];
    const kind = ['--broadcast', id, '--kind', 'concurrent'];
    expect(await headcount(['import', 'curve', 'million.csv', ...kind, ...columns], { folder })).toMatchObject({
      code: 0,
    });
    const page = await open(`/b/${id}`, { viewport: { width, height: 800 } });
    await page.getByText('1,000,000').first().waitFor();
    for (const path of [`/b/${id}`, '/', `/b/${id}?wall=1`]) {
      await page.goto(`${dashboard.url}${path}`);
      await page.getByText('1,000,000').first().waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      const cut = await page.evaluate(() =>
        [...document.querySelectorAll('.hero, .wall .v')].flatMap((each) =>
          each.scrollWidth > each.clientWidth + 1 ? [each.textContent] : [],
        ),
      );
      expect(cut).toEqual([]);
    }
  });

  it('two hundred at once are listed, move, and are found by a word', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `show-${String(index).padStart(3, '0')}`);
    await send(ids.flatMap((id) => [joined(id, 'ann'), joined(id, 'ben', 1_000)]));
    await listed(...ids);
    const page = await open('/');
    await expect.poll(() => page.locator('tr[data-broadcast^="show-"]').count(), WITHIN).toBe(200);
    await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));
    await send(ids.map((id) => joined(id, 'cem', 19_000)));
    const last = page.locator('tr[data-broadcast="show-199"] .c-connected');
    await expect.poll(() => last.textContent(), WITHIN).toBe('3');
    expect(await page.evaluate(() => 'stillTheSamePage' in window)).toBe(true);
    await page.keyboard.press('f');
    await page.keyboard.type('show-19');
    await expect.poll(() => page.locator('tr[data-broadcast]').count(), WITHIN).toBe(10);
    expect(page.url()).toContain('q=show-19');
  });
});
