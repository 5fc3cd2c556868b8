/**
 * Stays in order of their start, however many: sorted in lots, what does not fit into one waits in files, and the files are
 * merged. Memory holds one lot, or one piece of each file.
 */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stay } from '../presence/stay.ts';

/** Stays that are sorted at once. */
const LOT = 100_000;
/** Stays handed out at once. */
const PAGE = 5_000;
/** Of a file so much is read and written at once, bytes. */
const PIECE = 1 << 16;

/** `pages`: in any order; stays of one start keep theirs. `lot`: for tests. */
export async function* byStart(pages: AsyncIterable<Stay[]>, lot = LOT): AsyncGenerator<Stay[]> {
  let held: Stay[] = [];
  let folder: string | null = null;
  const files: FileHandle[] = [];
  try {
    for await (const page of pages) {
      for (const stay of page) held.push(stay);
      if (held.length < lot) continue;
      folder ??= await mkdtemp(join(tmpdir(), 'headcount-stays-'));
      files.push(await written(join(folder, String(files.length)), sorted(held)));
      held = [];
    }
    const rest = sorted(held);
    if (files.length === 0) yield* paged(rest);
    else yield* merged([...files.map(readAll), ofMemory(rest)]);
  } finally {
    for (const file of files) await file.close();
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

function sorted(stays: Stay[]): Stay[] {
  return stays.sort((a, b) => a.start - b.start);
}

function* paged(stays: readonly Stay[]): Generator<Stay[]> {
  for (let from = 0; from < stays.length; from += PAGE) yield stays.slice(from, from + PAGE);
}

async function* ofMemory(stays: readonly Stay[]): AsyncGenerator<Stay[]> {
  if (stays.length > 0) yield [...stays];
}

/** A line a stay; the file stays open and stands at its beginning. */
async function written(path: string, stays: readonly Stay[]): Promise<FileHandle> {
  const file = await open(path, 'wx+', 0o600);
  let text = '';
  for (const stay of stays) {
    text += `${JSON.stringify(stay)}\n`;
    if (text.length < PIECE * 16) continue;
    await file.appendFile(text);
    text = '';
  }
  await file.appendFile(text);
  return file;
}

async function* readAll(file: FileHandle): AsyncGenerator<Stay[]> {
  const bytes = Buffer.alloc(PIECE);
  let rest: Buffer = Buffer.alloc(0);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(bytes, 0, PIECE, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    const piece = Buffer.concat([rest, bytes.subarray(0, bytesRead)]);
    const end = piece.lastIndexOf(0x0a);
    rest = piece.subarray(end + 1);
    if (end <= 0) continue;
    yield piece
      .toString('utf8', 0, end)
      .split('\n')
      .map((line): Stay => JSON.parse(line));
  }
}

interface Run {
  lots: AsyncGenerator<Stay[]>;
  lot: Stay[];
  next: number;
  /** place among the runs: of one start the earlier run goes first */
  place: number;
}

async function* merged(sources: readonly AsyncGenerator<Stay[]>[]): AsyncGenerator<Stay[]> {
  const heap = new Heap();
  for (const [place, lots] of sources.entries()) {
    const run = await refilled({ lots, lot: [], next: 0, place });
    if (run !== null) heap.push(run);
  }
  let page: Stay[] = [];
  for (let run = heap.least; run !== null; run = heap.least) {
    const stay = run.lot[run.next++];
    if (stay !== undefined) page.push(stay);
    if (run.next < run.lot.length || (await refilled(run)) !== null) heap.sink();
    else heap.dropLeast();
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Null where the run is at its end. */
async function refilled(run: Run): Promise<Run | null> {
  const { done, value } = await run.lots.next();
  if (done) return null;
  run.lot = value;
  run.next = 0;
  return run;
}

/** Runs by the start of their next stay. */
class Heap {
  readonly #runs: Run[] = [];

  get least(): Run | null {
    return this.#runs[0] ?? null;
  }

  push(run: Run): void {
    this.#runs.push(run);
    for (let at = this.#runs.length - 1; at > 0; ) {
      const above = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, above)) return;
      at = above;
    }
  }

  /** The least has moved on. */
  sink(): void {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const below = right < this.#runs.length && this.#isBefore(right, left) ? right : left;
      if (below >= this.#runs.length || !this.#swapIfBefore(below, at)) return;
      at = below;
    }
  }

  dropLeast(): void {
    const last = this.#runs.pop();
    if (last === undefined || this.#runs.length === 0) return;
    this.#runs[0] = last;
    this.sink();
  }

  #swapIfBefore(a: number, b: number): boolean {
    const [one, other] = [this.#runs[a], this.#runs[b]];
    if (one === undefined || other === undefined || !this.#isBefore(a, b)) return false;
    this.#runs[a] = other;
    this.#runs[b] = one;
    return true;
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#runs[a], this.#runs[b]];
    if (one === undefined || other === undefined) return false;
    const [start, than] = [startOf(one), startOf(other)];
    return start < than || (start === than && one.place < other.place);
  }
}

function startOf({ lot, next }: Run): number {
  return lot[next]?.start ?? Number.POSITIVE_INFINITY;
}
