import { afterAll, describe, expect, it } from 'vitest';
import { cleanUp, newFolder, ROOT, startProduct } from './product.ts';

afterAll(cleanUp);

describe('npm start', () => {
  it('answers in the checkout, and Ctrl-C ends every process of it', async () => {
    const folder = await newFolder();
    const product = await startProduct('start', {
      folder,
      program: ['npm', 'start'],
      cwd: ROOT,
      env: { HEADCOUNT_STORE: `sqlite:${folder}/data/headcount.db` },
    });
    const overview = async () => (await fetch(product.url)).text();
    await expect.poll(overview, { timeout: 15_000, interval: 200 }).toMatch(/data-broadcast="demo-launch"/);
    await product.stop();
  });
});
