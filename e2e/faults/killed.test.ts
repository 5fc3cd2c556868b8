import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBroker } from '../broker.ts';
import { cleanUp, freePorts, headcount, newFolder, output, type Product, startProduct } from '../product.ts';
import { finalSeconds } from '../series-file.ts';
import { LONG, openScene, type Wanted, wantedFiles } from './scene.ts';

const KILLS = LONG ? 25 : 5;
/** from an answer to the next kill, ms */
const DELAYS = fc.integer({ min: 0, max: 900 });
/** the numbers of the checkpoints that are not survived */
const CHECKPOINTS = LONG ? [1, 2, 3, 5, 8, 13] : [1, 3];

const broker = await openBroker();

describe.skipIf('skipped' in broker)('ingest killed at any instant counts what it would have counted', () => {
  let wanted: Wanted;

  beforeAll(async () => {
    wanted = await wantedFiles(11);
  });
  afterAll(async () => {
    await cleanUp();
    if ('stop' in broker) await broker.stop();
  });

  it(`from a topic, killed ${KILLS} times`, { timeout: 600_000 }, async () => {
    if ('skipped' in broker) return;
    const scene = await openScene(broker, 'killed', wanted);
    let ingest = await scene.start();
    const sending = scene.send(0, 1, KILLS * 30);
    for (const delay of fc.sample(DELAYS, KILLS)) {
      await pause(delay);
      await ingest.kill();
      ingest = await scene.start();
    }
    await sending;
    await scene.expectExact();
    await ingest.stop();
    await scene.close();
  });

  it('from a topic, killed in a checkpoint: before its commit, and after it', { timeout: 600_000 }, async () => {
    if ('skipped' in broker) return;
    const scene = await openScene(broker, 'killed-in-checkpoint', wanted);
    const sending = scene.send(0, 1, CHECKPOINTS.length * 80);
    for (const at of CHECKPOINTS) {
      await scene.startAndDie({ FAULT_KILL: 'before', FAULT_AT: String(at) });
      await scene.startAndDie({ FAULT_KILL: 'after', FAULT_AT: String(at) });
    }
    await sending;
    const ingest = await scene.start();
    await scene.expectExact();
    await ingest.stop();
    await scene.close();
  });

  it('over HTTP: what was answered is counted, and what was sent twice is counted once', async () => {
    const folder = await newFolder();
    const [port, metricsPort] = await freePorts();
    const env = { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort) };
    const { broadcast, lines } = wanted.log;
    let ingest = await startProduct('ingest', { folder, env });
    const size = Math.ceil(lines.length / 50);
    const sending = (async () => {
      for (let at = 0; at < lines.length; at += size) {
        await posted(lines.slice(at, at + size), () => ingest);
        await pause(60);
      }
    })();
    for (const delay of fc.sample(DELAYS, Math.ceil(KILLS / 2))) {
      await pause(delay);
      await ingest.kill();
      ingest = await startProduct('ingest', { folder, env });
    }
    await sending;
    const rows = finalSeconds(wanted.series);
    await vi.waitFor(
      async () => {
        const got = finalSeconds(await output(['export', 'series', broadcast], { folder, env }));
        expect([...rows].filter(([time, row]) => got.get(time) !== row).slice(0, 5)).toEqual([]);
      },
      { timeout: 60_000, interval: 500 },
    );
    expect(await headcount(['verify', broadcast], { folder, env })).toMatchObject({ code: 0 });
    await ingest.stop();
  });
});

/** Posts until it is answered, by whichever process is there. */
async function posted(lines: readonly string[], current: () => Product): Promise<void> {
  await vi.waitFor(
    async () => {
      const answer = await fetch(`${current().ingestUrl}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: `${lines.join('\n')}\n`,
      });
      expect(await answer.json()).toEqual({ accepted: lines.length, rejected: [] });
    },
    { timeout: 30_000, interval: 100 },
  );
}
