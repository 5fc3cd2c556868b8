import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, openBroker } from './broker.ts';
import { findChromium, openChromium, watchedPage } from './browser.ts';
import { figure, row, shown } from './dashboard.ts';
import { cleanUp, freePorts, headcount, output, type Product, startProduct } from './product.ts';
import { largest } from './series-file.ts';

const WITHIN = { timeout: 45_000, interval: 300 };
const TOPIC = 'broadcast-events';

const opened = await openBroker({ own: true });

describe.skipIf('skipped' in opened || 'skipped' in findChromium())('from Kafka to the screen', () => {
  let broker: Broker;
  let browser: Browser;
  let product: Product;

  beforeAll(async () => {
    if ('skipped' in opened) return;
    broker = opened;
    await broker.topic(TOPIC, 3);
    await broker.topic(`${TOPIC}.rejected`, 1);
    browser = await openChromium();
    product = await startProduct('start', { env: { KAFKA_BROKERS: broker.brokers } });
  });
  afterAll(async () => {
    await browser?.close();
    await cleanUp();
    if ('stop' in opened) await opened.stop();
  });

  it('a simulated launch sent to the topic is counted and shown', async () => {
    const { page, faults } = await watchedPage(browser);
    await page.goto(product.url);
    await page.getByRole('heading', { name: 'No events yet' }).waitFor();
    const size = ['--listeners', '600', '--minutes', '6', '--start', String(Date.now() - 7 * 60_000)];
    await output(['simulate', 'launch', '--to', 'kafka', ...size], { folder: product.folder, env: product.env });
    await row(page, 'launch').waitFor();
    expect(await page.getByText('Demo: simulated broadcast').count()).toBe(0);

    const peak = async () => {
      const csv = await output(['export', 'series', 'launch'], { folder: product.folder, env: product.env });
      return largest(csv, 'connected')?.toLocaleString('en');
    };
    await expect.poll(peak, WITHIN).toMatch(/\d{3}/);
    await expect.poll(() => row(page, 'launch').locator('.c-peak').textContent(), WITHIN).toBe(await peak());
    await page.goto(`${product.url}/b/launch`);
    await expect.poll(() => shown(figure(page, 'Connected')), WITHIN).not.toBeNull();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('a broker that goes away is said on the page and by doctor; when it is back, counting goes on', async () => {
    const { page, faults } = await watchedPage(browser);
    await page.goto(product.url);
    const pipeline = page.getByRole('region', { name: 'Pipeline' });
    await pipeline.waitFor();
    await broker.kill();
    await expect.poll(() => pipeline.textContent(), WITHIN).toMatch(/does not answer/);
    const doctor = await headcount(['doctor'], { folder: product.folder, env: product.env });
    expect(doctor.stdout).toMatch(/✕ Kafka at .* does not answer .*check KAFKA_BROKERS/);
    expect(doctor.code).toBe(1);
    expect((await fetch(`${product.ingestUrl}/readyz`)).status).toBe(503);

    await broker.restart();
    const size = ['--listeners', '100', '--minutes', '2', '--start', String(Date.now() - 3 * 60_000)];
    await output(['simulate', 'calm', '--to', 'kafka', ...size], { folder: product.folder, env: product.env });
    await row(page, 'calm').waitFor({ timeout: WITHIN.timeout });
    await expect.poll(() => pipeline.textContent(), WITHIN).not.toMatch(/does not answer/);
    expect(faults).toEqual([]);
    await page.context().close();
  }, 180_000);

  it('Ctrl-C ends it', async () => {
    await product.stop();
  });

  it('before there is a broker the page names the address it keeps trying', async () => {
    const [port] = await freePorts();
    const early = await startProduct('start', { env: { KAFKA_BROKERS: `127.0.0.1:${port}` } });
    const { page, faults } = await watchedPage(browser);
    await page.goto(early.url);
    const pipeline = page.getByRole('region', { name: 'Pipeline' });
    await expect.poll(() => pipeline.textContent(), WITHIN).toMatch(`127.0.0.1:${port} does not answer`);
    expect(await page.getByText('Demo: simulated broadcast').count()).toBe(0);
    expect(faults).toEqual([]);
    await page.context().close();
    await early.stop();
  });
});
