/** What rows gained since the last flush: a row of counts per row set and second, found by two looks into arrays. */
import { COLUMN, COLUMNS } from './columns.ts';
import type { Steps } from './contribution.ts';

const FAILURES = COLUMN.failures;
const FAILURES_BY_JOIN = COLUMN.failuresByJoin;
const PAGE_BITS = 8;
const PAGE = 2 ** PAGE_BITS;
/** seconds further from the first one than this are found by a map */
const PAGES = 2 ** 16;
/** rows a block of counts */
const BLOCK_BITS = 8;
const BLOCK = 2 ** BLOCK_BITS;

export class RowChanges implements Steps {
  /** per row set the pages of row numbers, plus one, by second */
  #groups: (Int32Array | undefined)[][] = [];
  #far: Map<number, number>[] = [];
  #blocks: Int32Array[] = [];
  #groupOf: number[] = [];
  #secondOf: number[] = [];
  /** number of the first page, a few before that of the first second met */
  #first = Number.NaN;
  /** the rows last stepped in */
  #lastGroups: readonly number[] = [];
  #lastSecond = Number.NaN;
  readonly #lastRows: number[] = [];
  /** whose steps come: failed attempts are kept by listener too */
  listener = 0;
  #failures: number[] = [];

  step(groups: readonly number[], second: number, column: number, sign: 1 | -1): void {
    if ((column === FAILURES || column === FAILURES_BY_JOIN) && groups[0] === 0) {
      this.#failures.push(this.listener, second, column === FAILURES ? 0 : 1, sign);
    }
    if (second !== this.#lastSecond || groups !== this.#lastGroups || groups.length === 1) this.#find(groups, second);
    const rows = this.#lastRows;
    for (let g = 0; g < groups.length; g++) {
      const row = rows[g] ?? 0;
      const block = this.#blocks[row >>> BLOCK_BITS];
      if (block === undefined) continue;
      const at = (row & (BLOCK - 1)) * COLUMNS + column;
      block[at] = (block[at] ?? 0) + sign;
    }
  }

  #find(groups: readonly number[], second: number): void {
    for (let g = 0; g < groups.length; g++) this.#lastRows[g] = this.#row(groups[g] ?? 0, second);
    this.#lastGroups = groups;
    this.#lastSecond = second;
  }

  #row(group: number, second: number): number {
    const number = Math.floor(second / PAGE) - this.#first;
    if (!(number >= 0 && number < PAGES)) return this.#farRow(group, second);
    let pages = this.#groups[group];
    if (pages === undefined) {
      while (this.#groups.length < group) this.#groups.push([]);
      pages = [];
      this.#groups[group] = pages;
    }
    let page = pages[number];
    if (page === undefined) {
      while (pages.length < number) pages.push(undefined);
      page = new Int32Array(PAGE);
      pages[number] = page;
    }
    const at = second & (PAGE - 1);
    const known = page[at] ?? 0;
    if (known > 0) return known - 1;
    const row = this.#newRow(group, second);
    page[at] = row + 1;
    return row;
  }

  #newRow(group: number, second: number): number {
    const row = this.#groupOf.push(group) - 1;
    this.#secondOf.push(second);
    if (row >>> BLOCK_BITS >= this.#blocks.length) this.#blocks.push(new Int32Array(BLOCK * COLUMNS));
    return row;
  }

  #farRow(group: number, second: number): number {
    if (Number.isNaN(this.#first) && second > 0) {
      this.#first = Math.floor(second / PAGE) - 16;
      return this.#row(group, second);
    }
    while (this.#far.length <= group) this.#far.push(new Map());
    const rows = this.#far[group];
    let row = rows?.get(second);
    if (row === undefined) {
      row = this.#newRow(group, second);
      rows?.set(second, row);
    }
    return row;
  }

  /** Hands out what was stepped of failed attempts: listener, second, by join (1) or not (0), sign; and begins anew. */
  takeFailures(): readonly number[] {
    const failures = this.#failures;
    this.#failures = [];
    return failures;
  }

  /** Hands out the rows that changed, by row set and second, and begins anew. */
  take(): { group: number; second: number; counts: Int32Array }[] {
    const changed: { group: number; second: number; counts: Int32Array }[] = [];
    for (let row = 0; row < this.#groupOf.length; row++) {
      const block = this.#blocks[row >>> BLOCK_BITS];
      const at = (row & (BLOCK - 1)) * COLUMNS;
      if (block === undefined || isZero(block, at)) continue;
      changed.push({
        group: this.#groupOf[row] ?? 0,
        second: this.#secondOf[row] ?? 0,
        counts: block.subarray(at, at + COLUMNS),
      });
    }
    changed.sort((a, b) => a.group - b.group || a.second - b.second);
    this.#groups = [];
    this.#far = [];
    this.#blocks = [];
    this.#groupOf = [];
    this.#secondOf = [];
    this.#first = Number.NaN;
    this.#lastGroups = [];
    this.#lastSecond = Number.NaN;
    return changed;
  }
}

function isZero(counts: Int32Array, from: number): boolean {
  for (let i = from; i < from + COLUMNS; i++) if (counts[i] !== 0) return false;
  return true;
}
