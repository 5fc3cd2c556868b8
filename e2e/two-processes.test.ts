import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openBroker } from './broker.ts';
import { madeUpLog } from './made-up-log.ts';
import { openPostgres } from './postgres.ts';
import { cleanUp, type Env, newFolder, output, startProduct } from './product.ts';
import { topicWriter } from './send-to-kafka.ts';
import { finalSeconds } from './series-file.ts';

const PARTITIONS = 4;
const LOTS = 30;
/** A log that begins long ago, so that nothing of it is in the future when it is sent as fast as it goes. */
const START_AT = Date.UTC(2024, 2, 1, 20);

const [broker, postgres] = await Promise.all([openBroker(), openPostgres()]);

afterAll(async () => {
  await cleanUp();
  if ('stop' in broker) await broker.stop();
  if ('stop' in postgres) await postgres.stop();
});

describe.skipIf('skipped' in broker || 'skipped' in postgres)('two ingest processes on one store', () => {
  async function owned(url: string): Promise<number> {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(/^ingest_partitions_assigned (\d+)/m.exec(metrics)?.[1] ?? 0);
  }

  it('count what one would have counted, though one of them is killed midway', async () => {
    if ('skipped' in broker || 'skipped' in postgres) return;
    const folder = await newFolder();
    const log = await madeUpLog(folder, 'silent', { listeners: 400, minutes: 6, seed: 12, startAt: START_AT });
    const file = join(folder, 'all.ndjson');
    await writeFile(file, `${log.lines.join('\n')}\n`);

    const topic = 'two-processes';
    await broker.topic(topic, PARTITIONS);
    await broker.topic(`${topic}.rejected`, 1);
    const env: Env = {
      HEADCOUNT_STORE: await postgres.database(),
      KAFKA_BROKERS: broker.brokers,
      KAFKA_TOPIC: topic,
      KAFKA_DLQ_TOPIC: `${topic}.rejected`,
    };
    const [first, second] = await Promise.all([
      startProduct('ingest', { folder: await newFolder(), env }),
      startProduct('ingest', { folder: await newFolder(), env }),
    ]);
    await vi.waitFor(
      async () => expect(await Promise.all([owned(first.ingestUrl), owned(second.ingestUrl)])).toEqual([2, 2]),
      { timeout: 30_000, interval: 200 },
    );

    const writer = await topicWriter(broker.brokers, topic);
    const size = Math.ceil(log.lines.length / LOTS);
    for (let lot = 0; lot < LOTS; lot++) {
      await writer.send(log.lines.slice(lot * size, (lot + 1) * size));
      if (lot === LOTS / 2) await first.kill();
      await pause(60);
    }
    await writer.close();

    const replayed = { folder, env: { HEADCOUNT_STORE: 'sqlite:replayed.db' } };
    await output(['replay', file], replayed);
    const wanted = finalSeconds(await output(['export', 'series', log.broadcast], replayed));
    let rows = new Map<string, string>();
    await vi.waitFor(
      async () => {
        rows = finalSeconds(await output(['export', 'series', log.broadcast], { folder, env }));
        expect(rows.size).toBeGreaterThan(6 * 60);
      },
      { timeout: 60_000, interval: 500 },
    );
    const differing = [...rows].filter(([time, row]) => wanted.get(time) !== row);
    expect(differing.slice(0, 5).map(([time, row]) => ({ time, row, wanted: wanted.get(time) }))).toEqual([]);
    expect(await owned(second.ingestUrl)).toBe(PARTITIONS);
    expect(first.said() + second.said()).not.toContain('refused a statement');
    await second.stop();
  });
});
