import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBroker } from '../broker.ts';
import { cleanUp, type Product } from '../product.ts';
import { LONG, openScene, owned, type Wanted, wantedFiles } from './scene.ts';

const broker = await openBroker({ own: true });

/** Waits until the processes have so many partitions each. */
async function untilOwned(shares: [Product, number][]): Promise<void> {
  const wanted = shares.map(([, share]) => share);
  await vi.waitFor(async () => expect(await Promise.all(shares.map(([product]) => owned(product)))).toEqual(wanted), {
    timeout: 60_000,
    interval: 200,
  });
}

describe.skipIf('skipped' in broker)('members of one group on one SQLite store count what one would', () => {
  let wanted: Wanted;

  beforeAll(async () => {
    wanted = await wantedFiles(13);
  });
  afterAll(async () => {
    await cleanUp();
    if ('stop' in broker) await broker.stop();
  });

  it('two, then three, then one, with a broker that restarts in between', { timeout: 600_000 }, async () => {
    if ('skipped' in broker) return;
    const scene = await openScene(broker, 'members', wanted);
    const [first, second] = await Promise.all([scene.start(), scene.start()]);
    await untilOwned([
      [first, 2],
      [second, 2],
    ]);
    await scene.send(0, 0.25, 20);
    const third = await scene.start();
    await scene.send(0.25, 0.5, 40);
    await vi.waitFor(async () => expect(await owned(third)).toBeGreaterThan(0), { timeout: 60_000, interval: 200 });
    await broker.restart();
    await scene.send(0.5, 0.7, 20);
    await second.stop();
    await scene.send(0.7, 0.85, 20);
    await third.kill();
    await scene.send(0.85, 1, 20);
    await untilOwned([[first, 4]]);
    await scene.expectExact();
    await first.stop();
    await scene.close();
  });

  it('a member that sleeps while its partitions move changes nothing when it wakes', { timeout: 600_000 }, async () => {
    if ('skipped' in broker) return;
    const scene = await openScene(broker, 'zombie', wanted);
    const [zombie, other] = await Promise.all([scene.start(), scene.start()]);
    await untilOwned([
      [zombie, 2],
      [other, 2],
    ]);
    const naps = LONG ? 3 : 1;
    for (let nap = 0; nap < naps; nap++) {
      // in the middle of reading: what it has counted and not yet stored is what it must not store any more
      const sending = scene.send(nap / naps, (nap + 0.7) / naps, 30);
      await vi.waitFor(async () => expect(await counted(zombie)).toBeGreaterThan(0), { timeout: 30_000, interval: 20 });
      zombie.suspend();
      await untilOwned([[other, 4]]);
      await sending;
      zombie.resume();
      await scene.send((nap + 0.7) / naps, (nap + 1) / naps, 30);
      await untilOwned([
        [zombie, 2],
        [other, 2],
      ]);
    }
    await scene.expectExact();
    await zombie.stop();
    await other.stop();
    await scene.close();
  });
});

async function counted({ ingestUrl }: Product): Promise<number> {
  const metrics = await (await fetch(`${ingestUrl}/metrics`)).text();
  return [...metrics.matchAll(/^ingest_records_total\{.*\} (\d+)/gm)].reduce((sum, [, n]) => sum + Number(n), 0);
}
