/** What is measured, each in a process of its own. Every part says its figures as a line of text or several. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseRecord } from '../../lib/event/parse.ts';
import { parseFast, ScannedEvent, scanRecord } from '../../lib/event/scan.ts';
import { openWriteStore } from '../../lib/store/open.ts';
import { feed, newCounter } from './counting.ts';
import { eachLine, heartbeats, joins, START } from './lines.ts';
import { add, measured, NO_TIME, resident, type Took } from './measure.ts';

export interface Size {
  /** lines read in the comparison of readers */
  read: number;
  /** open connections at which memory is measured, and the rate of counting */
  memory: number[];
  growth: number[];
  /** records counted at each of these sizes, at least */
  counted: number;
  /** open connections in the measurement of pauses, and checkpoints made */
  pause: number;
  checkpoints: number;
  /** records of the topic that is drained, and the listeners they are of */
  drained: number;
  drainedListeners: number;
}

export const SMALL: Size = {
  read: 60_000,
  memory: [100_000],
  growth: [10_000, 100_000],
  counted: 200_000,
  pause: 50_000,
  checkpoints: 20,
  drained: 300_000,
  drainedListeners: 20_000,
};
export const USUAL: Size = {
  read: 300_000,
  memory: [1_000_000],
  growth: [10_000, 100_000, 1_000_000],
  counted: 2_000_000,
  pause: 1_000_000,
  checkpoints: 120,
  drained: 2_000_000,
  drainedListeners: 50_000,
};
export const LARGE: Size = { ...USUAL, memory: [1_000_000, 10_000_000], growth: [...USUAL.growth, 10_000_000] };

const HEARTBEAT_MS = 30_000;
/** listeners made at a time, so that their lines never take much memory */
const LOT = 100_000;
const figure = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

function rate(records: number, { processorMs, wallMs }: Took): string {
  return `${figure.format(Math.round(records / (processorMs / 1000)))} records/s of processor time, ${figure.format(Math.round(records / (wallMs / 1000)))} by the clock`;
}

/** JSON.parse, the schema, the scanner with an event made, and the scanner alone. */
export function reading(size: Size): string[] {
  const made = [
    joins(0, size.read / 3, START, 10, HEARTBEAT_MS),
    heartbeats(0, size.read / 3, START + 60_000, HEARTBEAT_MS, 1),
    heartbeats(0, size.read / 3, START + 90_000, HEARTBEAT_MS, 2),
  ];
  const records = made.reduce((sum, m) => sum + m.records, 0);
  const scanned = new ScannedEvent();
  let kept: unknown = null;
  const readers: [string, (bytes: Buffer, start: number, end: number) => void][] = [
    [
      'JSON.parse',
      (bytes, start, end) => {
        kept = JSON.parse(bytes.toString('latin1', start, end));
      },
    ],
    [
      'JSON.parse and schema',
      (bytes, start, end) => {
        kept = parseRecord(bytes.subarray(start, end), null);
      },
    ],
    [
      'scanner, event made',
      (bytes, start, end) => {
        kept = parseFast(bytes, start, end, null);
      },
    ],
    [
      'scanner',
      (bytes, start, end) => {
        kept = scanRecord(bytes, start, end, null, scanned);
      },
    ],
  ];
  const lines: string[] = [];
  let first = 0;
  for (const [name, read] of readers) {
    let best: Took | null = null;
    for (let round = 0; round < 4; round++) {
      const took = measured(() => {
        for (const m of made) eachLine(m, read);
      });
      if (best === null || took.processorMs < best.processorMs) best = took;
    }
    if (best === null) continue;
    if (first === 0) first = best.processorMs;
    lines.push(
      `reading, ${name.padEnd(22)} ${rate(records, best)}, ${figure.format(first / best.processorMs)} x JSON.parse`,
    );
  }
  if (kept === undefined) lines.push('nothing was read');
  return lines;
}

/** Growth of resident memory per open connection: at rest (all that was said is decided), and with each heartbeat undecided. */
export function memory(connections: number): string[] {
  // what making the lines itself takes is there before
  const other = newCounter();
  feed(other, joins(0, LOT, START, 1_000, 0));
  const counter = newCounter();
  feed(counter, joins(0, 1_000, START, 1_000, 0));
  counter.advance(START, START);
  counter.flush();
  const before = resident();
  for (let from = 0; from < connections; from += LOT) {
    feed(counter, joins(from, Math.min(connections, from + LOT), START + 1_000, 1_000, 0));
    counter.advance(START + 2_000, START + 2_000);
    counter.flush();
  }
  // as live, a second at a time: until what was folded for good has been let go of
  let now = START + 2_000;
  for (; now < START + 20 * 60_000; now += 1_000) {
    counter.advance(now, now);
    counter.flush();
  }
  const atRest = resident() - before;
  for (let from = 0; from < connections; from += LOT)
    feed(counter, heartbeats(from, Math.min(connections, from + LOT), now, 1_000, 1));
  counter.advance(now + 2_000, now + 2_000);
  counter.flush();
  const undecided = resident() - before - atRest;
  const heap = process.memoryUsage();
  return [
    `memory at ${figure.format(connections)} open: ${figure.format(atRest / connections)} bytes per open connection at rest, ${figure.format(undecided / connections)} more with an event undecided (of all, heap ${figure.format(heap.heapUsed / connections)}, outside ${figure.format(heap.arrayBuffers / connections)})`,
  ];
}

/** Counting at a number of open connections, each heard of every 30 s, event time advanced every second. */
export function growth(connections: number, size: Size): { line: string; processorUs: number } {
  const counter = newCounter();
  for (let from = 0; from < connections; from += LOT) {
    feed(counter, joins(from, Math.min(connections, from + LOT), START, 1_000, HEARTBEAT_MS));
    counter.advance(START, START);
    counter.flush();
  }
  let took = NO_TIME;
  let records = 0;
  for (let round = 1; records < size.counted; round++) {
    const at = START + round * HEARTBEAT_MS;
    // every second a part of the crowd, so that lines are made a part at a time
    const parts = 30;
    for (let part = 0; part < parts; part++) {
      const [from, to] = [Math.floor((part * connections) / parts), Math.floor(((part + 1) * connections) / parts)];
      const made = heartbeats(from, to, at + (part * HEARTBEAT_MS) / parts, HEARTBEAT_MS / parts, round);
      records += made.records;
      took = add(
        took,
        measured(() => {
          feed(counter, made);
          const w = at + ((part + 1) * HEARTBEAT_MS) / parts - 5_000;
          counter.advance(w, w);
          counter.flush();
        }),
      );
    }
  }
  return {
    line: `counting at ${figure.format(connections).padStart(10)} open: ${rate(records, took)}, ${figure.format((took.processorMs * 1000) / records)} µs each`,
    processorUs: (took.processorMs * 1000) / records,
  };
}

/** The same crowd in one broadcast and in a thousand. */
export function manyBroadcasts(size: Size): { line: string; processorUs: number } {
  const broadcasts = 1_000;
  const each = Math.max(10, Math.floor((size.growth.at(-1) ?? 100_000) / 10 / broadcasts));
  const counters = Array.from({ length: broadcasts }, () => newCounter());
  for (const [i, counter] of counters.entries())
    feed(counter, joins(i * each, (i + 1) * each, START, 1_000, HEARTBEAT_MS));
  let took = NO_TIME;
  let records = 0;
  for (let round = 1; records < size.counted / 2; round++) {
    const at = START + round * HEARTBEAT_MS;
    for (const [i, counter] of counters.entries()) {
      const made = heartbeats(i * each, (i + 1) * each, at, HEARTBEAT_MS, round);
      records += made.records;
      took = add(
        took,
        measured(() => {
          feed(counter, made);
          counter.advance(at - 5_000, at - 5_000);
          counter.flush();
        }),
      );
    }
  }
  return {
    line: `counting ${figure.format(broadcasts)} broadcasts of ${figure.format(each)} open: ${rate(records, took)}, ${figure.format((took.processorMs * 1000) / records)} µs each`,
    processorUs: (took.processorMs * 1000) / records,
  };
}

/** A checkpoint a second with state kept in SQLite, while every open connection is heard of every 30 s. */
export async function pause(size: Size): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'headcount-bench-'));
  const store = await openWriteStore(`sqlite:${join(folder, 'bench.db')}`);
  const counter = newCounter(true);
  const pauses: number[] = [];
  let offset = 0;
  try {
    const checkpoint = async (w: number): Promise<number> => {
      const startedAt = performance.now();
      counter.advance(w, w);
      const flushed = counter.flush();
      const made = performance.now() - startedAt;
      await store.commit({
        partitions: [
          {
            source: 'bench',
            partition: 0,
            expectedOffset: offset === 0 ? null : offset,
            nextOffset: ++offset,
            lane: '{"broadcasts":{}}',
            rejected: {},
            broadcasts: [
              {
                broadcast: 'show',
                counters: [{ slice: 0, summary: JSON.stringify(counter.summary), flushed }],
                controls: [],
                finalSecond: null,
                revises: null,
              },
            ],
          },
        ],
        standings: [],
        storedAt: 0,
      });
      pauses.push(performance.now() - startedAt);
      return made;
    };
    // each joins a period before it is first heard of
    const parts = 30;
    for (let part = 0; part < parts; part++) {
      const [from, to] = [Math.floor((part * size.pause) / parts), Math.floor(((part + 1) * size.pause) / parts)];
      const at = START + part * 1_000;
      feed(counter, joins(from, to, at, Math.ceil((to - from) / 1_000), HEARTBEAT_MS));
      await checkpoint(at - 4_000);
    }
    const first = pauses.splice(0);
    for (let i = 0; i < size.checkpoints; i++) {
      const part = i % parts;
      const at = START + HEARTBEAT_MS + i * 1_000;
      feed(
        counter,
        heartbeats(
          Math.floor((part * size.pause) / parts),
          Math.floor(((part + 1) * size.pause) / parts),
          at,
          1_000,
          i + 1,
        ),
      );
      await checkpoint(at - 4_000);
    }
    pauses.sort((a, b) => a - b);
    const at = (share: number) =>
      figure.format(pauses[Math.min(pauses.length - 1, Math.floor(share * pauses.length))] ?? 0);
    return [
      `checkpoint at ${figure.format(size.pause)} open: median ${at(0.5)} ms, 99th percentile ${at(0.99)} ms, longest ${at(1)} ms; while ${figure.format(size.pause / parts)} joined before each: median ${figure.format(first.sort((a, b) => a - b)[Math.floor(first.length / 2)] ?? 0)} ms`,
    ];
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
