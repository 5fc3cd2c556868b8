/** A made-up broadcast on its way through a topic into a store, and what has to come out whatever happens on the way. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, vi } from 'vitest';
import type { Broker } from '../broker.ts';
import { type MadeUpLog, madeUpLog } from '../made-up-log.ts';
import { type Env, freePorts, headcount, newFolder, output, type Product, startProduct } from '../product.ts';
import { topicWriter } from '../send-to-kafka.ts';

/** `npm run faults`: more listeners, more kills, longer troubles. */
export const LONG = process.env.FAULTS === 'long';

/** A log that begins long ago, so that nothing of it is in the future when it is sent as fast as it goes. */
const START_AT = Date.UTC(2024, 2, 1, 20);
const MINUTES = LONG ? 12 : 4;
const PARTITIONS = 4;
const LOTS = 60;

export interface Wanted {
  log: MadeUpLog;
  series: string;
  stays: string;
}

/** The log, and what its file gives, which the recount by brute force has agreed with. */
export async function wantedFiles(seed: number): Promise<Wanted> {
  const folder = await newFolder();
  const listeners = LONG ? 1_500 : 200;
  const log = await madeUpLog(folder, 'silent', { listeners, minutes: MINUTES, seed, startAt: START_AT });
  const file = join(folder, 'all.ndjson');
  await writeFile(file, `${log.lines.join('\n')}\n`);
  const env = { HEADCOUNT_STORE: 'sqlite:replayed.db' };
  await output(['replay', file], { folder, env });
  expect(await headcount(['verify', file], { folder, timeout: 180_000 })).toMatchObject({ code: 0 });
  const { broadcast } = log;
  return { log, series: await seriesOf(broadcast, folder, env), stays: await staysOf(broadcast, folder, env) };
}

/** The part of the export that is final once the listener has come who comes long after the others. */
async function seriesOf(broadcast: string, folder: string, env: Env): Promise<string> {
  const to = new Date(START_AT + (MINUTES + 12) * 60_000).toISOString();
  const series = await output(['export', 'series', broadcast, '--to', to], { folder, env });
  // a backlog that comes after partitions were idle is allowed to raise the revision, and nothing else
  return series.replace(/,final,\d+$/gm, ',final,1');
}

/** All stays but that listener's. */
async function staysOf(broadcast: string, folder: string, env: Env): Promise<string> {
  const stays = await output(['export', 'stays', broadcast], { folder, env });
  return stays.replace(/^latecomer,.*\n/gm, '');
}

export interface Scene {
  /** of every ingest of the scene, but for its ports */
  readonly env: Env;
  readonly folder: string;
  start(more?: Env): Promise<Product>;
  /** one that ends itself at a fault point; resolves when it has */
  startAndDie(fault: Env): Promise<void>;
  /** sends the lots in [from, to) of the log, shares of 1, with a pause after each, ms */
  send(from: number, to: number, pauseMs: number): Promise<void>;
  /** rejects where the final export differs in a byte from what is wanted, or from a recount of the topic */
  expectExact(): Promise<void>;
  close(): Promise<void>;
}

export async function openScene(broker: Broker, topic: string, wanted: Wanted): Promise<Scene> {
  await broker.topic(topic, PARTITIONS);
  await broker.topic(`${topic}.rejected`, 1);
  const folder = await newFolder();
  const env: Env = {
    KAFKA_BROKERS: broker.brokers,
    KAFKA_TOPIC: topic,
    KAFKA_DLQ_TOPIC: `${topic}.rejected`,
    KAFKA_GROUP: topic,
  };
  const { log } = wanted;
  const writer = await topicWriter(broker.brokers, topic);
  const faultPoints = pathToFileURL(join(import.meta.dirname, 'fault-points.mjs')).href;
  const start = async (more: Env = {}): Promise<Product> => {
    const [port, metricsPort] = await freePorts();
    const ports = { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort) };
    const faults = Object.keys(more).length > 0 ? { NODE_OPTIONS: `--import=${faultPoints}` } : {};
    return startProduct('ingest', { folder, env: { ...env, ...ports, ...faults, ...more } });
  };
  return {
    env,
    folder,
    start,
    async startAndDie(fault) {
      // it may die before it answers
      const product = await start(fault).catch((error: unknown) => {
        if (!/ended with null before it answered/.test(String(error))) throw error;
        return null;
      });
      await product?.ended();
    },
    async send(from, to, pauseMs) {
      const size = Math.ceil(log.lines.length / LOTS);
      for (let lot = Math.round(from * LOTS); lot < Math.round(to * LOTS); lot++) {
        await writer.send(log.lines.slice(lot * size, (lot + 1) * size));
        await pause(pauseMs);
      }
    },
    async expectExact() {
      const rows = wanted.series.split('\n').length - 2;
      let series = '';
      await vi.waitFor(
        async () => {
          series = await seriesOf(log.broadcast, folder, env);
          expect(series.match(/,final,1$/gm)?.length ?? 0).toBe(rows);
        },
        { timeout: 90_000, interval: 1_000 },
      );
      expect(differing(series, wanted.series)).toEqual([]);
      expect(differing(await staysOf(log.broadcast, folder, env), wanted.stays)).toEqual([]);
      const verified = await headcount(['verify', log.broadcast], { folder, env, timeout: 180_000 });
      expect(verified).toMatchObject({ code: 0, stderr: '' });
    },
    close: () => writer.close(),
  };
}

/** The first lines that differ. */
function differing(
  got: string,
  wanted: string,
): { line: number; got: string | undefined; wanted: string | undefined }[] {
  if (got === wanted) return [];
  const [g, w] = [got.split('\n'), wanted.split('\n')];
  const lines = Array.from({ length: Math.max(g.length, w.length) }, (_, at) => at);
  const found = lines.filter((at) => g[at] !== w[at]).slice(0, 5);
  return found.map((at) => ({ line: at + 1, got: g[at], wanted: w[at] }));
}

/** How many partitions an ingest process has. */
export async function owned({ ingestUrl }: Product): Promise<number> {
  const metrics = await (await fetch(`${ingestUrl}/metrics`)).text();
  return Number(/^ingest_partitions_assigned (\d+)/m.exec(metrics)?.[1] ?? 0);
}
