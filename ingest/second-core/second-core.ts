/** A thread that counts a part of the listeners while this one reads, counts the rest, and stores. */
import type { Worker } from 'node:worker_threads';
import type { ListenerEvent } from '../../lib/event/event.ts';
import type { ScannedEvent } from '../../lib/event/scan.ts';
import type { CounterOptions, Flushed } from '../../lib/presence/counter.ts';
import { type CounterSummary, emptySummary } from '../../lib/presence/summary.ts';
import { startThread } from '../thread.ts';
import { type Block, type FromCounting, HEAD, type ToCounting, unpack } from './messages.ts';

const BLOCK_BYTES = 1 << 20;
const BLOCK_RECORDS = 1 << 14;
/** blocks that may wait to be counted before reading pauses */
const WAITING = 32;

export class SecondCore {
  readonly #worker: Worker;
  readonly #counters: RemoteCounter[] = [];
  readonly #empty: Block[] = [];
  #block: Block | null = null;
  /** what the block is a copy of */
  #bytes: Uint8Array | null = null;
  #waiting = 0;
  #flushing = 0;
  #trouble: Error | null = null;
  #heard: (() => void)[] = [];

  constructor() {
    this.#worker = startThread(new URL('./count.ts', import.meta.url));
    this.#worker.on('message', (message: FromCounting) => this.#hear(message));
    this.#worker.on('error', (cause) => {
      this.#trouble = new Error(
        `The counting thread ended: ${String(cause)}; replay the log again with --partitions 1`,
        {
          cause,
        },
      );
      this.#wake();
    });
  }

  open(broadcast: string, options: CounterOptions): RemoteCounter {
    const number = this.#counters.length;
    const counter = new RemoteCounter(this, number);
    this.#counters.push(counter);
    const { defaultHeartbeatMs, breakdowns, finalOnly = true, sweepAbove } = options;
    const plain = { defaultHeartbeatMs, breakdowns, finalOnly, ...(sweepAbove === undefined ? {} : { sweepAbove }) };
    this.send({ kind: 'open', counter: number, broadcast, options: plain });
    return counter;
  }

  /** Sends the record in [start, end) of `bytes` to a counter, in a while; `bytes` are copied when they are new. */
  add(counter: number, bytes: Uint8Array, start: number, end: number): void {
    let block = this.#block;
    if (block === null || bytes !== this.#bytes || block.records === BLOCK_RECORDS) {
      this.#sendBlock();
      block = this.#newBlock(bytes.length);
      block.bytes.set(bytes);
      this.#block = block;
      this.#bytes = bytes;
    }
    const at = HEAD * block.records++;
    block.heads[at] = counter;
    block.heads[at + 1] = start;
    block.heads[at + 2] = end;
  }

  #newBlock(length: number): Block {
    const empty = this.#empty.pop();
    if (empty !== undefined && empty.bytes.length >= length) {
      empty.records = 0;
      return empty;
    }
    return {
      bytes: new Uint8Array(Math.max(length, BLOCK_BYTES)),
      heads: new Int32Array(HEAD * BLOCK_RECORDS),
      records: 0,
    };
  }

  #sendBlock(): void {
    const block = this.#block;
    if (block === null) return;
    this.#block = null;
    this.#bytes = null;
    this.#waiting++;
    const { bytes, heads } = block;
    const transfer = [bytes.buffer, heads.buffer].filter((b) => b instanceof ArrayBuffer);
    this.#worker.postMessage({ kind: 'block', block } satisfies ToCounting, transfer);
  }

  /** Sends what is not a record; all records before go first. */
  send(message: ToCounting): void {
    this.#sendBlock();
    if (message.kind === 'advance') this.#flushing++;
    this.#worker.postMessage(message);
  }

  #hear(message: FromCounting): void {
    if (message.kind === 'taken') {
      this.#waiting--;
      this.#empty.push(message.block);
    } else {
      this.#flushing--;
      const { summary, flushed } = message;
      this.#counters[message.counter]?.heard(summary, unpack(flushed, summary.groups));
    }
    this.#wake();
  }

  #wake(): void {
    const heard = this.#heard;
    this.#heard = [];
    for (const go of heard) go();
  }

  /** Resolves once not too much waits to be counted; null: it does not. */
  calm(): Promise<void> | null {
    return this.#waiting < WAITING && this.#trouble === null ? null : this.#until(() => this.#waiting < WAITING);
  }

  /** Resolves once everything asked for has been flushed. */
  flushed(): Promise<void> {
    return this.#until(() => this.#flushing === 0);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#trouble !== null) throw this.#trouble;
      await new Promise<void>((resolve) => this.#heard.push(resolve));
    }
    if (this.#trouble !== null) throw this.#trouble;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** A counter in the other thread; what it flushed is here once `SecondCore.flushed` has resolved. */
export class RemoteCounter {
  summary: CounterSummary = emptySummary();
  readonly openConnections = 0;
  readonly #core: SecondCore;
  readonly #number: number;
  #flushed: Flushed[] = [];

  constructor(core: SecondCore, number: number) {
    this.#core = core;
    this.#number = number;
  }

  apply(event: ListenerEvent): void {
    this.#core.send({ kind: 'event', counter: this.#number, event });
  }

  applyScanned(bytes: Uint8Array, start: number, end: number, _scanned: ScannedEvent, _broadcast: string): void {
    this.#core.add(this.#number, bytes, start, end);
  }

  endRoom(room: string, at: number): void {
    this.#core.send({ kind: 'end', counter: this.#number, room, at });
  }

  advance(asOf: number, own: number): void {
    this.#core.send({ kind: 'advance', counter: this.#number, asOf, own });
  }

  heard(summary: CounterSummary, flushed: Flushed): void {
    this.summary = summary;
    this.#flushed.push(flushed);
  }

  flush(): Flushed {
    const all = this.#flushed;
    this.#flushed = [];
    const [only] = all;
    if (all.length === 1 && only !== undefined) return only;
    return {
      rows: all.flatMap(({ rows }) => rows),
      failures: all.flatMap(({ failures }) => failures),
      finalStays: all.flatMap(({ finalStays }) => finalStays),
      openStays: [],
      journal: null,
    };
  }
}
