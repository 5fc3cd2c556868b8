import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBroker } from '../broker.ts';
import { cleanUp } from '../product.ts';
import { LONG, openScene, type Wanted, wantedFiles } from './scene.ts';

/** Another process may keep the store this long; what waits for it gives up after 10 s, and tries again. */
const LOCKED_MS = LONG ? 25_000 : 4_000;

const broker = await openBroker();

describe.skipIf('skipped' in broker)('a store that cannot be written for a while changes no number', () => {
  let wanted: Wanted;

  beforeAll(async () => {
    wanted = await wantedFiles(12);
  });
  afterAll(async () => {
    await cleanUp();
    if ('stop' in broker) await broker.stop();
  });

  it('the disk is full', { timeout: 600_000 }, async () => {
    if ('skipped' in broker) return;
    const scene = await openScene(broker, 'disk-full', wanted);
    const full = join(scene.folder, 'full');
    const ingest = await scene.start({ FAULT_FULL: full });
    await scene.send(0, 0.3, 20);
    for (let again = 0; again < (LONG ? 3 : 1); again++) {
      await writeFile(full, '');
      await scene.send(0.3 + again * 0.2, 0.5 + again * 0.2, 20);
      const times = again + 1;
      await vi.waitFor(
        () => expect(ingest.said().match(/database or disk is full/g)?.length ?? 0).toBeGreaterThanOrEqual(times),
        { timeout: 30_000, interval: 100 },
      );
      expect((await fetch(`${ingest.ingestUrl}/readyz`)).status).toBe(503);
      await rm(full);
    }
    await scene.send(LONG ? 0.9 : 0.5, 1, 20);
    await scene.expectExact();
    expect(ingest.said()).toMatch(/The store refused a checkpoint \(database or disk is full\); nothing is lost/);
    await ingest.stop();
    await scene.close();
  });

  it('another process has locked it', { timeout: 600_000 }, async () => {
    if ('skipped' in broker) return;
    const scene = await openScene(broker, 'locked', wanted);
    const ingest = await scene.start();
    await scene.send(0, 0.3, 20);
    const other = new Database(join(scene.folder, 'data', 'headcount.db'));
    other.exec('BEGIN IMMEDIATE');
    const sending = scene.send(0.3, 1, 20);
    await pause(LOCKED_MS);
    other.exec('ROLLBACK');
    other.close();
    await sending;
    await scene.expectExact();
    if (LONG) expect(ingest.said()).toMatch(/The store refused a checkpoint \(.*lock.*\); nothing is lost/);
    await ingest.stop();
    await scene.close();
  });
});
