/** What rows gained since the last flush: a row of counts per row set and second, found by two looks into arrays. */
import { COLUMNS } from './columns.ts';
import type { Steps } from './contribution.ts';

const PAGE_BITS = 8;
const PAGE = 2 ** PAGE_BITS;
/** seconds further from the first one than this are kept in a map */
const PAGES = 2 ** 16;

type Page = (Int32Array | undefined)[];

export class RowChanges implements Steps {
  #groups: (Page | undefined)[][] = [];
  #far: Map<number, Int32Array>[] = [];
  #touched: { group: number; second: number; counts: Int32Array }[] = [];
  /** number of the first page, half of all before the first second met */
  #first = Number.NaN;

  step(group: number, second: number, column: number, sign: 1 | -1): void {
    const row = this.#row(group, second);
    row[column] = (row[column] ?? 0) + sign;
  }

  #row(group: number, second: number): Int32Array {
    const number = Math.floor(second / PAGE) - this.#first;
    if (!(number >= 0 && number < PAGES)) return this.#farRow(group, second);
    let pages = this.#groups[group];
    if (pages === undefined) {
      pages = [];
      while (this.#groups.length <= group) this.#groups.push([]);
      this.#groups[group] = pages;
    }
    let page = pages[number];
    if (page === undefined) {
      page = new Array<Int32Array | undefined>(PAGE).fill(undefined);
      pages[number] = page;
    }
    const at = second & (PAGE - 1);
    return page[at] ?? this.#newRow(group, second, page, at);
  }

  #newRow(group: number, second: number, page: Page, at: number): Int32Array {
    const counts = new Int32Array(COLUMNS);
    page[at] = counts;
    this.#touched.push({ group, second, counts });
    return counts;
  }

  #farRow(group: number, second: number): Int32Array {
    if (Number.isNaN(this.#first) && second > 0) {
      this.#first = Math.floor(second / PAGE) - 16;
      return this.#row(group, second);
    }
    while (this.#far.length <= group) this.#far.push(new Map());
    const rows = this.#far[group];
    const known = rows?.get(second);
    if (known) return known;
    const counts = new Int32Array(COLUMNS);
    rows?.set(second, counts);
    this.#touched.push({ group, second, counts });
    return counts;
  }

  /** Hands out the rows that changed, and begins anew. */
  take(): { group: number; second: number; counts: Int32Array }[] {
    const changed = this.#touched.filter(({ counts }) => !isZero(counts));
    changed.sort((a, b) => a.group - b.group || a.second - b.second);
    this.#touched = [];
    this.#groups = [];
    this.#far = [];
    this.#first = Number.NaN;
    return changed;
  }
}

function isZero(counts: Int32Array): boolean {
  for (let i = 0; i < counts.length; i++) if (counts[i] !== 0) return false;
  return true;
}
