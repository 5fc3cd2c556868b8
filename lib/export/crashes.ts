/** `export crashes` as a table: a column a field, what has fields of its own as JSON. */
import type { CrashWindow } from '../numbers/report.ts';
import { csvLine } from './csv.ts';

const COLUMNS = [
  'id',
  'type',
  'platformWide',
  'source',
  'onsetAt',
  'detectedAt',
  'serviceEndAt',
  'closedAt',
  'recoveredAt',
  'connectedBefore',
  'connectedLowest',
  'depth',
  'dropped',
  'blocked',
  'lostListenerMinutes',
  'returnRate',
  'medianReturnSeconds',
  'causes',
  'carryOver',
  'state',
  'rev',
] as const satisfies readonly (keyof CrashWindow)[];

/** Only where somebody has decided something. */
const DECIDED = ['decisions', 'joins'] as const satisfies readonly (keyof CrashWindow)[];

export type CrashCell = string | number | boolean | null;

export function crashColumns(windows: readonly CrashWindow[]): (keyof CrashWindow)[] {
  return [...COLUMNS, ...DECIDED.filter((name) => windows.some((window) => window[name] !== undefined))];
}

/** By column. */
export function crashCells(window: CrashWindow, columns: readonly (keyof CrashWindow)[]): Record<string, CrashCell> {
  const cell = (name: keyof CrashWindow): CrashCell => {
    const value = window[name] ?? null;
    return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
  };
  return Object.fromEntries(columns.map((name) => [name, cell(name)]));
}

export function crashesCsv(windows: readonly CrashWindow[]): string {
  const columns = crashColumns(windows);
  const lines = windows.map((window) => csvLine(Object.values(crashCells(window, columns))));
  return csvLine(columns) + lines.join('');
}
