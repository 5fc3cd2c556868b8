/** The log that a broadcast was counted from, record by record, for counting it again. */
import { createReadStream } from 'node:fs';
import type { Reader } from '../lib/store/read.ts';
import { archiveOf } from './archive.ts';
import { lines } from './file.ts';
import { type RawRecord, topicRecords } from './kafka/records.ts';
import { logText } from './log-text.ts';
import type { Settings } from './settings.ts';

const CHUNK_BYTES = 1 << 20;

/** Throws a sentence where the log is not to be had. */
export async function* recordsOf(settings: Settings, reader: Reader, broadcast: string): AsyncGenerator<RawRecord> {
  const topic = (await reader.sources(broadcast)).find((name) => name.startsWith('kafka:'))?.slice('kafka:'.length);
  const file = archiveOf(settings.dataFolder, broadcast);
  if (topic === undefined && file) yield* fileRecords(file);
  else if (topic !== undefined && settings.kafka) yield* topicRecords(settings.kafka);
  else {
    throw new Error(
      topic !== undefined
        ? `The events of "${broadcast}" are in the topic ${topic}: set KAFKA_BROKERS to read them`
        : `The events of "${broadcast}" were not kept: they are in the file it was replayed from; replay it with --archive --replace to keep them`,
    );
  }
}

/** NDJSON, plain or gzipped. */
export async function* fileRecords(path: string): AsyncGenerator<RawRecord> {
  const raw = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  for await (const { records } of lines(logText(raw, path, CHUNK_BYTES))) {
    for (const { value } of records) yield { partition: 0, value, timestampMs: null };
  }
}
