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
    const page = await fetch(product.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('demo-launch');
    await product.stop();
  });
});
