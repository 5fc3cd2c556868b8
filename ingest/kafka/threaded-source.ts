/** A topic fetched in a thread of its own, so that fetching and counting each have a core, and neither waits for the other's pauses. */
import { setTimeout as after } from 'node:timers/promises';
import type { Packed, Sink, Source } from '../source.ts';
import { startThread } from '../thread.ts';
import type { Fetching, FromFetching, ToFetching } from './fetch-messages.ts';
import type { KafkaSettings } from './kafka-settings.ts';
import type { KafkaSourceOptions } from './source.ts';

/** How often the other thread hears what is safe, and what is to be left unread, ms. */
const TELL_MS = 200;
/** A thread that is told to stop has so long to leave its group, ms. */
const GOODBYE_MS = 2_500;

/** A Buffer sent to another thread arrives as its bytes alone. */
function received(packed: Packed): Packed {
  const { buffer, byteOffset, length } = packed.bytes;
  return { ...packed, bytes: Buffer.from(buffer, byteOffset, length) };
}

/** As `kafkaSource`, and with the same promises. */
export function threadedKafkaSource(
  settings: KafkaSettings,
  log: (sentence: string) => void,
  { onRestart, mode = 'live' }: KafkaSourceOptions = {},
): Source {
  let trouble: string | null = null;

  async function run(sink: Sink, signal: AbortSignal): Promise<void> {
    const worker = startThread(new URL('./fetch.ts', import.meta.url), { settings, mode } satisfies Fetching);
    const say = (message: ToFetching): void => worker.postMessage(message);
    const stop = (): void => say({ kind: 'stop' });
    let heldBefore = '';
    const tellHeld = (): void => {
      const partitions = [...(sink.held?.() ?? [])];
      const now = partitions.join();
      if (now !== heldBefore) say({ kind: 'held', partitions });
      heldBefore = now;
    };
    const telling = setInterval(() => {
      tellHeld();
      say({ kind: 'safe', offsets: [...sink.safeOffsets()] });
    }, TELL_MS);
    // one message after the other: the order in which they were said is the order of the log
    let turn: Promise<void> = Promise.resolve();
    let failed = false;
    const gone = new Promise<void>((resolve) => worker.on('exit', () => resolve()));
    const ended = new Promise<void>((resolve, reject) => {
      const fail = (error: unknown): void => {
        failed = true;
        reject(error);
      };
      worker.on('message', (message: FromFetching) => {
        turn = turn.then(() => (failed ? undefined : hear(message))).catch(fail);
      });
      worker.on('error', fail);
      void gone.then(() => turn).then(() => fail(new Error('The fetching thread ended unasked: start ingest again.')));
      async function hear(message: FromFetching): Promise<void> {
        if (message.kind === 'batch') {
          await sink.batch({ ...message.batch, records: [], packed: received(message.batch.packed) });
          say({ kind: 'taken' });
          tellHeld();
        } else if (message.kind === 'start') {
          // what a partition goes on from may be long to read: who is told to stop does not begin with it
          if (signal.aborted) return;
          say({ kind: 'started', offset: await sink.start(message.partition) });
        } else if (message.kind === 'owned') {
          await sink.owned(message.partitions);
          say({ kind: 'owned' });
        } else if (message.kind === 'caughtUp') sink.caughtUp(message.partition, message.endOffset);
        else if (message.kind === 'heard') sink.heard?.(message.ends);
        else if (message.kind === 'log') log(message.sentence);
        else if (message.kind === 'restart') onRestart?.(message.reason);
        else if (message.kind === 'trouble') trouble = message.sentence;
        else if (message.error === null) resolve();
        else reject(Object.assign(new Error(message.error.message), { name: message.error.name }));
      }
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await ended;
    } finally {
      clearInterval(telling);
      signal.removeEventListener('abort', stop);
      // a member that says goodbye is not waited for by the others
      if (failed) stop();
      await Promise.race([gone, after(GOODBYE_MS)]);
      await worker.terminate();
    }
  }

  return { name: `kafka:${settings.topic}`, trouble: () => trouble, run };
}
