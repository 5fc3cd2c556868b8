import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

  it('killed outright, it leaves no dashboard behind; a setting in .env reaches the pages', async () => {
    const folder = await newFolder();
    await writeFile(join(folder, '.env'), 'HEADCOUNT_TIMEZONE=Asia/Tokyo\n');
    const product = await startProduct('start', { folder });
    expect(/UTC\+9/.test(await (await fetch(product.url)).text())).toBe(true);
    await product.killFirst();
    const answers = () =>
      fetch(product.url).then(
        () => true,
        () => false,
      );
    await expect.poll(answers, { timeout: 10_000, interval: 100 }).toBe(false);
    await product.kill();
  });
});
