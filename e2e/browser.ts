/** The one place that knows where Chromium is and how it is started. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** `PLAYWRIGHT_CHROMIUM`, else the system's, else Playwright's own. Says what to install where there is none; on CI that throws. */
export function findChromium(): { path: string } | { skipped: string } {
  const given = process.env.PLAYWRIGHT_CHROMIUM?.trim();
  if (given) {
    if (existsSync(given)) return { path: given };
    throw new Error(`PLAYWRIGHT_CHROMIUM is ${given}, and there is no such file: correct it, or unset it.`);
  }
  const places = ['/usr/bin/chromium', '/usr/bin/google-chrome', chromium.executablePath()];
  const path = places.find((place) => place !== '' && existsSync(place));
  if (path !== undefined) return { path };
  const skipped =
    'No Chromium for the browser tests: run `npx playwright install chromium`, or set PLAYWRIGHT_CHROMIUM to one.';
  if (process.env.CI) throw new Error(skipped);
  console.error(skipped);
  return { skipped };
}

export async function openChromium(): Promise<Browser> {
  const found = findChromium();
  if ('skipped' in found) throw new Error(found.skipped);
  return chromium.launch({ executablePath: found.path, args: FLAGS });
}

export interface WatchedPage {
  page: Page;
  /** console errors, uncaught exceptions and answers of 400 and above, as they came */
  faults: string[];
}

/** Closes pages and forgets them; what went wrong in them. */
export async function closePages(opened: WatchedPage[]): Promise<string[]> {
  const faults = opened.flatMap((each) => each.faults);
  await Promise.all(opened.splice(0).map(({ page }) => page.context().close()));
  return faults;
}

/** A page that remembers everything that went wrong in it. */
export async function watchedPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
  });
  return { page, faults };
}
