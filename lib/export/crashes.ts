/** `export crashes` as a table: a column a field, what has fields of its own as JSON. */
import type { CrashWindow } from '../numbers/report.ts';
import { csvLine } from './csv.ts';
import type { Cell, Column } from './table.ts';

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

export function crashColumns(windows: readonly CrashWindow[]): Column[] {
  const decided = DECIDED.filter((name) => windows.some((window) => window[name] !== undefined));
  return [...COLUMNS, ...decided].map((name): Column => ({ name, type: TYPES[name] ?? 'text' }));
}

const TYPES: Readonly<Partial<Record<keyof CrashWindow, Column['type']>>> = {
  onsetAt: 'integer',
  detectedAt: 'integer',
  serviceEndAt: 'integer',
  closedAt: 'integer',
  recoveredAt: 'integer',
  connectedBefore: 'integer',
  connectedLowest: 'integer',
  depth: 'real',
  dropped: 'integer',
  blocked: 'integer',
  medianReturnSeconds: 'real',
  rev: 'integer',
};

/** In the order of these columns. */
export function crashRow(window: CrashWindow, columns: readonly Column[]): Cell[] {
  const values = new Map<string, unknown>(Object.entries(window));
  return columns.map(({ name }): Cell => {
    const value = values.get(name) ?? null;
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    return value === null ? null : JSON.stringify(value);
  });
}

export function crashesCsv(windows: readonly CrashWindow[]): string {
  const columns = crashColumns(windows);
  const lines = windows.map((window) => csvLine(crashRow(window, columns)));
  return csvLine(columns.map(({ name }) => name)) + lines.join('');
}

/** Whether a window touches `from` <= t < `to`, epoch ms; null: without that end. One that is open lasts. */
export function touches({ onsetAt, closedAt }: CrashWindow, from: number | null, to: number | null): boolean {
  return (to === null || onsetAt < to) && (from === null || closedAt === null || closedAt >= from);
}
