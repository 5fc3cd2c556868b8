/** `npm run screenshots`: the pictures of the documentation, taken from the running demo in its first crash window. */
import { join } from 'node:path';
import { openChromium, watchedPage } from './browser.ts';
import { row } from './dashboard.ts';
import { cleanUp, ROOT, startProduct } from './product.ts';

const DEMO = 'demo-launch';
/** The demo runs ten times as fast as a broadcast; its room fails some minutes in, and has failed for a while then. */
const CRASH_MS = 240_000;
const WHILE_MS = 25_000;

const browser = await openChromium();
try {
  const product = await startProduct('start', { readyMs: 300_000 });
  const { page, faults } = await watchedPage(browser, { colorScheme: 'light', deviceScaleFactor: 1 });
  await page.goto(`${product.url}/b/${DEMO}`);
  await page.locator('.five.open').waitFor({ timeout: CRASH_MS });
  await page.waitForTimeout(WHILE_MS);
  await page.locator('.recharts-surface path').first().waitFor();
  await page.screenshot({ path: join(ROOT, 'docs', 'live.png') });
  await page.goto(product.url);
  await row(page, DEMO).waitFor();
  await page.screenshot({ path: join(ROOT, 'docs', 'overview.png') });
  await page.context().close();
  await product.stop();
  if (faults.length > 0) throw new Error(`The pages were not without faults:\n${faults.join('\n')}`);
  console.log('Written: docs/live.png, docs/overview.png');
} finally {
  await browser.close();
  await cleanUp();
}
