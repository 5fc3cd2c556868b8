/**
 * One real Kafka broker for tests and for trying things out: the one of `KAFKA_BROKERS`, else Apache Kafka from its
 * Maven artifact, else its container image. `node --import tsx e2e/broker.ts` runs one until Ctrl-C.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { says } from './says.ts';

const run = promisify(execFile);

const KAFKA_VERSION = '4.1.0';
/** A new topic is served after this at the latest, ms. */
const SERVED_MS = 60_000;
const START_TRIES = 3;
const RETRY = { retries: 30, initialRetryTime: 100, maxRetryTime: 500 };
const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>headcount</groupId><artifactId>broker</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
<dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
</dependencies></project>
`;

export interface Broker {
  /** what `KAFKA_BROKERS` would hold */
  brokers: string;
  /** creates a topic, with topic settings such as `{ 'retention.ms': '1000' }` */
  topic(name: string, partitions: number, config?: Readonly<Record<string, string>>): Promise<void>;
  /** ends it and removes its data */
  stop(): Promise<void>;
  /** SIGKILL: connections break, data stays */
  kill(): Promise<void>;
  /** starts it again at the same address with the same data */
  restart(): Promise<void>;
}

/** A broker process that can end and begin again with its data. */
interface Engine {
  brokers: string;
  start(): Promise<void>;
  kill(): Promise<void>;
  /** after `kill`: removes what it wrote */
  remove(): Promise<void>;
}

/**
 * `own: true` asks for a broker that may be killed, so `KAFKA_BROKERS` is passed over. Without any way to run one it
 * says on stderr what to install and returns `skipped`; on CI it throws, so that nothing is skipped unseen there.
 */
export async function openBroker(options: { own?: boolean } = {}): Promise<Broker | { skipped: string }> {
  const given = process.env.KAFKA_BROKERS?.trim();
  if (given && !options.own) return givenBroker(given);
  for (let tries = 1; ; tries++) {
    const engine = (await javaEngine()) ?? (await dockerEngine());
    if (engine === null) break;
    try {
      return await ownBroker(engine);
    } catch (error) {
      // another process took the port between its choice and its use
      if (tries === START_TRIES || !(error instanceof Error && /bind|in use/i.test(error.message))) throw error;
    }
  }
  const skipped =
    'No Kafka for the tests that need one: install Java 17 or newer with Maven, or start Docker, or set KAFKA_BROKERS to a broker that may be written to.';
  if (process.env.CI) throw new Error(skipped);
  console.error(skipped);
  return { skipped };
}

function givenBroker(brokers: string): Broker {
  const notOurs = async () => {
    throw new Error(
      `The broker at ${brokers} is not ours to end: ask for one with openBroker({ own: true }), or unset KAFKA_BROKERS.`,
    );
  };
  return {
    brokers,
    topic: (name, partitions, config) => createTopic(brokers, name, partitions, config),
    stop: async () => {},
    kill: notOurs,
    restart: notOurs,
  };
}

async function ownBroker(engine: Engine): Promise<Broker> {
  const start = async () => {
    await engine.start();
    await joinOnce(engine.brokers);
  };
  const stop = async () => {
    await engine.kill();
    await engine.remove();
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers: engine.brokers,
    topic: (name, partitions, config) => createTopic(engine.brokers, name, partitions, config),
    stop,
    kill: () => engine.kill(),
    restart: async () => {
      await engine.kill();
      await start();
    },
  };
}

function client(brokers: string): Kafka {
  return new Kafka({
    brokers: brokers.split(','),
    clientId: 'headcount-e2e',
    logLevel: logLevel.NOTHING,
    retry: RETRY,
  });
}

async function createTopic(
  brokers: string,
  topic: string,
  numPartitions: number,
  config: Readonly<Record<string, string>> = {},
): Promise<void> {
  const admin = client(brokers).admin();
  await admin.connect();
  try {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    const endAt = performance.now() + SERVED_MS;
    const create = () =>
      admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions, configEntries }] });
    for (let made = false; !made; ) {
      made = await create().then(
        () => true,
        async (error: unknown) => {
          // a broker too busy to be heard of by its own controller may hold nothing until it is heard again
          if (!isFenced(error) || performance.now() > endAt) throw error;
          await pause(250);
          return false;
        },
      );
    }
    // its leaders begin one after the other, and each refuses until it has
    while ((await admin.fetchTopicOffsets(topic).catch(() => [])).length < numPartitions) {
      if (performance.now() > endAt) throw new Error(`Topic ${topic} was made, and is not served yet: run it again.`);
      await pause(100);
    }
  } finally {
    await admin.disconnect();
  }
}

function isFenced(error: unknown): boolean {
  const errors: unknown[] =
    error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  return errors.some((each) => each instanceof Error && 'type' in each && each.type === 'INVALID_REPLICATION_FACTOR');
}

/**
 * Joins a throw-away group: the first join on a fresh broker waits for the coordinator to load, and with one offsets
 * partition (`offsets.topic.num.partitions=1`) it has then loaded for every group.
 */
async function joinOnce(brokers: string): Promise<void> {
  const topic = 'warm-up';
  await createTopic(brokers, topic, 1);
  for (const endAt = performance.now() + SERVED_MS; ; ) {
    try {
      return await joinAndLeave(brokers, topic);
    } catch (error) {
      if (performance.now() > endAt) throw error;
    }
  }
}

async function joinAndLeave(brokers: string, topic: string): Promise<void> {
  const consumer = client(brokers).consumer({
    groupId: 'warm-up',
    maxWaitTimeInMs: 50,
    // one that breaks while it is told to leave would come back, and keep its process alive for ever
    retry: { ...RETRY, restartOnFailure: async () => false },
  });
  const joined = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  });
  joined.catch(() => {});
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    await consumer.run({ eachBatch: async () => {} });
    await joined;
  } finally {
    await consumer.disconnect();
  }
}

/** Null without Java 17, or without Maven where the jars are not here yet. */
async function javaEngine(): Promise<Engine | null> {
  if ((await javaVersion()) < 17) return null;
  const libs = await kafkaJars();
  if (libs === null) return null;
  const folder = await mkdtemp(join(tmpdir(), 'headcount-kafka-'));
  const [port, controllerPort] = await freePorts();
  const properties = join(folder, 'server.properties');
  try {
    await writeFile(properties, serverProperties(folder, port, controllerPort));
    await run('java', ['-cp', `${libs}/*`, 'kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', properties]);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }

  let server: { process: ChildProcess; guard: ChildProcess } | null = null;
  return {
    brokers: `127.0.0.1:${port}`,
    async start() {
      const args = ['-Xmx512m', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
      args.push('-Dorg.slf4j.simpleLogger.log.kafka.server=info', '-cp', `${libs}/*`, 'kafka.Kafka', properties);
      const child = spawn('java', args, { stdio: ['ignore', 'pipe', 'pipe'] });
      server = { process: child, guard: guardOf(child, folder) };
      await says(child, 'Kafka Server started', 'Kafka');
    },
    async kill() {
      if (server === null) return;
      await ended(server.process);
      await ended(server.guard);
      server = null;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function serverProperties(folder: string, port: number, controllerPort: number): string {
  const one = ['offsets.topic', 'transaction.state.log'].map((log) => `${log}.replication.factor=1`);
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    `log.dirs=${join(folder, 'data')}`,
    ...one,
    'transaction.state.log.min.isr=1',
    'offsets.topic.num.partitions=1',
    'group.initial.rebalance.delay.ms=0',
    'auto.create.topics.enable=false',
    'log.retention.check.interval.ms=1000',
    // a killed broker may register again once its session is over, by default after 9 s
    'broker.session.timeout.ms=2500',
    'broker.heartbeat.interval.ms=500',
    '',
  ].join('\n');
}

/** 16 random bytes, the first below 0x80: in base64url an id could otherwise begin with a hyphen, as an option does. */
function clusterId(): string {
  const bytes = randomBytes(16);
  bytes[0] = bytes.readUInt8(0) & 0x7f;
  return bytes.toString('base64url');
}

async function javaVersion(): Promise<number> {
  try {
    const { stderr, stdout } = await run('java', ['-version']);
    return Number(/version "(\d+)/.exec(stderr + stdout)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The folder of Kafka's jars, fetched with Maven once; null without Maven. */
async function kafkaJars(): Promise<string | null> {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', '.cache', 'headcount-kafka');
  const libs = join(root, KAFKA_VERSION);
  if (existsSync(libs)) return libs;
  try {
    await run('mvn', ['-version']);
  } catch {
    return null;
  }
  await mkdir(root, { recursive: true });
  // fetched aside and moved into place whole, since several test files may want them at the same moment
  const aside = await mkdtemp(join(root, 'fetch-'));
  try {
    await writeFile(join(aside, 'pom.xml'), POM);
    const goal = ['-q', '-B', '-f', join(aside, 'pom.xml'), 'dependency:copy-dependencies'];
    await run('mvn', [...goal, `-DoutputDirectory=${join(aside, 'libs')}`]);
    await rename(join(aside, 'libs'), libs).catch((error: unknown) => {
      if (!existsSync(libs)) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return libs;
}

/** Ends the broker and removes its data when this process goes, however it goes: its end of the pipe closes then. */
function guardOf(child: ChildProcess, folder: string): ChildProcess {
  const script = 'cat >/dev/null; kill -9 "$0" 2>/dev/null; sleep 1; rm -rf "$1"';
  return spawn('sh', ['-c', script, String(child.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

/** Two ports nobody listens on. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [first, second] = ports;
  if (!first || !second)
    throw new Error('The system gave no free port for a broker: close some programs and try again.');
  return [first, second];
}

/** The container image; null where no Docker answers. */
async function dockerEngine(): Promise<Engine | null> {
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}']);
  } catch {
    return null;
  }
  const [port] = await freePorts();
  const name = `headcount-kafka-${randomUUID()}`;
  const brokers = `127.0.0.1:${port}`;
  const settings = {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://${brokers}`,
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '1',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_LOG_RETENTION_CHECK_INTERVAL_MS: '1000',
    KAFKA_BROKER_SESSION_TIMEOUT_MS: '2500',
    KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '500',
  };
  let created = false;
  return {
    brokers,
    async start() {
      if (created) {
        await run('docker', ['start', name]);
        return;
      }
      const env = Object.entries(settings).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
      await run('docker', [
        'run',
        '-d',
        '--name',
        name,
        '-p',
        `${brokers}:9092`,
        ...env,
        `apache/kafka:${KAFKA_VERSION}`,
      ]);
      created = true;
    },
    async kill() {
      if (created) await run('docker', ['kill', name]).catch(() => {});
    },
    async remove() {
      if (created) await run('docker', ['rm', '-f', '-v', name]);
    },
  };
}

async function main(): Promise<void> {
  const broker = await openBroker({ own: true });
  if ('skipped' in broker) {
    process.exitCode = 1;
    return;
  }
  console.log(`KAFKA_BROKERS=${broker.brokers}`);
  console.log('A throw-away broker; Ctrl-C ends it and removes its data.');
  const alive = setInterval(() => {}, 60_000);
  const end = async () => {
    clearInterval(alive);
    await broker.stop();
    process.exit(0);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
