/** What a SQLite store has of what takes room in it: see docs/capacity.md. */
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';

/** Bytes a stay, a row of a second, as docs/capacity.md has them. */
const STAY_BYTES = 235;
const ROW_BYTES = 84;

export interface StoreSize {
  /** of the file, and of its pages that are in use */
  bytes: number;
  used: number;
  stays: number;
  rows: number;
  /** bytes of what counting goes on from, and of failed attempts */
  pages: number;
}

export function storeSize(path: string): StoreSize {
  const db = new Database(path, { readonly: true });
  try {
    const count = (what: string): number => Number(db.prepare(`SELECT ${what}`).pluck().get() ?? 0);
    const pragma = (name: string): number => Number(db.pragma(name, { simple: true }));
    return {
      bytes: statSync(path).size,
      used: (pragma('page_count') - pragma('freelist_count')) * pragma('page_size'),
      stays: count('COUNT(*) FROM stays'),
      rows: count('COUNT(*) FROM rows_final') + count('COUNT(*) FROM rows_live'),
      pages: count('SUM(length(bytes)) FROM journal') + count('SUM(length(bytes)) FROM failures'),
    };
  } finally {
    db.close();
  }
}

/** What the formula makes of it, bytes. */
export function formulaBytes({ stays, rows, pages }: Omit<StoreSize, 'bytes' | 'used'>): number {
  return stays * STAY_BYTES + rows * ROW_BYTES + pages;
}
