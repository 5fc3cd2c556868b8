import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closePages, findChromium, openChromium, type WatchedPage, watchedPage } from './browser.ts';
import { row } from './dashboard.ts';
import { cleanUp, freePorts, newFolder, type Product, startProduct, until } from './product.ts';
import { launchLog, sendAsItHappens, type UnderWay } from './under-way.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PASSWORD = 'a long enough password';
const ID = 'launch';
const LIVE = `/b/${ID}`;
const PAGES = [
  '/',
  LIVE,
  `${LIVE}?wall=1`,
  `${LIVE}/replay`,
  `${LIVE}/claims`,
  `/compare?b=${ID}`,
  '/help',
  '/b/nobody',
];
/** Seen on a phone, in the dark theme. */
const ON_A_PHONE = [
  '/',
  `${LIVE}/replay`,
  `${LIVE}/claims`,
  `/compare?b=${ID}&layout=small`,
  `/compare?b=${ID}&kind=unique`,
  '/?q=nothing+like+it',
  '/nowhere',
];
/** What a person prints. */
const PRINTED = ['/', `${LIVE}/replay`, `${LIVE}/claims`];
const PAPER = { width: 794, height: 1123 };

describe.skipIf('skipped' in findChromium())('for everybody', () => {
  let browser: Browser;
  let ingest: Product;
  let dashboard: Product;
  /** a dashboard with a password and an empty store */
  let fresh: Product;
  let sending: UnderWay;
  const opened: WatchedPage[] = [];

  async function open(path: string, options: Parameters<typeof watchedPage>[1] = {}): Promise<Page> {
    const watched = await watchedPage(browser, options);
    opened.push(watched);
    await watched.page.goto(`${dashboard.url}${path}`);
    await watched.page.waitForLoadState('load');
    return watched.page;
  }

  beforeAll(async () => {
    browser = await openChromium();
    const folder = await newFolder();
    const [port, metricsPort] = await freePorts();
    const env = { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort) };
    ingest = await startProduct('ingest', { folder, env });
    const { log } = await launchLog({ folder, listeners: 400, minutes: 30, failedMs: 90_000 });
    sending = await sendAsItHappens(log, () => ingest.ingestUrl);
    dashboard = await startProduct('dashboard', { folder, env });
    fresh = await startProduct('dashboard', {
      env: {
        ...{ HEADCOUNT_AUTH: 'password', HEADCOUNT_PASSWORD: PASSWORD },
        HEADCOUNT_SESSION_SECRET: '0123456789abcdef0123456789abcdef0123456789',
      },
    });
    await until(
      async () => (await (await fetch(`${dashboard.url}/api/broadcasts`)).json()).broadcasts.length === 1,
      20_000,
      () => 'the broadcast is not in the store.',
    );
  });
  afterEach(async () => {
    const faults = (await closePages(opened)).filter((fault) => !/404|nobody|nowhere/.test(fault));
    expect(faults).toEqual([]);
  });
  afterAll(async () => {
    await sending?.stop();
    await browser.close();
    await cleanUp();
  });

  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    it.each(PAGES)('axe finds nothing against the page %s', async (path) => {
      const page = await open(path, { colorScheme });
      await page.locator('main').first().waitFor();
      if (path.startsWith(LIVE) && !path.endsWith('claims')) await page.locator('.recharts-surface').first().waitFor();
      expect(await violations(page)).toEqual([]);
    });

    it('nor against a phone, the list of keys, a definition, the table of the chart and the menus', async () => {
      const page = await open(LIVE, { colorScheme, viewport: { width: 390, height: 844 } });
      await page.locator('.recharts-surface').first().waitFor();
      expect(await violations(page)).toEqual([]);
      await page.setViewportSize({ width: 1280, height: 800 });
      for (const key of ['?', 'd', 'e']) {
        await page.keyboard.press(key);
        await page.waitForTimeout(50);
        expect(await violations(page)).toEqual([]);
        await page.keyboard.press('Escape');
      }
    });
  });

  it('a page is read, and takes nothing', async () => {
    for (const path of ['/', LIVE, '/help']) {
      const answer = await fetch(`${dashboard.url}${path}`, { method: 'POST', body: '{}' });
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    }
  });

  it.each(ON_A_PHONE)('nor against %s on a phone, which it is not wider than', async (path) => {
    const page = await open(path, { colorScheme: 'dark', viewport: { width: 390, height: 844 } });
    await page.locator('main').first().waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
  });

  it.each(['light', 'dark'] as const)('nor against what opens on the pages, in the %s theme', async (colorScheme) => {
    const page = await open('/', { colorScheme });
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('dialog', { name: 'Columns' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Any date' }).click();
    await page.getByRole('dialog', { name: 'Days' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${dashboard.url}${LIVE}/replay`);
    await page.getByRole('button', { name: 'Add a note' }).click();
    await page.locator('.player').getByRole('button', { name: 'Connected' }).click();
    await page.getByRole('dialog', { name: 'Connected' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${dashboard.url}${LIVE}/claims`);
    await page.getByLabel('A claim, as it was said').fill('400 people were in at the peak');
    await page.keyboard.press('Enter');
    await page
      .getByRole('form', { name: 'Confirm what was claimed' })
      .getByText(/Supported|Contradicted|Cannot/)
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it.each(['light', 'dark'] as const)(
    'nor against signing in and a store without events, in the %s theme',
    async (colorScheme) => {
      const page = await open('/help', { colorScheme });
      await page.goto(`${fresh.url}/login?trouble=wrong`);
      await page.getByRole('alert').first().waitFor();
      expect(await violations(page)).toEqual([]);
      await page.getByLabel('Password').fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'No events yet' }).waitFor();
      expect(await violations(page)).toEqual([]);
      await page.goto(`${fresh.url}/compare`);
      await page.getByText('No broadcast to compare yet').waitFor();
      expect(await violations(page)).toEqual([]);
    },
  );

  it('every page can be walked with the Tab key alone, and shows where it stands', async () => {
    for (const path of ['/', LIVE, `${LIVE}/replay`, `${LIVE}/claims`, `/compare?b=${ID}`]) {
      const page = await open(path);
      await page.locator('main').first().waitFor();
      const unseen = await walk(page);
      expect(unseen).toEqual([]);
    }
  });

  it('the keys of the overview move, open, pick, compare and filter', async () => {
    const page = await open('/');
    await row(page, ID).waitFor();
    await page.keyboard.press('j');
    await page.locator('tr.sel').waitFor();
    await page.keyboard.press('x');
    await page.getByRole('button', { name: /^Compare 1/ }).waitFor();
    expect(page.url()).toContain('pick=launch');
    await page.keyboard.press('f');
    await page.keyboard.type('nothing like it');
    await page.getByText(/The one broadcast does not match/).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('c');
    await page.waitForURL('**/compare?b=launch**');
    await page.goBack();
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('q');
  });

  it('the list behind ? names every key; single keys can be switched off there', async () => {
    const page = await open(LIVE);
    await page.keyboard.press('?');
    const list = page.getByRole('dialog', { name: 'Keyboard' });
    await list.waitFor();
    for (const words of ['add a note at this second', 'wall board', 'follow live', 'next, previous row']) {
      await list.getByText(words).waitFor();
    }
    await list.getByRole('checkbox').uncheck();
    await page.keyboard.press('Escape');
    await page.keyboard.press('w');
    await page.waitForTimeout(300);
    expect(page.url()).not.toContain('wall=1');
    await page.evaluate(() => localStorage.clear());
    await page.keyboard.press('w');
    await page.waitForURL('**wall=1');
    await page.keyboard.press('Escape');
    await page.waitForURL(`**${LIVE}`);
  });

  it.each([LIVE, `${LIVE}/replay`])('with reduced motion nothing moves on %s', async (path) => {
    const page = await open(path, { reducedMotion: 'reduce' });
    await page.locator('main').first().waitFor();
    const moving = await page.evaluate(
      () => document.getAnimations().filter((each) => each.playState === 'running').length,
    );
    expect(moving).toBe(0);
  });

  it('on paper the bars and fields are gone, and the ground is white', async () => {
    const page = await open(LIVE, { colorScheme: 'dark' });
    await page.locator('.recharts-surface').first().waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.chrome').isVisible()).toBe(false);
    expect(await page.locator('form.note').isVisible()).toBe(false);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
  });

  it.each(PRINTED)('on paper %s is as wide as the paper, white, without bars, fields and buttons', async (path) => {
    const page = await open(path, { colorScheme: 'dark', viewport: PAPER });
    await page.locator('main').first().waitFor();
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => wider(page), { timeout: 20_000 }).toEqual([]);
    const left = page.locator('.chrome, .tabs, .btn, input, select, [aria-pressed]').filter({ visible: true });
    expect(await left.evaluateAll((all) => all.map((each) => each.outerHTML.slice(0, 120)))).toEqual([]);
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
  });
});

/** What reaches beyond the right edge. */
function wider(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('main *')]
      .filter((each) => each.checkVisibility() && each.getBoundingClientRect().right > innerWidth + 1)
      .map((each) => `${each.tagName} ${each.getAttribute('class') ?? ''}`)
      .slice(0, 5),
  );
}

/** What axe-core finds, one line each. The script is run as DevTools would, past the page's own policy. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const axe: { run(options: object): Promise<{ violations: Violation[] }> } = Reflect.get(window, 'axe');
    const result = await axe.run({ resultTypes: ['violations'] });
    return result.violations.map(({ id, nodes }) => ({ id, at: nodes.map(({ target }) => target.join(' ')) }));
  });
  return found.map(({ id, at }) => `${id}: ${at.slice(0, 3).join(', ')}`);
}

interface Violation {
  id: string;
  nodes: { target: string[] }[];
}

/** Presses Tab until it is round; what had the focus without a ring, or out of sight. */
async function walk(page: Page): Promise<string[]> {
  const unseen: string[] = [];
  for (let step = 0; step < 300; step++) {
    await page.keyboard.press('Tab');
    const look = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const { width, height, top, left } = element.getBoundingClientRect();
      const ring = [element, element.parentElement].some((each) => {
        if (each === null) return false;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      });
      const inSight = width > 0 && height > 0 && top >= 0 && left >= 0 && top < innerHeight;
      const name = element.getAttribute('aria-label') ?? element.textContent ?? element.tagName;
      return ring && inSight ? '' : `${name.slice(0, 40)} ${ring ? 'is out of sight' : 'has no ring'}`;
    });
    if (look === null) return unseen;
    if (look !== '') unseen.push(look);
  }
  return [...unseen, 'the walk does not end'];
}
