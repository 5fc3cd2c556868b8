import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBroker } from './broker.ts';
import { type MadeUpLog, madeUpLog } from './made-up-log.ts';
import { cleanUp, type Env, freePorts, headcount, newFolder, output, type Product, startProduct } from './product.ts';
import { topicWriter } from './send-to-kafka.ts';
import { finalSeconds } from './series-file.ts';

const KILLS = 5;
const LOTS = 50;
/** A log that begins long ago, so that nothing of it is in the future when it is sent as fast as it goes. */
const START_AT = Date.UTC(2024, 2, 1, 20);

const broker = await openBroker();

describe.skipIf('skipped' in broker)('ingest killed at any instant counts what it would have counted', () => {
  let folder: string;
  let log: MadeUpLog;
  let wanted: Map<string, string>;

  beforeAll(async () => {
    folder = await newFolder();
    log = await madeUpLog(folder, 'silent', { listeners: 400, minutes: 6, seed: 11, startAt: START_AT });
    const file = join(folder, 'all.ndjson');
    await writeFile(file, `${log.lines.join('\n')}\n`);
    await output(['replay', file, '--store', 'sqlite:replayed.db'], { folder });
    wanted = finalSeconds(
      await output(['export', 'series', log.broadcast, '--store', 'sqlite:replayed.db'], { folder }),
    );
    expect(await headcount(['verify', file], { folder })).toMatchObject({ code: 0, stderr: expect.any(String) });
  });
  afterAll(async () => {
    await cleanUp();
    if ('stop' in broker) await broker.stop();
  });

  /** Sends the log in lots while ingest is killed and started again. Resolves with the one that runs at the end. */
  async function whileKilled(
    start: () => Promise<Product>,
    send: (lines: readonly string[], ingest: () => Product) => Promise<void>,
  ): Promise<Product> {
    let ingest = await start();
    let sent = false;
    const sending = (async () => {
      const size = Math.ceil(log.lines.length / LOTS);
      for (let at = 0; at < log.lines.length; at += size) {
        await send(log.lines.slice(at, at + size), () => ingest);
        await pause(60);
      }
      sent = true;
    })();
    const delays = fc.sample(fc.integer({ min: 0, max: 900 }), KILLS);
    for (const delay of delays) {
      await pause(delay);
      await ingest.kill();
      ingest = await start();
    }
    await sending;
    expect(sent).toBe(true);
    return ingest;
  }

  /** Its final seconds, once those of the log's main part are final. */
  async function counted(ingest: Product, env: Env = ingest.env): Promise<Map<string, string>> {
    let rows = new Map<string, string>();
    await vi.waitFor(
      async () => {
        rows = finalSeconds(await output(['export', 'series', log.broadcast], { folder: ingest.folder, env }));
        expect(rows.size).toBeGreaterThan(6 * 60);
      },
      { timeout: 60_000, interval: 500 },
    );
    return rows;
  }

  function expectTheSame(rows: Map<string, string>): void {
    const differing = [...rows].filter(([time, row]) => wanted.get(time) !== row);
    expect(differing.slice(0, 5).map(([time, row]) => ({ time, row, wanted: wanted.get(time) }))).toEqual([]);
  }

  it('from a topic', async () => {
    if ('skipped' in broker) return;
    const topic = 'killed';
    await broker.topic(topic, 3);
    await broker.topic(`${topic}.rejected`, 1);
    const own = await newFolder();
    const kafka = { KAFKA_BROKERS: broker.brokers, KAFKA_TOPIC: topic, KAFKA_DLQ_TOPIC: `${topic}.rejected` };
    const writer = await topicWriter(broker.brokers, topic);
    try {
      const ingest = await whileKilled(
        () => startProduct('ingest', { folder: own, env: kafka }),
        (lines) => writer.send(lines),
      );
      expectTheSame(await counted(ingest));
      const verified = await headcount(['verify', log.broadcast], { folder: own, env: ingest.env });
      expect(verified).toMatchObject({ code: 0, stderr: '' });
      await ingest.stop();
    } finally {
      await writer.close();
    }
  });

  it('over HTTP: what was answered is counted, and what was sent twice is counted once', async () => {
    const own = await newFolder();
    const [port, metricsPort] = await freePorts();
    const env = { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort) };
    const ingest = await whileKilled(
      () => startProduct('ingest', { folder: own, env }),
      (lines, current) =>
        vi.waitFor(
          async () => {
            const answer = await fetch(`${current().ingestUrl}/v1/events`, {
              method: 'POST',
              headers: { 'content-type': 'application/x-ndjson' },
              body: `${lines.join('\n')}\n`,
            });
            expect(await answer.json()).toEqual({ accepted: lines.length, rejected: [] });
          },
          { timeout: 30_000, interval: 100 },
        ),
    );
    expectTheSame(await counted(ingest));
    expect(await headcount(['verify', log.broadcast], { folder: own, env: ingest.env })).toMatchObject({ code: 0 });
    await ingest.stop();
  });
});
