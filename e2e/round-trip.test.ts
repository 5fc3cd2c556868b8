import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openBroker } from './broker.ts';
import { madeUpLog } from './made-up-log.ts';
import { cleanUp, newFolder, output, ROOT, startProduct } from './product.ts';
import { topicWriter } from './send-to-kafka.ts';
import { finalSeconds } from './series-file.ts';

const broker = await openBroker();

/** Recordings of real audiences, where there are any: NDJSON, compressed, in `irc` below this folder. */
const data = process.env.HEADCOUNT_DATA ?? join(ROOT, '../shared/data');
const recordings = existsSync(join(data, 'irc'))
  ? readdirSync(join(data, 'irc')).filter((name) => name.endsWith('.ndjson.gz'))
  : [];
if (recordings.length === 0) {
  console.error(`No recordings in ${data}/irc: set HEADCOUNT_DATA to a folder that has them, to count real ones too.`);
}

describe.skipIf('skipped' in broker)('a log that went through a topic is counted as the file it came from', () => {
  afterAll(async () => {
    await cleanUp();
    if ('stop' in broker) await broker.stop();
  });

  async function inTopic(topic: string, lines: readonly string[]): Promise<Record<string, string>> {
    if ('skipped' in broker) throw new Error(broker.skipped);
    await broker.topic(topic, 4);
    await broker.topic(`${topic}.rejected`, 1);
    const writer = await topicWriter(broker.brokers, topic);
    await writer.send(lines);
    await writer.close();
    return {
      KAFKA_BROKERS: broker.brokers,
      KAFKA_TOPIC: topic,
      KAFKA_DLQ_TOPIC: `${topic}.rejected`,
      KAFKA_GROUP: topic,
    };
  }

  it('a made-up launch: replayed from the topic every byte, read live every final second', async () => {
    const folder = await newFolder();
    const made = { listeners: 500, minutes: 12, seed: 5, startAt: Date.UTC(2024, 2, 1, 20) };
    const { broadcast, lines } = await madeUpLog(folder, 'launch', made);
    await writeFile(join(folder, 'all.ndjson'), `${lines.join('\n')}\n`);
    const env = await inTopic('made-up-launch', lines);
    await output(['replay', 'all.ndjson', '--store', 'sqlite:file.db'], { folder });
    await output(['replay', 'kafka', '--store', 'sqlite:topic.db'], { folder, env });
    const what = async (kind: string, store: string) =>
      output(['export', kind, broadcast, '--store', `sqlite:${store}`], { folder });
    for (const kind of ['series', 'stays']) {
      expect(differences(await what(kind, 'topic.db'), await what(kind, 'file.db'))).toEqual([]);
    }

    const ingest = await startProduct('ingest', { folder, env });
    const wanted = finalSeconds(await what('series', 'file.db'));
    await vi.waitFor(
      async () => {
        const live = finalSeconds(await output(['export', 'series', broadcast], { folder, env: ingest.env }));
        expect(live.size).toBeGreaterThan(12 * 60);
        expect([...live].filter(([time, row]) => wanted.get(time) !== row)).toEqual([]);
      },
      { timeout: 60_000, interval: 500 },
    );
    await ingest.stop();
  });

  it.skipIf(recordings.length === 0).each(recordings.length === 0 ? ['a recording of a real audience'] : recordings)(
    '%s',
    async (name) => {
      const folder = await newFolder();
      const path = join(data, 'irc', name);
      const lines = gunzipSync(readFileSync(path)).toString('utf8').trimEnd().split('\n');
      const env = await inTopic(basename(name, '.ndjson.gz'), lines);
      // months of seconds: both side by side
      await Promise.all([
        output(['replay', path, '--store', 'sqlite:file.db'], { folder, timeout: 300_000 }),
        output(['replay', 'kafka', '--store', 'sqlite:topic.db'], { folder, env, timeout: 300_000 }),
      ]);
      const broadcasts = new Set(lines.map((line) => String(JSON.parse(line).broadcast)));
      expect(broadcasts.size).toBeGreaterThan(0);
      for (const broadcast of broadcasts) {
        const what = async (kind: string, store: string) =>
          fingerprint(
            await output(['export', kind, broadcast, '--store', `sqlite:${store}`], { folder, timeout: 400_000 }),
          );
        const [fromTopic, fromFile] = await Promise.all([what('series', 'topic.db'), what('series', 'file.db')]);
        expect(fromTopic).toEqual(fromFile);
        expect(fromFile.lines).toBeGreaterThan(1_000);
        expect(await what('stays', 'topic.db')).toEqual(await what('stays', 'file.db'));
      }
    },
    900_000,
  );
});

/** The first lines that differ, by number. */
function differences(
  got: string,
  wanted: string,
): { line: number; got: string | undefined; wanted: string | undefined }[] {
  const [g, w] = [got.split('\n'), wanted.split('\n')];
  const lines = Array.from({ length: Math.max(g.length, w.length) }, (_, at) => at);
  const differing = lines.filter((at) => g[at] !== w[at]).slice(0, 5);
  return differing.map((at) => ({ line: at + 1, got: g[at], wanted: w[at] }));
}

function fingerprint(text: string): { lines: number; sha256: string } {
  return { lines: text.split('\n').length, sha256: createHash('sha256').update(text).digest('hex') };
}
