/** Where simulated events go: a file, standard output, or the topic. Each takes lots in order and holds back who is too fast. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { EventProducer, OutgoingRecord } from '../ingest/kafka/producer.ts';
import { type BroadcastEvent, isControl } from '../lib/event/event.ts';
import { printEvent } from '../lib/event/print.ts';
import { cannotWrite } from './cannot-write.ts';

export interface EventOutput {
  /** resolves when more may come; false: nobody reads any longer, so stop */
  write(events: readonly BroadcastEvent[]): Promise<boolean>;
  /** resolves when everything is where it should be. Rejects with a sentence when it is not */
  end(): Promise<void>;
}

/** Characters handed to a stream at once. */
const LOT_CHARS = 1 << 18;
/** Records handed to the producer at once, at most. */
const LOT_RECORDS = 10_000;

/** Resolves once the file is there to be written. Rejects with a sentence. `.gz` at the end of its name compresses it. */
export async function openFileOutput(path: string): Promise<EventOutput> {
  const file = createWriteStream(path);
  try {
    await once(file, 'open');
  } catch (cause) {
    throw new Error(cannotWrite(path, cause), { cause });
  }
  if (!path.endsWith('.gz')) return streamOutput(file, path);
  const gzip = createGzip();
  gzip.pipe(file);
  return streamOutput(gzip, path, file);
}

/** `stdout` stays open at the end. A reader that goes away (as `head` does) ends the output without an error. */
export function openStandardOutput(stdout: Writable): EventOutput {
  return streamOutput(stdout, 'standard output', null);
}

/** `last`: the stream whose finishing means that all is written; null: `stream` is not ours to end. */
function streamOutput(stream: Writable, name: string, last: Writable | null = stream): EventOutput {
  let failure: Error | null = null;
  const fail = (error: Error) => {
    failure ??= error;
  };
  stream.on('error', fail);
  if (last !== null && last !== stream) last.on('error', fail);

  /** Whether writing may go on; throws where that is an error. */
  function goesOn(): boolean {
    if (failure === null) return true;
    if ('code' in failure && failure.code === 'EPIPE' && last === null) return false;
    throw new Error(cannotWrite(name, failure), { cause: failure });
  }

  async function put(text: string): Promise<boolean> {
    if (!goesOn()) return false;
    if (!stream.write(text)) await drained(stream, last);
    return goesOn();
  }

  return {
    async write(events) {
      let lot = '';
      for (const event of events) {
        lot += `${printEvent(event)}\n`;
        if (lot.length < LOT_CHARS) continue;
        if (!(await put(lot))) return false;
        lot = '';
      }
      return lot === '' ? goesOn() : put(lot);
    },
    async end() {
      if (last !== null) {
        stream.end();
        await finished(last).catch(fail);
      }
      goesOn();
      stream.off('error', fail);
    },
  };
}

/** Resolves when `stream` takes more, or when it or `last` has failed. */
async function drained(stream: Writable, last: Writable | null): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      stream.off('drain', done);
      stream.off('error', done);
      stream.off('close', done);
      last?.off('error', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('error', done);
    stream.on('close', done);
    last?.on('error', done);
  });
}

/** Sends lots one after the other, the next one made while the last one travels. */
export function producerOutput(producer: EventProducer): EventOutput {
  let travelling: Promise<void> = Promise.resolve();
  let lot: OutgoingRecord[] = [];

  async function send(): Promise<void> {
    const records = lot;
    lot = [];
    await travelling;
    travelling = producer.send(records);
    // A rejection surfaces at the next await; until then it is not unhandled.
    travelling.catch(() => {});
  }

  return {
    async write(events) {
      for (const event of events) {
        lot.push({ key: keyOf(event), value: printEvent(event) });
        if (lot.length >= LOT_RECORDS) await send();
      }
      if (lot.length > 0) await send();
      return true;
    },
    async end() {
      try {
        await travelling;
      } finally {
        await producer.close();
      }
    },
  };
}

/** All connections of a listener meet in one partition; a control event goes by its broadcast. */
export function keyOf(event: BroadcastEvent): string {
  return isControl(event) ? event.broadcast : event.listener;
}
