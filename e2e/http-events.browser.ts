import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium, watchedPage } from './browser.ts';
import { figure, row, shown } from './dashboard.ts';
import { cleanUp, freePorts, newFolder, type Product, startProduct } from './product.ts';

const WITHIN = { timeout: 20_000, interval: 200 };

describe.skipIf('skipped' in findChromium())('events sent over HTTP', () => {
  let browser: Browser;
  let ingest: Product;
  let dashboard: Product;

  beforeAll(async () => {
    browser = await openChromium();
    const folder = await newFolder();
    const [port, metricsPort] = await freePorts();
    const env = { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort) };
    ingest = await startProduct('ingest', { folder, env });
    dashboard = await startProduct('dashboard', { folder, env });
  });
  afterAll(async () => {
    await browser.close();
    await cleanUp();
  });

  const startedAt = Date.now() - 20_000;
  const event = (type: string, listener: string, afterSeconds: number, more: object = {}) => ({
    type,
    ts: startedAt + afterSeconds * 1000,
    broadcast: 'town-hall',
    listener,
    connection: `${listener}-1`,
    ...more,
  });

  async function send(events: readonly object[]): Promise<unknown> {
    const answer = await fetch(`${ingest.ingestUrl}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: events.map((each) => JSON.stringify(each)).join('\n'),
    });
    return answer.json();
  }

  it('turn the first-run page into the list, and count on the page of their broadcast', async () => {
    const { page, faults } = await watchedPage(browser);
    await page.goto(dashboard.url);
    await page.getByRole('heading', { name: 'No events yet' }).waitFor();

    const joins = ['ann', 'ben', 'cem'].map((name) => event('join', name, 0, { heartbeatMs: 10_000 }));
    const playing = ['ann', 'ben'].map((name) => event('playing', name, 1, { startupMs: 400 }));
    expect(await send([...joins, ...playing, event('heartbeat', 'ann', 5)])).toEqual({ accepted: 6, rejected: [] });
    await row(page, 'town-hall').waitFor(); // without a reload
    await expect.poll(() => row(page, 'town-hall').locator('.c-connected').textContent(), WITHIN).toBe('3');

    await row(page, 'town-hall').getByRole('link').first().click();
    await expect.poll(() => shown(figure(page, 'Connected')), WITHIN).toBe(3);
    await expect.poll(() => shown(figure(page, 'Hearing')), WITHIN).toBe(2);
    expect(await page.getByText('Demo: simulated broadcast').count()).toBe(0);

    await send([event('leave', 'ben', 8), event('heartbeat', 'ann', 12), event('heartbeat', 'cem', 12)]);
    await expect.poll(() => shown(figure(page, 'Connected')), WITHIN).toBe(2);
    await expect.poll(() => shown(figure(page, 'Hearing')), WITHIN).toBe(1);
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('that do not fit are refused line by line with the reason, the others are taken', async () => {
    const answer = await send([event('heartbeat', 'ann', 13), { type: 'join' }, event('wave', 'ann', 13)]);
    expect(answer).toEqual({
      accepted: 1,
      rejected: [
        { line: 2, reason: 'field', detail: expect.stringMatching(/\w/) },
        { line: 3, reason: 'type', detail: expect.stringMatching(/\w/) },
      ],
    });
  });

  it('are in the metrics', async () => {
    const scrape = async () => (await fetch(`${ingest.ingestUrl}/metrics`)).text();
    await expect.poll(scrape, WITHIN).toMatch(/^broadcast_connected_listeners\{broadcast="town-hall"\} 2$/m);
    await expect.poll(scrape, WITHIN).toMatch(/^ingest_rejected_total\{reason="field"\} 1$/m);
  });

  it('both processes end on Ctrl-C', async () => {
    await dashboard.stop();
    await ingest.stop();
  });
});
