import { Kafka, logLevel } from 'kafkajs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openBroker } from './broker.ts';
import { cleanUp, freePorts, headcount, newFolder, output, startProduct } from './product.ts';
import { topicWriter } from './send-to-kafka.ts';

const broker = await openBroker();

afterAll(async () => {
  await cleanUp();
  if ('stop' in broker) await broker.stop();
});

const events = Array.from({ length: 40 }, (_, i) =>
  JSON.stringify({ type: 'join', ts: 1_709_323_200_000 + i * 1000, broadcast: 'talk', listener: `u${i % 8}` }),
);

describe('a broker that is not there', () => {
  it('doctor says where it looked and what to check', async () => {
    const [port] = await freePorts();
    const env = { KAFKA_BROKERS: `127.0.0.1:${port}`, ...(await freeDoors()) };
    const { code, stdout } = await headcount(['doctor'], { folder: await newFolder(), env });
    expect(stdout).toMatch(new RegExp(`✕ .*127\\.0\\.0\\.1:${port}.*KAFKA_BROKERS`));
    expect(code).toBe(1);
  });

  it('simulate says so in one sentence', async () => {
    const [port] = await freePorts();
    const args = ['simulate', 'calm', '--to', 'kafka', '--listeners', '50', '--minutes', '2'];
    const { code, stderr } = await headcount(args, {
      folder: await newFolder(),
      env: { KAFKA_BROKERS: `127.0.0.1:${port}` },
    });
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      new RegExp(`^headcount simulate: .*127\\.0\\.0\\.1:${port}.*\\.$`),
    );
    expect(code).toBe(1);
  });

  it('--to kafka without KAFKA_BROKERS says what to set', async () => {
    const { code, stderr } = await headcount(['simulate', 'calm', '--to', 'kafka'], { folder: await newFolder() });
    expect(stderr).toMatch(/^headcount simulate: [^\n]*KAFKA_BROKERS[^\n]*\.\n$/);
    expect(code).not.toBe(0);
  });
});

describe.skipIf('skipped' in broker)('a topic', () => {
  async function examined(topic: string, keyed: boolean): Promise<{ code: number | null; stdout: string }> {
    if ('skipped' in broker) throw new Error(broker.skipped);
    await broker.topic(topic, 2);
    const writer = await topicWriter(broker.brokers, topic);
    await writer.send(events, { keyed });
    await writer.close();
    return doctorOf(topic);
  }

  async function doctorOf(topic: string): Promise<{ code: number | null; stdout: string }> {
    if ('skipped' in broker) throw new Error(broker.skipped);
    const env = { KAFKA_BROKERS: broker.brokers, KAFKA_TOPIC: topic, ...(await freeDoors()) };
    return headcount(['doctor'], { folder: await newFolder(), env });
  }

  it('keyed by listener is fine', async () => {
    const { code, stdout } = await examined('keyed', true);
    expect(stdout).toContain('✓ Topic keyed is keyed by listener id');
    expect(code).toBe(0);
  });

  it('without the expected key is named, with what to do', async () => {
    const { code, stdout } = await examined('keyless', false);
    expect(stdout).toMatch(/✕ Topic keyless is not keyed by listener id.*listener id as the record key\./);
    expect(code).toBe(1);
  });

  it('that does not exist is named, with the command that makes it', async () => {
    const { code, stdout } = await doctorOf('nowhere');
    expect(stdout).toMatch(/✕ Topic nowhere does not exist.*--create --topic nowhere/);
    expect(code).toBe(1);
  });
});

describe.skipIf('skipped' in broker)('ingest', () => {
  async function prepared(topic: string, config: Record<string, string>, keyed = true) {
    if ('skipped' in broker) throw new Error(broker.skipped);
    await broker.topic(topic, 2, config);
    const writer = await topicWriter(broker.brokers, topic);
    await writer.send(events, { keyed });
    const env = { KAFKA_BROKERS: broker.brokers, KAFKA_TOPIC: topic, KAFKA_GROUP: topic, ...(await freeDoors()) };
    return { env, writer, folder: await newFolder() };
  }

  it('says at its start that a topic is not keyed by listener', async () => {
    const { env, writer, folder } = await prepared('spread', {}, false);
    await writer.close();
    const ingest = await startProduct('ingest', { folder, env });
    await vi.waitFor(() => expect(ingest.said()).toMatch(/Topic spread is not keyed by listener id.*record key\./), {
      timeout: 20_000,
      interval: 100,
    });
    await ingest.stop();
  });

  it('ends with how many records were lost where the topic no longer has them', async () => {
    if ('skipped' in broker) return;
    const { env, writer, folder } = await prepared('shortened', {});
    const first = await startProduct('ingest', { folder, env });
    await vi.waitFor(
      async () =>
        expect(await output(['export', 'series', 'talk'], { folder, env: first.env })).toContain(
          '2024-03-01T20:00:39Z',
        ),
      { timeout: 30_000, interval: 500 },
    );
    await first.stop();
    await writer.send(events);
    await writer.close();
    await emptied(broker.brokers, 'shortened', 2);
    const ended = await headcount(['ingest'], { folder, env });
    expect(ended.stderr).toMatch(
      /headcount ingest: Topic shortened, partition \d: .*so \d+ records were deleted before being read.*\.\n$/,
    );
    expect(ended.code).toBe(1);
  });

  it('ends with what to do where it cannot read a compression', async () => {
    const { env, writer, folder } = await prepared('packed', { 'compression.type': 'zstd' });
    await writer.close();
    const ended = await headcount(['ingest'], { folder, env });
    expect(ended.stderr).toMatch(/headcount ingest: [^\n]*compressed with zstd[^\n]*use gzip or none[^\n]*\.\n$/);
    expect(ended.code).toBe(1);
  });
});

/** Deletes all records of the topic. */
async function emptied(brokers: string, topic: string, partitions: number): Promise<void> {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    // kafkajs deletes only in topics that it has met
    await admin.fetchTopicOffsets(topic);
    const all = Array.from({ length: partitions }, (_, partition) => ({ partition, offset: '-1' }));
    await admin.deleteTopicRecords({ topic, partitions: all });
  } finally {
    await admin.disconnect();
  }
}

async function freeDoors(): Promise<Record<string, string>> {
  const [port, metricsPort] = await freePorts();
  return { HEADCOUNT_PORT: String(port), HEADCOUNT_METRICS_PORT: String(metricsPort) };
}
