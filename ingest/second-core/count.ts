/** The thread that counts: takes blocks of records in order, and flushes when event time advances. */
import { parentPort } from 'node:worker_threads';
import { ScannedEvent, scanRecord } from '../../lib/event/scan.ts';
import { BroadcastCounter } from '../../lib/presence/counter.ts';
import { type Block, type FromCounting, HEAD, pack, type ToCounting } from './messages.ts';

interface Counting {
  broadcast: string;
  counter: BroadcastCounter;
}

const counters: Counting[] = [];
const scanned = new ScannedEvent();

function take({ bytes, heads, records }: Block): void {
  // decoding texts from a Buffer is several times faster
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < HEAD * records; at += HEAD) {
    const counting = counters[heads[at] ?? 0];
    const start = heads[at + 1] ?? 0;
    const end = heads[at + 2] ?? 0;
    if (counting !== undefined && scanRecord(buffer, start, end, null, scanned)) {
      counting.counter.applyScanned(buffer, start, end, scanned, counting.broadcast);
    }
  }
}

function send(message: FromCounting, transfer: ArrayBuffer[]): void {
  parentPort?.postMessage(message, transfer);
}

parentPort?.on('message', (message: ToCounting) => {
  if (message.kind === 'open') {
    const { broadcast, options } = message;
    counters[message.counter] = { broadcast, counter: new BroadcastCounter(options) };
    return;
  }
  if (message.kind === 'block') {
    take(message.block);
    const { bytes, heads } = message.block;
    if (bytes.buffer instanceof ArrayBuffer && heads.buffer instanceof ArrayBuffer) {
      send({ kind: 'taken', block: message.block }, [bytes.buffer, heads.buffer]);
    }
    return;
  }
  const counter = counters[message.counter]?.counter;
  if (counter === undefined) return;
  if (message.kind === 'event') counter.apply(message.event);
  else if (message.kind === 'end') counter.endRoom(message.room, message.at);
  else {
    counter.advance(message.asOf, message.own);
    const flushed = pack(counter.flush(), counter.summary.groups);
    const { groups, seconds, counts, numbers } = flushed;
    send(
      { kind: 'flushed', counter: message.counter, summary: counter.summary, flushed },
      [groups, seconds, counts, numbers, ...flushed.failures]
        .map(({ buffer }) => buffer)
        .filter((b) => b instanceof ArrayBuffer),
    );
  }
});
