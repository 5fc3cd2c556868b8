/** The thread that fetches: a source whose sink is in the other thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Sink } from '../source.ts';
import { type Fetching, type FromFetching, pack, type ToFetching } from './fetch-messages.ts';
import { kafkaSource } from './source.ts';

/** Batches that may wait to be counted before fetching pauses. */
const WAITING = 4;
/** How often it is looked whether what is wrong has changed, ms. */
const TROUBLE_MS = 100;

const { settings, mode }: Fetching = workerData;
const stopping = new AbortController();
/** who waits for an answer, in the order of the questions */
const asked: ((offset: number | null) => void)[] = [];
let waiting = 0;
let room: () => void = () => undefined;
let held: ReadonlySet<number> = new Set();
let safe: ReadonlyMap<number, number> = new Map();

function say(message: FromFetching, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

parentPort?.on('message', (message: ToFetching) => {
  if (message.kind === 'started') asked.shift()?.(message.offset);
  else if (message.kind === 'owned') asked.shift()?.(null);
  else if (message.kind === 'taken') {
    waiting--;
    room();
  } else if (message.kind === 'held') held = new Set(message.partitions);
  else if (message.kind === 'safe') safe = new Map(message.offsets);
  else {
    stopping.abort();
    room();
  }
});

const sink: Sink = {
  start(partition) {
    say({ kind: 'start', partition });
    return new Promise((resolve) => asked.push(resolve));
  },
  async owned(partitions) {
    say({ kind: 'owned', partitions });
    await new Promise((resolve) => asked.push(resolve));
  },
  async batch(batch) {
    const packed = pack(batch);
    const { bytes, ends, offsets, timestamps } = packed.packed;
    waiting++;
    const buffers = [bytes.buffer, ends.buffer, offsets.buffer, timestamps.buffer];
    say(
      { kind: 'batch', batch: packed },
      buffers.filter((buffer) => buffer instanceof ArrayBuffer),
    );
    while (waiting >= WAITING && !stopping.signal.aborted) await new Promise<void>((resolve) => (room = resolve));
  },
  caughtUp: (partition, endOffset) => say({ kind: 'caughtUp', partition, endOffset }),
  heard: (ends) => say({ kind: 'heard', ends }),
  safeOffsets: () => safe,
  held: () => held,
};

const source = kafkaSource(settings, (sentence) => say({ kind: 'log', sentence }), {
  mode,
  onRestart: (reason) => say({ kind: 'restart', reason }),
});
let told: string | null = null;
const telling = setInterval(() => {
  const trouble = source.trouble();
  if (trouble === told) return;
  told = trouble;
  say({ kind: 'trouble', sentence: trouble });
}, TROUBLE_MS);
let error: { name: string; message: string } | null = null;
try {
  await source.run(sink, stopping.signal);
} catch (cause) {
  error =
    cause instanceof Error ? { name: cause.name, message: cause.message } : { name: 'Error', message: String(cause) };
}
clearInterval(telling);
say({ kind: 'ended', error });
parentPort?.close();
