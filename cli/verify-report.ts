/** Where a fact sheet says something else than a recount: only what the recount decides is compared. */
import type { OracleReport } from '../lib/oracle/sheet.ts';

/** Sums are divided in another order. */
const ROUNDING = 1e-9;
/** Percentiles of start-up times are exact within this. */
const PERCENTILE = 0.01;
/** What depends on the store's history, not on the log. */
const NOT_COUNTED: ReadonlySet<string> = new Set(['state', 'rev']);

/** One sentence for each field that differs. */
export function differingFields(got: object, wanted: OracleReport): string[] {
  const found: string[] = [];
  for (const [name, value] of Object.entries(wanted)) {
    if (NOT_COUNTED.has(name)) continue;
    compare(name, memberOf(got, name), value, found);
  }
  return found;
}

function compare(path: string, got: unknown, wanted: unknown, found: string[]): void {
  if (typeof wanted === 'object' && wanted !== null && typeof got === 'object' && got !== null) {
    const names = new Set([...Object.keys(wanted), ...Object.keys(got)]);
    for (const name of Array.isArray(wanted) ? names : [...names].filter((each) => isCounted(path, each))) {
      compare(`${path}.${name}`, memberOf(got, name), memberOf(wanted, name), found);
    }
    return;
  }
  if (!isSame(path, got, wanted)) {
    found.push(`report ${path}: the store says ${JSON.stringify(got)}, the recount ${JSON.stringify(wanted)}`);
  }
}

function isCounted(path: string, name: string): boolean {
  return !(path === 'averageMinuteAudience' && name === 'excludingCrashWindows');
}

function isSame(path: string, got: unknown, wanted: unknown): boolean {
  if (typeof got === 'number' && typeof wanted === 'number') {
    const within = /^timeToFirstAudio\.p\d+$/.test(path) ? PERCENTILE : ROUNDING;
    return Math.abs(got - wanted) <= within * Math.max(Math.abs(got), Math.abs(wanted));
  }
  // a store keeps text as UTF-8, which has no half of a pair
  if (typeof got === 'string' && typeof wanted === 'string') return got.toWellFormed() === wanted.toWellFormed();
  return got === wanted;
}

function memberOf(of: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(of, name)?.value;
}
